/* SPDX-License-Identifier: BSD-2-Clause */
/* W3C baggage without its properties. */
#include "user/model/pair.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

static int hex_digit(char digit)
{
	if (digit >= '0' && digit <= '9')
		return digit - '0';
	digit = (char)(digit | 0x20);
	return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

/* Percent-decoded, as in W3C baggage. Control characters are refused: they would forge headers. */
static bool decode(const char *text, size_t length, char *out, size_t size)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		int byte = (unsigned char)text[i];

		if (byte == '%' && i + 2 < length && hex_digit(text[i + 1]) >= 0 &&
		    hex_digit(text[i + 2]) >= 0) {
			byte = hex_digit(text[i + 1]) << 4 | hex_digit(text[i + 2]);
			i += 2;
		}
		if (byte < 0x20 || byte == 0x7f || used + 1 >= size)
			return false;
		out[used++] = (char)byte;
	}
	out[used] = '\0';
	return true;
}

static void trim(const char **text, size_t *length)
{
	while (*length && strchr(" \t", **text)) {
		(*text)++;
		(*length)--;
	}
	while (*length && strchr(" \t", (*text)[*length - 1]))
		(*length)--;
}

int pair_next(const char **text, char *key, char *value, size_t size)
{
	const char *start, *equals;
	size_t length, key_length;

	*text += strspn(*text, ", \t");
	if (!**text)
		return 0;
	start = *text;
	length = strcspn(start, ",");
	*text += length;
	equals = memchr(start, '=', length);
	if (!equals)
		return -EINVAL;
	key_length = (size_t)(equals - start);
	equals++;
	length -= key_length + 1;
	trim(&start, &key_length);
	trim(&equals, &length);
	if (!key_length || !decode(start, key_length, key, size) ||
	    !decode(equals, length, value, size))
		return -EMSGSIZE;
	return 1;
}
