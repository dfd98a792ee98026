/* SPDX-License-Identifier: BSD-2-Clause */
/* Seamark about itself: what came in, what became of it, and that the sums agree. */
#include <stdio.h>
#include <string.h>

#include "user/model/errno_name.h"
#include "user/pipeline/internal.h"
#include "user/pipeline/self_families.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define NS_PER_SECOND	1000000000ULL

static void set_value(struct pipeline *pipeline, const struct metric_family *family,
		      const struct label *labels, size_t count, uint64_t value)
{
	uint64_t created = pipeline->options.created_unix_ns;
	struct series *series = metrics_series(pipeline->metrics, family, labels, count, created);

	if (series)
		series->value = value;
}

static void set_records(struct pipeline *pipeline)
{
	const struct pipeline_accounts *accounts = &pipeline->accounts;
	const struct {
		const char *fate;
		uint64_t value;
	} rows[] = {
		{ "exported", accounts->exported },
		{ "absorbed", accounts->absorbed },
		{ "sampled_out", accounts->sampled_out },
		{ "malformed", accounts->lost_malformed },
		{ "not_observed", accounts->lost_not_observed },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct label label = { "fate", "fate", rows[i].fate };

		set_value(pipeline, &family_records, &label, 1, rows[i].value);
	}
}

static void set_probe(struct pipeline *pipeline, const char *name,
		      const struct probe_accounts *accounts)
{
	for (int lane = 0; lane < LANE_MAX; lane++) {
		struct label labels[] = {
			{ "probe", "probe", name },
			{ "lane", "lane", self_lane_name(lane) },
			{ "cause", "cause", "" },
		};

		set_value(pipeline, &family_hits, labels, 2, accounts->lanes[lane].hits);
		set_value(pipeline, &family_submitted, labels, 2,
			  self_submitted(accounts, lane));
		for (int cause = 0; cause < LOSS_MAX; cause++) {
			labels[2].value = loss_name(cause);
			set_value(pipeline, &family_lost, labels, 3,
				  accounts->lanes[lane].lost[cause]);
		}
	}
}

#define NOT_COUNTED UINT64_MAX

static void set_tables(struct pipeline *pipeline)
{
	const struct {
		const char *table;
		uint64_t entries;
		uint64_t limit;
		uint64_t refused;
	} rows[] = {
		{ "cgroups", resources_cgroup_count(pipeline->resources), CGROUPS_MAX,
		  resources_cgroups_refused(pipeline->resources) },
		{ "processes", processes_count(pipeline->processes), PROCESSES_MAX,
		  processes_refused(pipeline->processes) },
		/* What finds no place here is lost with its cause: series_full. 0 is no number. */
		{ "contexts", resources_context_count(pipeline->resources), CONTEXTS_MAX - 1,
		  NOT_COUNTED },
		{ "programs", resources_program_count(pipeline->resources), PROGRAMS_MAX - 1,
		  NOT_COUNTED },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		struct label label = { "table", "table", rows[i].table };

		set_value(pipeline, &family_entries, &label, 1, rows[i].entries);
		set_value(pipeline, &family_limit, &label, 1, rows[i].limit);
		if (rows[i].refused != NOT_COUNTED)
			set_value(pipeline, &family_refused, &label, 1, rows[i].refused);
	}
}

static void set_missed(struct pipeline *pipeline, const char *name, uint64_t missed)
{
	struct label label = { "probe", "probe", name };

	set_value(pipeline, &family_missed, &label, 1, missed);
}

static void set_container(void *closure, const struct label *labels, size_t count)
{
	struct pipeline *pipeline = closure;

	set_value(pipeline, &family_container, labels, count, 1);
}

void pipeline_set_exporter(struct pipeline *pipeline, const char *exporter, uint64_t taken,
			   uint64_t waiting, const struct exporter_fate *fates, size_t count)
{
	struct label labels[] = { { "exporter", "exporter", exporter }, { "fate", "fate", "" } };

	set_value(pipeline, &family_taken, labels, 1, taken);
	set_value(pipeline, &family_waiting, labels, 1, waiting);
	for (size_t i = 0; i < count; i++) {
		labels[1].value = fates[i].fate;
		set_value(pipeline, &family_fates, labels, 2, fates[i].count);
	}
}

