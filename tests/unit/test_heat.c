/* SPDX-License-Identifier: BSD-2-Clause */
/* Hot programs are sampled, and timed again when they have cooled. */
#include "tests/unit/unit.h"

#include <string.h>

#include "include/aggregate.h"
#include "user/model/heat.h"

#define SECOND_NS 1000000000ULL
#define HOT 3
#define QUIET 4

struct told {
	int times;
	uint32_t context;
	bool sampled;
};

static void note(void *closure, uint32_t context, bool sampled)
{
	struct told *told = closure;

	told->times++;
	told->context = context;
	told->sampled = sampled;
}

/* One look after a second in which HOT made so many calls; how often anything was told. */
static int second(struct heat *heat, uint64_t *now_ns, uint64_t calls, unsigned long limit,
		  struct told *told)
{
	heat_add(heat, HOT, calls);
	heat_add(heat, QUIET, 10);
	*now_ns += SECOND_NS;
	told->times = 0;
	heat_look(heat, *now_ns, limit, note, told);
	return told->times;
}

static void the_hot_one_is_sampled_until_it_has_cooled(void **state)
{
	struct heat *heat = heat_new();
	struct told told = { 0 };
	uint64_t now_ns = 5 * SECOND_NS;

	(void)state;
	heat_look(heat, now_ns, 1000, note, &told);
	assert_int_equal(second(heat, &now_ns, 999, 1000, &told), 0);
	assert_int_equal(second(heat, &now_ns, 1000, 1000, &told), 1);
	assert_int_equal(told.context, HOT);
	assert_true(told.sampled);
	/* Less, not much less; then for a moment only. */
	assert_int_equal(second(heat, &now_ns, 500, 1000, &told), 0);
	assert_int_equal(second(heat, &now_ns, 499, 1000, &told), 0);
	assert_int_equal(second(heat, &now_ns, 500, 1000, &told), 0);
	assert_int_equal(second(heat, &now_ns, 499, 1000, &told), 0);
	assert_int_equal(second(heat, &now_ns, 0, 1000, &told), 1);
	assert_false(told.sampled);
	heat_free(heat);
}

static void looks_are_a_second_apart(void **state)
{
	struct heat *heat = heat_new();
	struct told told = { 0 };
	uint64_t now_ns = SECOND_NS;

	(void)state;
	heat_look(heat, now_ns, 1000, note, &told);
	heat_add(heat, HOT, 1999);
	heat_look(heat, now_ns + SECOND_NS / 2, 1000, note, &told);
	assert_int_equal(told.times, 0);
	/* 1,999 in two seconds. */
	heat_look(heat, now_ns + 2 * SECOND_NS, 1000, note, &told);
	assert_int_equal(told.times, 0);
	heat_free(heat);
}

static void limits_have_their_ends(void **state)
{
	struct heat *heat = heat_new();
	struct told told = { 0 };
	uint64_t now_ns = SECOND_NS;

	(void)state;
	heat_look(heat, now_ns, HEAT_NEVER, note, &told);
	assert_int_equal(second(heat, &now_ns, UINT64_MAX, HEAT_NEVER, &told), 0);
	assert_int_equal(second(heat, &now_ns, 0, HEAT_ALWAYS, &told), 1);
	assert_int_equal(told.context, QUIET);
	assert_int_equal(second(heat, &now_ns, 1, HEAT_ALWAYS, &told), 1);
	assert_int_equal(told.context, HOT);
	assert_int_equal(second(heat, &now_ns, 0, HEAT_ALWAYS, &told), 0);
	/* Switched off while it runs: both are timed again. */
	assert_int_equal(second(heat, &now_ns, 0, HEAT_NEVER, &told), 2);
	assert_false(told.sampled);
	heat_add(heat, CONTEXTS_MAX, 1);
	heat_free(heat);
}

static void a_number_s_next_owner_is_told_of(void **state)
{
	struct heat *heat = heat_new();
	struct told told = { 0 };
	uint64_t now_ns = SECOND_NS;

	(void)state;
	heat_look(heat, now_ns, HEAT_ALWAYS, note, &told);
	assert_int_equal(second(heat, &now_ns, 1, HEAT_ALWAYS, &told), 2);
	heat_forget(heat, HOT);
	assert_int_equal(second(heat, &now_ns, 1, HEAT_ALWAYS, &told), 1);
	assert_int_equal(told.context, HOT);
	heat_free(heat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_hot_one_is_sampled_until_it_has_cooled),
		cmocka_unit_test(looks_are_a_second_apart),
		cmocka_unit_test(limits_have_their_ends),
		cmocka_unit_test(a_number_s_next_owner_is_told_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
