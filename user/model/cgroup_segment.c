/* SPDX-License-Identifier: BSD-2-Clause */
/* Comparing and copying; no locale has a say in what a letter is. */
#include "user/model/cgroup_segment.h"

#include <string.h>

bool segment_is(struct segment segment, const char *text)
{
	return segment.length == strlen(text) && !memcmp(segment.text, text, segment.length);
}

bool segment_starts(struct segment segment, const char *prefix)
{
	size_t length = strlen(prefix);

	return segment.length >= length && !memcmp(segment.text, prefix, length);
}

bool segment_ends(struct segment segment, const char *suffix)
{
	size_t length = strlen(suffix);

	return segment.length >= length &&
	       !memcmp(segment.text + segment.length - length, suffix, length);
}

bool segment_holds(struct segment segment, const char *text)
{
	return memmem(segment.text, segment.length, text, strlen(text)) != NULL;
}

struct segment segment_cut(struct segment segment, const char *suffix)
{
	if (segment_ends(segment, suffix))
		segment.length -= strlen(suffix);
	return segment;
}

struct segment segment_skip(struct segment segment, size_t length)
{
	if (length > segment.length)
		length = segment.length;
	return (struct segment){ segment.text + length, segment.length - length };
}

static bool is_digit(char one)
{
	return one >= '0' && one <= '9';
}

bool segment_is_hex(struct segment segment, size_t length)
{
	if (segment.length != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!is_digit(segment.text[i]) && (segment.text[i] < 'a' || segment.text[i] > 'f'))
			return false;
	return true;
}

bool segment_is_word(struct segment segment, const char *others)
{
	for (size_t i = 0; i < segment.length; i++) {
		char one = segment.text[i], lower = one | 0x20;

		if (!is_digit(one) && (lower < 'a' || lower > 'z') && !strchr(others, one))
			return false;
	}
	return segment.length > 0;
}

void segment_copy(struct segment segment, char *into, size_t size)
{
	into[0] = '\0';
	if (segment.length >= size)
		return;
	memcpy(into, segment.text, segment.length);
	into[segment.length] = '\0';
}

static int hex_value(char one)
{
	if (is_digit(one))
		return one - '0';
	return one >= 'a' && one <= 'f' ? one - 'a' + 10 : -1;
}

/* The byte that four characters stand for; -1 when they are no escape. */
static int escaped(struct segment segment)
{
	if (segment.length < 4 || !segment_starts(segment, "\\x") ||
	    hex_value(segment.text[2]) < 0 || hex_value(segment.text[3]) < 0)
		return -1;
	return hex_value(segment.text[2]) << 4 | hex_value(segment.text[3]);
}

void segment_unescape(struct segment segment, char *into, size_t size)
{
	size_t used = 0;

	while (segment.length && used + 1 < size) {
		int byte = escaped(segment);

		into[used++] = byte < 0 ? segment.text[0] : (char)byte;
		segment = segment_skip(segment, byte < 0 ? 1 : 4);
	}
	into[segment.length ? 0 : used] = '\0';
}
