/* SPDX-License-Identifier: BSD-2-Clause */
/* The edge's questions to the host and its environment, over given answers. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/export/facts_file.h"
#include "user/export/listen.h"
#include "user/export/otlp_environment.h"
#include "user/gobin/gobin.h"
#include "user/host/executable.h"
#include "user/host/rights.h"
#include "user/source/replay.h"

#define BIT(number) (1ULL << (number))
#define ALL (BIT(39) | BIT(38) | BIT(19))

static const struct {
	uint64_t effective;
	int btf;
	int result;
	const char *word;
} rights[] = {
	{ ALL, 1, 0, "" },
	{ BIT(21) | BIT(19), 1, 0, "" },
	{ 0, 1, -EPERM, "CAP_BPF, CAP_PERFMON, CAP_SYS_PTRACE" },
	{ ALL & ~BIT(38), 1, -EPERM, "CAP_PERFMON" },
	{ ALL, 0, -ENOSYS, "CONFIG_DEBUG_INFO_BTF" },
};

static void rights_are_judged(void **state)
{
	char error[512];

	(void)state;
	for (size_t i = 0; i < COUNT(rights); i++) {
		error[0] = '\0';
		assert_int_equal(rights_judge(rights[i].effective, rights[i].btf, error,
					      sizeof(error)), rights[i].result);
		assert_non_null(strstr(error, rights[i].word));
	}
}

static void clear_environment(void)
{
	static const char *const names[] = {
		"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_ENDPOINT",
		"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
		"OTEL_EXPORTER_OTLP_HEADERS", "OTEL_RESOURCE_ATTRIBUTES",
		"OTEL_METRIC_EXPORT_INTERVAL", "OTEL_SERVICE_NAME", "OTEL_TRACES_EXPORTER",
		"OTEL_SDK_DISABLED", "OTEL_EXPORTER_OTLP_TIMEOUT",
	};

	for (size_t i = 0; i < COUNT(names); i++)
		unsetenv(names[i]);
}

static int read_options(struct otlp_options *options, const char *url)
{
	char error[512] = "";

	return otlp_options_read(options, url, error, sizeof(error));
}

static void nothing_is_pushed_unasked(void **state)
{
	static struct otlp_options options;

	(void)state;
	clear_environment();
	assert_int_equal(read_options(&options, NULL), 0);
	assert_false(options.enabled);
	setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc", 1);
	assert_int_equal(read_options(&options, NULL), 0);
	assert_int_equal(read_options(&options, "http://h:4318"), -EINVAL);
	setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "", 1);
	assert_int_equal(read_options(&options, NULL), 0);
	assert_false(options.enabled);
}

static void variables_are_the_standard_ones(void **state)
{
	static struct otlp_options options;

	(void)state;
	clear_environment();
	setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "https://h:4318/base/", 1);
	setenv("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://m/x", 1);
	setenv("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json", 1);
	setenv("OTEL_EXPORTER_OTLP_HEADERS", " a = b%20c , d=e", 1);
	setenv("OTEL_RESOURCE_ATTRIBUTES", "service.name=one,k=v%2Cw", 1);
	setenv("OTEL_METRIC_EXPORT_INTERVAL", "123", 1);
	assert_int_equal(read_options(&options, NULL), 0);
	assert_string_equal(options.traces.url, "https://h:4318/base/v1/traces");
	assert_string_equal(options.metrics.url, "http://m/x");
	assert_int_equal(options.traces.format, OTLP_JSON);
	assert_int_equal(options.metrics.format, OTLP_PROTOBUF);
	assert_int_equal(options.traces.header_count, 2);
	assert_string_equal(options.traces.headers[0], "a: b c");
	assert_string_equal(options.agent.service_name, "one");
	assert_string_equal(options.agent.pairs[0].value, "v,w");
	assert_int_equal(options.metric_interval_ms, 123);
	assert_int_equal(options.traces.timeout_ms, 10000);
	setenv("OTEL_SERVICE_NAME", "two", 1);
	setenv("OTEL_TRACES_EXPORTER", "none", 1);
	assert_int_equal(read_options(&options, "http://own:1"), 0);
	assert_string_equal(options.metrics.url, "http://own:1/v1/metrics");
	assert_string_equal(options.agent.service_name, "two");
	assert_false(options.traces.enabled);
	setenv("OTEL_SDK_DISABLED", "TRUE", 1);
	assert_int_equal(read_options(&options, "http://own:1"), 0);
	assert_false(options.enabled);
}

static const char *const wrong_urls[] = { "h:4318", "ftp://h", "http://", "", "file:///etc/passwd" };

static void wrong_values_are_refused(void **state)
{
	static struct otlp_options options;

	(void)state;
	clear_environment();
	for (size_t i = 0; i < COUNT(wrong_urls); i++)
		assert_int_equal(read_options(&options, wrong_urls[i]), -EINVAL);
	setenv("OTEL_EXPORTER_OTLP_HEADERS", "a=b%0d%0aInjected: yes", 1);
	assert_int_equal(read_options(&options, "http://h"), -EINVAL);
	setenv("OTEL_EXPORTER_OTLP_HEADERS", "=b", 1);
	assert_int_equal(read_options(&options, "http://h"), -EINVAL);
	unsetenv("OTEL_EXPORTER_OTLP_HEADERS");
	setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "-1", 1);
	assert_int_equal(read_options(&options, "http://h"), -EINVAL);
}

static const char *const wrong_addresses[] = {
	"", "nothing", ":", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "::1:80", "1.2.3.4:99999",
	"no.such.host.invalid:80", "127.0.0.1:-1",
};

static void addresses_to_listen_on(void **state)
{
	char name[LISTEN_NAME_SIZE], error[512];
	int fd;

	(void)state;
	for (size_t i = 0; i < COUNT(wrong_addresses); i++) {
		error[0] = '\0';
		assert_true(listen_open(wrong_addresses[i], name, error, sizeof(error)) < 0);
		assert_true(error[0]);
	}
	fd = listen_open("127.0.0.1:0", name, error, sizeof(error));
	assert_true(fd >= 0);
	assert_true(strncmp(name, "127.0.0.1:", 10) == 0 && strcmp(name, "127.0.0.1:0"));
	assert_int_equal(listen_open(name, name, error, sizeof(error)), -EADDRINUSE);
	assert_non_null(strstr(error, "--listen"));
	close(fd);
}

static int ignore(void *context, enum record_type type, const void *bytes, size_t size)
{
	(void)type;
	(void)bytes;
	(void)size;
	++*(int *)context;
	return 0;
}

static int replay_bytes(const void *bytes, size_t size, int *records)
{
	char path[] = "/tmp/seamark-test.XXXXXX", error[512] = "";
	int fd = mkstemp(path), result;

	assert_int_equal(write(fd, bytes, size), size);
	close(fd);
	*records = 0;
	result = replay_file(path, ignore, records, error, sizeof(error));
	assert_true(!result == !error[0]);
	unlink(path);
	return result;
}

static void recordings_are_foreign_bytes(void **state)
{
	const struct record_header header = { .type = RECORD_CLOCK, .size = 4 };
	const struct record_header huge = { .type = RECORD_CLOCK, .size = 1u << 30 };
	char bytes[64] = RECORDING_MAGIC;
	int records;

	(void)state;
	assert_true(replay_bytes("", 0, &records) < 0);
	assert_true(replay_bytes("SEAMARK0", 8, &records) < 0);
	assert_int_equal(replay_bytes(bytes, 8, &records), 0);
	memcpy(bytes + 8, &header, sizeof(header));
	assert_int_equal(replay_bytes(bytes, 8 + sizeof(header) + 4, &records), 0);
	assert_int_equal(records, 1);
	assert_true(replay_bytes(bytes, 8 + sizeof(header) + 3, &records) < 0);
	assert_true(replay_bytes(bytes, 8 + 3, &records) < 0);
	memcpy(bytes + 8, &huge, sizeof(huge));
	assert_true(replay_bytes(bytes, sizeof(bytes), &records) < 0);
	assert_true(replay_file("/nonexistent", ignore, &records, bytes, sizeof(bytes)) < 0);
}

static enum gobin_refusal refusal_of(const char *path)
{
	static struct gobin_report report;
	struct executable_identity identity;
	struct gobin_reader reader;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(executable_identify(fd, &identity), 0);
	executable_reader(fd, identity.size, &reader);
	assert_int_equal(gobin_analyse(&reader, &report), 0);
	close(fd);
	return report.refusal;
}

static void what_is_no_go_is_refused(void **state)
{
	(void)state;
	assert_int_equal(refusal_of("/etc/passwd"), GOBIN_NOT_ELF);
	assert_int_equal(refusal_of("/bin/ls"), GOBIN_NOT_GO);
	assert_int_equal(refusal_of("/proc/self/exe"), GOBIN_NOT_GO);
}

/* Our own headers with one byte after the other turned over: never a crash, never taken for Go. */
static void damaged_headers_are_harmless(void **state)
{
	char path[] = "/tmp/seamark-test.XXXXXX";
	unsigned char bytes[4096];
	int from = open("/proc/self/exe", O_RDONLY), to = mkstemp(path);

	(void)state;
	assert_int_equal(read(from, bytes, sizeof(bytes)), sizeof(bytes));
	for (size_t at = 0; at < 1024; at++) {
		bytes[at] ^= 0xff;
		assert_int_equal(pwrite(to, bytes, sizeof(bytes), 0), sizeof(bytes));
		assert_int_not_equal(refusal_of(path), GOBIN_OK);
		bytes[at] ^= 0xff;
	}
	close(from);
	close(to);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rights_are_judged),
		cmocka_unit_test(nothing_is_pushed_unasked),
		cmocka_unit_test(variables_are_the_standard_ones),
		cmocka_unit_test(wrong_values_are_refused),
		cmocka_unit_test(addresses_to_listen_on),
		cmocka_unit_test(recordings_are_foreign_bytes),
		cmocka_unit_test(what_is_no_go_is_refused),
		cmocka_unit_test(damaged_headers_are_harmless),
	};

	return RUN(tests);
}
