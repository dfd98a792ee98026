/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The excerpt of the kernel's types: written so that each is behind those that are embedded in it.
 * CO-RE never looks behind a pointer, so all that are left point to nothing.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/source/kernel_types.h"
#include "user/source/kernel_types_internal.h"

#define EXCERPT_BYTES	(1u << 20)	/* each of both halves; it takes some 20 KiB */
#define DEPTH_MAX	64		/* structs in structs, typedefs of typedefs: some ten */
#define FIELDS_MAX	128		/* of one type, wanted ones */
#define TAKEN_MAX	4096		/* places, a power of two; three quarters are taken */

/* A number among the kernel's types, and in the excerpt. */
struct taken {
	uint32_t here;		/* 0: a free place */
	uint32_t there;
};

struct excerpt {
	const struct kernel_types *types;
	struct buffer written;
	struct buffer strings;
	uint32_t count;			/* types written */
	uint32_t pointer;		/* the one to nothing; 0: none so far */
	struct taken *taken;		/* hash by number here */
	uint32_t taken_count;
	int depth;
	int error;
};

static uint32_t take(struct excerpt *excerpt, uint32_t number);

static uint32_t write_string(struct excerpt *excerpt, uint32_t offset)
{
	const char *name = kernel_type_name(excerpt->types, offset);
	uint32_t at = (uint32_t)excerpt->strings.size;

	if (!*name)
		return 0;
	buffer_string(&excerpt->strings, name);
	buffer_byte(&excerpt->strings, 0);
	return at;
}

/* The number that the type gets. count: of the fields behind it. */
static uint32_t write_type(struct excerpt *excerpt, const struct btf_type *type, uint32_t inner,
			   uint32_t count)
{
	struct btf_type copy = *type;

	copy.name_off = write_string(excerpt, type->name_off);
	copy.info = (type->info & ~0xffffu) | count;
	if (inner)
		copy.type = inner;
	buffer_append(&excerpt->written, &copy, sizeof(copy));
	return ++excerpt->count;
}

static uint32_t take_pointer(struct excerpt *excerpt)
{
	const struct btf_type pointer = { .info = BTF_KIND_PTR << 24 };

	if (!excerpt->pointer)
		excerpt->pointer = write_type(excerpt, &pointer, 0, 0);
	return excerpt->pointer;
}

static uint32_t take_int(struct excerpt *excerpt, const struct btf_type *type)
{
	uint32_t number = write_type(excerpt, type, 0, 0);

	buffer_append(&excerpt->written, type + 1, sizeof(__u32));
	return number;
}

static uint32_t take_array(struct excerpt *excerpt, const struct btf_type *type)
{
	struct btf_array array = *btf_array(type);
	uint32_t number;

	array.type = take(excerpt, array.type);
	array.index_type = take(excerpt, array.index_type);
	number = write_type(excerpt, type, 0, 0);
	buffer_append(&excerpt->written, &array, sizeof(array));
	return number;
}

/* What has no name holds others that may be wanted. */
static bool is_wanted_field(const struct excerpt *excerpt, uint32_t name_offset)
{
	const char *text = kernel_type_name(excerpt->types, name_offset);
	const struct wanted_name *name;

	if (!*text)
		return true;
	name = type_names_find(&excerpt->types->names, text, strlen(text));
	return name && name->roles & ROLE_FIELD;
}

static uint32_t take_struct(struct excerpt *excerpt, const struct btf_type *type)
{
	struct btf_member kept[FIELDS_MAX];
	uint32_t count = 0, number;

	for (__u16 i = 0; i < btf_vlen(type); i++) {
		const struct btf_member *member = btf_members(type) + i;

		if (!is_wanted_field(excerpt, member->name_off))
			continue;
		if (count == FIELDS_MAX) {
			excerpt->error = -E2BIG;
			return 0;
		}
		kept[count] = *member;
		kept[count].name_off = write_string(excerpt, member->name_off);
		kept[count++].type = take(excerpt, member->type);
	}
	number = write_type(excerpt, type, 0, count);
	buffer_append(&excerpt->written, kept, count * sizeof(*kept));
	return number;
}

/* Values of an enum begin with their names, be they of 32 bits or of 64. */
static uint32_t take_enum(struct excerpt *excerpt, const struct btf_type *type)
{
	size_t size = btf_kind(type) == BTF_KIND_ENUM ? sizeof(struct btf_enum)
						      : sizeof(struct btf_enum64);
	const char *values = (const char *)(type + 1);
	struct btf_enum64 kept[FIELDS_MAX];
	uint32_t count = 0, number;

	for (__u16 i = 0; i < btf_vlen(type); i++) {
		const struct btf_enum64 *value = (const void *)(values + i * size);
		char *copy = (char *)kept + count * size;

		if (!is_wanted_field(excerpt, value->name_off))
			continue;
		if (count++ == FIELDS_MAX) {
			excerpt->error = -E2BIG;
			return 0;
		}
		memcpy(copy, value, size);
		((struct btf_enum64 *)copy)->name_off = write_string(excerpt, value->name_off);
	}
	number = write_type(excerpt, type, 0, count);
	buffer_append(&excerpt->written, kept, count * size);
	return number;
}

