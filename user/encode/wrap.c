/* SPDX-License-Identifier: BSD-2-Clause */
/* Unicode's wide blocks (UAX #11) and the little of its line breaking (UAX #14) that texts need. */
#include "user/encode/wrap.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "user/model/printable.h"

static const struct {
	uint32_t first;
	uint32_t last;
} wide[] = {
	{ 0x1100, 0x115f }, { 0x2e80, 0x303e }, { 0x3041, 0xa4cf }, { 0xac00, 0xd7a3 },
	{ 0xf900, 0xfaff }, { 0xfe30, 0xfe6f }, { 0xff00, 0xff60 }, { 0xffe0, 0xffe6 },
	{ 0x1f300, 0x1f64f }, { 0x1f900, 0x1f9ff }, { 0x20000, 0x3fffd },
};

/* Never at the beginning of a line, and never at its end. */
static const char closing[] = "，。；：、！？）」』》〉】";
static const char opening[] = "（「『《〈【";

/* Length in bytes of what stands at text: a character, or one byte that is none. */
static size_t length_at(const char *text)
{
	size_t length = utf8_length(text, strnlen(text, 4));

	return length ? length : 1;
}

static uint32_t point_at(const char *text, size_t length)
{
	uint32_t point = (unsigned char)text[0];

	if (length == 1)
		return point;
	point &= 0x7fu >> length;
	for (size_t i = 1; i < length; i++)
		point = point << 6 | ((unsigned char)text[i] & 0x3f);
	return point;
}

static bool is_wide(const char *text, size_t length)
{
	uint32_t point = point_at(text, length);

	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++)
		if (point >= wide[i].first && point <= wide[i].last)
			return true;
	return false;
}

static size_t columns_of(const char *text, size_t bytes)
{
	size_t columns = 0, length;

	for (size_t at = 0; at < bytes; at += length) {
		length = length_at(text + at);
		columns += is_wide(text + at, length) ? 2 : 1;
	}
	return columns;
}

size_t text_columns(const char *text)
{
	return columns_of(text, strlen(text));
}

void encode_padded(struct buffer *out, const char *text, size_t columns)
{
	size_t used = text_columns(text);

	buffer_string(out, text);
	for (; used < columns; used++)
		buffer_byte(out, ' ');
}

void encode_fitted(struct buffer *out, const char *text, size_t columns)
{
	const size_t dots = columns < 2 ? columns : 2;
	size_t used = 0, bytes = 0;

	if (text_columns(text) <= columns) {
		encode_padded(out, text, columns);
		return;
	}
	while (text[bytes]) {
		size_t length = length_at(text + bytes);
		size_t more = is_wide(text + bytes, length) ? 2 : 1;

		if (used + more + dots > columns)
			break;
		used += more;
		bytes += length;
	}
	buffer_append(out, text, bytes);
	buffer_append(out, "..", dots);
	encode_padded(out, "", columns - used - dots);
}

static bool is_among(const char *set, const char *text, size_t length)
{
	for (const char *one = set; *one; one += length_at(one))
		if (length_at(one) == length && !memcmp(one, text, length))
			return true;
	return false;
}

/* May a line end before next, which follows last? Spaces are the caller's. */
static bool may_break(const char *last, size_t last_length, const char *next)
{
	size_t next_length = length_at(next);

	if (is_among(closing, next, next_length) || is_among(opening, last, last_length))
		return false;
	return is_wide(last, last_length) || is_wide(next, next_length);
}

/* Bytes up to the next place where a line may end. */
static size_t piece_length(const char *text)
{
	size_t at = 0, length;

	while (text[at] && text[at] != ' ') {
		length = length_at(text + at);
		at += length;
		if (text[at] && may_break(text + at - length, length, text + at))
			break;
	}
	return at;
}

void encode_wrapped(struct buffer *out, const char *text, size_t at, size_t indent,
		    size_t width)
{
	size_t spaces = 0, length, columns;
	bool fresh = true;

	while (*text) {
		if (*text == ' ') {
			spaces++;
			text++;
			continue;
		}
		length = piece_length(text);
		columns = columns_of(text, length);
		if (!fresh && at + spaces + columns > width) {
			buffer_byte(out, '\n');
			encode_padded(out, "", indent);
			at = indent;
			spaces = 0;
		}
		encode_padded(out, "", spaces);
		buffer_append(out, text, length);
		at += spaces + columns;
		spaces = 0;
		fresh = false;
		text += length;
	}
	buffer_byte(out, '\n');
}
