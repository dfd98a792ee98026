/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells are added up by column first: they come in parts, and bounds are told before them. */
#include "user/encode/api_history.h"

#include <stdlib.h>
#include <string.h>

#include "user/encode/api_parts.h"
#include "user/encode/api_query.h"
#include "user/model/fact.h"

#define COLUMNS_STEP 64

struct column {
	uint64_t time_unix_ns;
	uint64_t by_outcome[OUTCOME_MAX];
	struct histogram went_well;
};

struct columns {
	struct column *items;		/* in the order of their times */
	size_t count;
	size_t room;
	bool occurs[SLOT_COUNT];	/* which slots do */
	uint8_t index[SLOT_COUNT];	/* among those that occur */
	bool failed;
};

/* Of that time, made if need be. New ones mostly are the last. */
static struct column *column_of(struct columns *columns, uint64_t time_unix_ns)
{
	size_t at = columns->count;
	struct column *items;

	while (at && columns->items[at - 1].time_unix_ns > time_unix_ns)
		at--;
	if (at && columns->items[at - 1].time_unix_ns == time_unix_ns)
		return &columns->items[at - 1];
	if (columns->count == columns->room) {
		items = realloc(columns->items, (columns->room + COLUMNS_STEP) * sizeof(*items));
		if (!items)
			return NULL;
		columns->items = items;
		columns->room += COLUMNS_STEP;
	}
	memmove(columns->items + at + 1, columns->items + at,
		(columns->count++ - at) * sizeof(*columns->items));
	columns->items[at] = (struct column){ .time_unix_ns = time_unix_ns };
	return &columns->items[at];
}

static void take_cell(void *closure, const struct history_cell *cell)
{
	struct columns *columns = closure;
	struct column *column = column_of(columns, cell->time_unix_ns);

	if (!column) {
		columns->failed = true;
		return;
	}
	column->by_outcome[cell->outcome] += cell->count;
	if (cell->slot == HISTORY_NO_SLOT)
		column->by_outcome[OUTCOME_OK] -= cell->count;
	if (cell->outcome != OUTCOME_OK)
		return;
	columns->occurs[cell->slot] = true;
	column->went_well.slots[cell->slot] += cell->count;
}

static void bounds(struct json *json, struct columns *columns)
{
	uint8_t count = 0;

	json_open(json, "bounds_ns", '[');
	for (uint8_t slot = 0; slot < SLOT_COUNT; slot++) {
		if (!columns->occurs[slot])
			continue;
		columns->index[slot] = count++;
		json_unsigned(json, NULL, api_bound_ns(slot_upper_ns[slot]));
	}
	json_close(json, ']');
}

static void quantile(struct json *json, const char *key, const struct histogram *histogram,
		     double share)
{
	uint64_t bound = histogram_quantile(histogram, share);

	if (bound)
		json_unsigned(json, key, api_bound_ns(bound));
}

static void cells(struct json *json, const struct columns *columns,
		  const struct histogram *histogram)
{
	json_open(json, "cells", '[');
	for (uint8_t slot = 0; slot < SLOT_COUNT; slot++) {
		if (!histogram->slots[slot])
			continue;
		json_open(json, NULL, '[');
		json_unsigned(json, NULL, columns->index[slot]);
		json_unsigned(json, NULL, histogram->slots[slot]);
		json_close(json, ']');
	}
	json_close(json, ']');
}

static void one_column(struct json *json, const struct columns *columns,
		       const struct column *column)
{
	json_open(json, NULL, '{');
	json_time(json, "time", column->time_unix_ns);
	for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
		json_unsigned(json, outcome_name(outcome), column->by_outcome[outcome]);
	quantile(json, "p50_ns", &column->went_well, 0.5);
	quantile(json, "p90_ns", &column->went_well, 0.9);
	quantile(json, "p99_ns", &column->went_well, 0.99);
	cells(json, columns, &column->went_well);
	json_close(json, '}');
}

bool encode_api_history(struct buffer *out, const struct history *history, uint64_t from_unix_ns,
			uint64_t to_unix_ns, const struct history_filter *filter)
{
	/* Watching may have begun within a column. */
	uint64_t begin = from_unix_ns - from_unix_ns % history_step_ns(history);
	struct columns columns = { .count = 0 };
	struct json json;

	history_each_cell(history, begin, to_unix_ns + 1, filter, take_cell, &columns);
	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_string(&json, "event", api_event_name(filter->kind));
	json_time(&json, "from", from_unix_ns);
	json_time(&json, "to", to_unix_ns);
	json_unsigned(&json, "step_seconds", history_step_ns(history) / 1000000000);
	bounds(&json, &columns);
	json_open(&json, "columns", '[');
	for (size_t i = 0; i < columns.count; i++)
		one_column(&json, &columns, &columns.items[i]);
	json_close(&json, ']');
	json_close(&json, '}');
	buffer_byte(out, '\n');
	free(columns.items);
	return !columns.failed;
}
