/* SPDX-License-Identifier: BSD-2-Clause */
/* What a screen is made of: cells that are cut and put right, and numbers that fit them. */
#include "tests/unit/unit.h"

#include <string.h>

#include "user/encode/sheet.h"
#include "user/encode/top_units.h"

#define SECOND	1000000000ULL

static const struct {
	uint64_t count;
	const char *text;
} rates[] = {
	{ 0, "-" }, { 1, "<0.1" }, { 5, "0.1" }, { 94, "0.9" }, { 994, "9.9" }, { 995, "10" },
	{ 99900, "999" }, { 99949, "999" }, { 99950, "1.0k" }, { 1234567, "12.3k" },
	{ 9994000, "99.9k" }, { 9996000, "100k" }, { 99940000, "999k" }, { 99960000, "1.0M" },
	{ UINT64_MAX, "9999G" },
};

static const struct {
	uint64_t ns;
	const char *text;
} durations[] = {
	{ 0, "-" }, { 1, "1 ns" }, { 999, "999 ns" }, { 1000, "1.0 us" }, { 9949, "9.9 us" },
	{ 9960, "10 us" }, { 999400, "999 us" }, { 999600, "1.0 ms" }, { 53000000, "53 ms" },
	{ 999999999, "1.0 s" }, { 12 * SECOND, "12 s" }, { 999 * SECOND, "999 s" },
	{ 1000 * SECOND, "17 min" }, { 36000 * SECOND, "10 h" }, { UINT64_MAX, "999 h" },
};

static void numbers_are_short(void **state)
{
	char out[UNIT_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(rates); i++) {
		rate_text(rates[i].count, 100 * SECOND, out);
		assert_string_equal(out, rates[i].text);
		assert_true(strlen(out) <= 5);
	}
	for (size_t i = 0; i < COUNT(durations); i++) {
		brief_duration_text(durations[i].ns, out);
		assert_string_equal(out, durations[i].text);
		assert_true(strlen(out) <= 6);
	}
}

static void cells_are_cut_and_put_right(void **state)
{
	struct buffer text;
	struct sheet sheet;

	(void)state;
	buffer_init(&text, 4096);
	sheet_init(&sheet, 12);
	sheet_line(&sheet);
	sheet_left(&sheet, 0, 5, EMPHASIS_NONE, "数据网关");
	sheet_right(&sheet, 6, 5, EMPHASIS_FAILED, "12");
	sheet_right(&sheet, 10, 5, EMPHASIS_NONE, "lost");
	sheet_window(&sheet, 1, 2);
	for (int i = 0; i < 5; i++) {
		sheet_line(&sheet);
		sheet_left(&sheet, 10, 0, EMPHASIS_NONE, &"01234"[i]);
	}
	assert_int_equal(sheet_window_end(&sheet), 5);
	sheet_line_marked(&sheet);
	sheet_left(&sheet, 1, 0, EMPHASIS_NONE, "end");
	assert_int_equal(sheet_end(&sheet), 4);
	encode_sheet(&text, &sheet, false);
	assert_string_equal(text.data, "数..     12\n          ..\n          ..\n end\n");
	assert_true(sheet_cell(&sheet, sheet_cell_count(&sheet) - 1)->marked);
	buffer_reset(&text);
	encode_sheet(&text, &sheet, true);
	assert_non_null(strstr(text.data, "\033[31m12\033[0m"));
	buffer_free(&text);
	sheet_free(&sheet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_short),
		cmocka_unit_test(cells_are_cut_and_put_right),
	};

	return RUN(tests);
}
