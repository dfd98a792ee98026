/* SPDX-License-Identifier: BSD-2-Clause */
/* The excerpt of a kernel's types, from a description made by libbpf and read back by it. */
#include "tests/unit/unit.h"

#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/source/kernel_types.h"

#define FILLERS	500	/* types before those of interest: more than lie between two marks */

/* As a kernel has it: task embeds a union without a name, a typedef, an array, a bitfield. */
static struct btf *make_kernel(void)
{
	struct btf *btf = btf__new_empty();
	int number, word, pid, count, list, pointer, array, enumeration, prototype, function;
	char name[32];

	number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);
	for (int i = 0; i < FILLERS; i++) {
		snprintf(name, sizeof(name), "filler_%d", i);
		btf__add_struct(btf, name, 4);
		btf__add_field(btf, "pid", number, 0, 0);
	}
	word = btf__add_typedef(btf, "word_t", number);
	pid = btf__add_const(btf, word);
	btf__add_union(btf, NULL, 8);
	btf__add_field(btf, "counter", number, 0, 0);
	btf__add_field(btf, "unwanted", number, 0, 0);
	count = (int)btf__type_cnt(btf) - 1;
	pointer = btf__add_ptr(btf, 1);
	list = btf__add_struct(btf, "list_head", 16);
	btf__add_field(btf, "next", pointer, 0, 0);
	array = btf__add_array(btf, number, number, 3);
	enumeration = btf__add_enum(btf, "state", 4);
	btf__add_enum_value(btf, "STATE_LOST", 1);
	btf__add_enum_value(btf, "STATE_FOUND", 7);
	btf__add_struct(btf, "task", 64);
	btf__add_field(btf, "lost", number, 0, 0);
	btf__add_field(btf, "pid", pid, 32, 0);
	btf__add_field(btf, NULL, count, 64, 0);
	btf__add_field(btf, "links", list, 128, 0);
	btf__add_field(btf, "numbers", array, 256, 0);
	btf__add_field(btf, "parent", pointer, 352, 0);
	prototype = btf__add_func_proto(btf, number);
	function = btf__add_func(btf, "bpf_iter_task", BTF_FUNC_GLOBAL, prototype);
	assert_true(list > 0 && enumeration > 0 && function > 0);
	return btf;
}

/* What an object names: task has a flavour, one of its fields the kernel does not have. */
static struct btf *make_object(void)
{
	struct btf *btf = btf__new_empty();
	int number = btf__add_int(btf, "int", 4, BTF_INT_SIGNED);

	btf__add_struct(btf, "task___older", 24);
	btf__add_field(btf, "pid", number, 0, 0);
	btf__add_field(btf, "counter", number, 32, 0);
	btf__add_field(btf, "numbers", number, 64, 0);
	btf__add_field(btf, "parent", number, 96, 0);
	btf__add_field(btf, "links", number, 128, 0);
	btf__add_field(btf, "gone", number, 160, 0);
	btf__add_enum(btf, "state", 4);
	btf__add_enum_value(btf, "STATE_FOUND", 1);
	btf__add_struct(btf, "missing", 4);
	return btf;
}

struct fixture {
	struct btf *kernel;
	struct btf *object;
	struct kernel_types *types;
	struct btf *excerpt;
};

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	struct buffer bytes;
	const void *raw;
	__u32 size;

	fixture->kernel = make_kernel();
	fixture->object = make_object();
	raw = btf__raw_data(fixture->kernel, &size);
	buffer_init(&bytes, 1u << 20);
	assert_int_equal(kernel_types_over(raw, size, &fixture->types), 0);
	assert_int_equal(kernel_types_want_all(fixture->types, fixture->object), 0);
	assert_int_equal(kernel_types_want(fixture->types, ROLE_HOOK, "task"), 0);
	assert_int_equal(kernel_types_look(fixture->types), 0);
	assert_int_equal(kernel_types_excerpt(fixture->types, &bytes), 0);
	fixture->excerpt = btf__new(bytes.data, (__u32)bytes.size);
	buffer_free(&bytes);
	assert_non_null(fixture->excerpt);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	btf__free(fixture->excerpt);
	kernel_types_close(fixture->types);
	btf__free(fixture->object);
	btf__free(fixture->kernel);
	free(fixture);
	return 0;
}

static const struct btf_member *member_of(const struct btf *btf, const struct btf_type *type,
					  const char *name)
{
	for (__u16 i = 0; i < btf_vlen(type); i++)
		if (!strcmp(btf__name_by_offset(btf, btf_members(type)[i].name_off), name))
			return btf_members(type) + i;
	return NULL;
}

static void wanted_fields_stay_where_they_are(void **state)
{
	const struct fixture *fixture = *state;
	const struct btf *btf = fixture->excerpt;
	int id = btf__find_by_name_kind(btf, "task", BTF_KIND_STRUCT);
	const struct btf_type *task = btf__type_by_id(btf, (__u32)id), *inner;

	assert_true(id > 0);
	assert_int_equal(task->size, 64);
	assert_int_equal(btf_vlen(task), 5);
	assert_null(member_of(btf, task, "lost"));
	assert_int_equal(member_of(btf, task, "pid")->offset, 32);
	assert_int_equal(member_of(btf, task, "links")->offset, 128);
	assert_int_equal(btf__resolve_size(btf, member_of(btf, task, "links")->type), 16);
	assert_int_equal(member_of(btf, task, "numbers")->offset, 256);
	assert_int_equal(btf__resolve_size(btf, member_of(btf, task, "numbers")->type), 12);
	inner = btf__type_by_id(btf, member_of(btf, task, "")->type);
	assert_int_equal(btf_kind(inner), BTF_KIND_UNION);
	assert_int_equal(btf_vlen(inner), 1);
	assert_string_equal(btf__name_by_offset(btf, btf_members(inner)->name_off), "counter");
}

