/* SPDX-License-Identifier: BSD-2-Clause */
/* UTF-8 by the Unicode standard's table of well-formed sequences, control characters left out. */
#include "user/model/printable.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

size_t utf8_length(const char *bytes, size_t left)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *text = (const unsigned char *)bytes;
	size_t length = text[0] < 0x80 ? 1 : (text[0] & 0xe0) == 0xc0 ? 2
		      : (text[0] & 0xf0) == 0xe0 ? 3 : (text[0] & 0xf8) == 0xf0 ? 4 : 0;
	uint32_t point;

	if (!length || length > left)
		return 0;
	point = length == 1 ? text[0] : text[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (length > 1 && point < least[length])
		return 0;
	return point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ? 0 : length;
}

/* The same, and 0 for control characters, those of Latin 1 (U+0080..9F) among them. */
static size_t printable_length(const char *bytes, size_t left)
{
	size_t length = utf8_length(bytes, left);
	unsigned char first = (unsigned char)bytes[0];

	if (length == 1)
		return first >= 0x20 && first != 0x7f;
	return length == 2 && first == 0xc2 && (unsigned char)bytes[1] < 0xa0 ? 0 : length;
}

size_t printable_copy(char *into, size_t room, const char *text, size_t length)
{
	static const char hex[] = "0123456789abcdef";
	size_t at = 0, used = 0, valid;

	while (at < length && text[at]) {
		valid = printable_length(text + at, length - at);
		if (used + (valid ? valid : 4) + 1 > room)
			return 0;
		if (valid) {
			memcpy(into + used, text + at, valid);
			used += valid;
			at += valid;
			continue;
		}
		into[used++] = '\\';
		into[used++] = 'x';
		into[used++] = hex[(unsigned char)text[at] >> 4];
		into[used++] = hex[(unsigned char)text[at] & 15];
		at++;
	}
	if (!used)
		return 0;
	into[used++] = '\0';
	return used;
}

void printable_keep(char *text, size_t size)
{
	char copy[1024];
	size_t length = strnlen(text, size), room = size < sizeof(copy) ? size : sizeof(copy);

	while (length && !printable_copy(copy, room, text, length))
		length--;
	if (length)
		memcpy(text, copy, strlen(copy) + 1);
	else
		text[0] = '\0';
}
