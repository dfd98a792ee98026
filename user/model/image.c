/* SPDX-License-Identifier: BSD-2-Clause */
/* A colon behind the last slash begins a tag; one before it, a port. */
#include "user/model/image.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define DIGEST_DIGITS 64

static bool is_digest(const char *text, size_t length)
{
	size_t digits = 0;

	while (digits < length && isxdigit((unsigned char)text[digits]))
		digits++;
	return digits == length && length == DIGEST_DIGITS;
}

static void copy(char *into, size_t size, const char *text, size_t length)
{
	into[0] = '\0';
	if (length >= size)
		return;
	memcpy(into, text, length);
	into[length] = '\0';
}

void image_split(const char *reference, char *name, size_t name_size, char *tag, size_t tag_size)
{
	size_t length = strcspn(reference, "@"), end = length;
	const char *colon = memrchr(reference, ':', length);

	name[0] = tag[0] = '\0';
	if (is_digest(reference, length) ||
	    (!strncmp(reference, "sha256:", 7) && is_digest(reference + 7, length - 7)))
		return;
	if (colon && !memchr(colon, '/', length - (size_t)(colon - reference)))
		end = (size_t)(colon - reference);
	copy(name, name_size, reference, end);
	if (end < length)
		copy(tag, tag_size, reference + end + 1, length - end - 1);
}
