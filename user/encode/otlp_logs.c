/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts as log records. Numbers are those of opentelemetry/proto/logs/v1. */
#include "user/encode/message.h"
#include "user/encode/otlp_facts.h"

#define BODY_LIMIT (16u * 1024)

enum {
	RECORD_TIME = 1,
	RECORD_SEVERITY = 2,
	RECORD_SEVERITY_TEXT = 3,
	RECORD_BODY = 5,
	RECORD_ATTRIBUTES = 6,
	RECORD_DROPPED = 7,
	RECORD_TRACE_ID = 9,
	RECORD_SPAN_ID = 10,
	RECORD_OBSERVED = 11,
	RECORD_EVENT_NAME = 12,
	VALUE_STRING = 1,
};

static const struct {
	uint32_t number;
	const char *text;
} severities[] = {
	[MESSAGE_INFO] = { 9, "INFO" },
	[MESSAGE_NOTICE] = { 10, "NOTICE" },
	[MESSAGE_WARNING] = { 13, "WARN" },
};

static void body(struct otlp_writer *writer, const struct fact *fact)
{
	struct buffer text;

	buffer_init(&text, BODY_LIMIT);
	encode_message(&text, fact);
	if (!text.failed) {
		otlp_open(writer, RECORD_BODY, "body");
		otlp_string(writer, VALUE_STRING, "stringValue", text.data);
		otlp_close(writer);
	}
	buffer_free(&text);
}

static void record(struct otlp_writer *writer, const struct fact *fact)
{
	const enum message_level level = message_level(fact);
	const struct span_context *ids = &fact->span;

	otlp_open(writer, OTLP_ITEM, NULL);
	otlp_fixed64(writer, RECORD_TIME, "timeUnixNano", fact->time_unix_ns);
	otlp_fixed64(writer, RECORD_OBSERVED, "observedTimeUnixNano",
		     fact->time_unix_ns + fact->duration_ns);
	otlp_enum(writer, RECORD_SEVERITY, "severityNumber", severities[level].number);
	otlp_string(writer, RECORD_SEVERITY_TEXT, "severityText", severities[level].text);
	otlp_string(writer, RECORD_EVENT_NAME, "eventName", event_kind_name(fact->kind));
	body(writer, fact);
	otlp_fact_attributes(writer, RECORD_ATTRIBUTES, RECORD_DROPPED, fact);
	if (id_is_set(ids->trace_id, TRACE_ID_SIZE)) {
		otlp_id(writer, RECORD_TRACE_ID, "traceId", ids->trace_id, TRACE_ID_SIZE);
		otlp_id(writer, RECORD_SPAN_ID, "spanId", ids->span_id, SPAN_ID_SIZE);
	}
	otlp_close(writer);
}

void encode_otlp_logs(struct buffer *out, enum otlp_format format, const struct otlp_agent *agent,
		      const struct fact *const *facts, size_t count)
{
	static const struct otlp_items records = { "resourceLogs", "scopeLogs", "logRecords",
						   record };

	otlp_facts(out, format, agent, &records, facts, count);
}
