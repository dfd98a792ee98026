/* SPDX-License-Identifier: BSD-2-Clause */
/* Groups of failures: their order, their ceiling, and both ways to write them. */
#include "tests/unit/unit.h"

#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>

#include "user/encode/diagnoses.h"
#include "user/encode/report.h"
#include "user/encode/wrap.h"

#define SECOND	1000000000ULL
#define BEGIN	(1767323045ULL * SECOND)	/* 2026-01-02T03:04:05Z */

static struct fact fact;
static struct verdict verdict;

static void refuse(const char *program, const char *container, const char *error, const char *cause)
{
	memset(&fact, 0, sizeof(fact));
	memset(&verdict, 0, sizeof(verdict));
	fact.kind = EVENT_BIND;
	fact.outcome = OUTCOME_ERROR;
	fact.time_unix_ns = BEGIN;
	strcpy(fact.name, "bind 0.0.0.0:80");
	attributes_set_text(&fact.attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME, program);
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_ID, container);
	attributes_set_text(&fact.attributes, ATTRIBUTE_ERROR_TYPE, error);
	if (!cause)
		return;
	verdict.cause = cause;
	strcpy(verdict.explanation, "Because.");
	fact.verdict = &verdict;
}

static void add(struct diagnosis *diagnosis, unsigned int times)
{
	for (; times; times--)
		diagnosis_add(diagnosis, &fact, NULL);
}

static uint64_t grouped(const struct diagnosis *diagnosis)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < diagnosis_count(diagnosis); i++)
		sum += diagnosis_group(diagnosis, i)->count;
	return sum;
}

static const struct {
	const char *program;
	const char *container;
	const char *error;
	const char *cause;
	enum outcome outcome;
	size_t groups;			/* after this one */
} acts[] = {
	{ "a", "1", "EACCES", "missing_cap_net_bind_service", OUTCOME_ERROR, 1 },
	{ "a", "1", "EACCES", "missing_cap_net_bind_service", OUTCOME_ERROR, 1 },
	{ "b", "1", "EACCES", "missing_cap_net_bind_service", OUTCOME_ERROR, 2 },
	{ "a", "2", "EACCES", "missing_cap_net_bind_service", OUTCOME_ERROR, 3 },
	{ "a", "", "EACCES", "missing_cap_net_bind_service", OUTCOME_ERROR, 4 },
	{ "a", "1", "EADDRINUSE", "address_in_use", OUTCOME_ERROR, 5 },
	{ "a", "1", "EACCES", NULL, OUTCOME_ERROR, 6 },
	{ "a", "1", "EPERM", NULL, OUTCOME_ERROR, 7 },
	{ "a", "1", "EACCES", NULL, OUTCOME_ERROR, 7 },
	{ "a", "1", NULL, NULL, OUTCOME_CANCELLED, 8 },
	{ "a", "1", NULL, NULL, OUTCOME_OK, 8 },
};

static void failures_are_grouped(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(20, 0);
	const struct diagnosis_total *total = diagnosis_total(diagnosis, EVENT_BIND);

	(void)state;
	assert_null(diagnosis_group(diagnosis, 0));
	for (size_t i = 0; i < COUNT(acts); i++) {
		refuse(acts[i].program, acts[i].container, acts[i].error ? acts[i].error : "",
		     acts[i].cause);
		fact.outcome = acts[i].outcome;
		add(diagnosis, 1);
		assert_int_equal(diagnosis_count(diagnosis), acts[i].groups);
	}
	assert_int_equal(total->by_outcome[OUTCOME_OK], 1);
	assert_int_equal(total->by_outcome[OUTCOME_ERROR], 9);
	assert_int_equal(total->by_outcome[OUTCOME_CANCELLED], 1);
	assert_int_equal(grouped(diagnosis), 10);
	assert_int_equal(diagnosis_beyond(diagnosis), 0);
	assert_null(diagnosis_group(diagnosis, 8));
	diagnosis_free(diagnosis);
	diagnosis_free(NULL);
}

