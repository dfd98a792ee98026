/* SPDX-License-Identifier: BSD-2-Clause */
/* Every output format: what it looks like, what it does with foreign bytes, and that both OTLPs agree. */
#include "tests/unit/unit.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/encode/lines.h"
#include "user/encode/negotiate.h"
#include "user/encode/openmetrics.h"
#include "user/encode/otlp.h"
#include "user/encode/report.h"
#include "user/encode/table.h"
#include "user/encode/time.h"

static const struct {
	uint64_t unix_ns;
	const char *text;
} times[] = {
	{ 0, "1970-01-01T00:00:00.000000000Z" },
	{ 951827696123456789ULL, "2000-02-29T12:34:56.123456789Z" },
	{ 1767323045000000001ULL, "2026-01-02T03:04:05.000000001Z" },
	{ 4107542399999999999ULL, "2100-02-28T23:59:59.999999999Z" },
};

static void moments_are_dates(void **state)
{
	char text[TIME_TEXT];

	(void)state;
	for (size_t i = 0; i < COUNT(times); i++) {
		time_text(times[i].unix_ns, text);
		assert_string_equal(text, times[i].text);
	}
	duration_text(999, text);
	assert_string_equal(text, "999 ns");
	duration_text(1500000, text);
	assert_string_equal(text, "1.5 ms");
}

