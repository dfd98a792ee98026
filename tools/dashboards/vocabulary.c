/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which metrics there are, with which labels and values: by the program's own code, run once over
 * all that gives a series. JSON on stdout; a family that got none is a failure.
 *   vocabulary RECORDING
 */
#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "user/pipeline/pipeline.h"
#include "user/source/replay.h"
#include "user/verdict/rule.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define NOW_NS		1000000000ULL

enum own_number {
	OWN_PROGRAM = 100,
	OWN_UNIT_CONTEXT = 200,
	OWN_POD_CONTEXT,
	OWN_UNIT_CGROUP = 1000001,
	OWN_POD_CGROUP,
};

#define POD_CONTAINER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define POD_PATH \
	"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-" \
	"pod01234567_89ab_cdef_0123_456789abcdef.slice/cri-containerd-" POD_CONTAINER ".scope"

static int take(void *context, enum record_type type, const void *bytes, size_t size)
{
	return pipeline_take(context, type, bytes, size);
}

/* A program as a unit of systemd's and in a pod, with all that a pod can be called. */
static void take_places(struct pipeline *pipeline)
{
	const struct record_cgroup cgroups[] = {
		{ OWN_UNIT_CGROUP, "/system.slice/shop.service" }, { OWN_POD_CGROUP, POD_PATH },
	};
	const struct record_context contexts[] = {
		{ OWN_UNIT_CONTEXT, OWN_PROGRAM, OWN_UNIT_CGROUP },
		{ OWN_POD_CONTEXT, OWN_PROGRAM, OWN_POD_CGROUP },
	};
	const struct record_program program = {
		.program = OWN_PROGRAM, .kind = PROGRAM_GO, .path = "/shop", .name = "shop",
	};
	const struct record_container container = {
		.id = POD_CONTAINER, .name = "web", .image_name = "shop", .image_tag = "1",
		.pod_name = "shop-0", .pod_namespace = "market", .pod_container = "web",
		.pod_uid = "01234567-89ab-cdef-0123-456789abcdef",
		.owner_kind = POD_OWNER_REPLICASET, .owner = "shop-5f", .deployment = "shop",
	};

	take(pipeline, RECORD_PROGRAM, &program, sizeof(program));
	for (size_t i = 0; i < COUNT(cgroups); i++)
		take(pipeline, RECORD_CGROUP, &cgroups[i], sizeof(cgroups[i]));
	for (size_t i = 0; i < COUNT(contexts); i++)
		take(pipeline, RECORD_CONTEXT, &contexts[i], sizeof(contexts[i]));
	take(pipeline, RECORD_CONTAINER, &container, sizeof(container));
}

static void take_series(struct pipeline *pipeline, const struct series_key *key)
{
	struct record_series series = { .key = *key, .added = { .slots = { 1 } } };

	take(pipeline, RECORD_SERIES, &series, sizeof(series));
	series.overflow = 1;
	take(pipeline, RECORD_SERIES, &series, sizeof(series));
}

/* Every kind in every place, with every outcome, role and version. */
static void take_counts(struct pipeline *pipeline)
{
	struct series_key key = { .error = 0 };

	for (key.context = OWN_UNIT_CONTEXT; key.context <= OWN_POD_CONTEXT; key.context++)
		for (key.kind = EVENT_NONE + 1; key.kind < EVENT_MAX; key.kind++)
			for (key.outcome = 0; key.outcome < OUTCOME_MAX; key.outcome++) {
				key.version = key.kind == EVENT_SYSCALL_SLOW ? SYS_futex : 0;
				key.role = 0;
				take_series(pipeline, &key);
				if (key.kind != EVENT_TLS_HANDSHAKE)
					continue;
				key.version = 0x0301 + key.outcome;
				key.role = TLS_ROLE_CLIENT;
				take_series(pipeline, &key);
				key.version = 0x0304;
				key.role = TLS_ROLE_SERVER;
				take_series(pipeline, &key);
			}
}

/* With cause and errno, as a unit's. */
static void take_failures(struct pipeline *pipeline)
{
	const struct record_syscall_error failed = {
		.key = { .context = OWN_UNIT_CONTEXT, .number = SYS_futex, .error = EAGAIN },
		.added = 1,
	};
	const struct record_sampled sampled = { .context = OWN_UNIT_CONTEXT, .sampled = 1 };
	struct event_bind event = { .header = { .kind = EVENT_BIND, .size = sizeof(event) } };

	event.act.context = OWN_UNIT_CONTEXT;
	event.act.error = EADDRINUSE;
	event.act.outcome = OUTCOME_ERROR;
	event.requested.family = AF_INET;
	event.requested.port = 80;
	take(pipeline, RECORD_SYSCALL_ERROR, &failed, sizeof(failed));
	take(pipeline, RECORD_SAMPLED, &sampled, sizeof(sampled));
	take(pipeline, RECORD_EVENT, &event, sizeof(event));
}