/* Each by itself: the same causes, other counts. In the order that is wanted. */
static const struct {
	const char *error;
	const char *cause;
	enum outcome outcome;
	unsigned int count;
} order[] = {
	{ "EADDRINUSE", "address_in_use", OUTCOME_ERROR, 5 },
	{ "ETIMEDOUT", "program_deadline", OUTCOME_CANCELLED, 3 },
	{ "EACCES", "later", OUTCOME_ERROR, 1 },
	{ "EACCES", "earlier", OUTCOME_ERROR, 1 },
	{ "EMFILE", NULL, OUTCOME_ERROR, 70 },
	{ "EINVAL", NULL, OUTCOME_ERROR, 2 },
	{ "", "happy_eyeballs_loser", OUTCOME_CANCELLED, 900 },
	{ "cancelled", "cancelled", OUTCOME_CANCELLED, 800 },
	{ "", NULL, OUTCOME_CANCELLED, 700 },
};

static void what_matters_comes_first(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(COUNT(order), 0);

	(void)state;
	for (size_t i = COUNT(order); i-- > 0;) {
		refuse("a", "", order[i].error, order[i].cause);
		fact.outcome = order[i].outcome;
		add(diagnosis, order[i].count);
	}
	diagnosis_sort(diagnosis);
	for (size_t i = 0; i < COUNT(order); i++) {
		const struct diagnosis_group *group = diagnosis_group(diagnosis, i);

		assert_int_equal(group->count, order[i].count);
		assert_string_equal(group->reason, order[i].cause ? order[i].cause
						 : *order[i].error ? order[i].error : "cancelled");
		assert_int_equal(diagnosis_is_no_failure(group), i >= 6);
	}
	diagnosis_free(diagnosis);
}

static void the_oldest_gives_way(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(3, 0);
	char program[16];

	(void)state;
	refuse("a", "", "EACCES", "one");
	add(diagnosis, 5);
	refuse("b", "", "EACCES", "one");
	add(diagnosis, 7);
	refuse("c", "", "EACCES", "one");
	add(diagnosis, 1);
	refuse("a", "", "EACCES", "one");
	fact.time_unix_ns = 1;			/* a clock that was set back does not matter */
	add(diagnosis, 1);
	diagnosis_sort(diagnosis);
	assert_int_equal(diagnosis_gave_way(diagnosis), 0);
	refuse("d", "", "EACCES", "one");
	add(diagnosis, 2);
	assert_int_equal(diagnosis_count(diagnosis), 3);
	assert_int_equal(diagnosis_beyond(diagnosis), 7);	/* b's */
	assert_int_equal(diagnosis_gave_way(diagnosis), 1);
	diagnosis_sort(diagnosis);
	assert_string_equal(diagnosis_group(diagnosis, 0)->program, "a");
	assert_int_equal(diagnosis_group(diagnosis, 0)->count, 6);
	assert_string_equal(diagnosis_group(diagnosis, 1)->program, "d");
	for (int i = 0; i < 1000; i++) {
		snprintf(program, sizeof(program), "p%d", i);
		refuse(program, "", "EACCES", "one");
		add(diagnosis, 1);
	}
	assert_int_equal(diagnosis_count(diagnosis), 3);
	assert_int_equal(grouped(diagnosis) + diagnosis_beyond(diagnosis), 1016);
	assert_int_equal(diagnosis_gave_way(diagnosis), 1001);
	diagnosis_free(diagnosis);
}

static void nothing_fits_into_no_groups(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(0, 0);

	(void)state;
	refuse("a", "", "EACCES", "one");
	add(diagnosis, 23);
	assert_int_equal(diagnosis_count(diagnosis), 0);
	assert_int_equal(diagnosis_beyond(diagnosis), 23);
	diagnosis_free(diagnosis);
}

