/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One walk, two formats: the same calls write OTLP as protobuf or as its JSON mapping. Numbers of
 * fields and names of keys are those of opentelemetry-proto 1.x. Internal to this room.
 */
#ifndef SEAMARK_ENCODE_OTLP_WRITER_H
#define SEAMARK_ENCODE_OTLP_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/encode/json.h"
#include "user/encode/otlp.h"
#include "user/encode/protobuf.h"
#include "user/model/buffer.h"

struct otlp_writer {
	enum otlp_format format;
	struct json json;
	struct protobuf protobuf;
};

void otlp_begin(struct otlp_writer *writer, struct buffer *out, enum otlp_format format);
void otlp_end(struct otlp_writer *writer);

void otlp_open(struct otlp_writer *writer, uint32_t number, const char *key);
void otlp_close(struct otlp_writer *writer);
/* Protobuf repeats the field; JSON wants brackets around. */
void otlp_list(struct otlp_writer *writer, const char *key);
void otlp_list_end(struct otlp_writer *writer);

void otlp_string(struct otlp_writer *writer, uint32_t number, const char *key, const char *value);
/* Trace and span ids: bytes, and hexadecimal digits in JSON. */
void otlp_id(struct otlp_writer *writer, uint32_t number, const char *key, const uint8_t *bytes,
	     size_t size);
void otlp_bool(struct otlp_writer *writer, uint32_t number, const char *key, bool value);
void otlp_enum(struct otlp_writer *writer, uint32_t number, const char *key, uint32_t value);
void otlp_int64(struct otlp_writer *writer, uint32_t number, const char *key, int64_t value);
void otlp_sint32(struct otlp_writer *writer, uint32_t number, const char *key, int32_t value);
void otlp_fixed64(struct otlp_writer *writer, uint32_t number, const char *key, uint64_t value);
void otlp_double(struct otlp_writer *writer, uint32_t number, const char *key, double value);
/* Packed, as the three below are. */
void otlp_fixed64s(struct otlp_writer *writer, uint32_t number, const char *key,
		   const uint64_t *values, size_t count);
void otlp_doubles(struct otlp_writer *writer, uint32_t number, const char *key,
		  const double *values, size_t count);
void otlp_counts(struct otlp_writer *writer, uint32_t number, const char *key,
		 const uint64_t *values, size_t count);

#endif
