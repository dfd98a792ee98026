/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark top without a terminal: what fits, in which order, what adds up, and what keys do. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/cli/top_keys.h"
#include "user/encode/top.h"
#include "user/encode/wrap.h"

#define SECOND	1000000000ULL
#define NOW	(1767323045ULL * SECOND)	/* 2026-01-02T03:04:05Z */
#define LONG_ID	"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static const struct record_container containers[] = {
	{ .id = "aaa", .name = "shop", .image_name = "store/shop", .image_tag = "1.4.2" },
	{ .id = "bbb", .pod_name = "checkout-7d9f6c-x2x4z", .pod_namespace = "store",
	  .pod_container = "checkout" },
	{ .id = "ccc", .name = "数据网关" },
};

static struct activity *activity;
static struct names *names;
static struct diagnosis *diagnosis;
static struct top_rows rows;
static struct top_view view;
static struct sheet sheet;
static struct buffer text;

static void take(struct durations *durations, uint64_t duration_ns, uint64_t count)
{
	if (count)
		assert_true(durations_add(durations, (uint8_t)slot_of(duration_ns), count));
	durations->sum_ns += duration_ns * count;
}

static void act(const char *container, const char *unit, const char *program,
		enum activity_kind kind, uint64_t good, uint64_t bad)
{
	const struct actor who = { container, unit, program };
	struct activity_row *row = activity_find(activity, &who);

	row->acts[kind].by_outcome[OUTCOME_OK] += good;
	row->acts[kind].by_outcome[OUTCOME_ERROR] += bad;
	take(&row->acts[kind].durations, 1000000, good);
}

static void call(const char *container, const char *unit, const char *program, const char *name,
		 uint64_t duration_ns, uint64_t count)
{
	const struct actor who = { container, unit, program };
	struct activity_row *row = activity_find(activity, &who);

	take(&activity_find_call(row, name)->durations, duration_ns, count);
}

static void refuse(const char *container, const char *program, const char *cause, const char *what)
{
	static struct verdict verdict;
	static struct fact fact;

	memset(&verdict, 0, sizeof(verdict));
	memset(&fact, 0, sizeof(fact));
	fact.kind = EVENT_CONNECT;
	fact.outcome = OUTCOME_ERROR;
	fact.time_unix_ns = NOW - SECOND;
	strcpy(fact.name, what);
	attributes_set_text(&fact.attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME, program);
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_ID, container);
	verdict.cause = cause;
	strcpy(verdict.explanation, "Nobody listens there.");
	strcpy(verdict.fixes[0], "Start what should.");
	verdict.fix_count = 1;
	fact.verdict = &verdict;
	diagnosis_add(diagnosis, &fact, NULL);
}

static int begin(void **state)
{
	(void)state;
	activity = activity_new();
	names = names_new();
	diagnosis = diagnosis_new(100, NOW - 60 * SECOND);
	memset(&view, 0, sizeof(view));
	sheet_init(&sheet, 80);
	buffer_init(&text, 16 << 20);
	for (size_t i = 0; i < COUNT(containers); i++)
		names_add_container(names, &containers[i]);
	return 0;
}

static int end(void **state)
{
	(void)state;
	top_rows_free(&rows);
	activity_free(activity);
	names_free(names);
	diagnosis_free(diagnosis);
	sheet_free(&sheet);
	buffer_free(&text);
	return 0;
}

static void some(void)
{
	act("aaa", "", "shop", ACTIVITY_CONNECT, 6000, 31);
	act("aaa", "", "shop", ACTIVITY_TLS_CLIENT, 1700, 0);
	call("aaa", "", "shop", "read", 3000, 84000);
	call("aaa", "", "shop", "epoll_pwait", 30000000, 84000);
	call("aaa", "", "helper", "write", 9000, 50);
	act("bbb", "", "checkout", ACTIVITY_TLS_SERVER, 12, 1);
	act("ccc", "", "网关程序", ACTIVITY_CONNECT, 5, 0);
	act(LONG_ID, "", "etcd", ACTIVITY_TLS_SERVER, 900, 0);
	act("", "prometheus.service", "prometheus", ACTIVITY_BIND, 1, 0);
	call("", "", "cron", "openat", 2000, 40);
	refuse("aaa", "shop", "refused_no_listener", "connect 10.0.0.7:5432");
	refuse("bbb", "checkout", "hostname_mismatch", "TLS server handshake");
	activity_finish(activity);
}