/* The last one that has as much evidence as any before it. */
static void the_example_is_late_and_rich(void **state)
{
	static const struct {
		uint8_t evidence;
		uint64_t second;
		uint64_t first, last, example;
	} steps[] = {
		{ 2, 10, 10, 10, 10 }, { 1, 11, 10, 11, 10 }, { 2, 12, 10, 12, 12 },
		{ 3, 9, 9, 12, 9 }, { 2, 20, 9, 20, 9 },
	};
	struct diagnosis *diagnosis = diagnosis_new(1, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(steps); i++) {
		const struct diagnosis_group *group;

		refuse("a", "", "EACCES", "one");
		verdict.evidence_count = steps[i].evidence;
		fact.time_unix_ns = BEGIN + steps[i].second * SECOND;
		add(diagnosis, 1);
		group = diagnosis_group(diagnosis, 0);
		assert_int_equal(group->first_unix_ns, BEGIN + steps[i].first * SECOND);
		assert_int_equal(group->last_unix_ns, BEGIN + steps[i].last * SECOND);
		assert_int_equal(group->example.time_unix_ns, BEGIN + steps[i].example * SECOND);
		assert_null(group->example.verdict);
	}
	diagnosis_free(diagnosis);
}

static void long_names_end_between_characters(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(2, 0);
	char name[100] = "";

	(void)state;
	for (int i = 0; i < 30; i++)
		strcat(name, "名");
	refuse(name, name, "EACCES", "one");
	add(diagnosis, 1);
	assert_int_equal(strlen(diagnosis_group(diagnosis, 0)->program), 63);
	assert_int_equal(strlen(diagnosis_group(diagnosis, 0)->container), 69);
	diagnosis_free(diagnosis);
}

static const char document[] =
	"{\"since\":\"2026-01-02T03:04:05.000000000Z\",\"diagnoses\":["
	"{\"event\":\"bind\",\"outcome\":\"error\",\"cause\":\"address_in_use\","
	"\"error_type\":\"EADDRINUSE\",\"program\":\"app\","
	"\"container\":{\"id\":\"0123\",\"name\":\"web\",\"runtime\":\"docker\"},\"failure\":true,"
	"\"count\":2,\"first\":\"2026-01-02T03:04:05.000000000Z\","
	"\"last\":\"2026-01-02T03:04:06.000000000Z\","
	"\"example\":{\"time\":\"2026-01-02T03:04:06.000000000Z\",\"duration_ns\":7,"
	"\"attributes\":{\"process.executable.name\":\"app\",\"container.id\":\"0123\","
	"\"error.type\":\"EADDRINUSE\",\"container.name\":\"web\","
	"\"container.runtime.name\":\"docker\"},\"error\":{\"message\":\"in use\"}},"
	"\"verdict\":{\"cause\":\"address_in_use\",\"explanation\":\"Because.\","
	"\"evidence\":{\"holder.pid\":\"1\"},\"fixes\":[\"Do.\"]}},"
	"{\"event\":\"bind\",\"outcome\":\"error\",\"cause\":null,\"error_type\":\"EINVAL\","
	"\"failure\":true,\"count\":1,\"first\":\"2026-01-02T03:04:05.000000000Z\","
	"\"last\":\"2026-01-02T03:04:05.000000000Z\","
	"\"example\":{\"time\":\"2026-01-02T03:04:05.000000000Z\",\"duration_ns\":0,"
	"\"attributes\":{\"error.type\":\"EINVAL\"}}}],"
	"\"beyond\":0,\"gave_way\":0,\"totals\":{\"bind\":{\"ok\":0,\"error\":3,\"cancelled\":0}}}\n";

static void programs_get_json(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(4, BEGIN);
	struct buffer out;

	(void)state;
	buffer_init(&out, 65536);
	refuse("", "", "EINVAL", NULL);
	add(diagnosis, 1);
	refuse("app", "0123", "EADDRINUSE", "address_in_use");
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_NAME, "web");
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME, "docker");
	strcpy(fact.message, "in use");
	strcpy(verdict.evidence[0].key, "holder.pid");
	strcpy(verdict.evidence[0].value, "1");
	verdict.evidence_count = 1;
	strcpy(verdict.fixes[0], "Do.");
	verdict.fix_count = 1;
	fact.duration_ns = 7;
	add(diagnosis, 1);
	fact.time_unix_ns += SECOND;
	add(diagnosis, 1);
	encode_diagnoses(&out, diagnosis, LANGUAGE_ENGLISH);
	assert_string_equal(out.data, document);
	diagnosis_free(diagnosis);

	diagnosis = diagnosis_new(4, 0);
	buffer_reset(&out);
	encode_diagnoses(&out, diagnosis, LANGUAGE_ENGLISH);
	assert_string_equal(out.data,
			    "{\"diagnoses\":[],\"beyond\":0,\"gave_way\":0,\"totals\":{}}\n");
	diagnosis_free(diagnosis);
	buffer_free(&out);
}

