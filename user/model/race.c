/* SPDX-License-Identifier: BSD-2-Clause */
/* The rules of Go's net.(*sysDialer).dialParallel, by which racers know each other. */
#include "user/model/race.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define KEPT		1024	/* power of two */
#define NEAR_BYTES	2048	/* two functions of one: the wrappers of its two go statements */
#define NEAR_NS		100000000u

struct races {
	uint64_t count;
	struct racer kept[KEPT];
};

struct races *races_new(void)
{
	return calloc(1, sizeof(struct races));
}

void races_free(struct races *races)
{
	free(races);
}

void races_add(struct races *races, const struct racer *winner)
{
	if (winner->start)
		races->kept[races->count++ % KEPT] = *winner;
}

/* IPv4 written as IPv6 is IPv4. */
static bool is_ipv4(const struct event_endpoint *peer)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	return peer->family == 2 || !memcmp(peer->address, mapped, sizeof(mapped));
}

/*
 * Both are started by one goroutine, in two go statements of one function. Before Go 1.21 nobody
 * knows the first; then the loser must have been given up just after the winner arrived.
 */
static bool are_of_one_dial(const struct racer *winner, const struct racer *loser)
{
	uint64_t apart = winner->start > loser->start ? winner->start - loser->start
						      : loser->start - winner->start;

	if (winner->tgid != loser->tgid || winner->parent != loser->parent ||
	    winner->peer.port != loser->peer.port ||
	    is_ipv4(&winner->peer) == is_ipv4(&loser->peer) || !apart || apart > NEAR_BYTES)
		return false;
	return winner->parent || loser->end_ns - winner->end_ns <= NEAR_NS;
}

const struct racer *races_winner(const struct races *races, const struct racer *loser)
{
	uint64_t oldest = races->count > KEPT ? races->count - KEPT : 0;

	if (!loser->start)
		return NULL;
	for (uint64_t at = races->count; at > oldest; at--) {
		const struct racer *each = &races->kept[(at - 1) % KEPT];

		if (each->end_ns <= loser->end_ns && each->end_ns >= loser->begin_ns &&
		    are_of_one_dial(each, loser))
			return each;
	}
	return NULL;
}
