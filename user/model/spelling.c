/* SPDX-License-Identifier: BSD-2-Clause */
/* Levenshtein's distance, one row at a time. */
#include "user/model/spelling.h"

#include <ctype.h>
#include <string.h>

static char letter(char one)
{
	return one == '_' ? '-' : (char)tolower((unsigned char)one);
}

static size_t least(size_t one, size_t two, size_t three)
{
	size_t smaller = one < two ? one : two;

	return smaller < three ? smaller : three;
}

size_t spelling_distance(const char *from, const char *to)
{
	size_t costs[SPELLING_MAX + 1], length = strnlen(to, SPELLING_MAX);

	for (size_t i = 0; i <= length; i++)
		costs[i] = i;
	for (size_t row = 1; *from && row <= SPELLING_MAX; from++, row++) {
		size_t before = costs[0];

		costs[0] = row;
		for (size_t i = 1; i <= length; i++) {
			size_t above = costs[i];

			costs[i] = least(above + 1, costs[i - 1] + 1,
					 before + (letter(*from) != letter(to[i - 1])));
			before = above;
		}
	}
	return costs[length];
}
