/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes from foreign programs stands behind its length: no value can begin a field. */
#include "user/encode/journal.h"

#include <string.h>

#include "user/encode/message.h"
#include "user/verdict/verdict.h"

#define SHORT_ID	12
#define FIELD_NAME_SIZE	64		/* with its NUL; longer ones are refused */

/* Of syslog. */
enum priority {
	PRIORITY_WARNING = 4,
	PRIORITY_NOTICE = 5,
	PRIORITY_INFO = 6,
};

static void length(struct buffer *out, uint64_t size)
{
	for (size_t i = 0; i < 8; i++)
		buffer_byte(out, (uint8_t)(size >> (8 * i)));
}

static void field_of(struct buffer *out, const char *name, const char *value, size_t size)
{
	buffer_string(out, name);
	buffer_byte(out, '\n');
	length(out, size);
	buffer_append(out, value, size);
	buffer_byte(out, '\n');
}

static void field(struct buffer *out, const char *name, const char *value)
{
	if (value && *value)
		field_of(out, name, value, strlen(value));
}

static void number_field(struct buffer *out, const char *name, uint64_t value)
{
	buffer_string(out, name);
	buffer_byte(out, '=');
	buffer_unsigned(out, value);
	buffer_byte(out, '\n');
}

static void id_field(struct buffer *out, const char *name, const uint8_t *bytes, size_t size)
{
	char text[2 * TRACE_ID_SIZE + 1];

	if (!id_is_set(bytes, size))
		return;
	id_text(bytes, size, text);
	field(out, name, text);
}

static enum priority priority_of(const struct fact *fact)
{
	static const enum priority priorities[] = {
		[MESSAGE_INFO] = PRIORITY_INFO, [MESSAGE_NOTICE] = PRIORITY_NOTICE,
		[MESSAGE_WARNING] = PRIORITY_WARNING,
	};

	return priorities[message_level(fact)];
}

static void message_field(struct buffer *out, const struct fact *fact)
{
	size_t start;

	buffer_string(out, "MESSAGE\n");
	start = out->size;
	length(out, 0);
	encode_message(out, fact);
	if (out->failed)
		return;
	for (size_t i = 0, size = out->size - start - 8; i < 8; i++)
		out->data[start + i] = (char)(size >> (8 * i));
	buffer_byte(out, '\n');
}

/* "network.peer.port" is NETWORK_PEER_PORT. */
static void field_name(char out[FIELD_NAME_SIZE], const char *name)
{
	size_t i = 0;

	for (; name[i] && i < FIELD_NAME_SIZE - 1; i++)
		out[i] = (char)(name[i] >= 'a' && name[i] <= 'z' ? name[i] - 'a' + 'A' :
				name[i] >= '0' && name[i] <= '9' ? name[i] : '_');
	out[i] = '\0';
}

static void attribute_field(struct buffer *out, const struct attributes *attributes,
			    const struct attribute *item)
{
	const struct attribute_definition *definition = attribute_definition(item->key);
	char name[FIELD_NAME_SIZE];
	const char *text;

	field_name(name, definition->name);
	switch (definition->type) {
	case ATTRIBUTE_STRING:
	case ATTRIBUTE_STRING_LIST:
		text = attribute_string(attributes, item);
		field(out, name, text);
		if (item->key == ATTRIBUTE_CONTAINER_ID && strlen(text) > SHORT_ID)
			field_of(out, name, text, SHORT_ID);
		break;
	case ATTRIBUTE_INTEGER:
		buffer_printf(out, "%s=%lld\n", name, (long long)item->integer);
		break;
	case ATTRIBUTE_BOOLEAN:
		buffer_printf(out, "%s=%s\n", name, item->boolean ? "true" : "false");
		break;
	}
}

void encode_journal_entry(struct buffer *out, const struct fact *fact)
{
	const struct attributes *attributes = &fact->attributes;

	message_field(out, fact);
	number_field(out, "PRIORITY", priority_of(fact));
	field(out, "SYSLOG_IDENTIFIER", "seamark");
	field(out, "SEAMARK_EVENT", event_kind_name(fact->kind));
	field(out, "SEAMARK_OUTCOME", outcome_name(fact->outcome));
	if (fact->verdict)
		field(out, "SEAMARK_CAUSE", fact->verdict->cause);
	if (!fact->unmeasured)
		number_field(out, "SEAMARK_DURATION_NS", fact->duration_ns);
	id_field(out, "TRACE_ID", fact->span.trace_id, TRACE_ID_SIZE);
	id_field(out, "SPAN_ID", fact->span.span_id, SPAN_ID_SIZE);
	/* The journal adds what it knows of that process: its unit shows it, too. */
	number_field(out, "OBJECT_PID", fact->tgid);
	for (size_t i = 0; i < attributes->count; i++)
		attribute_field(out, attributes, &attributes->items[i]);
	field(out, "ERROR_MESSAGE", fact->message);
}
