/* SPDX-License-Identifier: BSD-2-Clause */
/* Each call writes a field of protobuf, or a member of JSON. */
#include "user/encode/otlp_writer.h"

#include <stdio.h>

static bool is_json(const struct otlp_writer *writer)
{
	return writer->format == OTLP_JSON;
}

void otlp_begin(struct otlp_writer *writer, struct buffer *out, enum otlp_format format)
{
	writer->format = format;
	protobuf_begin(&writer->protobuf, out);
	json_begin(&writer->json, out);
	if (is_json(writer))
		json_open(&writer->json, NULL, '{');
}

void otlp_end(struct otlp_writer *writer)
{
	if (is_json(writer))
		json_close(&writer->json, '}');
}

void otlp_open(struct otlp_writer *writer, uint32_t number, const char *key)
{
	if (is_json(writer))
		json_open(&writer->json, key, '{');
	else
		protobuf_open(&writer->protobuf, number);
}

void otlp_close(struct otlp_writer *writer)
{
	if (is_json(writer))
		json_close(&writer->json, '}');
	else
		protobuf_close(&writer->protobuf);
}

void otlp_list(struct otlp_writer *writer, const char *key)
{
	if (is_json(writer))
		json_open(&writer->json, key, '[');
}

void otlp_list_end(struct otlp_writer *writer)
{
	if (is_json(writer))
		json_close(&writer->json, ']');
}

void otlp_string(struct otlp_writer *writer, uint32_t number, const char *key, const char *value)
{
	if (is_json(writer))
		json_string(&writer->json, key, value);
	else
		protobuf_string(&writer->protobuf, number, value);
}

void otlp_id(struct otlp_writer *writer, uint32_t number, const char *key, const uint8_t *bytes,
	     size_t size)
{
	if (is_json(writer))
		json_hex(&writer->json, key, bytes, size);
	else
		protobuf_bytes(&writer->protobuf, number, bytes, size);
}

void otlp_bool(struct otlp_writer *writer, uint32_t number, const char *key, bool value)
{
	if (is_json(writer))
		json_bool(&writer->json, key, value);
	else
		protobuf_unsigned(&writer->protobuf, number, value);
}

void otlp_enum(struct otlp_writer *writer, uint32_t number, const char *key, uint32_t value)
{
	if (is_json(writer))
		json_unsigned(&writer->json, key, value);
	else
		protobuf_unsigned(&writer->protobuf, number, value);
}

/* 64-bit numbers are strings in the JSON mapping: JavaScript can't hold them. */
static void quoted_number(struct otlp_writer *writer, const char *key, const char *format,
			  unsigned long long value)
{
	char text[24];

	snprintf(text, sizeof(text), format, value);
	json_string(&writer->json, key, text);
}

void otlp_int64(struct otlp_writer *writer, uint32_t number, const char *key, int64_t value)
{
	if (is_json(writer))
		quoted_number(writer, key, "%lld", (unsigned long long)value);
	else
		protobuf_unsigned(&writer->protobuf, number, (uint64_t)value);
}

void otlp_sint32(struct otlp_writer *writer, uint32_t number, const char *key, int32_t value)
{
	if (is_json(writer))
		json_signed(&writer->json, key, value);
	else
		protobuf_signed(&writer->protobuf, number, value);
}

void otlp_fixed64(struct otlp_writer *writer, uint32_t number, const char *key, uint64_t value)
{
	if (is_json(writer))
		quoted_number(writer, key, "%llu", value);
	else
		protobuf_fixed64(&writer->protobuf, number, value);
}

void otlp_double(struct otlp_writer *writer, uint32_t number, const char *key, double value)
{
	if (is_json(writer))
		json_double(&writer->json, key, value);
	else
		protobuf_double(&writer->protobuf, number, value);
}

static void quoted_numbers(struct otlp_writer *writer, const char *key, const uint64_t *values,
			   size_t count)
{
	json_open(&writer->json, key, '[');
	for (size_t i = 0; i < count; i++)
		quoted_number(writer, NULL, "%llu", values[i]);
	json_close(&writer->json, ']');
}

void otlp_fixed64s(struct otlp_writer *writer, uint32_t number, const char *key,
		   const uint64_t *values, size_t count)
{
	if (is_json(writer)) {
		quoted_numbers(writer, key, values, count);
		return;
	}
	protobuf_open(&writer->protobuf, number);
	for (size_t i = 0; i < count; i++)
		protobuf_packed_fixed64(&writer->protobuf, values[i]);
	protobuf_close(&writer->protobuf);
}

void otlp_doubles(struct otlp_writer *writer, uint32_t number, const char *key,
		  const double *values, size_t count)
{
	if (is_json(writer)) {
		json_open(&writer->json, key, '[');
		for (size_t i = 0; i < count; i++)
			json_double(&writer->json, NULL, values[i]);
		json_close(&writer->json, ']');
		return;
	}
	protobuf_open(&writer->protobuf, number);
	for (size_t i = 0; i < count; i++)
		protobuf_packed_double(&writer->protobuf, values[i]);
	protobuf_close(&writer->protobuf);
}

void otlp_counts(struct otlp_writer *writer, uint32_t number, const char *key,
		 const uint64_t *values, size_t count)
{
	if (is_json(writer)) {
		quoted_numbers(writer, key, values, count);
		return;
	}
	protobuf_open(&writer->protobuf, number);
	for (size_t i = 0; i < count; i++)
		protobuf_packed(&writer->protobuf, values[i]);
	protobuf_close(&writer->protobuf);
}
