/* SPDX-License-Identifier: BSD-2-Clause */
/* By turns: how many words are zero, how many are not, and these; each number is a byte. */
#include "user/model/packed.h"

#include <stdbool.h>
#include <string.h>

#define RUN_MAX	255

static bool is_zero(const uint8_t *word)
{
	uint64_t value;

	memcpy(&value, word, PACK_WORD);
	return !value;
}

/* Bytes from at on whose words are all zero, or all not. */
static size_t run(const uint8_t *at, const uint8_t *end, bool zero)
{
	size_t words = 0;

	while (words < RUN_MAX && at < end && is_zero(at) == zero) {
		words++;
		at += PACK_WORD;
	}
	return words * PACK_WORD;
}

size_t pack(const void *from, size_t size, uint8_t *out)
{
	const uint8_t *at = from, *end = at + size;
	uint8_t *begin = out;

	while (at < end) {
		size_t zeros = run(at, end, true), bytes;

		at += zeros;
		bytes = run(at, end, false);
		*out++ = (uint8_t)(zeros / PACK_WORD);
		*out++ = (uint8_t)(bytes / PACK_WORD);
		memcpy(out, at, bytes);
		out += bytes;
		at += bytes;
	}
	return (size_t)(out - begin);
}

size_t unpack(const uint8_t *from, void *into, size_t size)
{
	const uint8_t *begin = from;
	uint8_t *at = into, *end = at + size;

	while (at < end) {
		size_t zeros = *from++ * (size_t)PACK_WORD, bytes = *from++ * (size_t)PACK_WORD;

		memset(at, 0, zeros);
		memcpy(at + zeros, from, bytes);
		at += zeros + bytes;
		from += bytes;
	}
	return (size_t)(from - begin);
}
