/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Where an observation can get lost, by name. The kernel counts into struct accounts per probe and
 * lane; user space goes on with the same causes. hits == submitted + the sum of lost, always.
 */
#ifndef SEAMARK_LOSSES_H
#define SEAMARK_LOSSES_H

#include <linux/types.h>

enum loss {
	LOSS_RING_FULL,		/* the ring had no room for the fact */
	LOSS_SHED,		/* turned away to leave room for failures, or for other programs */
	LOSS_MAP_FULL,		/* an in-flight table was full when the act began */
	LOSS_SERIES_FULL,	/* no histogram slot or context was left */
	LOSS_NO_START,		/* the end was seen, the beginning was not */
	LOSS_NO_END,		/* the beginning was seen, where the end would be was not found */
	LOSS_MAX,
};

/* Counts and facts are accounted apart: a full ring loses detail, never a count. */
enum lane {
	LANE_FACT,		/* through the ring; submitted == records in the ring */
	LANE_COUNT,		/* into histograms; submitted == observations added */
	LANE_MAX,
};

/* One per probe, lane and CPU. Counters only grow. */
struct accounts {
	__u64 hits;
	__u64 submitted;
	__u64 lost[LOSS_MAX];
};
_Static_assert(sizeof(struct accounts) == 64, "wire layout");

#endif
