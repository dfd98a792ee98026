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

int metrics_mark_sent(struct metrics *metrics)
{
	struct series *series = NULL;
	size_t family = 0;

	while ((series = next(metrics, &family, series))) {
		if (!series->told)
			series->told = calloc(1, sizeof(*series->told));
		if (!series->told)
			return -ENOMEM;
		series->told->sent.value = series->value;
		if (series->histogram)
			series->told->sent.histogram = *series->histogram;
	}
	return 0;
}

void metrics_mark_taken(struct metrics *metrics)
{
	struct series *series = NULL;
	size_t family = 0;

	while ((series = next(metrics, &family, series)))
		if (series->told)
			series->told->taken = series->told->sent;
}

bool series_untold(const struct series *series, uint64_t *value, struct histogram *histogram)
{
	static const struct reading nothing;
	const struct reading *taken = series->told ? &series->told->taken : &nothing;
	bool any = false;

	*value = series->value - taken->value;
	if (!series->histogram)
		return *value;
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		histogram->slots[i] = series->histogram->slots[i] - taken->histogram.slots[i];
		any |= histogram->slots[i];
	}
	histogram->sum_ns = series->histogram->sum_ns - taken->histogram.sum_ns;
	return any;
}
