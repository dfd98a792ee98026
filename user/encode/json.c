/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 8259, one value after the other. */
#include "user/encode/json.h"

#include <string.h>

#include "user/encode/time.h"
#include "user/model/printable.h"

static const char hex_digits[] = "0123456789abcdef";

void json_begin(struct json *json, struct buffer *out)
{
	json->out = out;
	json->comma = false;
}

static void escape(struct buffer *out, unsigned char byte)
{
	char text[7] = "\\u00";

	switch (byte) {
	case '"':
		buffer_append(out, "\\\"", 2);
		return;
	case '\\':
		buffer_append(out, "\\\\", 2);
		return;
	case '\n':
		buffer_append(out, "\\n", 2);
		return;
	case '\t':
		buffer_append(out, "\\t", 2);
		return;
	default:
		text[4] = hex_digits[byte >> 4];
		text[5] = hex_digits[byte & 15];
		buffer_append(out, text, 6);
	}
}

/* Most of all bytes: they need no second look. */
static bool is_plain(unsigned char byte)
{
	return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

static void quoted(struct buffer *out, const char *value, size_t length)
{
	const unsigned char *text = (const unsigned char *)value;
	size_t at = 0, plain = 0, valid;

	buffer_byte(out, '"');
	while (at < length) {
		if (is_plain(text[at])) {
			at++;
			continue;
		}
		valid = utf8_length(value + at, length - at);
		if (valid > 1) {
			at += valid;
			continue;
		}
		buffer_append(out, text + plain, at - plain);
		if (valid)
			escape(out, text[at]);
		else
			buffer_append(out, "\\ufffd", 6);
		plain = ++at;
	}
	buffer_append(out, text + plain, at - plain);
	buffer_byte(out, '"');
}

static void name(struct json *json, const char *key)
{
	if (json->comma)
		buffer_byte(json->out, ',');
	json->comma = true;
	if (!key)
		return;
	quoted(json->out, key, strlen(key));
	buffer_byte(json->out, ':');
}

void json_open(struct json *json, const char *key, char bracket)
{
	name(json, key);
	buffer_byte(json->out, (uint8_t)bracket);
	json->comma = false;
}

void json_close(struct json *json, char bracket)
{
	buffer_byte(json->out, (uint8_t)bracket);
	json->comma = true;
}

void json_string_n(struct json *json, const char *key, const char *value, size_t length)
{
	name(json, key);
	quoted(json->out, value, length);
}

void json_string(struct json *json, const char *key, const char *value)
{
	json_string_n(json, key, value, strlen(value));
}

void json_unsigned(struct json *json, const char *key, uint64_t value)
{
	name(json, key);
	buffer_unsigned(json->out, value);
}

void json_signed(struct json *json, const char *key, int64_t value)
{
	name(json, key);
	if (value < 0)
		buffer_byte(json->out, '-');
	buffer_unsigned(json->out, value < 0 ? 0 - (uint64_t)value : (uint64_t)value);
}

void json_bool(struct json *json, const char *key, bool value)
{
	name(json, key);
	buffer_string(json->out, value ? "true" : "false");
}

void json_null(struct json *json, const char *key)
{
	name(json, key);
	buffer_string(json->out, "null");
}

void json_double(struct json *json, const char *key, double value)
{
	name(json, key);
	buffer_printf(json->out, "%.17g", value);
}

void json_time(struct json *json, const char *key, uint64_t unix_ns)
{
	char text[TIME_TEXT];

	time_text(unix_ns, text);
	json_string(json, key, text);
}

void json_hex(struct json *json, const char *key, const uint8_t *bytes, size_t size)
{
	name(json, key);
	buffer_byte(json->out, '"');
	for (size_t i = 0; i < size; i++) {
		buffer_byte(json->out, (uint8_t)hex_digits[bytes[i] >> 4]);
		buffer_byte(json->out, (uint8_t)hex_digits[bytes[i] & 15]);
	}
	buffer_byte(json->out, '"');
}
