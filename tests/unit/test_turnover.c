/* SPDX-License-Identifier: BSD-2-Clause */
/* What comes and goes: numbers find new owners, series end with whom they were of, and no sooner. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/lifetime.h"
#include "user/pipeline/pipeline.h"

#define SECOND_NS 1000000000ULL
#define NUMBERS 40

static void a_number_is_retired_before_it_is_free(void **state)
{
	struct lifetime life = { .retired = false };

	(void)state;
	assert_int_equal(lifetime_look(&life, false, true), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, true, true), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, false, true), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, false, true), LIFETIME_RETIRES);
	assert_true(life.retired);
	/* Somebody found it before. */
	assert_int_equal(lifetime_look(&life, false, true), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, true, true), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, false, true), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, false, true), LIFETIME_ENDS);
	assert_false(life.retired);
	assert_int_equal(life.unused, 0);
}

static void what_is_plenty_stays_until_it_is_not(void **state)
{
	struct lifetime life = { .retired = false };

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(lifetime_look(&life, false, false), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, false, true), LIFETIME_RETIRES);
	/* Once nobody finds it any more it ends, plenty or not. */
	assert_int_equal(lifetime_look(&life, false, false), LIFETIME_STAYS);
	assert_int_equal(lifetime_look(&life, false, false), LIFETIME_ENDS);
}

/* Numbers used at random: none is ever free within two looks of its last use. */
static void none_ends_while_it_is_used(void **state)
{
	struct lifetime lives[NUMBERS] = { { .retired = false } };
	int since[NUMBERS] = { 0 }, ended = 0;

	(void)state;
	srand(23);
	for (int look = 0; look < 10000; look++)
		for (int i = 0; i < NUMBERS; i++) {
			bool used = rand() % 100 < i;
			enum lifetime_step step = lifetime_look(&lives[i], used, rand() % 2);

			since[i] = used ? 0 : since[i] + 1;
			assert_true(step == LIFETIME_STAYS ||
				    since[i] >= LIFETIME_UNUSED_LOOKS);
			ended += step == LIFETIME_ENDS;
		}
	assert_true(ended > 1000);
}

static const char *label_of(const struct series *series, const char *name)
{
	for (size_t i = 0; i < series->label_count; i++)
		if (!strcmp(series->labels[i].name, name))
			return series->labels[i].value;
	return "";
}

/* How many observations of binds have the label, with any value when value is NULL. */
static uint64_t binds_of(struct pipeline *pipeline, const char *name, const char *value)
{
	const struct metrics *metrics = pipeline_metrics(pipeline);
	uint64_t count = 0;

	for (size_t i = 0; i < metrics_family_count(metrics); i++)
		if (!strcmp(metrics_family(metrics, i)->name, "seamark_bind_duration_seconds"))
			for (const struct series *one = metrics_first(metrics, i); one;
			     one = one->next)
				if (!value || !strcmp(label_of(one, name), value))
					count += durations_count(one->durations);
	return count;
}

static void add_group(struct pipeline *pipeline, uint64_t id, const char *path)
{
	struct record_cgroup cgroup = { .id = id };

	snprintf(cgroup.path, sizeof(cgroup.path), "%s", path);
	assert_int_equal(pipeline_take(pipeline, RECORD_CGROUP, &cgroup, sizeof(cgroup)), 0);
}

static void remove_group(struct pipeline *pipeline, uint64_t id, uint64_t now_ns)
{
	struct event_cgroup gone = { .header = { .kind = EVENT_CGROUP_REMOVE, .size = sizeof(gone),
						 .cgroup_id = id, .time_ns = now_ns } };

	assert_int_equal(pipeline_take(pipeline, RECORD_EVENT, &gone, sizeof(gone)), 0);
}

static void set_clock(struct pipeline *pipeline, uint64_t now_ns)
{
	struct record_clock clock = { .now_ns = now_ns };

	assert_int_equal(pipeline_take(pipeline, RECORD_CLOCK, &clock, sizeof(clock)), 0);
}

static void give(struct pipeline *pipeline, uint32_t context, uint32_t program, uint64_t group)
{
	const struct record_context record = { .context = context, .program = program,
					       .cgroup_id = group };

	assert_int_equal(pipeline_take(pipeline, RECORD_CONTEXT, &record, sizeof(record)), 0);
}

static void name_program(struct pipeline *pipeline, uint32_t number, const char *name)
{
	struct record_program program = { .program = number, .kind = PROGRAM_GO };

	snprintf(program.name, sizeof(program.name), "%s", name);
	snprintf(program.path, sizeof(program.path), "/%s", name);
	assert_int_equal(pipeline_take(pipeline, RECORD_PROGRAM, &program, sizeof(program)), 0);
}

static void count_bind(struct pipeline *pipeline, uint32_t context)
{
	struct record_series series = { .key = { .context = context, .kind = EVENT_BIND } };

	series.added.slots[3] = 1;
	assert_int_equal(pipeline_take(pipeline, RECORD_SERIES, &series, sizeof(series)), 0);
}

static struct pipeline *make(void)
{
	const struct pipeline_options options = { .series_ceiling = 100, .seed = { 1, 2 } };
	struct pipeline *pipeline = pipeline_new(&options);

