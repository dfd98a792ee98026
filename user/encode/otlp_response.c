/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A receiver's answer: foreign bytes, of which only the partial success matters. Whatever is not
 * well-formed counts as silence.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/encode/otlp.h"

#define PARTIAL_SUCCESS	1
#define REJECTED	1
#define ERROR_MESSAGE	2

const char *otlp_content_type(enum otlp_format format)
{
	return format == OTLP_JSON ? "application/json" : "application/x-protobuf";
}

struct bytes {
	const uint8_t *at;
	const uint8_t *end;
};

static bool read_varint(struct bytes *bytes, uint64_t *out)
{
	*out = 0;
	for (unsigned int shift = 0; shift < 64 && bytes->at < bytes->end; shift += 7) {
		uint8_t byte = *bytes->at++;

		*out |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

/* One field; *content is what a length stands before. False at the end, or where nothing fits. */
static bool read_field(struct bytes *bytes, uint64_t *number, uint64_t *value,
		       struct bytes *content)
{
	uint64_t tag;

	content->at = content->end = NULL;
	if (!read_varint(bytes, &tag))
		return false;
	*number = tag >> 3;
	*value = 0;
	switch (tag & 7) {
	case 0:
		return read_varint(bytes, value);
	case 1:
	case 5:
		*value = tag & 4 ? 4 : 8;
		break;
	case 2:
		if (!read_varint(bytes, value))
			return false;
		break;
	default:
		return false;
	}
	if (*value > (uint64_t)(bytes->end - bytes->at))
		return false;
	content->at = bytes->at;
	bytes->at += *value;
	content->end = bytes->at;
	return true;
}

static uint64_t read_partial(struct bytes bytes, char *message, size_t size)
{
	uint64_t number, value, rejected = 0;
	struct bytes content;

	while (read_field(&bytes, &number, &value, &content)) {
		if (number == REJECTED && !content.at)
			rejected = value;
		if (number == ERROR_MESSAGE && content.at)
			snprintf(message, size, "%.*s", (int)(content.end - content.at),
				 (const char *)content.at);
	}
	return rejected;
}

static uint64_t of_protobuf(const void *body, size_t size, char *message, size_t message_size)
{
	struct bytes bytes = { body, (const uint8_t *)body + size }, content;
	uint64_t number, value, rejected = 0;

	while (read_field(&bytes, &number, &value, &content))
		if (number == PARTIAL_SUCCESS && content.at)
			rejected = read_partial(content, message, message_size);
	return rejected;
}

static uint64_t number_of(const cJSON *item)
{
	if (cJSON_IsString(item))
		return strtoull(item->valuestring, NULL, 10);
	return cJSON_IsNumber(item) && item->valuedouble > 0 ? (uint64_t)item->valuedouble : 0;
}

static uint64_t of_json(const void *body, size_t size, char *message, size_t message_size)
{
	cJSON *root = cJSON_ParseWithLength(body, size);
	const cJSON *partial = cJSON_GetObjectItemCaseSensitive(root, "partialSuccess");
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(partial, "errorMessage");
	uint64_t rejected;

	rejected = number_of(cJSON_GetObjectItemCaseSensitive(partial, "rejectedSpans"));
	if (!rejected)
		rejected = number_of(cJSON_GetObjectItemCaseSensitive(partial,
								     "rejectedDataPoints"));
	if (cJSON_IsString(text))
		snprintf(message, message_size, "%s", text->valuestring);
	cJSON_Delete(root);
	return rejected;
}

uint64_t otlp_rejected(enum otlp_format format, const void *body, size_t size, char *message,
		       size_t message_size)
{
	message[0] = '\0';
	if (!size)
		return 0;
	return format == OTLP_JSON ? of_json(body, size, message, message_size)
				   : of_protobuf(body, size, message, message_size);
}
