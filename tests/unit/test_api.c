/* SPDX-License-Identifier: BSD-2-Clause */
/* The API's answers: what they are made of, and hostile names in them. */
#include "tests/unit/unit.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/encode/api_activity.h"
#include "user/encode/api_failures.h"
#include "user/encode/api_history.h"
#include "user/encode/api_status.h"
#include "user/encode/api_traces.h"
#include "user/model/packed.h"
#include "user/verdict/diagnosis.h"

#define ACTS	23
#define SECOND	1000000000ULL
#define BEGIN	(1767323040ULL * SECOND)	/* 2026-01-02T03:04:00Z */
#define HOSTILE	"</script>\"\\\n\x01\xff\xfe{}'"

static const struct metric_family container_info = {
	.name = "seamark_container", .type = METRIC_INFO,
};

static struct metrics *make_metrics(void)
{
	struct metrics *metrics = metrics_new(100);
	const struct label labels[] = {
		{ "container_id", "", "a" }, { "container_name", "", HOSTILE },
		{ "container_runtime_name", "", "docker" }, { "k8s_pod_name", "", "web-1" },
	};

	metrics_add_family(metrics, &container_info);
	metrics_series(metrics, &container_info, labels, COUNT(labels), BEGIN)->value = 1;
	return metrics;
}

static cJSON *parse(const struct buffer *body)
{
	cJSON *json;

	assert_false(body->failed);
	assert_int_equal(body->data[body->size - 1], '\n');
	json = cJSON_ParseWithLength(body->data, body->size);
	assert_non_null(json);
	return json;
}

static double number(const cJSON *object, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

	assert_true(cJSON_IsNumber(item));
	return item->valuedouble;
}

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static struct history *make_history(void)
{
	struct history *history = history_new(1 << 20, 10 * SECOND);
	const struct label labels[] = {
		{ "container_id", "", "a" }, { "process_executable_name", "", HOSTILE },
		{ "outcome", "", "ok" }, { "syscall_name", "", "futex" },
	};

	history_turn(history, BEGIN);
	for (int i = 0; i < ACTS; i++)
		history_add_act(history, EVENT_CONNECT, labels, COUNT(labels), 1000000);
	history_add_act(history, EVENT_CONNECT, labels, COUNT(labels), UINT64_MAX);
	history_add_act(history, EVENT_SYSCALL_SLOW, labels, COUNT(labels), 500);
	history_add_act(history, EVENT_SYSCALL_SLOW, labels, COUNT(labels), 700);
	history_add_errors(history, labels, COUNT(labels), 1);
	return history;
}

static void activity_is_told(void **state)
{
	struct history *history = make_history();
	struct metrics *metrics = make_metrics();
	struct activity *activity = activity_new();
	const cJSON *row, *connect, *call;
	struct buffer body;
	cJSON *json;

	(void)state;
	assert_int_equal(history_fold(history, 0, UINT64_MAX, NULL, activity), 0);
	buffer_init(&body, 1 << 20);
	encode_api_activity(&body, activity, BEGIN, BEGIN + SECOND, metrics);
	json = parse(&body);
	assert_string_equal(member(json, "from")->valuestring, "2026-01-02T03:04:00.000000000Z");
	assert_int_equal(cJSON_GetArraySize(member(json, "rows")), 1);
	row = cJSON_GetArrayItem(member(json, "rows"), 0);
	assert_string_equal(member(member(row, "container"), "runtime")->valuestring, "docker");
	assert_string_equal(member(member(row, "pod"), "name")->valuestring, "web-1");
	assert_null(member(row, "unit"));
	connect = member(member(row, "acts"), "connect");
	assert_true(number(connect, "ok") == ACTS + 1);
	assert_true(number(connect, "p50_ns") == 1161335);
	assert_true(number(connect, "p99_ns") == 181019335983.0);
	assert_null(member(member(row, "acts"), "bind"));
	call = cJSON_GetArrayItem(member(row, "calls"), 0);
	assert_true(number(call, "count") == 2 && number(call, "errors") == 1);
	assert_true(cJSON_IsTrue(member(call, "waits")));
	assert_true(number(call, "sum_ns") == 1200);
	assert_true(number(member(member(member(json, "total"), "acts"), "connect"), "ok") ==
		    ACTS + 1);
	cJSON_Delete(json);
	buffer_free(&body);
	activity_free(activity);
	metrics_free(metrics);
	history_free(history);
}

