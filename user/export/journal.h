/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Facts to systemd's journal, each as one datagram. A journal that does not keep up has some MiB of
 * them waiting; nothing else waits for it, and what is lost is counted.
 */
#ifndef SEAMARK_EXPORT_JOURNAL_H
#define SEAMARK_EXPORT_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/fact.h"

/* Which facts it gets. */
enum journal_share {
	JOURNAL_NONE,
	JOURNAL_FAILED,		/* those that failed, and slow system calls */
	JOURNAL_ALL,
};

struct journal;

/* taken == sent + full + absent + waiting. */
struct journal_accounts {
	uint64_t taken;
	uint64_t sent;
	uint64_t full;		/* too many waited already, or for too long at the end */
	uint64_t absent;	/* there is no journal, or it would not have the entry */
	uint64_t waiting;
};

/* Negative errno and a sentence in error. That there is no journal is no error: it may come. */
int journal_open(enum journal_share share, struct journal **out, char *error, size_t error_size);
void journal_close(struct journal *journal);
/* Tries again what waits, without waiting. */
void journal_tick(struct journal *journal);
/* The same, until nothing waits or the time has come (CLOCK_MONOTONIC): the rest is lost. */
void journal_flush(struct journal *journal, uint64_t deadline_ns);
void journal_fact(struct journal *journal, const struct fact *fact);
void journal_accounts(const struct journal *journal, struct journal_accounts *out);

#endif
