/* SPDX-License-Identifier: BSD-2-Clause */
/* The history: what goes in comes out in its column and row, under a ceiling that it keeps. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

#include "user/model/history.h"

#define SECOND	1000000000ULL
#define STEP	(10 * SECOND)
#define BEGIN	(1767323040ULL * SECOND)	/* 2026-01-02T03:04:00Z, a multiple of the step */
#define HOUR	(3600 * SECOND)
#define MIB	(1u << 20)

struct labels {
	struct label items[5];
	size_t count;
};

static void put(struct labels *labels, const char *name, const char *value)
{
	if (value)
		labels->items[labels->count++] = (struct label){ name, name, value };
}

static struct labels labels_of(const char *container, const char *unit, const char *program)
{
	struct labels labels = { .count = 0 };

	put(&labels, "container_id", container);
	put(&labels, "seamark_systemd_unit", unit);
	put(&labels, "process_executable_name", program);
	return labels;
}

static void act(struct history *history, const char *container, const char *outcome,
		uint64_t duration_ns)
{
	struct labels labels = labels_of(container, NULL, "server");

	put(&labels, "outcome", outcome);
	history_add_act(history, EVENT_CONNECT, labels.items, labels.count, duration_ns);
}

static void calls(struct history *history, const char *container, const char *name, uint64_t times)
{
	struct labels labels = labels_of(container, NULL, "server");
	struct histogram added = { .sum_ns = times * 100, .slots[4] = times };

	put(&labels, "syscall_name", name);
	history_add(history, EVENT_SYSCALL_SLOW, labels.items, labels.count, &added);
}

static const struct history_filter connects = { .kind = EVENT_CONNECT };

static struct activity *fold(const struct history *history, uint64_t from, uint64_t to,
			     const struct history_filter *filter)
{
	struct activity *activity = activity_new();

	assert_int_equal(history_fold(history, from, to, filter, activity), 0);
	return activity;
}

static uint64_t connects_between(const struct history *history, uint64_t from, uint64_t to)
{
	struct activity *activity = fold(history, from, to, &connects);
	const struct activity_act *total = &activity_total(activity)->acts[ACTIVITY_CONNECT];
	uint64_t sum = 0;

	for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
		sum += total->by_outcome[outcome];
	activity_free(activity);
	return sum;
}

static void nothing_is_there_at_first(void **state)
{
	struct history *history = history_new(MIB, STEP);
	struct activity *activity;

	(void)state;
	assert_int_equal(history_since(history), 0);
	assert_int_equal(history_step_ns(history), STEP);
	assert_true(history_bytes(history) < 16384);
	history_turn(history, BEGIN + 3);
	assert_int_equal(history_since(history), BEGIN + 3);
	activity = fold(history, 0, UINT64_MAX, NULL);
	assert_int_equal(activity_count(activity), 0);
	assert_null(activity_row(activity, 0));
	assert_int_equal(activity_total(activity)->call_count, 0);
	activity_free(activity);
	history_free(history);
	history_free(NULL);
	activity_free(NULL);
}