void pipeline_set_probe(struct pipeline *pipeline, const struct probe_state *state)
{
	const char *reason = errno_name(state->error);
	const struct label labels[] = {
		{ "probe", "probe", state->name },
		{ "state", "state",
		  state->is_off ? "off" : state->problem[0] ? "refused" : "works" },
		state->problem[0] ? (struct label){ "reason", "reason", reason ? reason : "other" }
				  : (struct label){ "means", "means", state->means },
	};

	set_value(pipeline, &family_probes, labels, COUNT(labels) - state->is_off, 1);
}

void pipeline_set_counts(struct pipeline *pipeline, enum self_family which,
			 const struct self_count *counts, size_t count)
{
	static const struct {
		const struct metric_family *family;
		const char *label;
	} families[] = {
		[SELF_EVIDENCE] = { &family_evidence, "result" },
		[SELF_ABANDONED] = { &family_abandoned, "ended" },
		[SELF_PARSED] = { &family_parsed, "result" },
		[SELF_PROBED] = { &family_probed, "state" },
		[SELF_DETACHED] = { &family_detached, "why" },
		[SELF_LATE] = { &family_late, "state" },
		[SELF_NAMED] = { &family_named, "result" },
		[SELF_NAMING] = { &family_naming, "result" },
		[SELF_PODS] = { &family_pods, "result" },
		[SELF_RELOADS] = { &family_reloads, "result" },
	};

	for (size_t i = 0; i < count; i++) {
		struct label label = { families[which].label, families[which].label,
				       counts[i].name };

		set_value(pipeline, families[which].family, &label, 1, counts[i].value);
	}
}

/* Executables of each kind are few: they are counted anew each time. */
static void count_program(void *closure, const struct record_program *program)
{
	struct pipeline *pipeline = closure;
	struct label label = { "handshakes", "handshakes", "observed" };
	char reason[sizeof(program->tls)];
	struct series *series;

	/* Still looked at. */
	if (program->kind == PROGRAM_UNKNOWN && !program->tls[0])
		return;
	if (program->tls[0]) {
		snprintf(reason, sizeof(reason), "%.*s", (int)strcspn(program->tls, ":"),
			 program->tls);
		label.value = reason;
	}
	series = metrics_series(pipeline->metrics, &family_programs, &label, 1,
				pipeline->options.created_unix_ns);
	if (series)
		series->value++;
}

static void set_programs(struct pipeline *pipeline)
{
	struct metrics *metrics = pipeline->metrics;

	for (size_t i = 0; i < metrics_family_count(metrics); i++)
		if (metrics_family(metrics, i) == &family_programs)
			for (struct series *one = (struct series *)metrics_first(metrics, i); one;
			     one = one->next)
				one->value = 0;
	resources_each_program(pipeline->resources, count_program, pipeline);
}

void pipeline_refresh(struct pipeline *pipeline, uint64_t now_unix_ns)
{
	if (!pipeline->options.created_unix_ns)
		pipeline->options.created_unix_ns = now_unix_ns;
	/*
	 * Names come late, and containers go: what is there now is told, each once; not while a
	 * long answer is on its way, which would come by none of them.
	 */
	if (!metrics_is_walked(pipeline->metrics))
		metrics_clear_family(pipeline->metrics, &family_container);
	resources_each_container(pipeline->resources, set_container, pipeline);
	set_programs(pipeline);
	set_records(pipeline);
	set_tables(pipeline);
	for (size_t i = 0; probes[i] && i < PROBES_MAX; i++)
		if (pipeline->probes[i].known) {
			set_probe(pipeline, probes[i]->name, &pipeline->probes[i]);
			set_missed(pipeline, probes[i]->name, pipeline->probes[i].missed);
		}
	set_value(pipeline, &family_start, NULL, 0,
		  pipeline->options.created_unix_ns / NS_PER_SECOND);
	set_value(pipeline, &family_ceiling, NULL, 0, metrics_ceiling(pipeline->metrics));
	set_value(pipeline, &family_overflowed, NULL, 0, metrics_overflowed(pipeline->metrics));
	set_value(pipeline, &family_series, NULL, 0, metrics_series_count(pipeline->metrics));
}