static const char *show(size_t width, size_t height)
{
	const struct top_moment moment = { "node-7", NOW, 5 * SECOND, names, diagnosis, NULL };

	view.width = width;
	view.height = height;
	assert_true(top_rows_fill(&rows, activity, names, &view.choice));
	top_follow(&view, &rows);
	top_page(&sheet, &view, &rows, &moment);
	buffer_reset(&text);
	encode_sheet(&text, &sheet, false);
	assert_false(text.failed);
	return text.data;
}

static void assert_fits(size_t width, size_t height)
{
	char *copy = strdup(show(width, height)), *next = copy, *line;
	size_t lines = 0;

	while ((line = strsep(&next, "\n")) && next) {
		lines++;
		if (text_columns(line) > width)
			print_error("%zu columns: %s\n", width, line);
		assert_true(text_columns(line) <= width);
	}
	assert_int_equal(lines, height);
	free(copy);
}

static void table_is_whole(void **state)
{
	static const char wanted[] =
		"seamark top  03:04:05 UTC  node-7                             last 5 s, by FAILS\n"
		"                                 FAILS       CONNECT     HANDSHAKE         CALLS\n"
		"CONTAINER OR UNIT    PROGRAM        /s     /s    p99     /s    p99     /s time/s\n"
		"all 7 programs                     6.4   1.2k 1.2 ms    523 1.2 ms  16.8k  51 ms\n"
		"shop                 shop          6.2   1.2k 1.2 ms    340 1.2 ms  16.8k  50 ms\n"
		"store/checkout-7d..  checkout      0.2      -      -    2.6 1.2 ms      -      -\n"
		"shop                 helper          -      -      -      -      -     10  90 us\n"
		"-                    cron            -      -      -      -      -    8.0  16 us\n"
		"0123456789ab         etcd            -      -      -    180 1.2 ms      -      -\n"
		"prometheus.service   prometheus      -      -      -      -      -      -      -\n"
		"数据网关             网关程序        -    1.0 1.2 ms      -      -      -      -\n"
		"\n"
		"shop  shop  1 × connect 10.0.0.7:5432: refused_no_listener\n"
		"Enter why  / filter  ? help  q quit  <> sort  f failures  w window  c containers\n";

	(void)state;
	some();
	assert_string_equal(show(80, 14), wanted);
}

/* Each size a terminal may have, each sheet, both languages. */
static void pages_fit(void **state)
{
	static const size_t sizes[][2] = {
		{ 80, 24 }, { 200, 60 }, { 40, 10 }, { 120, 40 }, { 20, 7 }, { 1, 7 },
	};

	(void)state;
	some();
	for (size_t i = 0; i < COUNT(sizes) * 8; i++) {
		view.language = i % 2;
		view.mode = TOP_TABLE;
		view.choice.by_container = i / 8 % 2;
		show(sizes[i / 8][0], sizes[i / 8][1]);
		view.mode = i / 2 % 4;
		assert_fits(sizes[i / 8][0], sizes[i / 8][1]);
	}
	view.mode = TOP_TABLE;
	assert_non_null(strstr(show(200, 20), "refused_no_listener\n"));
	assert_non_null(strstr(text.data, "store/checkout-7d9f6c-x2x4z/checkout"));
	assert_non_null(strstr(text.data, "read 100%"));
	/* Without edges nothing is cut, and there are no keys. */
	assert_non_null(strstr(show(0, 0), "数据网关"));
	assert_null(strstr(text.data, ".."));
	assert_null(strstr(text.data, "quit"));
	view.choice.by_container = false;
	/* On paper there is no row to mark: all that fail are told. */
	assert_non_null(strstr(show(80, 0), "\n\nshop  shop  1 × connect 10.0.0.7:5432: refused_"));
}

static void many_rows_scroll(void **state)
{
	char program[32];

	(void)state;
	for (int i = 0; i < 5000; i++) {
		snprintf(program, sizeof(program), "worker-%d", i);
		act("", "", program, ACTIVITY_CONNECT, 5, i == 4711 ? 3 : 0);
		call("", "", program, "read", 1000 + (uint64_t)i, 10);
	}
	activity_finish(activity);
	assert_fits(80, 24);
	assert_int_equal(rows.count, 5000);
	assert_string_equal(rows.items[0].program, "worker-4711");
	assert_string_equal(rows.items[1].program, "worker-4999");
	assert_non_null(strstr(text.data, "all 5000 programs"));
	top_take_key(&view, &rows, TOP_KEY_END, "");
	assert_fits(80, 24);
	assert_int_equal(view.selected, 4999);
	assert_non_null(strstr(text.data, "worker-0 "));
	top_take_key(&view, &rows, TOP_KEY_PAGE_UP, "");
	assert_int_equal(view.selected, 4999 - 17);
	top_take_key(&view, &rows, TOP_KEY_HOME, "");
	assert_int_equal(view.selected, 0);
	assert_int_equal(view.first, 0);
}

