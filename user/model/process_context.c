/* SPDX-License-Identifier: BSD-2-Clause */
/* A resource in protobuf: messages of keys and texts. */
#include "user/model/process_context.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/protobuf.h"
#include "user/model/service.h"

#define VERSION		2
#define FIELD_RESOURCE	1	/* ProcessContext.resource */
#define FIELD_ATTRIBUTE	1	/* Resource.attributes */
#define FIELD_KEY	1	/* KeyValue.key */
#define FIELD_VALUE	2	/* KeyValue.value */
#define FIELD_TEXT	1	/* AnyValue.string_value */
#define KEY_SIZE	64

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

static bool take_value(struct protobuf value, struct protobuf *text)
{
	struct protobuf_field field;

	while (value.left) {
		if (!protobuf_take(&value, &field))
			return false;
		if (field.number == FIELD_TEXT && field.is_length)
			*text = field.content;
	}
	return true;
}

static bool take_attribute(struct protobuf pair, struct service_words *out)
{
	struct protobuf key = { 0 }, text = { 0 };
	char name[KEY_SIZE];
	struct protobuf_field field;

	while (pair.left) {
		if (!protobuf_take(&pair, &field))
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

static bool take_resource(struct protobuf resource, struct service_words *out)
{
	struct protobuf_field field;

	while (resource.left) {
		if (!protobuf_take(&resource, &field))
			return false;
		if (field.number == FIELD_ATTRIBUTE && field.is_length &&
		    !take_attribute(field.content, out))
			return false;
	}
	return true;
}

static bool take_context(struct protobuf context, struct service_words *out)
{
	struct protobuf_field field;

	while (context.left) {
		if (!protobuf_take(&context, &field))
			return false;
		if (field.number == FIELD_RESOURCE && field.is_length &&
		    !take_resource(field.content, out))
			return false;
	}
	return true;
}

int process_context_read(const uint8_t *payload, size_t size, struct service_words *out)
{
	const struct protobuf whole = { payload, size };

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
