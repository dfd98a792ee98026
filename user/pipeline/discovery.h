/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Finds out what a program is, once per executable: Go or not, which release, where its handshake
 * functions begin and return; and puts the TLS probes there.
 */
#ifndef SEAMARK_DISCOVERY_H
#define SEAMARK_DISCOVERY_H

#include <stdbool.h>

#include "include/event.h"
#include "user/model/record.h"
#include "user/source/source.h"

struct discovery;
struct evidence;

/*
 * evidence: is told of each program's file. expedites: probes go into programs that run already by
 * expedited grace periods.
 */
struct discovery *discovery_new(struct source *source, struct evidence *evidence,
				bool expedites);
/* Takes the probes off again. */
void discovery_free(struct discovery *discovery);

/*
 * Looks at the program of a process that has just begun. True when there is something new to tell:
 * *out is filled. A process that is gone already leaves its program unknown, to be looked at the
 * next time.
 */
bool discovery_look(struct discovery *discovery, const struct event_process_start *event,
		    struct record_program *out);

/*
 * The same for a program that is about to be started, before its first instruction: fd is open for
 * reading, path is its name. *out is filled. Negative errno when fd can't be read.
 */
int discovery_prepare(struct discovery *discovery, int fd, const char *path,
		      struct record_program *out);

/* Fills in what the kernel could not read of the error, from the program's executable. */
void discovery_complete(const struct discovery *discovery, struct event_tls_failed *event);

#endif
