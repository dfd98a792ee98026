/* SPDX-License-Identifier: BSD-2-Clause */
/* What this kernel has of the things that have a substitute: asked of it, never told by version. */
#ifndef SEAMARK_LADDER_H
#define SEAMARK_LADDER_H

#include <stdbool.h>

/*
 * A rung each. Where it is missing: one perf event a site; a stub program a site (see stub.h); maps
 * whose entries are all allocated at the start; programs of single calls attached by themselves.
 */
struct ladder {
	bool uprobe_multi;	/* from Linux 6.6 on */
	bool attach_cookie;	/* from 5.15 on */
	bool map_allocator;	/* from 6.1 on: maps grow without the slab allocator */
	bool mixed_calls;	/* from 6.0 on on aarch64, and where the JIT is on */
};

/* Whether a program may hold both functions and tail calls: 0, or a negative errno. */
int ladder_try_mixed_calls(void);

/* Tries each; takes some milliseconds, leaves nothing behind. What can't be tried is missing. */
void ladder_ask(struct ladder *out);

/* What has no substitute and is missing, in words; NULL: none, or it can't be asked. Static. */
const char *ladder_missing(void);

#endif