	assert_non_null(pipeline);
	return pipeline;
}

static void a_number_says_nothing_of_who_had_it(void **state)
{
	const struct record_program nobody = { .program = 3, .kind = PROGRAM_UNKNOWN };
	struct pipeline *pipeline = make();

	(void)state;
	add_group(pipeline, 8, "/docker/first");
	name_program(pipeline, 3, "first");
	give(pipeline, 5, 3, 8);
	count_bind(pipeline, 5);
	assert_int_equal(binds_of(pipeline, "process_executable_name", "first"), 1);
	assert_int_equal(resources_context_count(pipeline_resources(pipeline)), 1);
	assert_int_equal(resources_program_count(pipeline_resources(pipeline)), 1);

	give(pipeline, 5, 0, 0);
	assert_int_equal(pipeline_take(pipeline, RECORD_PROGRAM, &nobody, sizeof(nobody)), 0);
	assert_null(resources_context(pipeline_resources(pipeline), 5));
	assert_null(resources_program(pipeline_resources(pipeline), 3));
	assert_int_equal(resources_context_count(pipeline_resources(pipeline)), 0);
	assert_int_equal(resources_program_count(pipeline_resources(pipeline)), 0);
	/* Neither the program nor the container of old: unknown is absent. */
	give(pipeline, 5, 3, 9);
	count_bind(pipeline, 5);
	assert_int_equal(binds_of(pipeline, "process_executable_name", "first"), 1);
	assert_int_equal(binds_of(pipeline, "process_executable_name", ""), 1);
	pipeline_free(pipeline);
}

/* Gone at 10 s: remembered for a minute, and its series for four more. */
static void series_end_with_their_container(void **state)
{
	static const char one[] = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
	struct pipeline *pipeline = make();
	char path[128];

	(void)state;
	snprintf(path, sizeof(path), "/docker/%s", one);
	add_group(pipeline, 8, path);
	add_group(pipeline, 9, "/system.slice/etcd.service");
	give(pipeline, 5, 3, 8);
	give(pipeline, 6, 3, 9);
	count_bind(pipeline, 5);
	count_bind(pipeline, 6);
	remove_group(pipeline, 8, 10 * SECOND_NS);
	set_clock(pipeline, 71 * SECOND_NS);
	set_clock(pipeline, 310 * SECOND_NS);
	assert_int_equal(binds_of(pipeline, "container_id", one), 1);
	set_clock(pipeline, 312 * SECOND_NS);
	assert_int_equal(binds_of(pipeline, "container_id", one), 0);
	assert_int_equal(binds_of(pipeline, "seamark_systemd_unit", "etcd.service"), 1);
	pipeline_free(pipeline);
}

/* A unit that is started again has the name that it had, and goes on where it was. */
static void who_comes_again_keeps_its_series(void **state)
{
	struct pipeline *pipeline = make();

	(void)state;
	add_group(pipeline, 9, "/system.slice/etcd.service");
	give(pipeline, 6, 3, 9);
	count_bind(pipeline, 6);
	remove_group(pipeline, 9, 10 * SECOND_NS);
	set_clock(pipeline, 71 * SECOND_NS);
	add_group(pipeline, 10, "/system.slice/etcd.service");
	set_clock(pipeline, 400 * SECOND_NS);
	assert_int_equal(binds_of(pipeline, "seamark_systemd_unit", "etcd.service"), 1);
	remove_group(pipeline, 10, 400 * SECOND_NS);
	set_clock(pipeline, 470 * SECOND_NS);
	set_clock(pipeline, 720 * SECOND_NS);
	assert_int_equal(binds_of(pipeline, "seamark_systemd_unit", NULL), 0);
	pipeline_free(pipeline);
}

/* Under a ceiling of 100: three hundred containers, each gone before the next hundred. */
static void room_is_made_for_those_who_come(void **state)
{
	struct pipeline *pipeline = make();
	char path[128];

	(void)state;
	for (uint64_t i = 0; i < 300; i++) {
		uint64_t now_ns = (i + 1) * 10 * SECOND_NS;

		snprintf(path, sizeof(path), "/docker/%064llx", (unsigned long long)i);
		add_group(pipeline, 100 + i, path);
		give(pipeline, 5, 3, 100 + i);
		count_bind(pipeline, 5);
		remove_group(pipeline, 100 + i, now_ns);
		set_clock(pipeline, now_ns);
	}
	assert_int_equal(metrics_overflowed(pipeline_metrics(pipeline)), 0);
	assert_true(metrics_series_count(pipeline_metrics(pipeline)) < 40);
	pipeline_free(pipeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_number_is_retired_before_it_is_free),
		cmocka_unit_test(what_is_plenty_stays_until_it_is_not),
		cmocka_unit_test(none_ends_while_it_is_used),
		cmocka_unit_test(a_number_says_nothing_of_who_had_it),
		cmocka_unit_test(series_end_with_their_container),
		cmocka_unit_test(who_comes_again_keeps_its_series),
		cmocka_unit_test(room_is_made_for_those_who_come),
	};

	return RUN(tests);
}
