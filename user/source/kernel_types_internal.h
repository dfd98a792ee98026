/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the looking through the kernel's types and the excerpt that is made of them. */
#ifndef SEAMARK_KERNEL_TYPES_INTERNAL_H
#define SEAMARK_KERNEL_TYPES_INTERNAL_H

#include <bpf/btf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/source/type_names.h"

/* Where each 64th type begins: the others are few steps away, and all would be half a megabyte. */
#define MARK_EVERY	64
#define MARKS_MAX	16384

struct kernel_types {
	const void *bytes;
	size_t size;
	bool is_mapped;			/* by us */
	const char *types;
	uint32_t types_size;
	const char *strings;		/* ended by a NUL */
	uint32_t strings_size;
	uint32_t count;			/* one more than the last number */
	struct type_names names;
	uint32_t *wanted;		/* numbers, upwards */
	size_t wanted_count;
	size_t wanted_room;
	uint32_t marks[MARKS_MAX];	/* the first stays 0: type 1 is there */
};

/* The type that begins there, and its whole size; NULL: none that is known. */
const struct btf_type *kernel_type_at(const struct kernel_types *types, uint32_t offset,
				      uint32_t *size);
const char *kernel_type_name(const struct kernel_types *types, uint32_t offset);

#endif
