/* SPDX-License-Identifier: BSD-2-Clause */
/* Buffers, attributes, metrics, connections, resources: their limits and what happens at them. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/attribute.h"
#include "user/model/buffer.h"
#include "user/model/connection.h"
#include "user/model/date.h"
#include "user/model/errno_name.h"
#include "user/model/metric.h"
#include "user/model/printable.h"
#include "user/model/resource.h"
#include "user/model/syscall_name.h"
#include "user/model/tls_name.h"

static void a_buffer_keeps_to_its_limit(void **state)
{
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, 8);
	buffer_string(&buffer, "12345678");
	assert_false(buffer.failed);
	assert_int_equal(buffer.size, 8);
	buffer_byte(&buffer, '9');
	assert_true(buffer.failed);
	buffer_string(&buffer, "");
	assert_true(buffer.failed);
	buffer_reset(&buffer);
	buffer_unsigned(&buffer, 0);
	buffer_printf(&buffer, "%s", "ab");
	assert_string_equal(buffer.data, "0ab");
	buffer_printf(&buffer, "%s", "abcdef");
	assert_true(buffer.failed);
	buffer_free(&buffer);
}

static void numbers_are_decimal(void **state)
{
	struct buffer buffer;

	(void)state;
	buffer_init(&buffer, 100);
	buffer_unsigned(&buffer, 18446744073709551615ULL);
	assert_string_equal(buffer.data, "18446744073709551615");
	buffer_free(&buffer);
}

static const struct {
	const char *in;
	const char *out;
} printables[] = {
	{ "plain", "plain" },
	{ "日本", "日本" },
	{ "tab\there", "tab\\x09here" },
	{ "line\nforged", "line\\x0aforged" },
	{ "\033[31mred", "\\x1b[31mred" },
	{ "del\177", "del\\x7f" },
	{ "\xff\xfe", "\\xff\\xfe" },
	{ "cut \xe6\x97", "cut \\xe6\\x97" },
	{ "overlong \xc0\xaf", "overlong \\xc0\\xaf" },
	{ "surrogate \xed\xa0\x80", "surrogate \\xed\\xa0\\x80" },
	{ "c1 \xc2\x9b", "c1 \\xc2\\x9b" },
	{ "beyond \xf4\x90\x80\x80", "beyond \\xf4\\x90\\x80\\x80" },
};

static void text_from_outside_is_printable(void **state)
{
	char out[128], kept[128];

	(void)state;
	for (size_t i = 0; i < COUNT(printables); i++) {
		assert_int_equal(printable_copy(out, sizeof(out), printables[i].in,
						strlen(printables[i].in)),
				 strlen(printables[i].out) + 1);
		assert_string_equal(out, printables[i].out);
		snprintf(kept, sizeof(kept), "%s", printables[i].in);
		printable_keep(kept, sizeof(kept));
		assert_string_equal(kept, printables[i].out);
	}
	assert_int_equal(printable_copy(out, 4, "\n", 1), 0);
	assert_int_equal(printable_copy(out, 5, "\n", 1), 5);
	memset(kept, '\n', 16);
	printable_keep(kept, 16);
	assert_string_equal(kept, "\\x0a\\x0a\\x0a");
}

static void attributes_are_a_bounded_set(void **state)
{
	struct attributes set;
	char longest[ATTRIBUTES_BYTES];

	(void)state;
	attributes_clear(&set);
	attributes_set_integer(&set, ATTRIBUTE_PROCESS_PID, 1);
	attributes_set_integer(&set, ATTRIBUTE_PROCESS_PID, 2);
	attributes_set_text(&set, ATTRIBUTE_CONTAINER_ID, "");
	attributes_set_text(&set, ATTRIBUTE_CONTAINER_ID, NULL);
	assert_int_equal(set.count, 1);
	assert_int_equal(attributes_integer(&set, ATTRIBUTE_PROCESS_PID, 0), 2);
	assert_int_equal(attributes_integer(&set, ATTRIBUTE_THREAD_ID, -7), -7);
	assert_null(attributes_string(&set, ATTRIBUTE_CONTAINER_ID));
	memset(longest, 'x', sizeof(longest));
	attributes_set_string(&set, ATTRIBUTE_CONTAINER_ID, longest, sizeof(longest));
	assert_int_equal(set.left_out, 1);
	attributes_set_string(&set, ATTRIBUTE_CONTAINER_ID, longest, sizeof(longest) - 1);
	assert_int_equal(strlen(attributes_string(&set, ATTRIBUTE_CONTAINER_ID)),
			 sizeof(longest) - 1);
	attributes_set_text(&set, ATTRIBUTE_ERROR_TYPE, "E");
	assert_int_equal(set.left_out, 2);
}

static void the_vocabulary_is_one(void **state)
{
	(void)state;
	for (int key = 0; key < ATTRIBUTE_KEY_MAX; key++) {
		const struct attribute_definition *one = attribute_definition(key);

		assert_true(one->help[0]);
		for (size_t i = 0; one->name[i]; i++)
			assert_int_equal(one->label[i], one->name[i] == '.' ? '_' : one->name[i]);
		for (int other = 0; other < key; other++)
			assert_string_not_equal(one->name, attribute_definition(other)->name);
	}
}

static const struct metric_family counter = {
	.name = "seamark_test", .otlp_name = "seamark.test", .unit = "", .otlp_unit = "1",
	.help = "Test.", .type = METRIC_COUNTER,
};

/* The sum of a family's series, its overflow series included, is what was added. */
static void a_ceiling_loses_no_count(void **state)
{
	struct metrics *metrics = metrics_new(10);
	uint64_t sum = 0;
	char value[16];

	(void)state;
	assert_null(metrics_series(metrics, &counter, NULL, 0, 1));
	assert_int_equal(metrics_add_family(metrics, &counter), 0);
	assert_int_equal(metrics_add_family(metrics, &counter), 0);
	for (int i = 0; i < 1000; i++) {
		struct label label = { "a", "a", value };

		snprintf(value, sizeof(value), "%d", i % 25);
		metrics_series(metrics, &counter, &label, 1, 1)->value++;
	}
	for (const struct series *one = metrics_first(metrics, 0); one; one = one->next) {
		sum += one->value;
		if (one->overflow)
			assert_string_equal(one->labels[0].name, "otel_metric_overflow");
	}
	assert_int_equal(sum, 1000);
	assert_int_equal(metrics_series_count(metrics), 10);
	assert_int_equal(metrics_overflowed(metrics), 600);
	metrics_free(metrics);
}