/* Both handshakes, all outcomes, calls with their errors; sorted, and the total beside. */
static void acts_come_out_in_their_rows(void **state)
{
	struct history *history = history_new(MIB, STEP);
	struct labels labels = labels_of(NULL, "nginx.service", "proxy");
	const struct activity_row *row;
	struct activity *activity;

	(void)state;
	history_turn(history, BEGIN);
	put(&labels, "outcome", "ok");
	put(&labels, "tls_role", "server");
	history_add_act(history, EVENT_TLS_HANDSHAKE, labels.items, labels.count, 3000000);
	history_add_act(history, EVENT_LISTEN, labels.items, labels.count, 1);
	act(history, "b", "ok", 1000000);
	act(history, "b", "ok", 2000000);
	act(history, "b", "error", 9000000);
	act(history, "a", "cancelled", 5);
	calls(history, "a", "read", 10);
	calls(history, "a", "futex", 20);
	labels = labels_of("a", NULL, "server");
	put(&labels, "syscall_name", "read");
	history_add_errors(history, labels.items, labels.count, 7);
	for (int closed = 0; closed < 2; closed++) {
		activity = fold(history, BEGIN, BEGIN + 1, NULL);
		assert_int_equal(activity_count(activity), 3);
		row = activity_row(activity, 0);
		assert_string_equal(row->who.unit, "nginx.service");
		assert_string_equal(row->who.program, "proxy");
		assert_int_equal(row->acts[ACTIVITY_TLS_SERVER].by_outcome[OUTCOME_OK], 1);
		assert_int_equal(row->acts[ACTIVITY_TLS_CLIENT].by_outcome[OUTCOME_OK], 0);
		row = activity_row(activity, 1);
		assert_string_equal(row->who.container_id, "a");
		assert_int_equal(row->acts[ACTIVITY_CONNECT].by_outcome[OUTCOME_CANCELLED], 1);
		assert_int_equal(row->call_count, 2);
		assert_string_equal(row->calls[0].name, "futex");
		assert_int_equal(row->calls[1].errors, 7);
		assert_int_equal(durations_count(&row->calls[1].durations), 10);
		assert_int_equal(row->calls[1].durations.sum_ns, 1000);
		row = activity_row(activity, 2);
		assert_int_equal(row->acts[ACTIVITY_CONNECT].by_outcome[OUTCOME_OK], 2);
		assert_int_equal(row->acts[ACTIVITY_CONNECT].by_outcome[OUTCOME_ERROR], 1);
		assert_int_equal(durations_count(&row->acts[ACTIVITY_CONNECT].durations), 2);
		assert_int_equal(durations_quantile(&row->acts[ACTIVITY_CONNECT].durations, 0.99),
				 slot_upper_ns[slot_of(2000000)]);
		row = activity_total(activity);
		assert_int_equal(row->acts[ACTIVITY_CONNECT].by_outcome[OUTCOME_OK], 2);
		assert_int_equal(row->acts[ACTIVITY_TLS_SERVER].by_outcome[OUTCOME_OK], 1);
		assert_int_equal(row->calls[0].durations.sum_ns, 2000);
		activity_free(activity);
		history_turn(history, BEGIN + STEP);
	}
	assert_int_equal(history_lost(history), 0);
	history_free(history);
}

static void columns_have_their_times(void **state)
{
	struct history *history = history_new(MIB, STEP);

	(void)state;
	act(history, "a", "ok", 1);	/* before the first turn: of the column that it opens */
	history_turn(history, BEGIN);
	act(history, "a", "ok", 1);
	history_turn(history, BEGIN + STEP - 1);
	act(history, "a", "ok", 1);
	history_turn(history, BEGIN + STEP);
	act(history, "a", "ok", 1);
	history_turn(history, BEGIN + 5 * STEP);
	act(history, "a", "ok", 1);
	assert_int_equal(connects_between(history, 0, UINT64_MAX), 5);
	assert_int_equal(connects_between(history, BEGIN, BEGIN + STEP), 3);
	assert_int_equal(connects_between(history, BEGIN + 1, BEGIN + STEP), 0);
	assert_int_equal(connects_between(history, BEGIN + STEP, BEGIN + STEP + 1), 1);
	assert_int_equal(connects_between(history, BEGIN + 5 * STEP, UINT64_MAX), 1);
	history_turn(history, BEGIN + HOUR + 1);
	assert_int_equal(connects_between(history, 0, UINT64_MAX), 2);
	assert_int_equal(history_since(history), BEGIN + STEP);
	history_turn(history, BEGIN + 3 * HOUR);
	assert_int_equal(connects_between(history, 0, UINT64_MAX), 0);
	assert_int_equal(history_since(history), BEGIN + 2 * HOUR);
	history_free(history);
}

static const struct {
	struct history_filter filter;
	uint64_t connects;
	size_t calls;
} filters[] = {
	{ { .kind = EVENT_NONE }, 3, 1 },
	{ { .who = { "", "", "" } }, 3, 1 },
	{ { .kind = EVENT_CONNECT }, 3, 0 },
	{ { .kind = EVENT_SYSCALL_SLOW }, 0, 1 },
	{ { .kind = EVENT_BIND }, 0, 0 },
	{ { .who = { .container_id = "a" } }, 2, 1 },
	{ { .who = { .container_id = "b" } }, 1, 0 },
	{ { .who = { .container_id = "c" } }, 0, 0 },
	{ { .who = { .program = "server" } }, 3, 1 },
	{ { .who = { .program = "serve" } }, 0, 0 },
	{ { .who = { .unit = "x.service" } }, 0, 0 },
};

