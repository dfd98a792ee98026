/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Failures grouped by program, container and cause, with one example each; successes counted.
 * Bounded: failures of groups beyond the ceiling are counted together.
 */
#ifndef SEAMARK_DIAGNOSIS_H
#define SEAMARK_DIAGNOSIS_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/fact.h"
#include "user/model/histogram.h"
#include "user/verdict/verdict.h"

struct diagnosis;

struct diagnosis_group {
	enum event_kind kind;
	enum outcome outcome;
	char program[64];
	char container[72];
	char reason[64];		/* the verdict's cause, else error.type, else the outcome */
	uint64_t count;
	uint64_t first_unix_ns;
	uint64_t last_unix_ns;
	bool has_verdict;
	struct fact example;		/* the first; its verdict pointer is NULL */
	struct verdict verdict;		/* of the example */
};

struct diagnosis_total {
	uint64_t by_outcome[OUTCOME_MAX];
	struct histogram durations;
};

struct diagnosis *diagnosis_new(size_t groups_max);
void diagnosis_free(struct diagnosis *diagnosis);
void diagnosis_add(struct diagnosis *diagnosis, const struct fact *fact);

const struct diagnosis_total *diagnosis_total(const struct diagnosis *diagnosis,
					      enum event_kind kind);
size_t diagnosis_count(const struct diagnosis *diagnosis);
/* Most frequent first is the caller's matter: in the order of first appearance. */
const struct diagnosis_group *diagnosis_group(const struct diagnosis *diagnosis, size_t index);
/* Failures that found no group. */
uint64_t diagnosis_beyond(const struct diagnosis *diagnosis);

#endif
