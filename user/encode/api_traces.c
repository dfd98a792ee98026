/* SPDX-License-Identifier: BSD-2-Clause */
/* A trace is named by the span that began first, lasts to the last end, and fails with any span. */
#include "user/encode/api_traces.h"

#include <string.h>

#include "user/encode/api_parts.h"
#include "user/encode/json.h"
#include "user/encode/lines.h"

struct summary {
	struct recent_fact first;
	uint64_t end_unix_ns;
	enum outcome outcome;
};

/* An error outweighs what was cancelled. */
static enum outcome worse(enum outcome one, enum outcome other)
{
	if (one == OUTCOME_ERROR || other == OUTCOME_ERROR)
		return OUTCOME_ERROR;
	return one == OUTCOME_OK ? other : one;
}

static void sum_up(const struct recent_trace *trace, struct summary *out)
{
	struct recent_fact one;

	recent_span(trace, 0, LANGUAGE_ENGLISH, &out->first);
	out->end_unix_ns = 0;
	out->outcome = OUTCOME_OK;
	for (size_t i = 0; recent_span(trace, i, LANGUAGE_ENGLISH, &one); i++) {
		uint64_t end = one.fact.time_unix_ns + one.fact.duration_ns;

		if (one.fact.time_unix_ns < out->first.fact.time_unix_ns)
			out->first.fact = one.fact;
		if (end > out->end_unix_ns)
			out->end_unix_ns = end;
		out->outcome = worse(out->outcome, one.fact.outcome);
	}
}

static void one_trace(struct json *json, const struct recent_trace *trace)
{
	struct summary summary;
	const struct fact *first = &summary.first.fact;

	sum_up(trace, &summary);
	json_open(json, NULL, '{');
	json_hex(json, "trace_id", recent_trace_id(trace), TRACE_ID_SIZE);
	json_string(json, "name", first->name);
	json_time(json, "time", first->time_unix_ns);
	json_unsigned(json, "duration_ns", summary.end_unix_ns - first->time_unix_ns);
	json_unsigned(json, "spans", recent_span_count(trace));
	json_string(json, "outcome", outcome_name(summary.outcome));
	api_text(json, "program", attributes_string(&first->attributes,
						    ATTRIBUTE_PROCESS_EXECUTABLE_NAME));
	api_container_of(json, &first->attributes);
	json_close(json, '}');
}

void encode_api_traces(struct buffer *out, const struct recent *recent, size_t limit)
{
	const struct recent_trace *trace;
	struct json json;
	size_t index = 0;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_open(&json, "traces", '[');
	for (; index < limit && (trace = recent_trace(recent, index)); index++)
		one_trace(&json, trace);
	json_close(&json, ']');
	json_unsigned(&json, "beyond", recent_traces_seen(recent) - index);
	json_close(&json, '}');
	buffer_byte(out, '\n');
}

/* They are kept in the order of their ends, and are few. */
static void sort_by_begin(const struct recent_trace *trace, size_t order[RECENT_SPANS])
{
	uint64_t begins[RECENT_SPANS];
	struct recent_fact one;

	for (size_t i = 0; recent_span(trace, i, LANGUAGE_ENGLISH, &one); i++) {
		size_t at = i;

		for (; at && begins[at - 1] > one.fact.time_unix_ns; at--) {
			begins[at] = begins[at - 1];
			order[at] = order[at - 1];
		}
		begins[at] = one.fact.time_unix_ns;
		order[at] = i;
	}
}

void encode_api_trace(struct buffer *out, const struct recent_trace *trace,
		      enum language language)
{
	size_t order[RECENT_SPANS] = { 0 };
	struct recent_fact one;
	struct json json;

	sort_by_begin(trace, order);
	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_hex(&json, "trace_id", recent_trace_id(trace), TRACE_ID_SIZE);
	json_open(&json, "spans", '[');
	for (size_t i = 0; i < recent_span_count(trace); i++)
		if (recent_span(trace, order[i], language, &one))
			encode_fact(&json, &one.fact);
	json_close(&json, ']');
	json_close(&json, '}');
	buffer_byte(out, '\n');
}
