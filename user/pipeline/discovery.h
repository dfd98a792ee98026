/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out what a program is, once per executable: Go or not, which release, where its handshake
 * functions begin and return; puts the TLS probes there, and takes them off before the file changes
 * or when nobody runs it any more.
 */
#ifndef SEAMARK_DISCOVERY_H
#define SEAMARK_DISCOVERY_H

#include <stdbool.h>

#include "include/event.h"
#include "user/host/parser.h"
#include "user/model/record.h"
#include "user/pipeline/evidence.h"
#include "user/source/source.h"

struct discovery;

struct discovery_options {
	bool expedites;		/* probes go into running programs by expedited grace periods */
	bool leases;		/* probed files are leased: a writer waits until probes are off */
	uint64_t keep_ns;	/* probes stay as long where nobody runs the program; 0: always */
	/* What a program number stands for, as far as it is known; again when more is known. */
	void (*tell)(void *context, const struct record_program *program);
	/* A sentence for people: why an executable is not observed, or not in full. */
	void (*notice)(void *context, const char *sentence);
	void *context;
};

struct discovery_accounts {
	struct parser_accounts parser;
	uint64_t skipped;	/* programs not looked at: too many waited */
	uint64_t leased;	/* probed files now: with a lease */
	uint64_t unleased;	/* and without */
	uint64_t broken;	/* leases given up for a writer */
	uint64_t retired;
	uint64_t late;		/* processes that began before their program was probed */
	uint64_t gone;		/* and that ended before it could be looked at */
};

/*
 * evidence: is told of each program's file. Negative errno, with a sentence in error, when foreign
 * bytes can't be parsed apart from Seamark.
 */
int discovery_new(struct source *source, struct evidence *evidence,
		  const struct discovery_options *options, struct discovery **out, char *error,
		  size_t error_size);
/* Takes the probes off again. */
void discovery_free(struct discovery *discovery);
void discovery_accounts(const struct discovery *discovery, struct discovery_accounts *out);

/*
 * Looks at the program of a process that has just begun; began false: that ran already. The answer
 * is waited for a moment; what takes longer is told by a later discovery_turn(). A process that is
 * gone leaves its program unknown, to be looked at the next time.
 */
void discovery_look(struct discovery *discovery, const struct event_process_start *event,
		    bool began);

/*
 * As discovery_look() for a program that was never seen to begin: its file was touched meanwhile,
 * so that the kernel takes it for another.
 */
void discovery_recall(struct discovery *discovery, uint32_t program, uint32_t tgid);

/*
 * As discovery_look() for a program that is about to be started, before its first instruction, but
 * waits for the answer: fd is open for reading, path is its name. Negative errno when it can't be
 * read.
 */
int discovery_prepare(struct discovery *discovery, int fd, const char *path);

/* See keep_ns; from the next sweep on. */
void discovery_set_keep(struct discovery *discovery, uint64_t keep_ns);

/* Readable when discovery_turn() has something to do; now and then it wants a turn anyway. */
int discovery_fd(const struct discovery *discovery);
void discovery_turn(struct discovery *discovery);
/* Whether answers are still waited for. */
bool discovery_is_busy(const struct discovery *discovery);

/*
 * Lets go of a program's number: what was known of it is to be found out anew. False while its file
 * is probed or looked at, or goes by that number for others, too.
 */
bool discovery_release(struct discovery *discovery, uint32_t program);

/* Fills in what the kernel could not read of the error, from the program's executable. */
void discovery_complete(const struct discovery *discovery, struct event_tls_failed *event);

#endif