static void filters_choose(void **state)
{
	struct history *history = history_new(MIB, STEP);

	(void)state;
	history_turn(history, BEGIN);
	act(history, "a", "ok", 1);
	act(history, "a", "error", 1);
	act(history, "b", "ok", 1);
	calls(history, "a", "read", 2);
	for (size_t i = 0; i < COUNT(filters); i++) {
		struct activity *activity = fold(history, 0, UINT64_MAX, &filters[i].filter);
		const struct activity_row *total = activity_total(activity);
		const uint64_t *found = total->acts[ACTIVITY_CONNECT].by_outcome;

		assert_int_equal(found[OUTCOME_OK] + found[OUTCOME_ERROR], filters[i].connects);
		assert_int_equal(total->call_count, filters[i].calls);
		activity_free(activity);
	}
	history_free(history);
}

struct tally {
	uint64_t by_outcome[OUTCOME_MAX];
	uint64_t without_slot;
	uint64_t last_time;
};

static void count_cell(void *closure, const struct history_cell *cell)
{
	struct tally *tally = closure;

	assert_true(cell->time_unix_ns >= tally->last_time);
	tally->last_time = cell->time_unix_ns;
	tally->by_outcome[cell->outcome] += cell->count;
	if (cell->slot == HISTORY_NO_SLOT)
		tally->without_slot += cell->count;
}

static void cells_add_up(void **state)
{
	struct history *history = history_new(MIB, STEP);
	struct labels labels = labels_of("a", NULL, "server");
	struct tally tally = { .last_time = 0 };
	const struct history_filter of_calls = { .kind = EVENT_SYSCALL_SLOW };

	(void)state;
	put(&labels, "syscall_name", "read");
	for (uint64_t i = 0; i < 23; i++) {
		history_turn(history, BEGIN + i * STEP);
		act(history, "a", i % 2 ? "ok" : "error", i << i);
		calls(history, "a", "read", 1ULL << 40);
		history_add_errors(history, labels.items, labels.count, 1);
	}
	history_each_cell(history, 0, UINT64_MAX, &connects, count_cell, &tally);
	assert_int_equal(tally.by_outcome[OUTCOME_OK], 11);
	assert_int_equal(tally.by_outcome[OUTCOME_ERROR], 12);
	assert_int_equal(tally.without_slot, 0);
	tally = (struct tally){ .last_time = 0 };
	history_each_cell(history, 0, UINT64_MAX, &of_calls, count_cell, &tally);
	assert_int_equal(tally.by_outcome[OUTCOME_OK], 23ULL << 40);
	assert_int_equal(tally.by_outcome[OUTCOME_ERROR], 23);
	assert_int_equal(tally.without_slot, 23);
	history_free(history);
}

/* Acts that come one by one cost one entry, not one each. */
static void an_act_more_costs_nothing(void **state)
{
	struct history *history = history_new(MIB, STEP);
	size_t bytes;

	(void)state;
	history_turn(history, BEGIN);
	act(history, "a", "ok", 1000);
	bytes = history_bytes(history);
	for (int i = 0; i < 100000; i++)
		act(history, "a", "ok", 1000);
	assert_int_equal(history_bytes(history), bytes);
	assert_int_equal(connects_between(history, 0, UINT64_MAX), 100001);
	history_turn(history, BEGIN + STEP);
	assert_true(history_bytes(history) < bytes);
	history_free(history);
}

