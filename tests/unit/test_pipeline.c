/* SPDX-License-Identifier: BSD-2-Clause */
/* From record to sink and series, and the accounts of all of it: nothing is lost unnamed. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "user/pipeline/pipeline.h"

#define ACTS 23

struct seen {
	size_t count;
	struct fact last;
};

static void see(void *context, const struct fact *fact)
{
	struct seen *seen = context;

	seen->count++;
	seen->last = *fact;
}

static struct pipeline *make(struct seen *seen)
{
	const struct pipeline_options options = { .series_ceiling = 100, .seed = { 1, 2 } };
	struct pipeline *pipeline = pipeline_new(&options);

	memset(seen, 0, sizeof(*seen));
	assert_non_null(pipeline);
	assert_int_equal(pipeline_add_sink(pipeline, &(struct sink){ seen, see, NULL }), 0);
	return pipeline;
}

static struct event_bind failed_bind(void)
{
	struct event_bind event = { .header = { .kind = EVENT_BIND, .size = sizeof(event),
						.tgid = 7, .cgroup_id = 9 } };

	event.act.context = 5;
	event.act.error = EADDRINUSE;
	event.act.outcome = OUTCOME_ERROR;
	event.act.duration_ns = 1000;
	event.requested.family = AF_INET;
	event.requested.port = 8080;
	event.socket_type = SOCK_STREAM;
	return event;
}

static void close_accounts(const struct pipeline *pipeline)
{
	const struct pipeline_accounts *accounts = pipeline_accounts(pipeline);

	assert_int_equal(accounts->received, accounts->exported + accounts->absorbed +
			 accounts->sampled_out + accounts->lost_malformed +
			 accounts->lost_not_observed);
}

static void each_act_becomes_one_fact(void **state)
{
	struct event_bind event = failed_bind();
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	for (int i = 0; i < ACTS; i++)
		assert_int_equal(pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event)), 0);
	assert_int_equal(seen.count, ACTS);
	assert_int_equal(pipeline_accounts(pipeline)->exported, ACTS);
	assert_string_equal(seen.last.name, "bind 0.0.0.0:8080");
	close_accounts(pipeline);
	pipeline_free(pipeline);
}

static void records_that_lie_are_refused(void **state)
{
	struct event_bind event = failed_bind();
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	for (size_t size = 0; size < sizeof(event); size++)
		assert_int_equal(pipeline_take(pipeline, RECORD_EVENT, &event, size), -EINVAL);
	for (uint32_t type = 0; type < 300; type++)
		if (type != RECORD_EVENT)
			assert_true(pipeline_take(pipeline, type, &event, sizeof(event)) < 0);
	event.header.kind = EVENT_MAX;
	assert_int_equal(pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event)), -EINVAL);
	/* Another kind's size: told by the probe, counted. */
	event.header.kind = EVENT_CONNECT;
	assert_int_equal(pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event)), 0);
	assert_int_equal(pipeline_accounts(pipeline)->lost_malformed, 1);
	assert_int_equal(seen.count, 0);
	close_accounts(pipeline);
	pipeline_free(pipeline);
}

static void programs_that_are_not_go_are_left_out(void **state)
{
	struct record_program program = { .program = 3, .kind = PROGRAM_OTHER, .name = "nginx" };
	struct record_context context = { .context = 5, .program = 3 };
	struct event_bind event = failed_bind();
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	pipeline_take(pipeline, RECORD_PROGRAM, &program, sizeof(program));
	pipeline_take(pipeline, RECORD_CONTEXT, &context, sizeof(context));
	pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event));
	assert_int_equal(seen.count, 0);
	assert_int_equal(pipeline_accounts(pipeline)->lost_not_observed, 1);
	program.kind = PROGRAM_GO;
	pipeline_take(pipeline, RECORD_PROGRAM, &program, sizeof(program));
	pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event));
	assert_int_equal(seen.count, 1);
	close_accounts(pipeline);
	pipeline_free(pipeline);
}

static uint64_t observations(struct pipeline *pipeline, const char *name)
{
	struct metrics *metrics = pipeline_metrics(pipeline);
	uint64_t count = 0;

	for (size_t i = 0; i < metrics_family_count(metrics); i++)
		if (!strcmp(metrics_family(metrics, i)->name, name))
			for (const struct series *one = metrics_first(metrics, i); one;
			     one = one->next)
				count += one->durations ? durations_count(one->durations)
							: one->value;
	return count;
}

static void counts_of_the_kernel_become_series(void **state)
{
	struct record_series series = { .key = { .context = 5, .kind = EVENT_BIND } };
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	series.added.slots[3] = ACTS;
	assert_int_equal(pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series)), 0);
	assert_int_equal(pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series)), 0);
	series.overflow = 1;
	assert_int_equal(pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series)), 0);
	assert_int_equal(observations(pipeline, "seamark_bind_duration_seconds"), 3 * ACTS);
	pipeline_free(pipeline);
}

