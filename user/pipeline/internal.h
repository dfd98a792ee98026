/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the pipeline share. */
#ifndef SEAMARK_PIPELINE_INTERNAL_H
#define SEAMARK_PIPELINE_INTERNAL_H

#include "user/model/connection.h"
#include "user/model/race.h"
#include "user/pipeline/pipeline.h"

#define PROBES_MAX 16

/* A probe's accounts, and how many observations of its series came through. */
struct probe_accounts {
	struct accounts lanes[LANE_MAX];
	bool known;
	uint64_t counted;
	uint64_t missed;	/* runs that the kernel left out */
};

struct pipeline {
	struct pipeline_options options;
	struct pipeline_accounts accounts;
	struct probe_accounts probes[PROBES_MAX];
	const struct probe *probe_of_kind[EVENT_MAX];
	size_t probe_index[EVENT_MAX];
	struct metrics *metrics;
	struct resources *resources;
	struct connections *connections;
	struct races *races;
	struct processes *processes;
	struct history *history;		/* NULL: none is kept */
	struct sampling *sampling;		/* NULL: every span is kept */
	struct id_source ids;
	struct record_clock clock;
	struct sink sinks[SINKS_MAX];
	size_t sink_count;
	bool has_evidence;
	struct verdict_context evidence;	/* for the next event */
	struct fact fact;			/* the one on its way */
	struct verdict verdict;
};

/* Words and numbers that the accounts line and the metrics share. */
const char *loss_name(enum loss cause);
const char *self_lane_name(int lane);
uint64_t self_submitted(const struct probe_accounts *accounts, int lane);

/* The count lane: observations into series. */
void series_add_kernel(struct pipeline *pipeline, const struct record_series *series);
void series_add_errors(struct pipeline *pipeline, const struct record_syscall_error *errors);
void series_set_sampled(struct pipeline *pipeline, const struct record_sampled *sampled);
/* The series that a fact is counted in; NULL: none, or it is of no use there. */
struct series *series_of_fact(struct pipeline *pipeline, const struct fact *fact);
/* A fact into its series: counted where the kernel did not, and as an exemplar. */
void series_add_fact(struct pipeline *pipeline, struct series *series, const struct fact *fact);
/* Did it take more than twice as long as 99 of 100 of its series? */
bool series_is_outlier(const struct series *series, const struct fact *fact);
void series_add_verdict(struct pipeline *pipeline, const struct fact *fact);

#endif
