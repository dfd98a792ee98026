/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Protobuf's wire format (varint, 64 bit, length before bytes). A message's length is known at its
 * end only: its content is moved by the length's own size, one byte for nearly all.
 */
#include "user/encode/protobuf.h"

#include <string.h>

#define VARINT_MAX 10		/* bytes */

enum wire {
	WIRE_VARINT = 0,
	WIRE_FIXED64 = 1,
	WIRE_BYTES = 2,
};

static size_t varint_bytes(uint8_t out[VARINT_MAX], uint64_t value)
{
	size_t size = 0;

	while (value >= 0x80) {
		out[size++] = (uint8_t)(value | 0x80);
		value >>= 7;
	}
	out[size++] = (uint8_t)value;
	return size;
}

static uint64_t zigzag(int64_t value)
{
	return (uint64_t)value << 1 ^ (uint64_t)(value >> 63);
}

void protobuf_packed(struct protobuf *writer, uint64_t value)
{
	uint8_t bytes[VARINT_MAX];

	buffer_append(writer->out, bytes, varint_bytes(bytes, value));
}

void protobuf_packed_signed(struct protobuf *writer, int64_t value)
{
	protobuf_packed(writer, zigzag(value));
}

static void tag(struct protobuf *writer, uint32_t number, enum wire wire)
{
	protobuf_packed(writer, number << 3 | wire);
}

void protobuf_begin(struct protobuf *writer, struct buffer *out)
{
	memset(writer, 0, sizeof(*writer));
	writer->out = out;
}

void protobuf_open(struct protobuf *writer, uint32_t number)
{
	tag(writer, number, WIRE_BYTES);
	protobuf_open_bare(writer);
}

void protobuf_open_bare(struct protobuf *writer)
{
	if (writer->depth == PROTOBUF_DEPTH) {
		writer->out->failed = true;
		return;
	}
	writer->starts[writer->depth++] = writer->out->size;
}

void protobuf_close(struct protobuf *writer)
{
	uint8_t length[VARINT_MAX];
	size_t start, size, prefix;

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

void protobuf_unsigned(struct protobuf *writer, uint32_t number, uint64_t value)
{
	tag(writer, number, WIRE_VARINT);
	protobuf_packed(writer, value);
}

void protobuf_signed(struct protobuf *writer, uint32_t number, int64_t value)
{
	protobuf_unsigned(writer, number, zigzag(value));
}

void protobuf_packed_fixed64(struct protobuf *writer, uint64_t value)
{
	uint8_t bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(value >> (8 * i));
	buffer_append(writer->out, bytes, sizeof(bytes));
}

void protobuf_packed_double(struct protobuf *writer, double value)
{
	uint64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	protobuf_packed_fixed64(writer, bits);
}

void protobuf_fixed64(struct protobuf *writer, uint32_t number, uint64_t value)
{
	tag(writer, number, WIRE_FIXED64);
	protobuf_packed_fixed64(writer, value);
}

void protobuf_double(struct protobuf *writer, uint32_t number, double value)
{
	tag(writer, number, WIRE_FIXED64);
	protobuf_packed_double(writer, value);
}

void protobuf_bytes(struct protobuf *writer, uint32_t number, const void *bytes, size_t size)
{
	tag(writer, number, WIRE_BYTES);
	protobuf_packed(writer, size);
	buffer_append(writer->out, bytes, size);
}

void protobuf_string(struct protobuf *writer, uint32_t number, const char *value)
{
	protobuf_bytes(writer, number, value, strlen(value));
}