static void pointers_lead_nowhere(void **state)
{
	const struct fixture *fixture = *state;
	const struct btf *btf = fixture->excerpt;
	int id = btf__find_by_name_kind(btf, "task", BTF_KIND_STRUCT);
	const struct btf_member *parent = member_of(btf, btf__type_by_id(btf, (__u32)id),
						    "parent");
	const struct btf_type *pointer = btf__type_by_id(btf, parent->type);

	assert_true(btf_is_ptr(pointer));
	assert_int_equal(pointer->type, 0);
}

static void values_of_enums_are_kept_by_name(void **state)
{
	const struct fixture *fixture = *state;
	const struct btf *btf = fixture->excerpt;
	int id = btf__find_by_name_kind(btf, "state", BTF_KIND_ENUM);
	const struct btf_type *type = btf__type_by_id(btf, (__u32)id);

	assert_true(id > 0);
	assert_int_equal(btf_vlen(type), 1);
	assert_int_equal(btf_enum(type)->val, 7);
}

static void what_nobody_wants_is_left_out(void **state)
{
	const struct fixture *fixture = *state;

	assert_true(btf__find_by_name_kind(fixture->excerpt, "filler_3", BTF_KIND_STRUCT) < 0);
	assert_true(btf__type_cnt(fixture->excerpt) < 15);
}

static void numbers_are_those_of_the_kernel(void **state)
{
	const struct fixture *fixture = *state;
	int function = btf__find_by_name_kind(fixture->kernel, "bpf_iter_task", BTF_KIND_FUNC);
	int task = btf__find_by_name_kind(fixture->kernel, "task", BTF_KIND_STRUCT);

	assert_int_equal(kernel_types_number(fixture->types, ROLE_HOOK, "task"), function);
	assert_int_equal(kernel_types_number(fixture->types, ROLE_TYPE, "task"), task);
	assert_int_equal(kernel_types_number(fixture->types, ROLE_TYPE, "missing"), -ENOENT);
	assert_int_equal(kernel_types_number(fixture->types, ROLE_HOOK, "state"), -ENOENT);
}

/* Each length that the description may be cut to, and each byte of its head turned round. */
static void damaged_is_refused_or_read(void **state)
{
	const struct fixture *fixture = *state;
	__u32 size;
	const char *raw = btf__raw_data(fixture->kernel, &size);

	for (__u32 cut = 0; cut < size + 64; cut += cut < 64 ? 1 : 61) {
		struct kernel_types *types = NULL;
		struct buffer bytes;
		__u32 length = cut < size ? cut : size;
		char *copy = malloc(length ?: 1);

		memcpy(copy, raw, length);
		if (cut >= size)
			copy[cut - size] ^= (char)0xff;
		buffer_init(&bytes, 1u << 20);
		if (!kernel_types_over(copy, length, &types) &&
		    !kernel_types_want_all(types, fixture->object) && !kernel_types_look(types))
			kernel_types_excerpt(types, &bytes);
		else
			assert_true(length < size || cut >= size);
		kernel_types_close(types);
		buffer_free(&bytes);
		free(copy);
	}
}

/* Where there is one: of the running kernel's own fields none moved. */
static void the_running_kernel_is_told_the_same(void **state)
{
	struct btf *kernel = btf__load_vmlinux_btf(), *object = btf__new_empty(), *excerpt;
	struct kernel_types *types;
	struct buffer bytes;
	int number, whole, cut;

	(void)state;
	if (!kernel || kernel_types_open(&types)) {
		btf__free(kernel);
		btf__free(object);
		skip();
	}
	number = btf__add_int(object, "int", 4, BTF_INT_SIGNED);
	btf__add_struct(object, "task_struct", 4);
	btf__add_field(object, "tgid", number, 0, 0);
	buffer_init(&bytes, 1u << 20);
	assert_int_equal(kernel_types_want_all(types, object), 0);
	assert_int_equal(kernel_types_look(types), 0);
	assert_int_equal(kernel_types_excerpt(types, &bytes), 0);
	excerpt = btf__new(bytes.data, (__u32)bytes.size);
	whole = btf__find_by_name_kind(kernel, "task_struct", BTF_KIND_STRUCT);
	cut = btf__find_by_name_kind(excerpt, "task_struct", BTF_KIND_STRUCT);
	assert_true(whole > 0 && cut > 0);
	assert_int_equal(kernel_types_number(types, ROLE_TYPE, "task_struct"), whole);
	assert_int_equal(member_of(excerpt, btf__type_by_id(excerpt, (__u32)cut), "tgid")->offset,
			 member_of(kernel, btf__type_by_id(kernel, (__u32)whole),
				   "tgid")->offset);
	btf__free(excerpt);
	buffer_free(&bytes);
	kernel_types_close(types);
	btf__free(object);
	btf__free(kernel);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(wanted_fields_stay_where_they_are),
		CASE(pointers_lead_nowhere),
		CASE(values_of_enums_are_kept_by_name),
		CASE(what_nobody_wants_is_left_out),
		CASE(numbers_are_those_of_the_kernel),
		CASE(damaged_is_refused_or_read),
		CASE(the_running_kernel_is_told_the_same),
	};

	return RUN(tests);
}
