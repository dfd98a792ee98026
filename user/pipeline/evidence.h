/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host adds to a failure, at once and within a bounded time: who holds a port, where a
 * path ends, which authorities an image has.
 */
#ifndef SEAMARK_EVIDENCE_H
#define SEAMARK_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "include/event.h"
#include "user/source/source.h"
#include "user/verdict/context.h"

struct evidence;

struct evidence_accounts {
	uint64_t searched;
	uint64_t skipped;		/* there was no time for it */
};

/* budget_ns: what all searches of one second may take. source must live as long. */
struct evidence *evidence_new(struct source *source, uint64_t budget_ns);
void evidence_free(struct evidence *evidence);
void evidence_accounts(const struct evidence *evidence, struct evidence_accounts *out);

/*
 * What the program is: fd of its file, the path by which its process knows it, and the libc that it
 * asks for (static; NULL: not known).
 */
void evidence_program(struct evidence *evidence, uint32_t program, int fd, const char *path,
		      const char *libc);
/* The number may be another program's from now on. */
void evidence_forget(struct evidence *evidence, uint32_t program);
/* A process of a Go program begins. */
void evidence_start(struct evidence *evidence, uint32_t program, pid_t pid);

/* The process has ended, and its records were looked at. */
void evidence_end(struct evidence *evidence, pid_t pid);
/* From time to time: lets go of what was kept long enough. */
void evidence_expire(struct evidence *evidence);

/* True when the host had something to add to this record: *out is filled. */
bool evidence_gather(struct evidence *evidence, const struct event_header *record,
		     struct verdict_context *out);

#endif
