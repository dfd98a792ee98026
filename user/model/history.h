/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last hour in columns of a few seconds: what each program of each container did in each, as
 * counts and durations. Its memory has a ceiling: when that is reached, the oldest columns go
 * first, and history_since() says how far back it reaches. It asks no clock: times are what the
 * caller says.
 */
#ifndef SEAMARK_HISTORY_H
#define SEAMARK_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/event.h"
#include "user/model/activity.h"
#include "user/model/histogram.h"
#include "user/model/metric.h"

struct history;

/* Which acts are asked for. NULL or empty strings, EVENT_NONE: all. */
struct history_filter {
	enum event_kind kind;
	struct actor who;
};

/*
 * What a slot of a column holds, of one outcome. System calls are OUTCOME_OK, all of them; those of
 * them that failed come once more, as OUTCOME_ERROR in the slot HISTORY_NO_SLOT.
 */
#define HISTORY_NO_SLOT	SLOT_COUNT
struct history_cell {
	uint64_t time_unix_ns;		/* when the column began */
	enum event_kind kind;
	enum outcome outcome;
	uint8_t slot;			/* of include/slots.h */
	uint64_t count;
};

/*
 * bytes_max: of all that it holds, allotted as it comes. step_ns: of a column. NULL when out of
 * memory.
 */
struct history *history_new(size_t bytes_max, uint64_t step_ns);
void history_free(struct history *history);

/*
 * Acts that were added to a series just now, into the column that is open. labels: those of the
 * series; read are container_id, seamark_systemd_unit, process_executable_name, outcome, tls_role
 * and syscall_name, whose value must be static. Kinds that no row of an activity has are passed
 * over. What finds no memory is left out and counted in history_lost().
 */
void history_add(struct history *history, enum event_kind kind, const struct label *labels,
		 size_t count, const struct histogram *added);
/* Failed system calls, of which the durations say nothing. */
void history_add_errors(struct history *history, const struct label *labels, size_t count,
			uint64_t added);
/* The same of one act, which is how facts come. */
void history_add_act(struct history *history, enum event_kind kind, const struct label *labels,
		     size_t count, uint64_t duration_ns);
/*
 * Closes the open column when its time is over, and forgets what is older than an hour. What was
 * added before the first turn belongs to the column that it opens. To be called after the kernel's
 * counters were read: what they gained is then in the column in which it happened.
 */
void history_turn(struct history *history, uint64_t now_unix_ns);

/* From when on nothing is missing; 0: there was no turn yet. Columns begin at multiples of step. */
uint64_t history_since(const struct history *history);
uint64_t history_step_ns(const struct history *history);
size_t history_bytes(const struct history *history);
uint64_t history_lost(const struct history *history);	/* acts */

/*
 * Adds up all columns that began in [from, to), the open one among them, into out, which is
 * emptied first. 0 or -ENOMEM.
 */
int history_fold(const struct history *history, uint64_t from_unix_ns, uint64_t to_unix_ns,
		 const struct history_filter *filter, struct activity *out);
/* Cells of the same columns, oldest column first; a slot of a column may come in several parts. */
void history_each_cell(const struct history *history, uint64_t from_unix_ns, uint64_t to_unix_ns,
		       const struct history_filter *filter,
		       void (*take)(void *closure, const struct history_cell *cell),
		       void *closure);

#endif