static void labels_tell_series_apart(void **state)
{
	const struct label ab = { "a", "a", "b" }, empty = { "a", "a", "" };
	const struct label two[] = { { "a", "a", "b" }, { "c", "c", NULL } };
	struct metrics *metrics = metrics_new(10);

	(void)state;
	metrics_add_family(metrics, &counter);
	assert_ptr_equal(metrics_series(metrics, &counter, &ab, 1, 1),
			 metrics_series(metrics, &counter, two, 2, 1));
	assert_ptr_equal(metrics_series(metrics, &counter, &empty, 1, 1),
			 metrics_series(metrics, &counter, NULL, 0, 1));
	assert_ptr_not_equal(metrics_series(metrics, &counter, &ab, 1, 1),
			     metrics_series(metrics, &counter, NULL, 0, 1));
	metrics_free(metrics);
	metrics_free(NULL);
}

static struct event_endpoint endpoint(uint16_t family, uint8_t last, uint16_t port)
{
	struct event_endpoint out = { .family = family, .port = port };

	if (family == 2) {
		out.address[0] = 10;
		out.address[3] = last;
	} else {
		out.address[10] = out.address[11] = 0xff;
		out.address[12] = 10;
		out.address[15] = last;
	}
	return out;
}

static void a_handshake_finds_its_connect(void **state)
{
	struct event_endpoint local = endpoint(2, 1, 40000), peer = endpoint(2, 2, 443);
	struct event_endpoint mapped = endpoint(10, 1, 40000), far = endpoint(10, 2, 443);
	struct span_context span = { .trace_id = { 1 }, .span_id = { 2 } }, found;
	struct connections *connections = connections_new();

	(void)state;
	assert_false(connections_take(connections, 7, &local, &peer, &found));
	connections_add(connections, 7, &local, &peer, &span);
	assert_false(connections_take(connections, 8, &local, &peer, &found));
	assert_false(connections_take(connections, 7, &peer, &local, &found));
	assert_true(connections_take(connections, 7, &mapped, &far, &found));
	assert_memory_equal(&found, &span, sizeof(span));
	assert_false(connections_take(connections, 7, &local, &peer, &found));
	connections_free(connections);
}