static const struct {
	enum event_kind kind;
	int columns;
	int ok, error;
	int bounds;
	int in_cells;
} heat_maps[] = {
	{ EVENT_CONNECT, 1, ACTS + 1, 0, 2, ACTS + 1 },
	{ EVENT_SYSCALL_SLOW, 1, 1, 1, 2, 2 },
	{ EVENT_BIND, 0, 0, 0, 0, 0 },
};

static void history_is_a_heat_map(void **state)
{
	struct history *history = make_history();

	(void)state;
	for (size_t i = 0; i < COUNT(heat_maps); i++) {
		const struct history_filter filter = { .kind = heat_maps[i].kind };
		const cJSON *column, *cell;
		int in_cells = 0;
		struct buffer body;
		cJSON *json;

		buffer_init(&body, 1 << 20);
		assert_true(encode_api_history(&body, history, BEGIN + 3, BEGIN + SECOND, &filter));
		json = parse(&body);
		assert_true(number(json, "step_seconds") == 10);
		assert_int_equal(cJSON_GetArraySize(member(json, "bounds_ns")),
				 heat_maps[i].bounds);
		assert_int_equal(cJSON_GetArraySize(member(json, "columns")),
				 heat_maps[i].columns);
		column = cJSON_GetArrayItem(member(json, "columns"), 0);
		if (column) {
			assert_true(number(column, "ok") == heat_maps[i].ok);
			assert_true(number(column, "error") == heat_maps[i].error);
			cJSON_ArrayForEach(cell, member(column, "cells")) {
				assert_true(cell->child->valueint < heat_maps[i].bounds);
				in_cells += cell->child->next->valueint;
			}
		}
		assert_int_equal(in_cells, heat_maps[i].in_cells);
		cJSON_Delete(json);
		buffer_free(&body);
	}
	history_free(history);
}

/* Structs with words of all kinds come back as they were. */
static void packing_keeps_every_byte(void **state)
{
	static uint8_t from[5184], into[5184], packed[PACKED_MAX(5184)];

	(void)state;
	for (int way = 0; way < 5; way++) {
		size_t size;

		for (size_t i = 0; i < sizeof(from); i++)
			from[i] = way == 0 ? 0 : way == 1 ? 0xff : way == 2 ? i % 16 == 0 :
				  way == 3 ? i / 8 % 2 : i > 2100 && i < 4999;
		size = pack(from, sizeof(from), packed);
		assert_true(size <= sizeof(packed));
		assert_true(way != 0 || size < 10);
		memset(into, 0xa5, sizeof(into));
		assert_int_equal(unpack(packed, into, sizeof(into)), size);
		assert_memory_equal(from, into, sizeof(from));
	}
}

static struct fact make_fact(enum outcome outcome, uint8_t trace, uint8_t parent)
{
	struct fact fact = { .kind = EVENT_BIND, .outcome = outcome, .time_unix_ns = BEGIN,
			     .duration_ns = 1000, .tgid = 7, .is_span = trace != 0 };

	if (outcome == OUTCOME_ERROR)
		fact.error = EADDRINUSE;
	fact.span.trace_id[0] = trace;
	fact.span.trace_id[1] = trace ? 1 : 0;
	fact.span.span_id[0] = 1;
	fact.span.parent_span_id[0] = parent;
	strcpy(fact.name, HOSTILE);
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_ID, "a");
	attributes_set_text(&fact.attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME, HOSTILE);
	attributes_set_text(&fact.attributes, ATTRIBUTE_SERVER_ADDRESS, HOSTILE);
	return fact;
}

static cJSON *failures_of(const struct recent *recent, size_t limit)
{
	struct buffer body;
	cJSON *json;

	buffer_init(&body, 16 << 20);
	encode_api_failures(&body, recent, limit, LANGUAGE_ENGLISH);
	json = parse(&body);
	buffer_free(&body);
	return json;
}

