/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Requests that could not be sent yet, as files of a folder: they outlive an outage of the receiver
 * and the end of Seamark, however it ended. Bounded; the oldest give way. A file is there whole or
 * not at all, and carries gzip's checksum; of a machine that loses power the last may be damaged.
 */
#ifndef SEAMARK_SPOOL_H
#define SEAMARK_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/encode/otlp.h"
#include "user/model/buffer.h"

struct spool;

/* Facts: kept so far == removed + full + damaged + waiting. */
struct spool_accounts {
	uint64_t full;		/* gave way to newer ones */
	uint64_t damaged;	/* could not be read again */
	uint64_t waiting;
};

/*
 * Makes folder, mode 0700, or takes up what is in it of that signal ("traces") and format. Negative
 * errno and a sentence in error.
 */
int spool_open(const char *folder, const char *signal, enum otlp_format format,
	       uint64_t bytes_max, struct spool **out, char *error, size_t error_size);
void spool_close(struct spool *spool);
/*
 * Keeps a request of count facts. Its number, which is larger than all before; 0: it could not be
 * written, or is larger than the whole spool.
 */
uint64_t spool_add(struct spool *spool, const void *body, size_t size, uint64_t count);
/* That one does not give way until it is removed, or another is held. */
void spool_hold(struct spool *spool, uint64_t number);
/* The oldest that can be read, into body and count; its number, held, or 0 when there is none. */
uint64_t spool_first(struct spool *spool, struct buffer *body, uint64_t *count);
/* The receiver has it, or will never take it. */
void spool_remove(struct spool *spool, uint64_t number);
void spool_accounts(const struct spool *spool, struct spool_accounts *out);

#endif