static void the_oldest_connection_gives_way(void **state)
{
	struct event_endpoint peer = endpoint(2, 2, 443), local;
	struct span_context span = { .trace_id = { 1 } }, found;
	struct connections *connections = connections_new();
	int kept = 0;

	(void)state;
	for (uint32_t i = 0; i < 60000; i++) {
		local = endpoint(2, 1, (uint16_t)i);
		connections_add(connections, i >> 16, &local, &peer, &span);
	}
	for (uint32_t i = 59000; i < 60000; i++) {
		local = endpoint(2, 1, (uint16_t)i);
		kept += connections_take(connections, i >> 16, &local, &peer, &found);
	}
	assert_true(kept > 990);
	connections_free(connections);
}

static const struct {
	int64_t seconds;
	struct date date;
} dates[] = {
	{ 0, { 1970, 1, 1 } }, { -1, { 1969, 12, 31 } }, { 86399, { 1970, 1, 1 } },
	{ 951782400, { 2000, 2, 29 } }, { 951868800, { 2000, 3, 1 } },
	{ 4107542399, { 2100, 2, 28 } }, { 4107542400, { 2100, 3, 1 } },
	{ -62135596800, { 1, 1, 1 } }, { -62167219201, { -1, 12, 31 } },
	{ 253402300800, { 10000, 1, 1 } },
};

static void seconds_have_dates(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(dates); i++) {
		struct date found = date_of_unix(dates[i].seconds);

		assert_int_equal(found.year, dates[i].date.year);
		assert_int_equal(found.month, dates[i].date.month);
		assert_int_equal(found.day, dates[i].date.day);
	}
	date_of_unix(INT64_MIN);
	date_of_unix(INT64_MAX);
}

static void ids_follow_from_the_seed(void **state)
{
	const uint64_t seed[2] = { 3, 4 };
	uint8_t one[TRACE_ID_SIZE], other[TRACE_ID_SIZE], third[TRACE_ID_SIZE];
	struct id_source source;

	(void)state;
	id_source_seed(&source, seed);
	id_source_trace(&source, one);
	id_source_trace(&source, third);
	id_source_seed(&source, seed);
	id_source_trace(&source, other);
	assert_memory_equal(one, other, sizeof(one));
	assert_memory_not_equal(one, third, sizeof(one));
}

