/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way from record to output: tables, facts, verdicts, series, sinks, and the accounts of all
 * of it. It reads no clock and asks no host: live and replayed streams go the same way.
 */
#ifndef SEAMARK_PIPELINE_H
#define SEAMARK_PIPELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/buffer.h"
#include "user/model/fact.h"
#include "user/model/history.h"
#include "user/model/metric.h"
#include "user/model/names.h"
#include "user/model/probe_state.h"
#include "user/model/record.h"
#include "user/model/resource.h"
#include "user/model/sampling.h"
#include "user/source/probe.h"
#include "user/verdict/verdict.h"

#define SINKS_MAX 8

/* Where facts go. The fact lives for the call only. named: NULL where none are kept. */
struct sink {
	void *context;
	void (*take)(void *context, const struct fact *fact);
	/* What a container or service is called has come: for facts that were taken before. */
	void (*named)(void *context, const struct names *names, const struct named *who);
};

struct pipeline_options {
	size_t series_ceiling;
	enum language language;
	bool all_programs;		/* facts of other programs than Go's are wanted */
	uint64_t seed[2];		/* of trace and span ids */
	uint64_t created_unix_ns;	/* when counting began */
};

/* What became of the records; every one is in exactly one of these. */
struct pipeline_accounts {
	uint64_t received;
	uint64_t exported;		/* became a fact and went to every sink */
	uint64_t absorbed;		/* only moved a table: cgroups, forks */
	uint64_t sampled_out;
	uint64_t lost_malformed;	/* the probe could not decode it */
	uint64_t lost_not_observed;	/* of a program that turned out to be none of ours */
};

/* One fate of what an exporter was given: "sent", "queue_full". Static strings. */
struct exporter_fate {
	const char *fate;
	uint64_t count;			/* grows only */
};

struct pipeline;

struct pipeline *pipeline_new(const struct pipeline_options *options);
void pipeline_free(struct pipeline *pipeline);
/* Of verdicts to come. */
void pipeline_set_language(struct pipeline *pipeline, enum language language);
int pipeline_add_sink(struct pipeline *pipeline, const struct sink *sink);
/*
 * What series gain from now on is added there, too; what found no series of its own is not. history
 * outlives the pipeline, and its owner turns it. NULL: nowhere.
 */
void pipeline_set_history(struct pipeline *pipeline, struct history *history);

/* Takes it over, in place of the one before. NULL: every span is kept. */
void pipeline_set_sampling(struct pipeline *pipeline, struct sampling *sampling);

/* One record of the stream. bytes must hold size bytes; what does not fit its type is refused. */
int pipeline_take(struct pipeline *pipeline, enum record_type type, const void *bytes,
		  size_t size);

struct metrics *pipeline_metrics(struct pipeline *pipeline);
/* What the verdict on a fact rests on: while a sink takes that fact, and no longer. */
const struct verdict_context *pipeline_verdict_context(const struct pipeline *pipeline);
const struct resources *pipeline_resources(const struct pipeline *pipeline);
const struct processes *pipeline_processes(const struct pipeline *pipeline);
const struct pipeline_accounts *pipeline_accounts(const struct pipeline *pipeline);
/* Brings seamark_container_info and seamark_self_* up to date. */
void pipeline_refresh(struct pipeline *pipeline, uint64_t now_unix_ns);
/*
 * What became of what an exporter took: taken == the sum of the fates + waiting. Shown by the next
 * scrape. exporter: a static string.
 */
void pipeline_set_exporter(struct pipeline *pipeline, const char *exporter, uint64_t taken,
			   uint64_t waiting, const struct exporter_fate *fates, size_t count);
/* How a probe fares: seamark_self_probes. */
void pipeline_set_probe(struct pipeline *pipeline, const struct probe_state *state);
/* What others count, a series for each name (static). */
enum self_family {
	SELF_EVIDENCE, SELF_ABANDONED, SELF_PARSED, SELF_PROBED, SELF_DETACHED, SELF_LATE,
	SELF_NAMED, SELF_NAMING, SELF_PODS, SELF_RELOADS,
};
struct self_count {
	const char *name;
	uint64_t value;
};
void pipeline_set_counts(struct pipeline *pipeline, enum self_family which,
			 const struct self_count *counts, size_t count);
/* The accounts of all probes and of the pipeline as one JSON line. */
void pipeline_accounts_line(const struct pipeline *pipeline, uint64_t now_unix_ns,
			    struct buffer *out);

#endif
