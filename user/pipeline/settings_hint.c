/* SPDX-License-Identifier: BSD-2-Clause */
/* The row that is spelled most alike. */
#include "user/pipeline/settings_hint.h"

#include <string.h>

#include "user/model/spelling.h"

const struct setting *settings_nearest(const char *name, unsigned int takers)
{
	const struct setting *nearest = NULL;
	size_t length = strlen(name), best = length / 3 + 2;

	if (length > SPELLING_MAX)
		return NULL;
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_table[i];
		size_t found;

		if (!(row->takers & takers))
			continue;
		found = spelling_distance(name, row->name);
		if (found < best) {
			best = found;
			nearest = row;
		}
	}
	return nearest;
}
