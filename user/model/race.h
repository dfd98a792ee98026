/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who won the race that another lost: Go dials IPv6 and IPv4 side by side and gives the slower one
 * up. A bounded memory of recent connections.
 */
#ifndef SEAMARK_RACE_H
#define SEAMARK_RACE_H

#include <stdint.h>

#include "include/event.h"

/* One attempt of a goroutine to connect. */
struct racer {
	uint32_t tgid;
	uint64_t parent;		/* goroutine that started this one; 0: not known */
	uint64_t start;			/* where its function begins; 0: not known */
	uint64_t begin_ns;
	uint64_t end_ns;
	struct event_endpoint peer;
};

struct races;

struct races *races_new(void);
void races_free(struct races *races);

/* The attempt came about. */
void races_add(struct races *races, const struct racer *winner);
/* The one that won against the loser, which was given up; NULL: nobody for certain. */
const struct racer *races_winner(const struct races *races, const struct racer *loser);

#endif
