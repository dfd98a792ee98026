/* SPDX-License-Identifier: BSD-2-Clause */
/* Letters to change, add and leave out, as Levenshtein counts; '_' and capitals cost nothing. */
#include "user/pipeline/settings_hint.h"

#include <ctype.h>
#include <string.h>

#define NAME_MAX_LETTERS 32

static char letter(char one)
{
	return one == '_' ? '-' : (char)tolower((unsigned char)one);
}

static size_t least(size_t one, size_t two, size_t three)
{
	size_t smaller = one < two ? one : two;

	return smaller < three ? smaller : three;
}

static size_t distance(const char *from, const char *to)
{
	size_t costs[NAME_MAX_LETTERS + 1], length = strlen(to);

	for (size_t i = 0; i <= length; i++)
		costs[i] = i;
	for (size_t row = 1; *from; from++, row++) {
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

const struct setting *settings_nearest(const char *name, unsigned int takers)
{
	const struct setting *nearest = NULL;
	size_t length = strlen(name), best = length / 3 + 2;

	if (length > NAME_MAX_LETTERS)
		return NULL;
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_table[i];
		size_t found;

		if (!(row->takers & takers) || strlen(row->name) > NAME_MAX_LETTERS)
			continue;
		found = distance(name, row->name);
		if (found < best) {
			best = found;
			nearest = row;
		}
	}
	return nearest;
}