/* Every byte in every text: the document parses, and fits what 1,000 groups are promised. */
static void hostile_texts_stay_json(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(1000, BEGIN);
	char name[1024], program[32];
	struct buffer out;
	cJSON *parsed;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(program, sizeof(program), "%d\"\\\n\033\xff</script>", i);
		refuse(program, program, "EACCES", "one");
		for (size_t j = 0; j < sizeof(name) - 1; j++)
			name[j] = (char)((i + (int)j) % 255 + 1);
		name[sizeof(name) - 1] = '\0';
		attributes_set_text(&fact.attributes, ATTRIBUTE_SERVER_ADDRESS, name);
		memcpy(fact.message, name, sizeof(fact.message) - 1);
		memcpy(verdict.explanation, name, EXPLANATION_SIZE - 1);
		for (int j = 0; j < EVIDENCE_MAX; j++) {
			snprintf(verdict.evidence[j].key, EVIDENCE_KEY_SIZE, "key %d", j);
			memcpy(verdict.evidence[j].value, name + j, EVIDENCE_VALUE_SIZE - 1);
		}
		verdict.evidence_count = EVIDENCE_MAX;
		add(diagnosis, 1);
	}
	buffer_init(&out, 64u << 20);
	encode_diagnoses(&out, diagnosis, LANGUAGE_ENGLISH);
	assert_false(out.failed);
	parsed = cJSON_Parse(out.data);
	assert_non_null(parsed);
	assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(parsed, "diagnoses")), 1000);
	cJSON_Delete(parsed);
	for (size_t i = 0; i + 1 < out.size; i++)
		assert_true((unsigned char)out.data[i] >= 0x20 && out.data[i] != 0x7f);
	buffer_reset(&out);
	encode_report(&out, diagnosis, &(struct report_style){ .width = 40 });
	assert_false(out.failed);
	diagnosis_free(diagnosis);
	buffer_free(&out);
}

static const struct {
	const char *text;
	size_t at, indent, width;
	const char *wanted;
} wraps[] = {
	{ "", 0, 0, 10, "\n" },
	{ "one", 0, 0, 10, "one\n" },
	{ "one two", 0, 0, 7, "one two\n" },
	{ "one two", 0, 0, 6, "one\ntwo\n" },
	{ "one two three", 4, 2, 9, "one\n  two\n  three\n" },
	{ "a  b", 0, 0, 10, "a  b\n" },
	{ "setcap cap_net_bind_service=+ep /srv/app", 0, 1, 10,
	  "setcap\n cap_net_bind_service=+ep\n /srv/app\n" },
	{ "端口已被占用", 0, 0, 12, "端口已被占用\n" },
	{ "端口已被占用", 0, 0, 11, "端口已被占\n用\n" },
	{ "端口已被占用", 2, 2, 6, "端口\n  已被\n  占用\n" },
	/* No line begins with a full stop or ends with an opening bracket. */
	{ "占用。", 0, 0, 4, "占\n用。\n" },
	{ "占用（端口）", 0, 0, 6, "占用\n（端\n口）\n" },
	/* Words of the Latin alphabet among Chinese stay whole. */
	{ "监听 1024 以上", 0, 0, 10, "监听 1024\n以上\n" },
	{ "使用sysctl设置", 0, 0, 8, "使用\nsysctl设\n置\n" },
	{ "\xff\xfe bytes", 0, 0, 4, "\xff\xfe\nbytes\n" },
};

