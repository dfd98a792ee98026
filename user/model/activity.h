/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs did in a stretch of time: a row for each program of each container or unit. */
#ifndef SEAMARK_ACTIVITY_H
#define SEAMARK_ACTIVITY_H

#include <stddef.h>
#include <stdint.h>

#include "include/event.h"
#include "user/model/actor.h"
#include "user/model/durations.h"

/* Handshakes of a client and of a server are told apart, for they cost different things. */
enum activity_kind {
	ACTIVITY_BIND,
	ACTIVITY_CONNECT,
	ACTIVITY_TLS_CLIENT,
	ACTIVITY_TLS_SERVER,
	ACTIVITY_KINDS,
};

struct activity_act {
	uint64_t by_outcome[OUTCOME_MAX];
	struct durations durations;	/* of those that went well */
};

struct activity_call {
	const char *name;		/* "read"; static */
	uint64_t errors;
	struct durations durations;	/* of all calls */
};

struct activity_row {
	struct actor who;		/* its texts live as long as the row */
	struct activity_act acts[ACTIVITY_KINDS];
	struct activity_call *calls;	/* by total time, the costliest first */
	size_t call_count;
	size_t call_room;
};

struct activity;

/* NULL when out of memory. */
struct activity *activity_new(void);
void activity_free(struct activity *activity);
void activity_clear(struct activity *activity);

size_t activity_count(const struct activity *activity);
/* In the order of container, unit and program. NULL beyond the last. */
const struct activity_row *activity_row(const struct activity *activity, size_t index);
/* Everything that all rows have together, under no name. */
const struct activity_row *activity_total(const struct activity *activity);
/* "bind", "connect", "tls.client", "tls.server". */
const char *activity_kind_name(enum activity_kind kind);

/* For who fills it: the row of that name, made if need be; NULL when out of memory. */
struct activity_row *activity_find(struct activity *activity, const struct actor *who);
/* name: static. Lives until another call is found; NULL when out of memory. */
struct activity_call *activity_find_call(struct activity_row *row, const char *name);
/* After filling: into order, and the total anew. 0 or -ENOMEM. */
int activity_finish(struct activity *activity);

#endif
