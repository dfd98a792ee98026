/* SPDX-License-Identifier: BSD-2-Clause */
/* The bucket rule against its definition in floating point, and histograms made of it. */
#include "tests/unit/unit.h"

#include <math.h>

#include "user/model/histogram.h"

static void bounds_follow_the_definition(void **state)
{
	(void)state;
	for (int slot = 0; slot < SLOT_OVERFLOW; slot++) {
		long double bound = exp2l((slot + SLOT_INDEX_MIN) / 4.0L) * 1e9L;

		assert_true(fabsl(bound - (long double)slot_upper_ns[slot]) < 1.0L);
		assert_int_equal(slot_upper_ns[slot], (uint64_t)floorl(bound + 1e-6L));
	}
}

static void bounds_are_inclusive(void **state)
{
	(void)state;
	assert_int_equal(slot_of(0), 0);
	assert_int_equal(slot_of(~0ULL), SLOT_OVERFLOW);
	for (uint32_t slot = 0; slot < SLOT_OVERFLOW; slot++) {
		assert_int_equal(slot_of(slot_upper_ns[slot]), slot);
		assert_int_equal(slot_of(slot_upper_ns[slot] + 1), slot + 1);
	}
}

static void powers_of_two_are_bounds(void **state)
{
	(void)state;
	assert_int_equal(slot_of(1000000000ULL), 96);
	assert_int_equal(slot_of(500000000ULL), 92);
	assert_int_equal(slot_of(128000000000ULL), 124);
}

static void merging_adds(void **state)
{
	struct histogram one = { 0 }, other = { 0 };

	(void)state;
	histogram_add(&one, 100);
	histogram_add(&other, 100);
	histogram_add(&other, 1000000000);
	histogram_merge(&one, &other);
	assert_int_equal(histogram_count(&one), 3);
	assert_int_equal(one.sum_ns, 1000000200);
	assert_int_equal(one.slots[slot_of(100)], 2);
}

static void quantiles_are_off_by_a_slot_at_most(void **state)
{
	struct histogram histogram = { 0 };

	(void)state;
	assert_int_equal(histogram_quantile(&histogram, 0.5), 0);
	for (uint64_t i = 1; i <= 1000; i++)
		histogram_add(&histogram, i * 1000000);
	for (int percent = 1; percent <= 100; percent++) {
		double exact = percent * 1e7;
		double found = (double)histogram_quantile(&histogram, percent / 100.0);

		assert_true(found >= exact && found <= exact * 1.19);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bounds_follow_the_definition),
		cmocka_unit_test(bounds_are_inclusive),
		cmocka_unit_test(powers_of_two_are_bounds),
		cmocka_unit_test(merging_adds),
		cmocka_unit_test(quantiles_are_off_by_a_slot_at_most),
	};

	return RUN(tests);
}
