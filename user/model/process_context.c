/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads as much of protobuf as a resource takes: messages of lengths, keys and texts. */
#include "user/model/process_context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/service.h"

#define VERSION		2
#define WIRE_VARINT	0
#define WIRE_FIXED64	1
#define WIRE_LENGTH	2
#define WIRE_FIXED32	5
#define FIELD_RESOURCE	1	/* ProcessContext.resource */
#define FIELD_ATTRIBUTE	1	/* Resource.attributes */
#define FIELD_KEY	1	/* KeyValue.key */
#define FIELD_VALUE	2	/* KeyValue.value */
#define FIELD_TEXT	1	/* AnyValue.string_value */
#define KEY_SIZE	64

struct bytes {
	const uint8_t *at;
	size_t left;
};

struct field {
	uint64_t number;
	struct bytes content;	/* of WIRE_LENGTH; else empty */
	bool is_length;
};

/* The name stands behind a blank; a memfd's has " (deleted)" behind it. */
static bool is_named(const char *line, size_t length, const char *name)
{
	const char *at = memmem(line, length, name, strlen(name));

	return at && at > line && at[-1] == ' ';
}

bool process_context_mapping(const char *line, size_t length, uint64_t *address)
{
	char digits[20];
	const char *dash = memchr(line, '-', length);

	if (!dash || (size_t)(dash - line) >= sizeof(digits))
		return false;
	if (!is_named(line, length, "/memfd:OTEL_CTX") &&
	    !is_named(line, length, "[anon_shmem:OTEL_CTX]") &&
	    !is_named(line, length, "[anon:OTEL_CTX]"))
		return false;
	memcpy(digits, line, (size_t)(dash - line));
	digits[dash - line] = '\0';
	*address = strtoull(digits, NULL, 16);
	return true;
}

int process_context_header(const uint8_t bytes[PROCESS_CONTEXT_HEADER],
			   struct process_context *out)
{
	struct process_context found;
	uint32_t version;

	memcpy(&version, bytes + 8, sizeof(version));
	memcpy(&found.size, bytes + 12, sizeof(found.size));
	memcpy(&found.published_ns, bytes + 16, sizeof(found.published_ns));
	memcpy(&found.payload, bytes + 24, sizeof(found.payload));
	if (memcmp(bytes, "OTEL_CTX", 8) || version != VERSION ||
	    found.size > PROCESS_CONTEXT_MAX)
		return -EINVAL;
	if (!found.published_ns)
		return -EAGAIN;
	*out = found;
	return 0;
}

static bool take_varint(struct bytes *bytes, uint64_t *out)
{
	*out = 0;
	for (unsigned int shift = 0; shift < 64 && bytes->left; shift += 7) {
		uint8_t byte = *bytes->at++;

		bytes->left--;
		*out |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool skip(struct bytes *bytes, uint64_t size)
{
	if (size > bytes->left)
		return false;
	bytes->at += size;
	bytes->left -= size;
	return true;
}

/* False at something that is no field. */
static bool take_field(struct bytes *bytes, struct field *out)
{
	uint64_t tag, size;

	if (!take_varint(bytes, &tag))
		return false;
	out->number = tag >> 3;
	out->is_length = (tag & 7) == WIRE_LENGTH;
	out->content = (struct bytes){ bytes->at, 0 };
	switch (tag & 7) {
	case WIRE_VARINT:
		return out->number && take_varint(bytes, &size);
	case WIRE_FIXED64:
		return out->number && skip(bytes, 8);
	case WIRE_FIXED32:
		return out->number && skip(bytes, 4);
	case WIRE_LENGTH:
		if (!out->number || !take_varint(bytes, &size))
			return false;
		out->content.at = bytes->at;
		out->content.left = size;
		return skip(bytes, size);
	default:
		return false;
	}
}

static bool take_value(struct bytes value, struct bytes *text)
{
	struct field field;

	while (value.left) {
		if (!take_field(&value, &field))
			return false;
		if (field.number == FIELD_TEXT && field.is_length)
			*text = field.content;
	}
	return true;
}

static bool take_attribute(struct bytes pair, struct service_words *out)
{
	struct bytes key = { 0 }, text = { 0 };
	char name[KEY_SIZE];
	struct field field;

	while (pair.left) {
		if (!take_field(&pair, &field))
			return false;
		if (field.number == FIELD_KEY && field.is_length)
			key = field.content;
		else if (field.number == FIELD_VALUE && field.is_length &&
			 !take_value(field.content, &text))
			return false;
	}
	if (key.left && key.left < sizeof(name) && text.left) {
		memcpy(name, key.at, key.left);
		name[key.left] = '\0';
		service_take(out, name, (const char *)text.at, text.left);
	}
	return true;
}

static bool take_resource(struct bytes resource, struct service_words *out)
{
	struct field field;

	while (resource.left) {
		if (!take_field(&resource, &field))
			return false;
		if (field.number == FIELD_ATTRIBUTE && field.is_length &&
		    !take_attribute(field.content, out))
			return false;
	}
	return true;
}

static bool take_context(struct bytes context, struct service_words *out)
{
	struct field field;

	while (context.left) {
		if (!take_field(&context, &field))
			return false;
		if (field.number == FIELD_RESOURCE && field.is_length &&
		    !take_resource(field.content, out))
			return false;
	}
	return true;
}

int process_context_read(const uint8_t *payload, size_t size, struct service_words *out)
{
	const struct bytes whole = { payload, size };

	memset(out, 0, sizeof(*out));
	if (take_context(whole, out))
		return 0;
	/* Earlier drafts of the same version publish the resource without the context around it. */
	memset(out, 0, sizeof(*out));
	if (take_resource(whole, out))
		return 0;
	memset(out, 0, sizeof(*out));
	return -EINVAL;
}