static uint32_t take_typedef(struct excerpt *excerpt, const struct btf_type *type)
{
	uint32_t inner = take(excerpt, type->type);

	return inner ? write_type(excerpt, type, inner, 0) : 0;
}

static uint32_t take_type(struct excerpt *excerpt, const struct btf_type *type)
{
	switch (btf_kind(type)) {
	case BTF_KIND_PTR:
		return take_pointer(excerpt);
	case BTF_KIND_INT:
		return take_int(excerpt, type);
	case BTF_KIND_ARRAY:
		return take_array(excerpt, type);
	case BTF_KIND_STRUCT:
	case BTF_KIND_UNION:
		return take_struct(excerpt, type);
	case BTF_KIND_ENUM:
	case BTF_KIND_ENUM64:
		return take_enum(excerpt, type);
	case BTF_KIND_FWD:
	case BTF_KIND_FLOAT:
		return write_type(excerpt, type, 0, 0);
	case BTF_KIND_TYPEDEF:
		return take_typedef(excerpt, type);
	case BTF_KIND_CONST:
	case BTF_KIND_VOLATILE:
	case BTF_KIND_RESTRICT:
	case BTF_KIND_TYPE_TAG:
		return take(excerpt, type->type);
	default:
		return 0;	/* functions: nothing is read of these */
	}
}

static const struct btf_type *type_of(const struct kernel_types *types, uint32_t number)
{
	uint32_t at = number / MARK_EVERY * MARK_EVERY, offset = types->marks[number / MARK_EVERY];
	const struct btf_type *type;
	uint32_t size;

	/* Number 0 is void and has no bytes. */
	for (at = at ?: 1;; at++, offset += size) {
		type = kernel_type_at(types, offset, &size);
		if (!type || at == number)
			return type;
	}
}

static struct taken *place_of(const struct excerpt *excerpt, uint32_t number)
{
	for (uint32_t at = number * 2654435761u;; at++) {
		struct taken *place = &excerpt->taken[at & (TAKEN_MAX - 1)];

		if (!place->here || place->here == number)
			return place;
	}
}

static uint32_t remember(struct excerpt *excerpt, uint32_t here, uint32_t there)
{
	if (excerpt->taken_count == TAKEN_MAX / 4 * 3)
		excerpt->error = -E2BIG;
	if (excerpt->error)
		return 0;
	excerpt->taken_count++;
	*place_of(excerpt, here) = (struct taken){ here, there };
	return there;
}

/* The number that a type has in the excerpt, where it is written if need be; 0: void. */
static uint32_t take(struct excerpt *excerpt, uint32_t number)
{
	const struct btf_type *type;
	const struct taken *known;
	uint32_t there;

	if (!number || excerpt->error)
		return 0;
	if (number >= excerpt->types->count || excerpt->depth == DEPTH_MAX) {
		excerpt->error = -EINVAL;
		return 0;
	}
	known = place_of(excerpt, number);
	if (known->here)
		return known->there;
	type = type_of(excerpt->types, number);
	if (!type)
		return 0;
	excerpt->depth++;
	there = take_type(excerpt, type);
	excerpt->depth--;
	return remember(excerpt, number, there);
}

static int write_out(struct excerpt *excerpt, struct buffer *out)
{
	const struct btf_header header = {
		.magic = BTF_MAGIC,
		.version = BTF_VERSION,
		.hdr_len = sizeof(header),
		.type_len = (__u32)excerpt->written.size,
		.str_off = (__u32)excerpt->written.size,
		.str_len = (__u32)excerpt->strings.size,
	};

	if (excerpt->error)
		return excerpt->error;
	buffer_append(out, &header, sizeof(header));
	buffer_append(out, excerpt->written.data, excerpt->written.size);
	buffer_append(out, excerpt->strings.data, excerpt->strings.size);
	return excerpt->written.failed || excerpt->strings.failed || out->failed ? -ENOMEM : 0;
}

int kernel_types_excerpt(const struct kernel_types *types, struct buffer *out)
{
	struct excerpt excerpt = { .types = types };
	int result;

	excerpt.taken = calloc(TAKEN_MAX, sizeof(*excerpt.taken));
	if (!excerpt.taken)
		return -ENOMEM;
	buffer_init(&excerpt.written, EXCERPT_BYTES);
	buffer_init(&excerpt.strings, EXCERPT_BYTES);
	buffer_byte(&excerpt.strings, 0);
	for (size_t i = 0; i < types->wanted_count; i++)
		take(&excerpt, types->wanted[i]);
	result = write_out(&excerpt, out);
	buffer_free(&excerpt.written);
	buffer_free(&excerpt.strings);
	free(excerpt.taken);
	return result;
}
