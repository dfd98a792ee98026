/* SPDX-License-Identifier: BSD-2-Clause */
/* Open addressing: a kernel has 30,000 names to ask for, of which nearly none is here. */
#include "user/source/type_names.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int type_names_new(struct type_names *names)
{
	names->count = 0;
	names->places = calloc(TYPE_NAMES_MAX, sizeof(*names->places));
	return names->places ? 0 : -ENOMEM;
}

void type_names_free(struct type_names *names)
{
	free(names->places);
	names->places = NULL;
}

/* FNV-1a. */
static uint32_t hash_of(const char *text, size_t size)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (uint8_t)text[i]) * 16777619u;
	return hash;
}

/* Where it is, or where it would be. */
static struct wanted_name *place_of(const struct type_names *names, const char *text, size_t size,
				  uint32_t hash)
{
	for (uint32_t at = hash;; at++) {
		struct wanted_name *place = &names->places[at & (TYPE_NAMES_MAX - 1)];

		if (!place->text || (place->hash == hash && place->size == size &&
				     !memcmp(place->text, text, size)))
			return place;
	}
}

int type_names_add(struct type_names *names, const char *text, size_t size, uint32_t roles)
{
	uint32_t hash = hash_of(text, size);
	struct wanted_name *place = place_of(names, text, size, hash);

	if (!place->text) {
		if (names->count >= TYPE_NAMES_MAX / 4 * 3)
			return -ENOSPC;
		names->count++;
		place->text = text;
		place->size = (uint32_t)size;
		place->hash = hash;
	}
	place->roles |= roles;
	return 0;
}

struct wanted_name *type_names_find(const struct type_names *names, const char *text, size_t size)
{
	struct wanted_name *place = place_of(names, text, size, hash_of(text, size));

	return place->text ? place : NULL;
}
