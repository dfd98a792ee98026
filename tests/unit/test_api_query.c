/* SPDX-License-Identifier: BSD-2-Clause */
/* Parameters of the API: hostile ones are refused, in words of our own. */
#include "tests/unit/unit.h"

#include <string.h>

#include "user/encode/api_query.h"

#define HOSTILE	"</script>\"\\\n\x01\xff\xfe{}'"

static const struct {
	const char *name, *value;
	size_t size;	/* 0: of the text */
	bool taken;
} queries[] = {
	{ "seconds", "1", 0, true }, { "seconds", "3600", 0, true }, { "seconds", "0060", 0, true },
	{ "seconds", "0", 0, false }, { "seconds", "3601", 0, false }, { "seconds", "", 0, false },
	{ "seconds", "-1", 0, false }, { "seconds", "+1", 0, false }, { "seconds", " 1", 0, false },
	{ "seconds", "1e3", 0, false }, { "seconds", "0x10", 0, false },
	{ "seconds", "18446744073709551617", 0, false }, { "seconds", "1\0", 2, false },
	{ "seconds", NULL, 0, false }, { "Seconds", "1", 0, false }, { "", "1", 0, false },
	{ "limit", "1", 0, true }, { "limit", "200", 0, true }, { "limit", "201", 0, false },
	{ "event", "bind", 0, true }, { "event", "bind ", 0, false }, { "event", "bin", 0, false },
	{ "event", "bind\0x", 6, false }, { "event", "listen", 0, false },
	{ "container", "abc", 0, true }, { "container", "", 0, false },
	{ "container", "a\0b", 3, false }, { "program", HOSTILE, 0, true },
	{ "program", "%00%ff", 0, true }, { "unit", "x.service", 0, true },
	{ "lang", "zh", 0, true }, { "lang", "en", 0, true }, { "lang", "zh_CN", 0, false },
	{ "lang", "", 0, false }, { HOSTILE, HOSTILE, 0, false },
	{ "__proto__", "constructor", 0, false },
};

static void check_error(const char error[API_ERROR_SIZE])
{
	size_t length = strnlen(error, API_ERROR_SIZE);

	assert_true(length > 1 && length < API_ERROR_SIZE && error[length - 1] == '\n');
	for (size_t i = 0; i + 1 < length; i++)
		assert_true(error[i] >= ' ' && error[i] < 0x7f);
}

static void queries_are_taken_whole_or_not(void **state)
{
	const struct api_rules rules = {
		.takes = API_TAKES_SECONDS | API_TAKES_LIMIT | API_TAKES_EVENT | API_TAKES_WHO |
			 API_TAKES_LANGUAGE,
		.seconds = 60, .limit = 50, .limit_max = 200,
	};
	char long_name[ACTOR_KEY_MAX + 1], error[API_ERROR_SIZE];
	struct api_parameter pair[2] = { { "event", "bind", 4 } };
	struct api_query query;

	(void)state;
	for (size_t i = 0; i < COUNT(queries); i++) {
		bool is_event = !strcmp(queries[i].name, "event");
		size_t size = queries[i].size;

		if (!size && queries[i].value)
			size = strlen(queries[i].value);
		pair[1] = (struct api_parameter){ queries[i].name, queries[i].value, size };
		memset(error, 'x', sizeof(error));
		assert_int_equal(api_query_read(&rules, pair + is_event, 2 - is_event, &query,
						error), queries[i].taken);
		if (!queries[i].taken)
			check_error(error);
		assert_true(query.seconds >= 1 && query.seconds <= 3600);
		assert_true(query.limit >= 1 && query.limit <= 200);
	}
	memset(long_name, 'x', sizeof(long_name));
	pair[1] = (struct api_parameter){ "unit", long_name, ACTOR_KEY_MAX };
	assert_false(api_query_read(&rules, pair, 2, &query, error));
	pair[1].value_size--;
	assert_true(api_query_read(&rules, pair, 2, &query, error));
	pair[1] = pair[0];
	assert_false(api_query_read(&rules, pair, 2, &query, error));
	assert_false(api_query_read(&rules, pair, 0, &query, error));
	assert_string_equal(error, "event: connect, bind, tls.handshake or syscalls\n");
	assert_true(api_query_read(&(struct api_rules){ .seconds = 1 }, pair, 0, &query, error));
	assert_false(api_query_read(&(struct api_rules){ .seconds = 1 }, pair, 1, &query, error));
	assert_string_equal(error, "no parameters here\n");
}

static void trace_ids_are_32_digits(void **state)
{
	static const char *const bad[] = {
		"", "0", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
		"0123456789ABCDEF0123456789abcdef", "0123456789abcdeg0123456789abcdef", "../..",
	};
	uint8_t id[TRACE_ID_SIZE];

	(void)state;
	assert_true(api_trace_id("0123456789abcdef0123456789abcdef", id));
	assert_int_equal(id[0], 0x01);
	assert_int_equal(id[15], 0xef);
	for (size_t i = 0; i < COUNT(bad); i++)
		assert_false(api_trace_id(bad[i], id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(queries_are_taken_whole_or_not),
		cmocka_unit_test(trace_ids_are_32_digits),
	};

	return RUN(tests);
}