static void nothing_is_told_apart(void **state)
{
	(void)state;
	activity_finish(activity);
	assert_fits(80, 24);
	assert_non_null(strstr(text.data, "no program"));
	assert_non_null(strstr(text.data, "No bind, connect, handshake"));
	assert_true(top_take_key(&view, &rows, TOP_KEY_ENTER, ""));
	assert_int_equal(view.mode, TOP_TABLE);
	some();
	strcpy(view.choice.filter, "nobody");
	assert_non_null(strstr(show(80, 24), "Nothing that is observed has this"));
	assert_non_null(strstr(text.data, "0 of 7 programs"));
}

static void everything_fails(void **state)
{
	char program[32];

	(void)state;
	for (int i = 0; i < 40; i++) {
		snprintf(program, sizeof(program), "p%02d", i);
		act("aaa", "", program, ACTIVITY_CONNECT, 0, 1000000);
		refuse("aaa", program, "refused_no_listener", "connect 10.0.0.7:5432");
	}
	activity_finish(activity);
	assert_fits(80, 24);
	assert_non_null(strstr(text.data, "8.0M"));
	assert_non_null(strstr(text.data, "200k"));
	view.mode = TOP_FAILURES;
	assert_fits(80, 24);
	view.scroll = 100000;
	assert_fits(80, 24);
	assert_true(view.scroll > 200 && view.scroll < 300);
	assert_non_null(strstr(text.data, "1. Start what should."));
}

static const struct {
	unsigned int order;
	bool reverse;
	const char *first;
} orders[] = {
	{ TOP_BY_FAILED, false, "shop" },
	{ TOP_BY_FAILED, true, "helper" },	/* of those that have none the one with most calls */
	{ TOP_BY_KIND, false, "prometheus" },
	{ TOP_BY_KIND + 1, false, "shop" },
	{ TOP_BY_KIND + 2, false, "shop" },
	{ TOP_BY_CALLS, false, "shop" },
	{ TOP_BY_NAME, false, "cron" },
	{ TOP_BY_NAME, true, "网关程序" },
};

static void rows_are_ordered(void **state)
{
	(void)state;
	some();
	for (size_t i = 0; i < COUNT(orders); i++) {
		view.choice.order = orders[i].order;
		view.choice.reverse = orders[i].reverse;
		show(80, 24);
		assert_string_equal(rows.items[0].program, orders[i].first);
	}
}

static const struct {
	struct top_choice choice;
	size_t count;
	size_t hidden;
} choices[] = {
	{ { .container = NULL }, 7, 0 },
	{ { .filter = "SHOP" }, 2, 5 },
	{ { .filter = "网关" }, 1, 6 },
	{ { .filter = "store" }, 3, 4 },	/* an image, a namespace */
	{ { .filter = ".service" }, 1, 6 },
	{ { .container = "shop" }, 2, 5 },
	{ { .container = "0123" }, 1, 6 },
	{ { .container = "store/checkout-7d9f6c-x2x4z/checkout" }, 1, 6 },
	{ { .container = "sho" }, 0, 7 },
	{ { .program = "etcd" }, 1, 6 },
	{ { .program = "etc" }, 0, 7 },
	{ { .container = "shop", .program = "helper" }, 1, 6 },
	{ { .by_container = true }, 6, 0 },
	{ { .by_container = true, .filter = "helper" }, 1, 6 },
};

static void rows_are_chosen(void **state)
{
	(void)state;
	some();
	for (size_t i = 0; i < COUNT(choices); i++) {
		view.choice = choices[i].choice;
		show(80, 24);
		assert_int_equal(rows.count, choices[i].count);
		assert_int_equal(rows.hidden, choices[i].hidden);
	}
}

static uint64_t connects(void)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < rows.count; i++)
		sum += top_row_acts(rows.items[i].row, 1, false);
	return sum;
}