static void json_takes_any_bytes(void **state)
{
	struct buffer out;
	struct json json;
	char bytes[257];
	cJSON *parsed;

	(void)state;
	buffer_init(&out, 65536);
	for (int i = 0; i < 256; i++)
		bytes[i] = (char)i;
	json_begin(&json, &out);
	json_open(&json, NULL, '[');
	json_string_n(&json, NULL, bytes, 256);
	json_signed(&json, NULL, INT64_MIN);
	json_unsigned(&json, NULL, UINT64_MAX);
	json_close(&json, ']');
	parsed = cJSON_Parse(out.data);
	assert_non_null(parsed);
	cJSON_Delete(parsed);
	for (size_t i = 0; i < out.size; i++)
		assert_true((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f);
	assert_non_null(strstr(out.data, "-9223372036854775808,18446744073709551615]"));
	buffer_free(&out);
}

static void make_fact(struct fact *fact, struct verdict *verdict)
{
	memset(fact, 0, sizeof(*fact));
	memset(verdict, 0, sizeof(*verdict));
	verdict->cause = "hostname_mismatch";
	strcpy(verdict->explanation, "Because.");
	strcpy(verdict->evidence[0].key, "certificate.wanted");
	strcpy(verdict->evidence[0].value, "a.example");
	verdict->evidence_count = 1;
	strcpy(verdict->fixes[0], "Do this.");
	verdict->fix_count = 1;
	fact->kind = EVENT_TLS_HANDSHAKE;
	fact->outcome = OUTCOME_ERROR;
	fact->time_unix_ns = times[2].unix_ns;
	fact->duration_ns = 2103442;
	fact->is_span = true;
	fact->tgid = 4242;
	fact->span = (struct span_context){ .trace_id = { 1 }, .span_id = { 2 } };
	strcpy(fact->name, "TLS client handshake a.example");
	strcpy(fact->go_type, "x509.HostnameError");
	strcpy(fact->message, "no \"good\"");
	attributes_set_integer(&fact->attributes, ATTRIBUTE_PROCESS_PID, 4242);
	attributes_set_text(&fact->attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME, "app");
	attributes_set_boolean(&fact->attributes, ATTRIBUTE_TLS_ESTABLISHED, false);
	fact->verdict = verdict;
}

static void a_fact_is_one_json_line(void **state)
{
	struct verdict verdict;
	struct buffer out;
	struct fact fact;

	(void)state;
	make_fact(&fact, &verdict);
	buffer_init(&out, 65536);
	encode_fact_line(&out, &fact);
	assert_string_equal(out.data,
		"{\"time\":\"2026-01-02T03:04:05.000000001Z\",\"event\":\"tls.handshake\","
		"\"outcome\":\"error\",\"duration_ns\":2103442,"
		"\"trace_id\":\"01000000000000000000000000000000\",\"span_id\":\"0200000000000000\","
		"\"attributes\":{\"process.pid\":4242,\"process.executable.name\":\"app\","
		"\"tls.established\":false},"
		"\"error\":{\"go_type\":\"x509.HostnameError\",\"message\":\"no \\\"good\\\"\"},"
		"\"verdict\":{\"cause\":\"hostname_mismatch\",\"explanation\":\"Because.\","
		"\"evidence\":{\"certificate.wanted\":\"a.example\"},\"fixes\":[\"Do this.\"]}}\n");
	buffer_free(&out);
}

static void tables_are_for_eyes(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(4, 0);
	struct verdict verdict;
	struct buffer out;
	struct fact fact;

	(void)state;
	make_fact(&fact, &verdict);
	buffer_init(&out, 65536);
	encode_fact_row(&out, &fact, false);
	assert_non_null(strstr(out.data, "app[4242]"));
	assert_non_null(strstr(out.data, "hostname_mismatch\n"));
	assert_null(strchr(out.data, '\033'));
	encode_fact_row(&out, &fact, true);
	assert_non_null(strchr(out.data, '\033'));
	diagnosis_add(diagnosis, &fact, NULL);
	buffer_reset(&out);
	encode_report(&out, diagnosis, &(struct report_style){ .width = REPORT_WIDTH });
	assert_non_null(strstr(out.data, "1. Do this."));
	buffer_free(&out);
	diagnosis_free(diagnosis);
}

static const struct metric_family durations = {
	.name = "seamark_test_duration_seconds", .otlp_name = "seamark.test.duration",
	.unit = "seconds", .otlp_unit = "s", .help = "Test.", .type = METRIC_HISTOGRAM,
};
static const struct metric_family counter = {
	.name = "seamark_test", .otlp_name = "seamark.test", .unit = "", .otlp_unit = "1",
	.help = "Test.", .type = METRIC_COUNTER,
};

static struct metrics *make_metrics(void)
{
	const struct label label = { "a_b", "a.b", "x\\y\"z\nw" };
	struct metrics *metrics = metrics_new(10);
	struct series *series;

	metrics_add_family(metrics, &durations);
	metrics_add_family(metrics, &counter);
	series = metrics_series(metrics, &durations, &label, 1, 1500000000);
	durations_observe(series->durations, 0);
	durations_observe(series->durations, 1000000000);
	durations_observe(series->durations, 1000000001);
	durations_observe(series->durations, 200000000000ULL);
	metrics_series(metrics, &counter, NULL, 0, 1500000000)->value = 7;
	return metrics;
}

static void expositions_are_exact(void **state)
{
	struct metrics *metrics = make_metrics();
	struct buffer out;

	(void)state;
	buffer_init(&out, 65536);
	encode_metrics(&out, metrics, EXPOSITION_OPENMETRICS);
	assert_non_null(strstr(out.data,
		"# TYPE seamark_test_duration_seconds histogram\n"
		"# UNIT seamark_test_duration_seconds seconds\n"
		"# HELP seamark_test_duration_seconds Test.\n"));
	assert_non_null(strstr(out.data, "_bucket{a_b=\"x\\\\y\\\"z\\nw\",le=\"1.0\"} 2\n"));
	assert_non_null(strstr(out.data, "le=\"2.0\"} 3\n"));
	assert_non_null(strstr(out.data, "le=\"128.0\"} 3\n"));
	assert_non_null(strstr(out.data, "le=\"+Inf\"} 4\n"));
	assert_non_null(strstr(out.data, "_sum{a_b=\"x\\\\y\\\"z\\nw\"} 202.000000001\n"));
	assert_non_null(strstr(out.data, "seamark_test_total 7\nseamark_test_created 1.5"));
	assert_string_equal(out.data + out.size - 6, "# EOF\n");
	buffer_reset(&out);
	encode_metrics(&out, metrics, EXPOSITION_TEXT);
	assert_non_null(strstr(out.data, "# TYPE seamark_test_total counter\n"));
	assert_null(strstr(out.data, "_created"));
	assert_null(strstr(out.data, "# EOF"));
	buffer_free(&out);
	metrics_free(metrics);
}

#define PROTOBUF "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding="

static const struct {
	const char *accept;
	enum exposition exposition;
} accepts[] = {
	{ NULL, EXPOSITION_TEXT },
	{ "", EXPOSITION_TEXT },
	{ "*/*", EXPOSITION_TEXT },
	{ ",;,;q=,", EXPOSITION_TEXT },
	{ "application/openmetrics-text", EXPOSITION_OPENMETRICS },
	{ "Application/OpenMetrics-Text; version=\"1.0.0\"", EXPOSITION_OPENMETRICS },
	{ "application/openmetrics-text; version=0.0.1", EXPOSITION_TEXT },
	{ "application/openmetrics-text;q=0.5,text/plain;q=0.6", EXPOSITION_TEXT },
	{ "text/plain;q=0.6 , application/openmetrics-text ; q=0.7", EXPOSITION_OPENMETRICS },
	{ "application/openmetrics-text;q=0", EXPOSITION_TEXT },
	{ PROTOBUF "delimited", EXPOSITION_PROTOBUF },
	{ PROTOBUF "\"delimited\" ;q=0.6, application/openmetrics-text;q=0.6", EXPOSITION_PROTOBUF },
	{ PROTOBUF "delimited;q=0.6, application/openmetrics-text", EXPOSITION_OPENMETRICS },
	{ PROTOBUF "delimiteds", EXPOSITION_TEXT },
	{ PROTOBUF "compact-text", EXPOSITION_TEXT },
	{ "application/vnd.google.protobuf", EXPOSITION_TEXT },
	{ "application/vnd.google.protobuf;encoding=delimited", EXPOSITION_TEXT },
	{ "application/vnd.google.protobuf;proto=;encoding=", EXPOSITION_TEXT },
};

static const struct exemplar exemplars[] = {
	{ 1000000001, 7000000000, { .trace_id = { 0xab }, .span_id = { 1 } } },
	{ 1100000000, 8000000000, { .trace_id = { 0xcd }, .span_id = { 2 } } },
	{ 200000000000, 9000000000, { .trace_id = { 0xef }, .span_id = { 3 } } },
	{ 5000000000, 9000000000, { .trace_id = { 0x11 }, .span_id = { 4 } } },
};

/* One a bucket, the latest; none where nothing is counted. */
static void exemplars_stand_at_their_buckets(void **state)
{
	struct metrics *metrics = make_metrics();
	struct series *series = (struct series *)metrics_first(metrics, 0);
	struct buffer out;

	(void)state;
	for (size_t i = 0; i < COUNT(exemplars); i++)
		series_exemplify(series, &exemplars[i]);
	buffer_init(&out, 65536);
	encode_metrics(&out, metrics, EXPOSITION_OPENMETRICS);
	assert_non_null(strstr(out.data, "le=\"2.0\"} 3 # {trace_id=\"cd000000000000000000000000000000"
			       "\",span_id=\"0200000000000000\"} 1.100000000 8.000000000\n"));
	assert_non_null(strstr(out.data, "le=\"+Inf\"} 4 # {trace_id=\"ef"));
	assert_null(strstr(out.data, "trace_id=\"ab"));
	assert_null(strstr(out.data, "trace_id=\"11"));
	buffer_reset(&out);
	encode_metrics(&out, metrics, EXPOSITION_TEXT);
	assert_null(strstr(out.data, "trace_id"));
	buffer_free(&out);
	metrics_free(metrics);
}

/* What is seldom outlives what is frequent; who finds no room takes the oldest's. */
static void exemplars_are_of_different_buckets(void **state)
{
	struct exemplar one = { .duration_ns = 1 };
	struct metrics *metrics = make_metrics();
	struct series *series = (struct series *)metrics_first(metrics, 0);

	(void)state;
	for (uint64_t i = 0; i < 100; i++) {
		one.duration_ns = i ? 1000 + i % 3 : 1000000000;
		one.time_unix_ns = i;
		series_exemplify(series, &one);
	}
	assert_int_equal(series->exemplar_count, 2);
	assert_int_equal(series->exemplars[0].duration_ns, 1000000000);
	for (uint64_t i = 0; i < 4; i++) {
		one.duration_ns = 1000000ULL << 2 * i;
		one.time_unix_ns = 100 + i;
		series_exemplify(series, &one);
	}
	assert_int_equal(series->exemplar_count, EXEMPLARS_MAX);
	for (size_t i = 0; i < EXEMPLARS_MAX; i++)
		assert_true(series->exemplars[i].time_unix_ns >= 100);
	metrics_free(metrics);
}

/* Byte for byte, by hand from client_model's metrics.proto. */
static void protobuf_is_delimited_families(void **state)
{
	static const uint8_t counted[] = {
		52,
		0x0a, 18, 's', 'e', 'a', 'm', 'a', 'r', 'k', '_', 't', 'e', 's', 't', '_', 't',
		'o', 't', 'a', 'l',
		0x12, 5, 'T', 'e', 's', 't', '.',
		0x18, 0,
		0x22, 21,
		0x1a, 19, 0x09, 0, 0, 0, 0, 0, 0, 0x1c, 0x40,
		0x1a, 8, 0x08, 1, 0x10, 0x80, 0xca, 0xb5, 0xee, 1,
	};
	/* Zero: one. Slots 96 and 97, then nothing to 127: differences 1, 0, -1, 0, ..., 1. */
	static const uint8_t span[] = { 0x62, 4, 0x08, 0, 0x10, 32, 0x6a, 32, 2, 0, 1, 0 };
	struct metrics *metrics = make_metrics();
	struct buffer out;

	(void)state;
	buffer_init(&out, 65536);
	encode_metrics(&out, metrics, EXPOSITION_PROTOBUF);
	assert_memory_equal(out.data + out.size - sizeof(counted), counted, sizeof(counted));
	assert_non_null(memmem(out.data, out.size, span, sizeof(span)));
	assert_non_null(memmem(out.data, out.size, "x\\y\"z\nw", 7));
	buffer_free(&out);
	metrics_free(metrics);
}

static void clients_choose_the_format(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(accepts); i++)
		assert_int_equal(negotiate_exposition(accepts[i].accept), accepts[i].exposition);
	assert_true(negotiate_gzip("deflate, gzip"));
	assert_true(negotiate_gzip("gzip;q=0.1"));
	assert_false(negotiate_gzip("gzip;q=0"));
	assert_false(negotiate_gzip("gzipped"));
	assert_false(negotiate_gzip(NULL));
}

