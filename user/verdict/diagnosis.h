/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Failures grouped by event, program, container and cause, with one example each; successes are
 * counted.
 *
 * Bounded: at most groups_max groups of DIAGNOSIS_GROUP_BYTES, allotted as they come, so that 1,000
 * take 17 MB. When all are taken, the one that failed longest ago gives way to a new one, for what
 * fails now is asked about; its failures are counted as beyond. Nothing is lost from the sums:
 * the counts of all groups + beyond == the errors + cancellations of all totals.
 */
#ifndef SEAMARK_DIAGNOSIS_H
#define SEAMARK_DIAGNOSIS_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/fact.h"
#include "user/model/histogram.h"
#include "user/verdict/verdict.h"

#define DIAGNOSIS_GROUP_BYTES	16896

struct diagnosis;

struct diagnosis_group {
	enum event_kind kind;
	enum outcome outcome;
	char program[64];		/* a longer name is cut off, between characters */
	char container[72];
	char reason[64];		/* the verdict's cause, else error.type, else the outcome */
	uint64_t count;
	uint64_t first_unix_ns;
	uint64_t last_unix_ns;
	bool has_verdict;
	struct fact example;		/* the last of the richest; its verdict pointer is NULL */
	struct verdict verdict;		/* of the example */
	bool has_context;
	struct verdict_context context;	/* what it rests on: to give it in another language */
};
_Static_assert(sizeof(struct diagnosis_group) <= DIAGNOSIS_GROUP_BYTES, "memory of a group");

struct diagnosis_total {
	uint64_t by_outcome[OUTCOME_MAX];
	struct histogram durations;
};

/* since_unix_ns: when counting began; 0: not known. NULL: no memory. */
struct diagnosis *diagnosis_new(size_t groups_max, uint64_t since_unix_ns);
void diagnosis_free(struct diagnosis *diagnosis);
/* context: what its verdict rests on; NULL: not known. */
void diagnosis_add(struct diagnosis *diagnosis, const struct fact *fact,
		   const struct verdict_context *context);

uint64_t diagnosis_since(const struct diagnosis *diagnosis);
const struct diagnosis_total *diagnosis_total(const struct diagnosis *diagnosis,
					      enum event_kind kind);
size_t diagnosis_count(const struct diagnosis *diagnosis);
/*
 * Into the order in which they are read: failures whose cause is known, other failures, then what
 * is no failure; in each the most frequent first, then the latest. Holds until the next failure.
 */
void diagnosis_sort(struct diagnosis *diagnosis);
/* NULL beyond the last. */
const struct diagnosis_group *diagnosis_group(const struct diagnosis *diagnosis, size_t index);
/* On its example: made in that language in *room where what it rests on is known, or its own. */
const struct verdict *diagnosis_verdict(const struct diagnosis_group *group,
					enum language language, struct verdict *room);
/* The program gave up by itself, or the slower side of a race was dropped. */
bool diagnosis_is_no_failure(const struct diagnosis_group *group);
/* Failures that are in no group, or in one that gave way. */
uint64_t diagnosis_beyond(const struct diagnosis *diagnosis);
/* How many groups gave way. */
uint64_t diagnosis_gave_way(const struct diagnosis *diagnosis);

#endif