/* The sums are the same however rows are put together. */
static void sums_agree(void **state)
{
	(void)state;
	some();
	for (int together = 0; together < 2; together++) {
		view.choice.by_container = together;
		show(80, 24);
		assert_int_equal(connects(), 6036);
		assert_int_equal(top_row_acts(rows.total.row, 1, false), 6036);
		assert_int_equal(rows.total.failed, 32);
		assert_int_equal(rows.total.calls, 84000 + 50 + 40);
		assert_int_equal(rows.total.programs, 7);
	}
	assert_non_null(strstr(text.data, "2 programs"));
}

static void a_detail_has_the_verdict(void **state)
{
	(void)state;
	some();
	show(80, 40);
	assert_true(top_take_key(&view, &rows, TOP_KEY_ENTER, ""));
	assert_fits(80, 40);
	assert_non_null(strstr(text.data, "image store/shop:1.4.2, id aaa"));
	assert_non_null(strstr(text.data, "1 ×  connect 10.0.0.7:5432: refused_no_listener"));
	assert_non_null(strstr(text.data, "1. Start what should."));
	assert_null(strstr(text.data, "hostname_mismatch"));
	assert_non_null(strstr(text.data, "read "));
	assert_true(strstr(text.data, "read ") < strstr(text.data, "epoll_pwait"));
	assert_true(top_take_key(&view, &rows, TOP_KEY_ESCAPE, ""));
	assert_int_equal(view.mode, TOP_TABLE);
	top_take_key(&view, &rows, TOP_KEY_TEXT, "f");
	assert_non_null(strstr(show(80, 60), "hostname_mismatch"));
}

/* The marked row is the same one when another takes its rank; on top it is who is on top. */
static void the_mark_follows(void **state)
{
	(void)state;
	some();
	show(80, 24);
	top_take_key(&view, &rows, TOP_KEY_DOWN, "");
	assert_string_equal(top_selected(&view, &rows)->program, "checkout");
	act("ccc", "", "网关程序", ACTIVITY_CONNECT, 0, 500);
	activity_finish(activity);
	show(80, 24);
	assert_string_equal(rows.items[0].program, "网关程序");
	assert_int_equal(view.selected, 2);
	assert_string_equal(top_selected(&view, &rows)->program, "checkout");
	top_take_key(&view, &rows, TOP_KEY_HOME, "");
	assert_string_equal(top_selected(&view, &rows)->program, "网关程序");
}

static void press(const char *letters)
{
	for (char one[2] = { 0 }; *letters; letters++) {
		one[0] = *letters;
		assert_true(top_take_key(&view, &rows, TOP_KEY_TEXT, one));
	}
}

static void keys_do_what_help_says(void **state)
{
	(void)state;
	some();
	show(80, 24);
	press("/qsh");
	assert_true(view.typing);
	top_take_key(&view, &rows, TOP_KEY_TEXT, "网");
	assert_string_equal(view.choice.filter, "qsh网");
	top_take_key(&view, &rows, TOP_KEY_ERASE, "");
	assert_string_equal(view.choice.filter, "qsh");
	for (int i = 0; i < 5; i++)
		top_take_key(&view, &rows, TOP_KEY_ERASE, "");
	press("shop");
	for (int i = 0; i < TOP_FILTER_SIZE; i++)
		top_take_key(&view, &rows, TOP_KEY_TEXT, "界");
	assert_true(strlen(view.choice.filter) < TOP_FILTER_SIZE);
	top_take_key(&view, &rows, TOP_KEY_ENTER, "");
	assert_false(view.typing);
	top_take_key(&view, &rows, TOP_KEY_ESCAPE, "");
	assert_string_equal(view.choice.filter, "");
	press("w cr>>");
	assert_int_equal(view.window, 1);
	assert_true(view.paused && view.choice.by_container && !view.choice.reverse);
	assert_int_equal(view.choice.order, 2);
	press("<<<");
	assert_int_equal(view.choice.order, TOP_ORDERS - 1);
	press("f?");
	assert_int_equal(view.mode, TOP_HELP);
	press("?");
	assert_int_equal(view.mode, TOP_FAILURES);
	press("jjk");
	assert_int_equal(view.scroll, 1);
	press("f");
	assert_int_equal(view.mode, TOP_TABLE);
	assert_false(top_take_key(&view, &rows, TOP_KEY_TEXT, "q"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(table_is_whole), TEST(pages_fit), TEST(many_rows_scroll),
		TEST(nothing_is_told_apart), TEST(everything_fails), TEST(rows_are_ordered),
		TEST(rows_are_chosen), TEST(sums_agree), TEST(a_detail_has_the_verdict),
		TEST(the_mark_follows), TEST(keys_do_what_help_says),
	};

	return RUN(tests);
}