static void resources_describe_what_is_known(void **state)
{
	struct record_program program = { .program = 3, .kind = PROGRAM_GO, .path = "/app/x\n",
					  .name = "x\n", .go_version = "1.22.1" };
	struct record_cgroup cgroup = { .id = 9, .path = "/docker/"
		"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" };
	struct record_context context = { .context = 5, .program = 3, .cgroup_id = 9 };
	struct resources *resources = resources_new();
	struct label labels[RESOURCE_LABELS_MAX];
	struct attributes set;

	(void)state;
	attributes_clear(&set);
	resources_describe(resources, 5, 9, &set);
	assert_int_equal(set.count, 0);
	assert_int_equal(resources_labels(resources, 5, labels), 0);
	assert_int_equal(resources_add_program(resources, &program), 0);
	assert_int_equal(resources_add_cgroup(resources, &cgroup), 0);
	assert_int_equal(resources_add_context(resources, &context), 0);
	resources_describe(resources, 5, 9, &set);
	assert_string_equal(attributes_string(&set, ATTRIBUTE_PROCESS_EXECUTABLE_NAME), "x\\x0a");
	assert_string_equal(attributes_string(&set, ATTRIBUTE_CONTAINER_RUNTIME_NAME), "docker");
	assert_int_equal(resources_labels(resources, 5, labels), 2);
	assert_string_equal(labels[1].value, "x\\x0a");
	/* A name alone is kept, nothing at all gives the number back. */
	program = (struct record_program){ .program = 3, .name = "y" };
	assert_int_equal(resources_add_program(resources, &program), 0);
	assert_string_equal(resources_program(resources, 3)->name, "y");
	program.name[0] = '\0';
	assert_int_equal(resources_add_program(resources, &program), 0);
	assert_null(resources_program(resources, 3));
	resources_remove_cgroup(resources, 9, 1000);
	resources_expire(resources, 1000 + 59000000000ULL);
	assert_non_null(resources_cgroup_path(resources, 9));
	resources_expire(resources, 1001 + 60000000000ULL);
	assert_null(resources_cgroup_path(resources, 9));
	resources_free(resources);
}

static void numbers_out_of_range_are_refused(void **state)
{
	struct record_program program = { .program = PROGRAMS_MAX };
	struct record_context context = { .context = CONTEXTS_MAX };
	struct resources *resources = resources_new();

	(void)state;
	assert_int_equal(resources_add_program(resources, &program), -ENOSPC);
	assert_int_equal(resources_add_context(resources, &context), -ENOSPC);
	assert_null(resources_program(resources, PROGRAMS_MAX));
	assert_null(resources_context(resources, CONTEXTS_MAX));
	resources_free(resources);
}

static void numbers_have_names(void **state)
{
	(void)state;
	assert_string_equal(errno_name(98), "EADDRINUSE");
	assert_string_equal(errno_name(111), "ECONNREFUSED");
	assert_null(errno_name(0));
	assert_null(errno_name(60000));
	assert_string_equal(syscall_name(SYSCALL_ARCH_X86_64, 202), "futex");
	assert_string_equal(syscall_name(SYSCALL_ARCH_AARCH64, 98), "futex");
	assert_true(syscall_waits(SYSCALL_ARCH_X86_64, 202));
	assert_false(syscall_waits(SYSCALL_ARCH_X86_64, 0));
	assert_non_null(syscall_name(SYSCALL_ARCH_X86_64, 65535));
	assert_string_equal(tls_version_name(0x0304), "1.3");
	assert_null(tls_version_name(0));
	assert_string_equal(tls_cipher_name(0x1301), "TLS_AES_128_GCM_SHA256");
	assert_string_equal(tls_alert_name(42), "bad_certificate");
	assert_null(tls_alert_name(200));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_keeps_to_its_limit),
		cmocka_unit_test(numbers_are_decimal),
		cmocka_unit_test(text_from_outside_is_printable),
		cmocka_unit_test(attributes_are_a_bounded_set),
		cmocka_unit_test(the_vocabulary_is_one),
		cmocka_unit_test(a_ceiling_loses_no_count),
		cmocka_unit_test(labels_tell_series_apart),
		cmocka_unit_test(a_handshake_finds_its_connect),
		cmocka_unit_test(the_oldest_connection_gives_way),
		cmocka_unit_test(seconds_have_dates),
		cmocka_unit_test(ids_follow_from_the_seed),
		cmocka_unit_test(resources_describe_what_is_known),
		cmocka_unit_test(numbers_out_of_range_are_refused),
		cmocka_unit_test(numbers_have_names),
	};

	return RUN(tests);
}
