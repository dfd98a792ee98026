/* SPDX-License-Identifier: BSD-2-Clause */
/* What is not known is left out; names are those of the one vocabulary. */
#include "user/encode/lines.h"

static void id(struct json *json, const char *key, const uint8_t *bytes, size_t size)
{
	if (id_is_set(bytes, size))
		json_hex(json, key, bytes, size);
}

static void attribute(struct json *json, const struct attributes *attributes,
		      const struct attribute *item)
{
	const struct attribute_definition *definition = attribute_definition(item->key);

	switch (definition->type) {
	case ATTRIBUTE_STRING:
		json_string(json, definition->name, attribute_string(attributes, item));
		break;
	case ATTRIBUTE_INTEGER:
		json_signed(json, definition->name, item->integer);
		break;
	case ATTRIBUTE_STRING_LIST:
		json_open(json, definition->name, '[');
		json_string(json, NULL, attribute_string(attributes, item));
		json_close(json, ']');
		break;
	case ATTRIBUTE_BOOLEAN:
		json_bool(json, definition->name, item->boolean);
		break;
	}
}

void encode_verdict(struct json *json, const char *key, const struct verdict *verdict)
{
	json_open(json, key, '{');
	json_string(json, "cause", verdict->cause);
	json_string(json, "explanation", verdict->explanation);
	json_open(json, "evidence", '{');
	for (size_t i = 0; i < verdict->evidence_count; i++)
		json_string(json, verdict->evidence[i].key, verdict->evidence[i].value);
	json_close(json, '}');
	json_open(json, "fixes", '[');
	for (size_t i = 0; i < verdict->fix_count; i++)
		json_string(json, NULL, verdict->fixes[i]);
	json_close(json, ']');
	json_close(json, '}');
}

static void encode_error(struct json *json, const struct fact *fact)
{
	if (!fact->go_type[0] && !fact->message[0])
		return;
	json_open(json, "error", '{');
	if (fact->go_type[0])
		json_string(json, "go_type", fact->go_type);
	if (fact->message[0])
		json_string(json, "message", fact->message);
	json_close(json, '}');
}

void encode_fact_members(struct json *json, const struct fact *fact)
{
	if (!fact->unmeasured)
		json_unsigned(json, "duration_ns", fact->duration_ns);
	id(json, "trace_id", fact->span.trace_id, TRACE_ID_SIZE);
	id(json, "span_id", fact->span.span_id, SPAN_ID_SIZE);
	id(json, "parent_span_id", fact->span.parent_span_id, SPAN_ID_SIZE);
	json_open(json, "attributes", '{');
	for (size_t i = 0; i < fact->attributes.count; i++)
		attribute(json, &fact->attributes, &fact->attributes.items[i]);
	json_close(json, '}');
	encode_error(json, fact);
}

void encode_fact(struct json *json, const struct fact *fact)
{
	json_open(json, NULL, '{');
	json_time(json, "time", fact->time_unix_ns);
	json_string(json, "event", event_kind_name(fact->kind));
	json_string(json, "outcome", outcome_name(fact->outcome));
	encode_fact_members(json, fact);
	if (fact->verdict)
		encode_verdict(json, "verdict", fact->verdict);
	json_close(json, '}');
}

void encode_fact_line(struct buffer *out, const struct fact *fact)
{
	struct json json;

	json_begin(&json, out);
	encode_fact(&json, fact);
	buffer_byte(out, '\n');
}