/* Beyond the ceiling the overflow series takes what comes: the sum stays whole. */
static void a_ceiling_keeps_the_sum(void **state)
{
	const struct pipeline_options options = { .series_ceiling = 3, .seed = { 1, 2 } };
	struct pipeline *pipeline = pipeline_new(&options);
	struct record_series series = { .key = { .kind = EVENT_BIND } };

	(void)state;
	series.added.slots[3] = 1;
	for (uint16_t error = 0; error < ACTS; error++) {
		series.key.error = error;
		pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series));
	}
	assert_int_equal(observations(pipeline, "seamark_bind_duration_seconds"), ACTS);
	pipeline_free(pipeline);
}

/* The history gets what the series get, but for those that have none of their own. */
static void the_history_gains_what_series_gain(void **state)
{
	struct history *history = history_new(1 << 20, 1000000000);
	struct record_series series = { .key = { .context = 5, .kind = EVENT_BIND } };
	struct record_syscall_error errors = { .added = ACTS };
	struct activity *activity = activity_new();
	struct event_bind event = failed_bind();
	const struct activity_row *total;
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	series.added.slots[3] = ACTS;
	pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series));
	pipeline_set_history(pipeline, history);
	pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series));
	pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event));
	pipeline_take(pipeline, RECORD_SYSCALL_ERROR, &errors, sizeof(errors));
	series.overflow = 1;
	pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series));
	metrics_set_ceiling(pipeline_metrics(pipeline), 0);
	series.overflow = 0;
	series.key.kind = EVENT_CONNECT;
	pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series));
	assert_int_equal(history_fold(history, 0, UINT64_MAX, NULL, activity), 0);
	total = activity_total(activity);
	assert_int_equal(total->acts[ACTIVITY_BIND].by_outcome[OUTCOME_OK], ACTS);
	assert_int_equal(total->acts[ACTIVITY_BIND].by_outcome[OUTCOME_ERROR], 1);
	assert_int_equal(total->acts[ACTIVITY_CONNECT].by_outcome[OUTCOME_OK], 0);
	assert_int_equal(total->call_count, 1);
	assert_int_equal(total->calls[0].errors, ACTS);
	activity_free(activity);
	pipeline_free(pipeline);
	history_free(history);
}

static void limits_and_the_beginning_are_told(void **state)
{
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	pipeline_refresh(pipeline, ACTS * 1000000000ULL + 1);
	pipeline_refresh(pipeline, 2 * ACTS * 1000000000ULL);
	assert_int_equal(observations(pipeline, "seamark_self_start_time_seconds"), ACTS);
	assert_int_equal(observations(pipeline, "seamark_self_series_limit"), 100);
	assert_int_equal(observations(pipeline, "seamark_self_table_limit"),
			 CGROUPS_MAX + PROCESSES_MAX + CONTEXTS_MAX - 1 + PROGRAMS_MAX - 1);
	pipeline_free(pipeline);
}

static void verdicts_are_counted(void **state)
{
	struct event_bind event = failed_bind();
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	for (int i = 0; i < ACTS; i++)
		pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event));
	assert_non_null(seen.last.verdict);
	assert_int_equal(observations(pipeline, "seamark_verdicts"), ACTS);
	pipeline_free(pipeline);
}

/* Names from the program can't forge a line. */
static const struct {
	const char *rule;
	uint64_t duration_ns;
	bool failed;
	bool left_out;
	uint64_t threshold;
} samples[] = {
	{ NULL, 1000, false, false, 0 },
	{ "event=bind 0%", 1000, false, true, SAMPLING_WHOLE },
	{ "event=bind 100%", 1000, false, false, 0 },
	{ "event=connect 0%", 1000, false, false, 0 },
	{ "event=bind 0%", 1000, true, false, 0 },
	{ "event=bind 0%", 1000000, false, false, 0 },
};

/* 99 of 100 binds take a microsecond: twice that is long. */
static void what_failed_or_took_long_is_kept(void **state)
{
	char why[256];

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct event_bind event = failed_bind();
		struct seen seen;
		struct pipeline *pipeline = make(&seen);
		struct sampling *sampling = samples[i].rule ? sampling_new() : NULL;

		event.act.outcome = samples[i].failed ? OUTCOME_ERROR : OUTCOME_OK;
		event.act.error = samples[i].failed ? EADDRINUSE : 0;
		if (sampling)
			assert_int_equal(sampling_add(sampling, samples[i].rule, why,
						      sizeof(why)), 0);
		pipeline_set_sampling(pipeline, sampling);
		for (int j = 0; j < 150; j++)
			assert_int_equal(pipeline_take(pipeline, RECORD_EVENT, &event,
						       sizeof(event)), 0);
		event.act.duration_ns = samples[i].duration_ns;
		assert_int_equal(pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event)), 0);
		assert_int_equal(seen.count, 151);
		assert_int_equal(seen.last.sampled_out, samples[i].left_out);
		assert_int_equal(seen.last.threshold, samples[i].threshold);
		assert_int_equal(seen.last.is_weighed, samples[i].rule != NULL);
		/* Counted whatever became of it. */
		assert_int_equal(observations(pipeline, "seamark_bind_duration_seconds"), 151);
		pipeline_free(pipeline);
	}
}