/* What user/cli/agent.c tells; tests/e2e/test_dashboards.py compares it with what an agent shows. */
static void take_self(struct pipeline *pipeline)
{
	static const struct exporter_fate facts[] = { { "sent", 0 }, { "unwritable", 0 } };
	static const struct exporter_fate otlp[] = {
		{ "sent", 0 }, { "rejected", 0 }, { "queue_full", 0 }, { "refused", 0 },
		{ "spool_full", 0 }, { "damaged", 0 }, { "sampled_out", 0 },
	};
	static const struct exporter_fate journal[] = {
		{ "sent", 0 }, { "full", 0 }, { "absent", 0 },
	};
	static const struct {
		enum self_family family;
		struct self_count counts[5];
	} told[] = {
		{ SELF_EVIDENCE, { { "searched", 0 }, { "skipped", 0 } } },
		{ SELF_ABANDONED, { { "process", 0 }, { "goroutine", 0 } } },
		{ SELF_PARSED, { { "answered", 0 }, { "died", 0 }, { "late", 0 },
				 { "rejected", 0 }, { "skipped", 0 } } },
		{ SELF_PROBED, { { "leased", 0 }, { "unleased", 0 } } },
		{ SELF_DETACHED, { { "written_over", 0 }, { "unused", 0 } } },
		{ SELF_LATE, { { "probed", 0 }, { "gone", 0 } } },
		{ SELF_NAMED, { { "named", 0 }, { "unnamed", 0 }, { "skipped", 0 } } },
		{ SELF_NAMING, { { "asked", 0 }, { "failed", 0 }, { "postponed", 0 } } },
		{ SELF_RELOADS, { { "applied", 0 }, { "restart_needed", 0 }, { "rejected", 0 } } },
		{ SELF_PODS, { { "whole", 0 }, { "partial", 0 }, { "failed", 0 } } },
	};

	pipeline_set_exporter(pipeline, "facts", 0, 0, facts, COUNT(facts));
	pipeline_set_exporter(pipeline, "otlp", 0, 0, otlp, COUNT(otlp));
	pipeline_set_exporter(pipeline, "otlp_logs", 0, 0, otlp, COUNT(otlp));
	pipeline_set_exporter(pipeline, "journal", 0, 0, journal, COUNT(journal));
	for (size_t i = 0; i < COUNT(told); i++) {
		size_t count = 0;

		while (count < COUNT(told[i].counts) && told[i].counts[count].name)
			count++;
		pipeline_set_counts(pipeline, told[i].family, told[i].counts, count);
	}
	for (size_t i = 0; probes[i]; i++) {
		struct probe_state state = { .name = probes[i]->name, .means = "raw_tp" };

		pipeline_set_probe(pipeline, &state);
		state.error = 1;
		strcpy(state.problem, "refused");
		pipeline_set_probe(pipeline, &state);
	}
}

static void add_once(cJSON *array, const char *value)
{
	const cJSON *one;

	cJSON_ArrayForEach(one, array)
		if (!strcmp(one->valuestring, value))
			return;
	cJSON_AddItemToArray(array, cJSON_CreateString(value));
}

static void add_labels(cJSON *labels, const struct series *series)
{
	for (size_t i = 0; i < series->label_count; i++) {
		cJSON *values = cJSON_GetObjectItemCaseSensitive(labels, series->labels[i].name);

		if (!values)
			values = cJSON_AddArrayToObject(labels, series->labels[i].name);
		add_once(values, series->labels[i].value);
	}
}

static bool add_family(cJSON *families, const struct metrics *metrics, size_t index)
{
	static const char *const types[] = { "counter", "gauge", "histogram", "info" };
	const struct metric_family *family = metrics_family(metrics, index);
	const struct series *series = metrics_first(metrics, index);
	cJSON *told = cJSON_AddObjectToObject(families, family->name), *labels;

	cJSON_AddStringToObject(told, "type", types[family->type]);
	cJSON_AddStringToObject(told, "otlp_name", family->otlp_name);
	cJSON_AddStringToObject(told, "unit", family->unit);
	cJSON_AddStringToObject(told, "help", family->help);
	labels = cJSON_AddObjectToObject(told, "labels");
	for (; series; series = series->next)
		add_labels(labels, series);
	if (!metrics_first(metrics, index))
		fprintf(stderr, "vocabulary: nothing here gives a series of %s\n", family->name);
	return metrics_first(metrics, index);
}

/* Also those that the recording has no example of. */
static void add_rules(cJSON *causes, cJSON *classes)
{
	static const struct rule_set *const sets[] = {
		&bind_rules, &path_rules, &in_use_rules, &connect_rules, &connect_unix_rules,
		&tls_rules, &trust_rules,
	};

	for (size_t i = 0; i < COUNT(sets); i++)
		for (size_t j = 0; j < sets[i]->count; j++) {
			const struct rule *rule = &sets[i]->rules[j];

			add_once(causes, rule->cause);
			for (size_t k = 0; k < ERRORS_MAX && rule->errors[k]; k++)
				add_once(classes, rule->errors[k]);
		}
}

static bool print(struct pipeline *pipeline)
{
	const struct metrics *metrics = pipeline_metrics(pipeline);
	cJSON *all = cJSON_CreateObject(), *families = cJSON_AddObjectToObject(all, "families");
	bool complete = true;
	char *text;

	for (size_t i = 0; i < metrics_family_count(metrics); i++)
		complete = add_family(families, metrics, i) && complete;
	add_rules(cJSON_AddArrayToObject(all, "causes"),
		  cJSON_AddArrayToObject(all, "error_types"));
	text = cJSON_Print(all);
	if (text)
		puts(text);
	complete = complete && text;
	free(text);
	cJSON_Delete(all);
	return complete;
}

int main(int argc, char **argv)
{
	const struct pipeline_options options = { .series_ceiling = 20000, .seed = { 1, 2 } };
	struct pipeline *pipeline = pipeline_new(&options);
	char error[512] = "usage: vocabulary RECORDING";
	bool complete;

	if (!pipeline || argc != 2 || replay_file(argv[1], take, pipeline, error, sizeof(error))) {
		fprintf(stderr, "vocabulary: %s\n", error);
		return 1;
	}
	take_places(pipeline);
	take_counts(pipeline);
	take_failures(pipeline);
	take_self(pipeline);
	pipeline_refresh(pipeline, NOW_NS);
	complete = print(pipeline);
	pipeline_free(pipeline);
	return !complete;
}
