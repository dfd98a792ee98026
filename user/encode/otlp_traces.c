/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts as spans. Numbers are those of opentelemetry/proto/trace/v1. */
#include "user/encode/otlp_facts.h"
#include "user/model/sampling.h"

enum {
	SPAN_TRACE_ID = 1,
	SPAN_SPAN_ID = 2,
	SPAN_STATE = 3,
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
	char state[SAMPLING_STATE_SIZE];

	otlp_open(writer, OTLP_ITEM, NULL);
	otlp_id(writer, SPAN_TRACE_ID, "traceId", ids->trace_id, TRACE_ID_SIZE);
	otlp_id(writer, SPAN_SPAN_ID, "spanId", ids->span_id, SPAN_ID_SIZE);
	if (fact->is_weighed) {
		sampling_state(fact->threshold, state);
		otlp_string(writer, SPAN_STATE, "traceState", state);
	}
	if (id_is_set(ids->parent_span_id, SPAN_ID_SIZE))
		otlp_id(writer, SPAN_PARENT, "parentSpanId", ids->parent_span_id, SPAN_ID_SIZE);
	otlp_string(writer, SPAN_NAME, "name", fact->name);
	otlp_enum(writer, SPAN_KIND, "kind", KIND_INTERNAL);
	otlp_fixed64(writer, SPAN_START, "startTimeUnixNano", fact->time_unix_ns);
	otlp_fixed64(writer, SPAN_END, "endTimeUnixNano", fact->time_unix_ns + fact->duration_ns);
	otlp_fact_attributes(writer, SPAN_ATTRIBUTES, SPAN_DROPPED, fact);
	status(writer, fact);
	otlp_close(writer);
}

void encode_otlp_traces(struct buffer *out, enum otlp_format format,
			const struct otlp_agent *agent, const struct fact *const *facts,
			size_t count)
{
	static const struct otlp_items spans = { "resourceSpans", "scopeSpans", "spans", span };

	otlp_facts(out, format, agent, &spans, facts, count);
}
