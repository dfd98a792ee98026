/* SPDX-License-Identifier: BSD-2-Clause */
/* What receivers of differences have, kept beside each series. */
#include <errno.h>
#include <stdlib.h>

#include "user/model/metric.h"

static bool is_difference(const struct metric_family *family)
{
	return family->type == METRIC_COUNTER || family->type == METRIC_HISTOGRAM;
}

/* The series that differences are told of, in turn: at the begin of a walk, series is NULL. */
static struct series *next(const struct metrics *metrics, size_t *family, struct series *series)
{
	if (series)
		series = series->next;
	while (!series && *family < metrics_family_count(metrics)) {
		const struct metric_family *definition = metrics_family(metrics, *family);

		if (is_difference(definition))
			series = (struct series *)metrics_first(metrics, *family);
		++*family;
	}
	return series;
}

static int mark_sent(struct series *series)
{
	struct series_told *told = series->told;

	if (!told)
		told = series->told = calloc(1, sizeof(*told));
	if (!told || (series->durations &&
		      !durations_copy(&told->sent.durations, series->durations)))
		return -ENOMEM;
	told->sent.value = series->value;
	told->is_sent = true;
	return 0;
}

int metrics_mark_sent(struct metrics *metrics)
{
	struct series *series = NULL;
	size_t family = 0;
	int result = 0;

	while (!result && (series = next(metrics, &family, series)))
		result = mark_sent(series);
	return result;
}

/* What was sent is what was taken; the memory of what was taken before is for the next. */
static void mark_taken(struct series_told *told)
{
	const struct reading before = told->taken;

	told->taken = told->sent;
	told->sent = before;
	told->is_sent = false;
}

void metrics_mark_taken(struct metrics *metrics)
{
	struct series *series = NULL;
	size_t family = 0;

	while ((series = next(metrics, &family, series)))
		if (series->told && series->told->is_sent)
			mark_taken(series->told);
}

bool series_untold(const struct series *series, uint64_t *value, struct histogram *histogram)
{
	static const struct reading nothing;
	const struct reading *taken = series->told ? &series->told->taken : &nothing;
	bool any = false;

	*value = series->value - taken->value;
	if (!series->durations)
		return *value;
	durations_expand(series->durations, histogram);
	for (uint16_t i = 0; i < taken->durations.used; i++)
		histogram->slots[taken->durations.cells[i].slot] -=
			taken->durations.cells[i].count;
	for (size_t i = 0; i < SLOT_COUNT; i++)
		any |= histogram->slots[i];
	histogram->sum_ns -= taken->durations.sum_ns;
	return any;
}
