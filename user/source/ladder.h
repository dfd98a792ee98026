/* SPDX-License-Identifier: BSD-2-Clause */
/* What this kernel has of the things that have a substitute: asked of it, never told by version. */
#ifndef SEAMARK_LADDER_H
#define SEAMARK_LADDER_H

#include <stdbool.h>

#include "user/source/kernel_types.h"

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

/* A type by which the kernel tells what it has. */
#define LADDER_TYPE "bpf_mem_alloc"

/*
 * Whether programs may be attached where a function of the kernel begins and returns, the ones of
 * system calls above all: 0, or a negative errno. No part of ladder_ask(), for it takes a while and
 * only one mode is interested.
 */
int ladder_try_functions(void);

/*
 * Tries each; takes some milliseconds, leaves nothing behind. What can't be tried is missing.
 * types: looked through for LADDER_TYPE; NULL: all are read.
 */
void ladder_ask(struct ladder *out, const struct kernel_types *types);

/* What has no substitute and is missing, in words; NULL: none, or it can't be asked. Static. */
const char *ladder_missing(void);

#endif
