/* SPDX-License-Identifier: BSD-2-Clause */
/* From counted observations to series: whose they are, and what they are told apart by. */
#include <string.h>

#include "user/model/errno_name.h"
#include "user/model/syscall_name.h"
#include "user/pipeline/internal.h"
#include "user/pipeline/self_families.h"

#define OUTLIER_COUNT 100	/* acts of which a quantile says something */
#define SERIES_LABELS (RESOURCE_LABELS_MAX + PROBE_LABELS_MAX)

static uint64_t now_unix_ns(const struct pipeline *pipeline)
{
	return pipeline->clock.now_ns + (uint64_t)pipeline->clock.wall_offset_ns;
}

static struct series *find_series(struct pipeline *pipeline, const struct metric_family *family,
				  const struct label *labels, size_t count)
{
	uint64_t created = pipeline->options.created_unix_ns ?: now_unix_ns(pipeline);

	return metrics_series(pipeline->metrics, family, labels, count, created);
}

static bool is_left_out(const struct pipeline *pipeline, uint32_t context)
{
	return !pipeline->options.all_programs &&
	       resources_kind(pipeline->resources, context) == PROGRAM_OTHER;
}

void series_add_kernel(struct pipeline *pipeline, const struct record_series *record)
{
	const struct series_key *key = &record->key;
	const struct probe *probe = key->kind < EVENT_MAX ? pipeline->probe_of_kind[key->kind]
							  : NULL;
	const struct metric_family *family = probe && probe->family ? probe->family(key) : NULL;
	struct label labels[SERIES_LABELS];
	struct series *series;
	size_t count = 0;

	if (!family)
		return;
	pipeline->probes[pipeline->probe_index[key->kind]].counted +=
		histogram_count(&record->added);
	if (!record->overflow && is_left_out(pipeline, key->context))
		return;
	if (record->overflow) {
		labels[count++] = (struct label){ "otel_metric_overflow", "otel.metric.overflow",
						  "true" };
	} else {
		count = resources_labels(pipeline->resources, key->context, labels);
		count += probe->labels(key, labels + count);
	}
	series = find_series(pipeline, family, labels, count);
	if (!series || !series->durations)
		return;
	durations_add_histogram(series->durations, &record->added);
	if (pipeline->history && !record->overflow && !series->overflow)
		history_add(pipeline->history, key->kind, labels, count, &record->added);
}

/* Of system calls: there is one of each type. */
static const struct metric_family *family_of_calls(const struct pipeline *pipeline,
						   enum metric_type type)
{
	const struct probe *probe = pipeline->probe_of_kind[EVENT_SYSCALL_SLOW];

	for (const struct metric_family *const *family = probe ? probe->metrics : NULL;
	     family && *family; family++)
		if ((*family)->type == type)
			return *family;
	return NULL;
}

void series_set_sampled(struct pipeline *pipeline, const struct record_sampled *record)
{
	const struct metric_family *family = family_of_calls(pipeline, METRIC_GAUGE);
	struct label labels[SERIES_LABELS];
	struct series *series;

	if (!family || is_left_out(pipeline, record->context))
		return;
	series = find_series(pipeline, family, labels,
			     resources_labels(pipeline->resources, record->context, labels));
	if (series && !series->overflow)
		series->value = record->sampled != 0;
}

static size_t attribute_label(struct label *labels, size_t count, enum attribute_key key,
			      const char *value)
{
	const struct attribute_definition *definition = attribute_definition(key);

	if (!value)
		return count;
	labels[count].name = definition->label;
	labels[count].otlp_name = definition->name;
	labels[count].value = value;
	return count + 1;
}

void series_add_errors(struct pipeline *pipeline, const struct record_syscall_error *record)
{
	const struct metric_family *family = family_of_calls(pipeline, METRIC_COUNTER);
	struct label labels[SERIES_LABELS];
	struct series *series;
	size_t count;

	if (!family || is_left_out(pipeline, record->key.context))
		return;
	count = resources_labels(pipeline->resources, record->key.context, labels);
	count = attribute_label(labels, count, ATTRIBUTE_SYSCALL_NAME,
				syscall_name(SYSCALL_ARCH_NATIVE, record->key.number));
	count = attribute_label(labels, count, ATTRIBUTE_ERROR_TYPE,
				errno_name(record->key.error));
	series = find_series(pipeline, family, labels, count);
	if (!series)
		return;
	series->value += record->added;
	if (pipeline->history && !series->overflow)
		history_add_errors(pipeline->history, labels, count, record->added);
}

static size_t outcome_label(struct label *labels, size_t count, enum outcome outcome)
{
	labels[count].name = "outcome";
	labels[count].otlp_name = "outcome";
	labels[count].value = outcome_name(outcome);
	return count + 1;
}

/* Of a fact that the kernel did not count, for what its series is told apart by came later. */
static size_t labels_by_attributes(const struct fact *fact, struct label *labels, size_t count)
{
	static const enum attribute_key keys[] = {
		ATTRIBUTE_ERROR_TYPE, ATTRIBUTE_TLS_ROLE, ATTRIBUTE_TLS_PROTOCOL_VERSION,
	};

	count = outcome_label(labels, count, fact->outcome);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		count = attribute_label(labels, count, keys[i],
					attributes_string(&fact->attributes, keys[i]));
	return count;
}

struct series *series_of_fact(struct pipeline *pipeline, const struct fact *fact)
{
	const struct probe *probe = pipeline->probe_of_kind[fact->kind];
	const struct metric_family *family = probe->family ? probe->family(&fact->series) : NULL;
	struct label labels[SERIES_LABELS];
	struct series *series;
	size_t count;

	if (!family || (fact->counted && !fact->is_span))
		return NULL;
	count = resources_labels(pipeline->resources, fact->context, labels);
	if (fact->counted)
		count += probe->labels(&fact->series, labels + count);
	else
		count = labels_by_attributes(fact, labels, count);
	series = find_series(pipeline, family, labels, count);
	return series && series->durations ? series : NULL;
}

static void exemplify(struct series *series, const struct fact *fact)
{
	const struct exemplar exemplar = {
		.duration_ns = fact->duration_ns,
		.time_unix_ns = fact->time_unix_ns + fact->duration_ns,
		.span = fact->span,
	};

	if (fact->is_span && !fact->sampled_out && !series->overflow &&
	    id_is_set(fact->span.trace_id, TRACE_ID_SIZE))
		series_exemplify(series, &exemplar);
}

bool series_is_outlier(const struct series *series, const struct fact *fact)
{
	return series && !series->overflow && durations_count(series->durations) >= OUTLIER_COUNT &&
	       fact->duration_ns > 2 * durations_quantile(series->durations, 0.99);
}

void series_add_fact(struct pipeline *pipeline, struct series *series, const struct fact *fact)
{
	if (!series)
		return;
	exemplify(series, fact);
	if (fact->counted)
		return;
	durations_observe(series->durations, fact->duration_ns);
	if (pipeline->history && !series->overflow)
		history_add_act(pipeline->history, fact->kind, series->labels, series->label_count,
				fact->duration_ns);
}

void series_add_verdict(struct pipeline *pipeline, const struct fact *fact)
{
	struct label labels[SERIES_LABELS];
	struct series *series;
	size_t count;

	count = resources_labels(pipeline->resources, fact->context, labels);
	labels[count++] = (struct label){ "event", "event", event_kind_name(fact->kind) };
	labels[count++] = (struct label){ "cause", "cause", fact->verdict->cause };
	series = find_series(pipeline, &family_verdicts, labels, count);
	if (series)
		series->value++;
}