static const struct otlp_agent agent = { .service_name = "seamark", .version = "1",
					 .host_name = "host", .pair_count = 1,
					 .pairs = { { "k", "v" } } };

static void otlp_json_is_the_mapping(void **state)
{
	const struct fact *facts[1];
	struct verdict verdict;
	struct buffer out;
	struct fact fact;
	cJSON *root;

	(void)state;
	make_fact(&fact, &verdict);
	facts[0] = &fact;
	buffer_init(&out, 65536);
	encode_otlp_traces(&out, OTLP_JSON, &agent, facts, 0);
	assert_int_equal(out.size, 0);
	encode_otlp_traces(&out, OTLP_JSON, &agent, facts, 1);
	root = cJSON_Parse(out.data);
	assert_non_null(root);
	cJSON_Delete(root);
	assert_non_null(strstr(out.data, "\"traceId\":\"01000000000000000000000000000000\""));
	assert_non_null(strstr(out.data, "\"startTimeUnixNano\":\"1767323045000000001\""));
	assert_non_null(strstr(out.data, "\"status\":{\"message\":\"no \\\"good\\\"\",\"code\":2}"));
	assert_non_null(strstr(out.data, "{\"key\":\"process.pid\",\"value\":{\"intValue\":\"4242\"}}"));
	buffer_free(&out);
}

