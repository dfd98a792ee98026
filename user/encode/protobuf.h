/* SPDX-License-Identifier: BSD-2-Clause */
/* Protobuf's wire format, field by field: protobuf.dev/programming-guides/encoding. */
#ifndef SEAMARK_ENCODE_PROTOBUF_H
#define SEAMARK_ENCODE_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/buffer.h"

#define PROTOBUF_DEPTH 16

struct protobuf {
	struct buffer *out;		/* fails when messages stand deeper than PROTOBUF_DEPTH */
	size_t depth;
	size_t starts[PROTOBUF_DEPTH];	/* where each open message's content begins */
};

void protobuf_begin(struct protobuf *writer, struct buffer *out);
/* A message within another, or packed numbers; its length is written at its close. */
void protobuf_open(struct protobuf *writer, uint32_t number);
/* A message of a stream of such: its length stands before it, and no number. */
void protobuf_open_bare(struct protobuf *writer);
void protobuf_close(struct protobuf *writer);

void protobuf_unsigned(struct protobuf *writer, uint32_t number, uint64_t value);
/* sint32 and sint64. */
void protobuf_signed(struct protobuf *writer, uint32_t number, int64_t value);
void protobuf_fixed64(struct protobuf *writer, uint32_t number, uint64_t value);
void protobuf_double(struct protobuf *writer, uint32_t number, double value);
void protobuf_bytes(struct protobuf *writer, uint32_t number, const void *bytes, size_t size);
void protobuf_string(struct protobuf *writer, uint32_t number, const char *value);
/* Of packed numbers, one. */
void protobuf_packed(struct protobuf *writer, uint64_t value);
void protobuf_packed_fixed64(struct protobuf *writer, uint64_t value);
void protobuf_packed_double(struct protobuf *writer, double value);
void protobuf_packed_signed(struct protobuf *writer, int64_t value);

#endif
