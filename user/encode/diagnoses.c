/* SPDX-License-Identifier: BSD-2-Clause */
/* One object a group; what its facts have is written as their lines have it. */
#include "user/encode/diagnoses.h"

#include "user/encode/json.h"
#include "user/encode/lines.h"

static void text(struct json *json, const char *key, const struct attributes *attributes,
		 enum attribute_key attribute)
{
	const char *value = attributes_string(attributes, attribute);

	if (value)
		json_string(json, key, value);
}

static void container(struct json *json, const struct attributes *attributes)
{
	if (!attributes_string(attributes, ATTRIBUTE_CONTAINER_ID))
		return;
	json_open(json, "container", '{');
	text(json, "id", attributes, ATTRIBUTE_CONTAINER_ID);
	text(json, "name", attributes, ATTRIBUTE_CONTAINER_NAME);
	text(json, "runtime", attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME);
	json_close(json, '}');
}

static void example(struct json *json, const struct fact *fact)
{
	json_open(json, "example", '{');
	json_time(json, "time", fact->time_unix_ns);
	encode_fact_members(json, fact);
	json_close(json, '}');
}

static void group_object(struct json *json, const struct diagnosis_group *group,
			 enum language language)
{
	const struct attributes *attributes = &group->example.attributes;
	struct verdict room;

	json_open(json, NULL, '{');
	json_string(json, "event", event_kind_name(group->kind));
	json_string(json, "outcome", outcome_name(group->outcome));
	if (group->has_verdict)
		json_string(json, "cause", group->reason);
	else
		json_null(json, "cause");
	text(json, "error_type", attributes, ATTRIBUTE_ERROR_TYPE);
	text(json, "program", attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME);
	container(json, attributes);
	json_bool(json, "failure", !diagnosis_is_no_failure(group));
	json_unsigned(json, "count", group->count);
	json_time(json, "first", group->first_unix_ns);
	json_time(json, "last", group->last_unix_ns);
	example(json, &group->example);
	if (group->has_verdict)
		encode_verdict(json, "verdict", diagnosis_verdict(group, language, &room));
	json_close(json, '}');
}

static void totals(struct json *json, const struct diagnosis *diagnosis)
{
	json_open(json, "totals", '{');
	for (int kind = EVENT_NONE + 1; kind < EVENT_MAX; kind++) {
		const struct diagnosis_total *total = diagnosis_total(diagnosis, kind);
		uint64_t sum = 0;

		for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
			sum += total->by_outcome[outcome];
		if (!sum)
			continue;
		json_open(json, event_kind_name(kind), '{');
		for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
			json_unsigned(json, outcome_name(outcome), total->by_outcome[outcome]);
		json_close(json, '}');
	}
	json_close(json, '}');
}

void encode_diagnoses(struct buffer *out, struct diagnosis *diagnosis, enum language language)
{
	struct json json;

	diagnosis_sort(diagnosis);
	json_begin(&json, out);
	json_open(&json, NULL, '{');
	if (diagnosis_since(diagnosis))
		json_time(&json, "since", diagnosis_since(diagnosis));
	json_open(&json, "diagnoses", '[');
	for (size_t i = 0; i < diagnosis_count(diagnosis); i++)
		group_object(&json, diagnosis_group(diagnosis, i), language);
	json_close(&json, ']');
	json_unsigned(&json, "beyond", diagnosis_beyond(diagnosis));
	json_unsigned(&json, "gave_way", diagnosis_gave_way(diagnosis));
	totals(&json, diagnosis);
	json_close(&json, '}');
	buffer_byte(out, '\n');
}
