/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How the kernel side's numbers come back. First one is retired: nobody finds it any more, but who
 * found it before may still count under it. When that has ended it is released, to be somebody
 * else's: whoever reads counts by number must have read them before.
 */
#ifndef SEAMARK_SOURCE_NUMBERS_H
#define SEAMARK_SOURCE_NUMBERS_H

#include <stdbool.h>
#include <stdint.h>

#include "user/source/source.h"

/*
 * The kernel's queues have no way to be filled at once, and the largest would take a start ten
 * milliseconds: it gets the rest while all else runs, to be called until nothing is left to do.
 */
int source_fill_more(struct source *source);

/* By number; a cgroup id of 0: nobody has it. Negative errno when they can't be read. */
int source_contexts(const struct source *source, struct context_key keys[CONTEXTS_MAX]);
/* By number; an inode of 0: nobody finds it. How many there are, or a negative errno. */
int source_programs(const struct source *source, struct program_key keys[PROGRAMS_MAX]);

void source_retire_context(struct source *source, uint32_t number, const struct context_key *key);
void source_retire_program(struct source *source, const struct program_key *key);

/*
 * Threads of a retired context look for their own anew; sets found of each that had any. False: not
 * known.
 */
bool source_leave_contexts(const struct source *source, const bool retired[CONTEXTS_MAX],
			   bool found[CONTEXTS_MAX]);

/* With their series; as read last, see source_read_series(). */
void source_release_contexts(struct source *source, const bool gone[CONTEXTS_MAX]);
void source_release_program(struct source *source, uint32_t program);

#endif