static void names_are_made_printable(void **state)
{
	struct event_bind event = failed_bind();
	struct seen seen;
	struct pipeline *pipeline = make(&seen);
	static const char hostile[] = "/tmp/\n\033[31m\xff";

	(void)state;
	event.requested.family = AF_UNIX;
	event.path_length = sizeof(hostile) - 1;
	memcpy(event.path, hostile, sizeof(hostile));
	pipeline_take(pipeline, RECORD_EVENT, &event, sizeof(event));
	assert_int_equal(seen.count, 1);
	for (const char *at = seen.last.name; *at; at++)
		assert_true(*at >= 0x20 && *at != 0x7f);
	assert_non_null(strstr(seen.last.name, "\\x0a\\x1b[31m\\xff"));
	pipeline_free(pipeline);
}

static void evidence_must_end(void **state)
{
	struct verdict_context evidence;
	struct seen seen;
	struct pipeline *pipeline = make(&seen);

	(void)state;
	memset(&evidence, 'x', sizeof(evidence));
	assert_true(pipeline_take(pipeline, RECORD_EVIDENCE, &evidence, sizeof(evidence)) < 0);
	memset(&evidence, 0, sizeof(evidence));
	assert_int_equal(pipeline_take(pipeline, RECORD_EVIDENCE, &evidence, sizeof(evidence)), 0);
	pipeline_free(pipeline);
}

static void accounts_are_one_line(void **state)
{
	struct record_accounts accounts = { .probe = "bind" };
	struct seen seen;
	struct pipeline *pipeline = make(&seen);
	struct buffer line;

	(void)state;
	accounts.lanes[LANE_FACT].hits = 25;
	accounts.lanes[LANE_FACT].submitted = 23;
	accounts.lanes[LANE_FACT].lost[LOSS_SHED] = 2;
	assert_int_equal(pipeline_take(pipeline, RECORD_ACCOUNTS, &accounts, sizeof(accounts)), 0);
	buffer_init(&line, 65536);
	pipeline_accounts_line(pipeline, 0, &line);
	assert_non_null(strstr(line.data, "\"bind\":{\"fact\":{\"hits\":25,\"submitted\":23,"
			       "\"lost\":{\"shed\":2}}"));
	assert_non_null(strstr(line.data, "\"missed\":{},"));
	assert_ptr_equal(strchr(line.data, '\n'), line.data + line.size - 1);
	accounts.missed = 23;
	/* As recordings had it before runs that were left out were told. */
	assert_int_equal(pipeline_take(pipeline, RECORD_ACCOUNTS, &accounts,
				       offsetof(struct record_accounts, missed)), 0);
	buffer_reset(&line);
	pipeline_accounts_line(pipeline, 0, &line);
	assert_non_null(strstr(line.data, "\"missed\":{},"));
	assert_int_equal(pipeline_take(pipeline, RECORD_ACCOUNTS, &accounts, sizeof(accounts)), 0);
	buffer_reset(&line);
	pipeline_accounts_line(pipeline, 0, &line);
	assert_non_null(strstr(line.data, "\"missed\":{\"bind\":23},"));
	strcpy(accounts.probe, "nonsense");
	assert_true(pipeline_take(pipeline, RECORD_ACCOUNTS, &accounts, sizeof(accounts)) < 0);
	buffer_free(&line);
	pipeline_free(pipeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_act_becomes_one_fact),
		cmocka_unit_test(records_that_lie_are_refused),
		cmocka_unit_test(programs_that_are_not_go_are_left_out),
		cmocka_unit_test(counts_of_the_kernel_become_series),
		cmocka_unit_test(a_ceiling_keeps_the_sum),
		cmocka_unit_test(the_history_gains_what_series_gain),
		cmocka_unit_test(limits_and_the_beginning_are_told),
		cmocka_unit_test(verdicts_are_counted),
		cmocka_unit_test(what_failed_or_took_long_is_kept),
		cmocka_unit_test(names_are_made_printable),
		cmocka_unit_test(evidence_must_end),
		cmocka_unit_test(accounts_are_one_line),
	};

	return RUN(tests);
}
