/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Takes numbers of contexts and programs back from those that are no more, so that containers and
 * executables may come and go for as long as a host runs. A context is in use while a process of
 * that program runs in that control group, or a thread still has its number; a program while it
 * runs, or a context has it.
 */
#ifndef SEAMARK_RECLAIM_H
#define SEAMARK_RECLAIM_H

#include <stdint.h>

#include "user/model/record.h"
#include "user/pipeline/discovery.h"
#include "user/source/source.h"

struct reclaim;

struct reclaim_options {
	uint64_t look_ns;	/* between two looks; four at least free a number */
	/* Histograms and counters up to date: what is released was counted. */
	int (*read_counts)(void *context);
	/* Tells that a number stands for nobody. */
	void (*tell)(void *context, enum record_type type, const void *bytes, size_t size);
	void *context;
};

/* source and discovery must live longer. NULL when out of memory. */
struct reclaim *reclaim_new(struct source *source, struct discovery *discovery,
			    const struct reclaim_options *options);
void reclaim_free(struct reclaim *reclaim);
void reclaim_set_look(struct reclaim *reclaim, uint64_t look_ns);
/* Looks when it is time to. NULL: never. */
void reclaim_turn(struct reclaim *reclaim, uint64_t now_ns);

#endif