/* Containers come and go faster than an hour: the ceiling holds, nothing lost, the newest stay. */
static void the_oldest_go_first(void **state)
{
	const size_t ceiling = 256 * 1024;
	struct history *history = history_new(ceiling, STEP);
	uint64_t now = BEGIN;
	char id[65];

	(void)state;
	for (int column = 0; column < 200; column++, now += STEP) {
		history_turn(history, now);
		for (int i = 0; i < 50; i++) {
			snprintf(id, sizeof(id), "%064d", column * 50 + i);
			act(history, id, "ok", (uint64_t)i * 1000000);
			assert_true(history_bytes(history) <= ceiling);
		}
	}
	assert_int_equal(history_lost(history), 0);
	assert_true(history_since(history) > BEGIN);
	assert_true(history_since(history) < now - 5 * STEP);
	assert_int_equal(connects_between(history, history_since(history), UINT64_MAX),
			 (now - history_since(history)) / STEP * 50);
	history_turn(history, now + 2 * HOUR);
	assert_true(history_bytes(history) < 32768);
	history_free(history);
}

/* One column alone is larger than the ceiling: it goes in parts, and what fits is there. */
static void a_column_may_be_too_large(void **state)
{
	const size_t ceiling = 64 * 1024;
	struct history *history = history_new(ceiling, STEP);
	uint64_t kept;
	char id[65];

	(void)state;
	history_turn(history, BEGIN);
	for (int i = 0; i < 5000; i++) {
		snprintf(id, sizeof(id), "%064d", i);
		act(history, id, "ok", 1);
		assert_true(history_bytes(history) <= ceiling);
	}
	kept = connects_between(history, 0, UINT64_MAX);
	assert_true(kept > 50 && kept < 5000);
	assert_int_equal(history_lost(history), 0);
	assert_int_equal(history_since(history), BEGIN + STEP);
	history_free(history);
}

static void too_little_is_counted(void **state)
{
	struct history *history = history_new(0, STEP);

	(void)state;
	history_turn(history, BEGIN);
	act(history, "a", "ok", 1);
	calls(history, "a", "read", 22);
	assert_int_equal(history_lost(history), 23);
	assert_int_equal(connects_between(history, 0, UINT64_MAX), 0);
	history_free(history);
}

/* A clock that is set back or far ahead costs columns, not sense. */
static void clocks_are_set(void **state)
{
	struct history *history = history_new(MIB, STEP);

	(void)state;
	history_turn(history, BEGIN + HOUR);
	act(history, "a", "ok", 1);
	history_turn(history, BEGIN);
	act(history, "a", "ok", 1);
	assert_int_equal(connects_between(history, BEGIN, BEGIN + 1), 1);
	assert_int_equal(connects_between(history, 0, UINT64_MAX), 2);
	history_turn(history, BEGIN + 3 * HOUR);
	assert_int_equal(connects_between(history, 0, UINT64_MAX), 0);
	history_turn(history, 0);
	history_free(history);
}

static void durations_are_a_sparse_histogram(void **state)
{
	struct durations durations = { .sum_ns = 0 }, twice = { .sum_ns = 0 };
	struct histogram histogram = { .sum_ns = 0 };

	(void)state;
	assert_int_equal(durations_quantile(&durations, 0.5), 0);
	for (int slot = SLOT_COUNT - 1; slot >= 0; slot--) {
		assert_true(durations_add(&durations, (uint8_t)slot, (uint64_t)slot + 1));
		histogram.slots[slot] += (uint64_t)slot + 1;
	}
	assert_int_equal(durations_count(&durations), histogram_count(&histogram));
	for (int percent = 0; percent <= 100; percent++)
		assert_int_equal(durations_quantile(&durations, percent / 100.0),
				 histogram_quantile(&histogram, percent / 100.0));
	assert_true(durations_merge(&twice, &durations));
	assert_true(durations_merge(&twice, &durations));
	assert_int_equal(durations_count(&twice), 2 * histogram_count(&histogram));
	durations_free(&durations);
	durations_free(&twice);
	assert_int_equal(durations_count(&twice), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_there_at_first),
		cmocka_unit_test(acts_come_out_in_their_rows),
		cmocka_unit_test(columns_have_their_times),
		cmocka_unit_test(filters_choose),
		cmocka_unit_test(cells_add_up),
		cmocka_unit_test(an_act_more_costs_nothing),
		cmocka_unit_test(the_oldest_go_first),
		cmocka_unit_test(a_column_may_be_too_large),
		cmocka_unit_test(too_little_is_counted),
		cmocka_unit_test(clocks_are_set),
		cmocka_unit_test(durations_are_a_sparse_histogram),
	};

	return RUN(tests);
}