static void lines_end_where_they_may(void **state)
{
	struct buffer out;

	(void)state;
	buffer_init(&out, 4096);
	for (size_t i = 0; i < COUNT(wraps); i++) {
		buffer_reset(&out);
		encode_wrapped(&out, wraps[i].text, wraps[i].at, wraps[i].indent, wraps[i].width);
		assert_string_equal(out.data, wraps[i].wanted);
	}
	assert_int_equal(text_columns("é中a"), 4);
	assert_int_equal(text_columns(""), 0);
	buffer_free(&out);
}

static const char english[] =
	"\n"
	"Diagnosis\n"
	"                        ok     error cancelled        p50        p99\n"
	"  bind                   0         2         1      59 ns      59 ns\n"
	"\n"
	"  2 ×  bind 0.0.0.0:80: address_in_use\n"
	"      app, container web (docker), first 2026-01-02 03:04:05, last 2026-01-03\n"
	"      03:04:05 UTC\n"
	"      The port that this program asked for is taken, by another program of the\n"
	"      same host.\n"
	"      Evidence:\n"
	"        holder.pid      1\n"
	"        holder.program  a name of several words that is long enough to need two\n"
	"                        lines\n"
	"      What mends it:\n"
	"        1. Stop the other program, if it is not wanted; else listen on another\n"
	"           port.\n"
	"      in use\n"
	"\n"
	"  No failures: the program gave up by itself, or dropped the slower of two tries\n"
	"\n"
	"  1 ×  bind 0.0.0.0:80: cancelled\n"
	"      app\n";

static const char chinese[] =
	"      app, 容器 web (docker), 首次 2026-01-02 03:04:05, 末次 2026-01-03 03:04:05\n"
	"      UTC\n";

static void people_get_a_page(void **state)
{
	struct diagnosis *diagnosis = diagnosis_new(4, 0);
	struct report_style style = { .language = LANGUAGE_ENGLISH, .width = 80 };
	struct buffer out;

	(void)state;
	buffer_init(&out, 65536);
	refuse("app", "", "", NULL);
	fact.outcome = OUTCOME_CANCELLED;
	fact.duration_ns = 59;
	add(diagnosis, 1);
	refuse("app", "0123", "EADDRINUSE", "address_in_use");
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_NAME, "web");
	attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME, "docker");
	strcpy(fact.message, "in use");
	strcpy(verdict.explanation, "The port that this program asked for is taken, by another "
	       "program of the same host.");
	strcpy(verdict.evidence[0].key, "holder.pid");
	strcpy(verdict.evidence[0].value, "1");
	strcpy(verdict.evidence[1].key, "holder.program");
	strcpy(verdict.evidence[1].value, "a name of several words that is long enough to need two "
	       "lines");
	verdict.evidence_count = 2;
	strcpy(verdict.fixes[0], "Stop the other program, if it is not wanted; else listen on "
	       "another port.");
	verdict.fix_count = 1;
	fact.duration_ns = 59;
	add(diagnosis, 1);
	fact.time_unix_ns += 86400 * SECOND;
	add(diagnosis, 1);
	encode_report(&out, diagnosis, &style);
	assert_string_equal(out.data, english);
	buffer_reset(&out);
	style.language = LANGUAGE_CHINESE;
	encode_report(&out, diagnosis, &style);
	assert_non_null(strstr(out.data, chinese));
	assert_non_null(strstr(out.data, "不算失败"));
	diagnosis_free(diagnosis);
	buffer_free(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_are_grouped),
		cmocka_unit_test(what_matters_comes_first),
		cmocka_unit_test(the_oldest_gives_way),
		cmocka_unit_test(nothing_fits_into_no_groups),
		cmocka_unit_test(the_example_is_late_and_rich),
		cmocka_unit_test(long_names_end_between_characters),
		cmocka_unit_test(programs_get_json),
		cmocka_unit_test(hostile_texts_stay_json),
		cmocka_unit_test(lines_end_where_they_may),
		cmocka_unit_test(people_get_a_page),
	};

	return RUN(tests);
}
