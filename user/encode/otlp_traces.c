/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts as spans, grouped by whose they are. Numbers are those of opentelemetry/proto/trace/v1. */
#include <string.h>

#include "user/encode/otlp_resource.h"
#include "user/verdict/verdict.h"

enum {
	RESOURCE_SPANS = 1,
	SCOPE_SPANS = 2,
	SPANS = 2,
	SPAN_TRACE_ID = 1,
	SPAN_SPAN_ID = 2,
	SPAN_PARENT = 4,
	SPAN_NAME = 5,
	SPAN_KIND = 6,
	SPAN_START = 7,
	SPAN_END = 8,
	SPAN_ATTRIBUTES = 9,
	SPAN_DROPPED = 10,
	SPAN_STATUS = 15,
	STATUS_MESSAGE = 2,
	STATUS_CODE = 3,
	STATUS_CODE_ERROR = 2,
	KIND_INTERNAL = 1,
};

static void verdict_attributes(struct otlp_writer *writer, const struct verdict *verdict)
{
	char key[EVIDENCE_KEY_SIZE + 32] = "seamark.verdict.evidence.";
	const size_t prefix = strlen(key);

	otlp_attribute_text(writer, SPAN_ATTRIBUTES, "seamark.verdict.cause", verdict->cause);
	otlp_attribute_text(writer, SPAN_ATTRIBUTES, "seamark.verdict.explanation",
			    verdict->explanation);
	if (verdict->fix_count)
		otlp_attribute_text(writer, SPAN_ATTRIBUTES, "seamark.verdict.fix",
				    verdict->fixes[0]);
	for (size_t i = 0; i < verdict->evidence_count; i++) {
		strncpy(key + prefix, verdict->evidence[i].key, EVIDENCE_KEY_SIZE);
		otlp_attribute_text(writer, SPAN_ATTRIBUTES, key, verdict->evidence[i].value);
	}
}

static void attributes(struct otlp_writer *writer, const struct fact *fact)
{
	otlp_list(writer, "attributes");
	for (size_t i = 0; i < fact->attributes.count; i++)
		if (!otlp_is_resource_key(fact->attributes.items[i].key))
			otlp_attribute(writer, SPAN_ATTRIBUTES, &fact->attributes,
				       &fact->attributes.items[i]);
	otlp_attribute_text(writer, SPAN_ATTRIBUTES, "seamark.outcome",
			    outcome_name(fact->outcome));
	otlp_attribute_text(writer, SPAN_ATTRIBUTES, "seamark.error.go_type", fact->go_type);
	if (fact->verdict)
		verdict_attributes(writer, fact->verdict);
	otlp_list_end(writer);
	if (fact->attributes.left_out)
		otlp_enum(writer, SPAN_DROPPED, "droppedAttributesCount",
			  fact->attributes.left_out);
}

/* Only what failed is an error: who gives up meant to. */
static void status(struct otlp_writer *writer, const struct fact *fact)
{
	if (fact->outcome != OUTCOME_ERROR)
		return;
	otlp_open(writer, SPAN_STATUS, "status");
	if (fact->message[0])
		otlp_string(writer, STATUS_MESSAGE, "message", fact->message);
	otlp_enum(writer, STATUS_CODE, "code", STATUS_CODE_ERROR);
	otlp_close(writer);
}

static void span(struct otlp_writer *writer, const struct fact *fact)
{
	const struct span_context *ids = &fact->span;

	otlp_open(writer, SPANS, NULL);
	otlp_id(writer, SPAN_TRACE_ID, "traceId", ids->trace_id, TRACE_ID_SIZE);
	otlp_id(writer, SPAN_SPAN_ID, "spanId", ids->span_id, SPAN_ID_SIZE);
	if (id_is_set(ids->parent_span_id, SPAN_ID_SIZE))
		otlp_id(writer, SPAN_PARENT, "parentSpanId", ids->parent_span_id, SPAN_ID_SIZE);
	otlp_string(writer, SPAN_NAME, "name", fact->name);
	otlp_enum(writer, SPAN_KIND, "kind", KIND_INTERNAL);
	otlp_fixed64(writer, SPAN_START, "startTimeUnixNano", fact->time_unix_ns);
	otlp_fixed64(writer, SPAN_END, "endTimeUnixNano", fact->time_unix_ns + fact->duration_ns);
	attributes(writer, fact);
	status(writer, fact);
	otlp_close(writer);
}

/* Is there an earlier fact of the same resource? Then it stands with that one. */
static bool is_first_of_resource(const struct fact *const *facts, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (otlp_same_resource(&facts[i]->attributes, &facts[index]->attributes))
			return false;
	return true;
}

static void resource_spans(struct otlp_writer *writer, const struct otlp_agent *agent,
			   const struct fact *const *facts, size_t first, size_t count)
{
	const struct attributes *who = &facts[first]->attributes;

	otlp_open(writer, RESOURCE_SPANS, NULL);
	otlp_resource(writer, agent, who);
	otlp_list(writer, "scopeSpans");
	otlp_open(writer, SCOPE_SPANS, NULL);
	otlp_scope(writer, agent);
	otlp_list(writer, "spans");
	for (size_t i = first; i < count; i++)
		if (otlp_same_resource(&facts[i]->attributes, who))
			span(writer, facts[i]);
	otlp_list_end(writer);
	otlp_close(writer);
	otlp_list_end(writer);
	otlp_close(writer);
}

void encode_otlp_traces(struct buffer *out, enum otlp_format format,
			const struct otlp_agent *agent, const struct fact *const *facts,
			size_t count)
{
	struct otlp_writer writer;

	if (!count)
		return;
	otlp_begin(&writer, out, format);
	otlp_list(&writer, "resourceSpans");
	for (size_t i = 0; i < count; i++)
		if (is_first_of_resource(facts, i))
			resource_spans(&writer, agent, facts, i, count);
	otlp_list_end(&writer);
	otlp_end(&writer);
}
