/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/export/page.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

static void test_index_is_the_root(void **state)
{
	const struct page *page = page_find("/");

	(void)state;
	assert_non_null(page);
	assert_string_equal(page->type, "text/html; charset=utf-8");
	assert_memory_equal(page->data, "<!DOCTYPE html>", 15);
	assert_null(page_find("/page/index.html"));
}

static void test_only_files_of_the_page_are_found(void **state)
{
	static const char *const others[] = { "", "/page", "/page/", "/page/../main.js", "/metrics",
					      "/page/main.js/", "/page/main.js?" };

	(void)state;
	assert_non_null(page_find("/page/main.js"));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_null(page_find(others[i]));
}

static void test_both_forms_hold_the_same(void **state)
{
	const struct page *page = page_find("/page/main.js");
	static unsigned char out[1 << 16];
	z_stream stream = { .next_in = (unsigned char *)page->small,
			    .avail_in = page->small_size, .next_out = out, .avail_out = sizeof(out) };

	(void)state;
	assert_int_equal(inflateInit2(&stream, 16 + MAX_WBITS), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	inflateEnd(&stream);
	assert_int_equal(stream.total_out, page->size);
	assert_memory_equal(out, page->data, page->size);
	assert_true(page->small_size < page->size);
}

static void test_what_a_browser_has(void **state)
{
	const struct page *page = page_find("/");
	char several[128];

	(void)state;
	assert_memory_equal(page->etag, "W/\"", 3);
	assert_false(page_is_known(page, NULL));
	assert_false(page_is_known(page, ""));
	assert_false(page_is_known(page, page_find("/page/main.js")->etag));
	assert_true(page_is_known(page, page->etag));
	assert_true(page_is_known(page, "*"));
	snprintf(several, sizeof(several), "\"other\", %s", page->etag);
	assert_true(page_is_known(page, several));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_index_is_the_root),
		cmocka_unit_test(test_only_files_of_the_page_are_found),
		cmocka_unit_test(test_both_forms_hold_the_same),
		cmocka_unit_test(test_what_a_browser_has),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