/* 0, 1, one more than there is room for: the newest are there, the rest is counted. */
static void failures_are_the_newest(void **state)
{
	struct recent *recent = recent_new();
	cJSON *json = failures_of(recent, 100);

	(void)state;
	assert_int_equal(cJSON_GetArraySize(member(json, "failures")), 0);
	cJSON_Delete(json);
	for (uint64_t i = 0; i <= RECENT_FAILURES; i++) {
		struct fact fact = make_fact(i % 2 ? OUTCOME_CANCELLED : OUTCOME_ERROR, 0, 0);

		fact.duration_ns = i;
		recent_add(recent, &fact, NULL);
		fact.outcome = OUTCOME_OK;
		recent_add(recent, &fact, NULL);
		assert_true(recent_bytes(recent) <= RECENT_BYTES);
	}
	json = failures_of(recent, 10);
	assert_int_equal(cJSON_GetArraySize(member(json, "failures")), 10);
	assert_true(number(json, "beyond") == RECENT_FAILURES + 1 - 10);
	assert_true(number(member(json, "failures")->child, "duration_ns") == RECENT_FAILURES);
	cJSON_Delete(json);
	json = failures_of(recent, RECENT_FAILURES);
	assert_int_equal(cJSON_GetArraySize(member(json, "failures")), RECENT_FAILURES);
	assert_true(number(json, "beyond") == 1);
	cJSON_Delete(json);
	recent_free(recent);
	recent_free(NULL);
}

/* A failure of each tenth trace is not washed away by what goes well. */
static void failed_traces_stay_longer(void **state)
{
	struct recent *recent = recent_new();
	size_t failed = 0;

	(void)state;
	for (int i = 1; i <= 2000; i++) {
		struct fact fact = make_fact(i <= 50 ? OUTCOME_ERROR : OUTCOME_OK, 1, 0);

		memcpy(fact.span.trace_id, &i, sizeof(i));
		recent_add(recent, &fact, NULL);
	}
	assert_int_equal(recent_trace_count(recent), RECENT_TRACES);
	assert_int_equal(recent_traces_seen(recent), 2000);
	for (size_t i = 0; i < RECENT_TRACES; i++) {
		struct recent_fact one;

		assert_true(recent_span(recent_trace(recent, i), 0, LANGUAGE_ENGLISH, &one));
		failed += one.fact.outcome == OUTCOME_ERROR;
	}
	assert_int_equal(failed, 50);
	assert_null(recent_trace(recent, RECENT_TRACES));
	recent_free(recent);
}

/* Spans come by their ends; a trace shows them by their beginnings. */
static void traces_hold_their_spans(void **state)
{
	struct recent *recent = recent_new();
	struct fact root = make_fact(OUTCOME_OK, 9, 0), child = make_fact(OUTCOME_ERROR, 9, 1);
	const cJSON *trace, *spans;
	struct buffer body;
	cJSON *json;

	(void)state;
	child.time_unix_ns = BEGIN + 500;
	child.duration_ns = 2000;
	recent_add(recent, &root, NULL);
	for (int i = 0; i < ACTS; i++)
		recent_add(recent, &child, NULL);
	buffer_init(&body, 1 << 20);
	encode_api_traces(&body, recent, 50);
	json = parse(&body);
	assert_int_equal(cJSON_GetArraySize(member(json, "traces")), 1);
	trace = member(json, "traces")->child;
	assert_true(number(trace, "spans") == RECENT_SPANS);
	assert_true(number(trace, "duration_ns") == 2500);
	assert_string_equal(member(trace, "outcome")->valuestring, "error");
	assert_string_equal(member(member(trace, "container"), "id")->valuestring, "a");
	cJSON_Delete(json);
	buffer_reset(&body);
	assert_null(recent_find_trace(recent, (const uint8_t[TRACE_ID_SIZE]){ 1 }));
	encode_api_trace(&body, recent_find_trace(recent, root.span.trace_id), LANGUAGE_ENGLISH);
	json = parse(&body);
	spans = member(json, "spans");
	assert_int_equal(cJSON_GetArraySize(spans), RECENT_SPANS);
	assert_string_equal(member(spans->child, "outcome")->valuestring, "ok");
	cJSON_Delete(json);
	buffer_free(&body);
	recent_free(recent);
}

static const char *explanation_of(const struct recent *recent, enum language language)
{
	static struct recent_fact one;

	assert_true(recent_failure(recent, 0, language, &one));
	assert_non_null(one.fact.verdict);
	return one.fact.verdict->explanation;
}

