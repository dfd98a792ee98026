/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protobuf's wire format (varint, 64 bit, length before bytes). A message's length is known at its
 * end only: its content is moved by the length's own size, one byte for nearly all.
 */
#include "user/encode/otlp_writer.h"

#include <stdio.h>
#include <string.h>

enum wire {
	WIRE_VARINT = 0,
	WIRE_FIXED64 = 1,
	WIRE_BYTES = 2,
};

static bool is_json(const struct otlp_writer *writer)
{
	return writer->format == OTLP_JSON;
}

static size_t varint_bytes(uint8_t out[10], uint64_t value)
{
	size_t size = 0;

	while (value >= 0x80) {
		out[size++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	out[size++] = (uint8_t)value;
	return size;
}

static void varint(struct buffer *out, uint64_t value)
{
	uint8_t bytes[10];

	buffer_append(out, bytes, varint_bytes(bytes, value));
}

static void tag(struct buffer *out, uint32_t number, enum wire wire)
{
	varint(out, number << 3 | wire);
}

static void fixed64(struct buffer *out, uint64_t value)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	buffer_append(out, bytes, sizeof(bytes));
}

void otlp_begin(struct otlp_writer *writer, struct buffer *out, enum otlp_format format)
{
	memset(writer, 0, sizeof(*writer));
	writer->out = out;
	writer->format = format;
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
	if (is_json(writer)) {
		json_open(&writer->json, key, '{');
		return;
	}
	tag(writer->out, number, WIRE_BYTES);
	if (writer->depth == OTLP_DEPTH) {
		writer->out->failed = true;
		return;
	}
	writer->starts[writer->depth++] = writer->out->size;
}

void otlp_close(struct otlp_writer *writer)
{
	uint8_t length[10];
	size_t start, size, prefix;

	if (is_json(writer)) {
		json_close(&writer->json, '}');
		return;
	}
	if (writer->out->failed)
		return;
	start = writer->starts[--writer->depth];
	size = writer->out->size - start;
	prefix = varint_bytes(length, size);
	buffer_append(writer->out, length, prefix);
	if (writer->out->failed)
		return;
	memmove(writer->out->data + start + prefix, writer->out->data + start, size);
	memcpy(writer->out->data + start, length, prefix);
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
	size_t length = strlen(value);

	if (is_json(writer)) {
		json_string(&writer->json, key, value);
		return;
	}
	tag(writer->out, number, WIRE_BYTES);
	varint(writer->out, length);
	buffer_append(writer->out, value, length);
}

void otlp_id(struct otlp_writer *writer, uint32_t number, const char *key, const uint8_t *bytes,
	     size_t size)
{
	if (is_json(writer)) {
		json_hex(&writer->json, key, bytes, size);
		return;
	}
	tag(writer->out, number, WIRE_BYTES);
	varint(writer->out, size);
	buffer_append(writer->out, bytes, size);
}

void otlp_bool(struct otlp_writer *writer, uint32_t number, const char *key, bool value)
{
	if (is_json(writer)) {
		json_bool(&writer->json, key, value);
		return;
	}
	tag(writer->out, number, WIRE_VARINT);
	varint(writer->out, value);
}

void otlp_enum(struct otlp_writer *writer, uint32_t number, const char *key, uint32_t value)
{
	if (is_json(writer)) {
		json_unsigned(&writer->json, key, value);
		return;
	}
	tag(writer->out, number, WIRE_VARINT);
	varint(writer->out, value);
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
	if (is_json(writer)) {
		quoted_number(writer, key, "%lld", (unsigned long long)value);
		return;
	}
	tag(writer->out, number, WIRE_VARINT);
	varint(writer->out, (uint64_t)value);
}

void otlp_sint32(struct otlp_writer *writer, uint32_t number, const char *key, int32_t value)
{
	if (is_json(writer)) {
		json_signed(&writer->json, key, value);
		return;
	}
	tag(writer->out, number, WIRE_VARINT);
	varint(writer->out, (uint32_t)value << 1 ^ (uint32_t)(value >> 31));
}

void otlp_fixed64(struct otlp_writer *writer, uint32_t number, const char *key, uint64_t value)
{
	if (is_json(writer)) {
		quoted_number(writer, key, "%llu", value);
		return;
	}
	tag(writer->out, number, WIRE_FIXED64);
	fixed64(writer->out, value);
}

void otlp_double(struct otlp_writer *writer, uint32_t number, const char *key, double value)
{
	uint64_t bits;

	if (is_json(writer)) {
		json_double(&writer->json, key, value);
		return;
	}
	memcpy(&bits, &value, sizeof(bits));
	tag(writer->out, number, WIRE_FIXED64);
	fixed64(writer->out, bits);
}

void otlp_counts(struct otlp_writer *writer, uint32_t number, const char *key,
		 const uint64_t *values, size_t count)
{
	if (is_json(writer)) {
		json_open(&writer->json, key, '[');
		for (size_t i = 0; i < count; i++)
			quoted_number(writer, NULL, "%llu", values[i]);
		json_close(&writer->json, ']');
		return;
	}
	otlp_open(writer, number, key);
	for (size_t i = 0; i < count; i++)
		varint(writer->out, values[i]);
	otlp_close(writer);
}