/* The program's own service stands on its resource, once; the agent's is not said of it. */
static void a_resource_tells_its_own_service(void **state)
{
	const struct otlp_agent with_service = {
		.service_name = "seamark", .pair_count = 3,
		.pairs = { { "service.version", "agent" }, { "container.name", "agent" },
			   { "deployment.environment.name", "prod" } },
	};
	const struct fact *facts[1];
	struct verdict verdict;
	struct buffer out;
	struct fact fact;

	(void)state;
	make_fact(&fact, &verdict);
	facts[0] = &fact;
	attributes_set_text(&fact.attributes, ATTRIBUTE_SERVICE_NAME, "shop");
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_NAME, "web");
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_IMAGE_TAGS, "1.2");
	buffer_init(&out, 65536);
	encode_otlp_traces(&out, OTLP_JSON, &with_service, facts, 1);
	assert_non_null(strstr(out.data, "{\"key\":\"service.name\",\"value\":{\"stringValue\":"
			       "\"shop\"}}"));
	assert_non_null(strstr(out.data, "{\"key\":\"container.image.tags\",\"value\":"
			       "{\"arrayValue\":{\"values\":[{\"stringValue\":\"1.2\"}]}}}"));
	assert_non_null(strstr(out.data, "deployment.environment.name"));
	assert_null(strstr(out.data, "\"agent\""));
	assert_null(strstr(strstr(out.data, "service.name") + 1, "service.name"));
	buffer_free(&out);
}

