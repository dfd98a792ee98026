/* SPDX-License-Identifier: BSD-2-Clause */
/* A writer of JSON straight into a buffer: no tree, commas by itself. */
#ifndef SEAMARK_ENCODE_JSON_H
#define SEAMARK_ENCODE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/buffer.h"

struct json {
	struct buffer *out;
	bool comma;		/* the next value in this container needs one before it */
};

void json_begin(struct json *json, struct buffer *out);
/* key NULL: an element of an array, or the document itself. bracket: '{' or '['. */
void json_open(struct json *json, const char *key, char bracket);
void json_close(struct json *json, char bracket);	/* '}' or ']' */
/* Escapes control characters; bytes that are no UTF-8 become U+FFFD. */
void json_string(struct json *json, const char *key, const char *value);
void json_string_n(struct json *json, const char *key, const char *value, size_t length);
void json_unsigned(struct json *json, const char *key, uint64_t value);
void json_signed(struct json *json, const char *key, int64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);
void json_double(struct json *json, const char *key, double value);
/* "2026-01-02T03:04:05.123456789Z" */
void json_time(struct json *json, const char *key, uint64_t unix_ns);
/* Bytes as lower-case hexadecimal digits. */
void json_hex(struct json *json, const char *key, const uint8_t *bytes, size_t size);

#endif
