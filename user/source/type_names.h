/* SPDX-License-Identifier: BSD-2-Clause */
/* The names that are looked for among the kernel's types: a table that is never emptied. */
#ifndef SEAMARK_TYPE_NAMES_H
#define SEAMARK_TYPE_NAMES_H

#include <stddef.h>
#include <stdint.h>

#define TYPE_NAMES_MAX	8192	/* places, a power of two; three quarters of them are taken */

struct wanted_name {
	const char *text;	/* not ended: size bytes */
	uint32_t size;
	uint32_t hash;
	uint32_t roles;		/* enum type_role */
	uint32_t number;	/* of the first type, 0: none so far */
	uint32_t hook;		/* of the first function, likewise */
};

struct type_names {
	struct wanted_name *places;
	size_t count;
};

int type_names_new(struct type_names *names);
void type_names_free(struct type_names *names);
/* -ENOSPC: there are too many. */
int type_names_add(struct type_names *names, const char *text, size_t size, uint32_t roles);
/* NULL: none such is wanted. */
struct wanted_name *type_names_find(const struct type_names *names, const char *text, size_t size);

#endif