/* One walk writes both: the strings of one are in the other. */
static void both_otlps_say_the_same(void **state)
{
	static const char *const words[] = {
		"service.name", "app", "TLS client handshake a.example", "seamark.verdict.cause",
		"hostname_mismatch", "x509.HostnameError", "seamark.verdict.evidence."
		"certificate.wanted", "host.name", "telemetry.distro.name",
	};
	const struct fact *facts[1];
	struct verdict verdict;
	struct buffer json, protobuf;
	struct fact fact;

	(void)state;
	make_fact(&fact, &verdict);
	facts[0] = &fact;
	buffer_init(&json, 65536);
	buffer_init(&protobuf, 65536);
	encode_otlp_traces(&json, OTLP_JSON, &agent, facts, 1);
	encode_otlp_traces(&protobuf, OTLP_PROTOBUF, &agent, facts, 1);
	for (size_t i = 0; i < COUNT(words); i++) {
		assert_non_null(strstr(json.data, words[i]));
		assert_non_null(memmem(protobuf.data, protobuf.size, words[i], strlen(words[i])));
	}
	buffer_free(&json);
	buffer_free(&protobuf);
}

/* A message's length stands before it, in as few bytes as it needs: field 1, 2 bytes and more. */
static void lengths_are_minimal(void **state)
{
	struct metrics *metrics = make_metrics();
	struct buffer out;
	size_t length;

	(void)state;
	buffer_init(&out, 65536);
	encode_otlp_metrics(&out, &(struct otlp_metrics_style){ OTLP_PROTOBUF, false, false },
			    &agent, metrics, 1, 2);
	assert_false(out.failed);
	assert_int_equal((unsigned char)out.data[0], 0x0a);
	length = (size_t)(out.data[1] & 0x7f) | (size_t)(unsigned char)out.data[2] << 7;
	assert_int_equal(length + 3, out.size);
	buffer_free(&out);
	buffer_init(&out, 100);
	encode_otlp_metrics(&out, &(struct otlp_metrics_style){ OTLP_PROTOBUF, false, false },
			    &agent, metrics, 1, 2);
	assert_true(out.failed);
	buffer_free(&out);
	metrics_free(metrics);
}

static const struct {
	enum otlp_format format;
	const char *body;
	size_t size;
	uint64_t rejected;
	const char *message;
} answers[] = {
	{ OTLP_PROTOBUF, "", 0, 0, "" },
	{ OTLP_PROTOBUF, "\x0a\x00", 2, 0, "" },
	{ OTLP_PROTOBUF, "\x0a\x08\x08\x03\x12\x04""full", 10, 3, "full" },
	{ OTLP_PROTOBUF, "\x0a\x7f", 2, 0, "" },
	{ OTLP_PROTOBUF, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 11, 0, "" },
	{ OTLP_PROTOBUF, "\x09""1234567", 8, 0, "" },
	{ OTLP_JSON, "{}", 2, 0, "" },
	{ OTLP_JSON, "not json", 8, 0, "" },
	{ OTLP_JSON, "{\"partialSuccess\":{\"rejectedSpans\":\"4\",\"errorMessage\":\"no\"}}", 61, 4,
	  "no" },
	{ OTLP_JSON, "{\"partialSuccess\":{\"rejectedDataPoints\":5}}", 43, 5, "" },
	{ OTLP_JSON, "{\"partialSuccess\":7}", 20, 0, "" },
};

static void answers_are_read_with_care(void **state)
{
	char message[64];

	(void)state;
	for (size_t i = 0; i < COUNT(answers); i++) {
		assert_int_equal(otlp_rejected(answers[i].format, answers[i].body, answers[i].size,
					       message, sizeof(message)), answers[i].rejected);
		assert_string_equal(message, answers[i].message);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments_are_dates),
		cmocka_unit_test(json_takes_any_bytes),
		cmocka_unit_test(a_fact_is_one_json_line),
		cmocka_unit_test(tables_are_for_eyes),
		cmocka_unit_test(expositions_are_exact),
		cmocka_unit_test(exemplars_stand_at_their_buckets),
		cmocka_unit_test(exemplars_are_of_different_buckets),
		cmocka_unit_test(protobuf_is_delimited_families),
		cmocka_unit_test(clients_choose_the_format),
		cmocka_unit_test(otlp_json_is_the_mapping),
		cmocka_unit_test(a_resource_tells_its_own_service),
		cmocka_unit_test(both_otlps_say_the_same),
		cmocka_unit_test(lengths_are_minimal),
		cmocka_unit_test(answers_are_read_with_care),
	};

	return RUN(tests);
}
