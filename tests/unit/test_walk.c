/* SPDX-License-Identifier: BSD-2-Clause */
/* A long exposition in parts, between which series come and go. */
#include "tests/unit/unit.h"

#include "user/encode/openmetrics.h"

static const struct metric_family times = {
	.name = "seamark_times_seconds", .otlp_name = "seamark.times", .unit = "seconds",
	.otlp_unit = "s", .help = "Durations.", .type = METRIC_HISTOGRAM,
};
static const struct metric_family things = {
	.name = "seamark_things", .otlp_name = "seamark.things", .unit = "", .otlp_unit = "{thing}",
	.help = "Things.", .type = METRIC_COUNTER,
};

static struct series *add(struct metrics *metrics, const struct metric_family *family,
			  const char *value)
{
	const struct label label = { "a", "a", value };

	return metrics_series(metrics, family, &label, 1, 1000000000);
}

static struct metrics *make_metrics(void)
{
	struct metrics *metrics = metrics_new(100);

	metrics_add_family(metrics, &times);
	metrics_add_family(metrics, &things);
	durations_observe(add(metrics, &times, "one")->durations, 1000);
	durations_observe(add(metrics, &times, "two")->durations, 1000000);
	add(metrics, &things, "one")->value = 1;
	return metrics;
}

static void take(struct metrics *metrics, enum exposition exposition, struct encode_walk *walk,
		 struct buffer *out)
{
	assert_false(encode_metrics_part(out, metrics, exposition, walk, out->size + 1));
}

/* The next one goes, and another comes: all that stays is told, and each once. */
static void what_stays_is_told_once(void **state)
{
	for (int exposition = EXPOSITION_TEXT; exposition <= EXPOSITION_OPENMETRICS; exposition++) {
		const struct label gone = { "a", "a", "gone" };
		struct metrics *metrics = make_metrics();
		struct encode_walk walk = { .family = NULL };
		struct buffer whole, parts;

		(void)state;
		buffer_init(&whole, 65536);
		buffer_init(&parts, 65536);
		add(metrics, &things, "gone")->value = 9;
		assert_false(metrics_is_walked(metrics));
		metrics_walk_begin(metrics, &walk.series);
		assert_true(metrics_is_walked(metrics));
		take(metrics, exposition, &walk, &parts);
		take(metrics, exposition, &walk, &parts);
		take(metrics, exposition, &walk, &parts);
		/* It has come by the counter before it. */
		add(metrics, &things, "late")->value = 2;
		metrics_drop(metrics, &gone);
		take(metrics, exposition, &walk, &parts);
		assert_true(encode_metrics_part(&parts, metrics, exposition, &walk, SIZE_MAX));
		metrics_walk_end(metrics, &walk.series);
		assert_false(metrics_is_walked(metrics));
		encode_metrics(&whole, metrics, exposition);
		assert_string_equal(parts.data, whole.data);
		buffer_free(&whole);
		buffer_free(&parts);
		metrics_free(metrics);
	}
}

/* Two at a time, and the one that began first ends first. */
static void walks_do_not_meet(void **state)
{
	const struct label two = { "a", "a", "two" };
	struct metrics *metrics = make_metrics();
	struct metrics_walk first = { .family = 0 }, second = { .family = 0 };

	(void)state;
	metrics_walk_begin(metrics, &first);
	metrics_walk_begin(metrics, &second);
	assert_string_equal(metrics_walk_next(metrics, &first)->labels[0].value, "one");
	assert_string_equal(metrics_walk_next(metrics, &second)->labels[0].value, "one");
	metrics_drop(metrics, &two);
	metrics_walk_end(metrics, &first);
	assert_ptr_equal(metrics_walk_next(metrics, &second)->family, &things);
	assert_null(metrics_walk_next(metrics, &second));
	metrics_walk_end(metrics, &second);
	assert_false(metrics_is_walked(metrics));
	metrics_free(metrics);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_stays_is_told_once),
		cmocka_unit_test(walks_do_not_meet),
	};

	return RUN(tests);
}