/* The verdict is given again, in the language that is asked for; late names are in it. */
static void verdicts_and_names_come_late(void **state)
{
	struct verdict_context context = { .holder = { .known = 1, .pid = 9, .program = "nginx",
						       .address = "0.0.0.0:80" } };
	struct record_container container = { .id = "a", .name = "web" };
	struct fact fact = make_fact(OUTCOME_ERROR, 3, 0);
	struct recent *recent = recent_new();
	struct names *names = names_new();
	struct recent_fact one;
	struct verdict verdict;
	char english[EXPLANATION_SIZE];

	(void)state;
	attributes_set_text(&fact.attributes, ATTRIBUTE_ERROR_TYPE, "EADDRINUSE");
	fact.bind.requested = (struct event_endpoint){ .family = 2, .port = 80 };
	assert_true(verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict));
	fact.verdict = &verdict;
	recent_add(recent, &fact, &context);
	strcpy(english, explanation_of(recent, LANGUAGE_ENGLISH));
	assert_string_equal(english, verdict.explanation);
	assert_string_not_equal(explanation_of(recent, LANGUAGE_CHINESE), english);
	names_add_container(names, &container);
	recent_name(recent, names, &(struct named){ .container_id = "b" });
	recent_failure(recent, 0, LANGUAGE_ENGLISH, &one);
	assert_null(attributes_string(&one.fact.attributes, ATTRIBUTE_CONTAINER_NAME));
	recent_name(recent, names, &(struct named){ .container_id = "a" });
	recent_failure(recent, 0, LANGUAGE_ENGLISH, &one);
	assert_string_equal(attributes_string(&one.fact.attributes, ATTRIBUTE_CONTAINER_NAME),
			    "web");
	recent_span(recent_trace(recent, 0), 0, LANGUAGE_ENGLISH, &one);
	assert_string_equal(attributes_string(&one.fact.attributes, ATTRIBUTE_CONTAINER_NAME),
			    "web");
	assert_string_equal(explanation_of(recent, LANGUAGE_ENGLISH), english);
	names_free(names);
	recent_free(recent);
}

/* So do groups of a diagnosis, where it was told what the verdict rests on. */
static void diagnoses_speak_both_languages(void **state)
{
	struct verdict_context context = { .holder = { .known = 1, .pid = 9, .program = "nginx",
						       .address = "0.0.0.0:80" } };
	struct fact fact = make_fact(OUTCOME_ERROR, 3, 0);
	struct verdict verdict, room;

	(void)state;
	attributes_set_text(&fact.attributes, ATTRIBUTE_ERROR_TYPE, "EADDRINUSE");
	fact.bind.requested = (struct event_endpoint){ .family = 2, .port = 80 };
	assert_true(verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict));
	fact.verdict = &verdict;
	for (int known = 0; known < 2; known++) {
		struct diagnosis *diagnosis = diagnosis_new(10, 0);
		const struct diagnosis_group *group;
		const struct verdict *found;

		diagnosis_add(diagnosis, &fact, known ? &context : NULL);
		group = diagnosis_group(diagnosis, 0);
		found = diagnosis_verdict(group, LANGUAGE_ENGLISH, &room);
		assert_string_equal(found->explanation, verdict.explanation);
		found = diagnosis_verdict(group, LANGUAGE_CHINESE, &room);
		assert_string_equal(found->cause, verdict.cause);
		assert_int_equal(!strcmp(found->explanation, verdict.explanation), !known);
		diagnosis_free(diagnosis);
	}
}

static void status_is_whole_without_a_history(void **state)
{
	struct metrics *metrics = make_metrics();
	const struct api_status status = { .version = "1", .host = HOSTILE, .ready = true,
					   .now_unix_ns = BEGIN, .started_unix_ns = BEGIN };
	struct buffer body;
	cJSON *json;

	(void)state;
	buffer_init(&body, 1 << 20);
	encode_api_status(&body, &status, metrics);
	json = parse(&body);
	assert_null(member(json, "step_seconds"));
	assert_null(member(json, "kernel"));
	assert_true(number(json, "containers") == 1);
	assert_true(number(member(json, "events"), "received") == 0);
	assert_int_equal(cJSON_GetArraySize(member(json, "losses")), 0);
	cJSON_Delete(json);
	buffer_free(&body);
	metrics_free(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(activity_is_told),
		cmocka_unit_test(history_is_a_heat_map),
		cmocka_unit_test(packing_keeps_every_byte),
		cmocka_unit_test(failures_are_the_newest),
		cmocka_unit_test(failed_traces_stay_longer),
		cmocka_unit_test(traces_hold_their_spans),
		cmocka_unit_test(verdicts_and_names_come_late),
		cmocka_unit_test(diagnoses_speak_both_languages),
		cmocka_unit_test(status_is_whole_without_a_history),
	};

	return RUN(tests);
}
