/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a history: closed parts one after the other, then the open one. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/history_internal.h"

typedef void (*take_entry)(void *closure, uint64_t time_unix_ns,
			   const struct history_entry *entry);

/* What is asked for, and whether the row that came last is. */
struct query {
	const struct history *history;
	const struct history_filter *filter;
	uint32_t row;
	bool row_is_wanted;
	take_entry take;
	void *closure;
};

static enum event_kind kind_of(uint32_t what)
{
	if (what >= ACT_SORTS)
		return EVENT_SYSCALL_SLOW;
	switch ((enum activity_kind)(what / OUTCOME_MAX)) {
	case ACTIVITY_BIND:
		return EVENT_BIND;
	case ACTIVITY_CONNECT:
		return EVENT_CONNECT;
	default:
		return EVENT_TLS_HANDSHAKE;
	}
}

static bool is_text_wanted(const char *wanted, const char *text)
{
	return !wanted || !*wanted || !strcmp(wanted, text);
}

static bool is_row_wanted(struct query *query, uint32_t row)
{
	const struct actor *wanted = &query->filter->who;
	struct actor who;

	if (row == query->row)
		return query->row_is_wanted;
	who = history_rows_who(&query->history->rows, row);
	query->row = row;
	query->row_is_wanted = is_text_wanted(wanted->container_id, who.container_id) &&
			       is_text_wanted(wanted->unit, who.unit) &&
			       is_text_wanted(wanted->program, who.program);
	return query->row_is_wanted;
}

static void ask(struct query *query, uint64_t time_unix_ns, const struct history_entry *entry)
{
	const enum event_kind kind = query->filter->kind;

	if ((!kind || kind == kind_of(entry->what)) && is_row_wanted(query, entry->row))
		query->take(query->closure, time_unix_ns, entry);
}

static void ask_part(struct query *query, const struct history_part *part)
{
	struct history_reader reader;

	history_reader_init(&reader, part->bytes, part->size);
	while (history_read(&reader))
		ask(query, part->time_unix_ns, &reader.entry);
}

static void each_entry(const struct history *history, uint64_t from, uint64_t to,
		       const struct history_filter *filter, take_entry take, void *closure)
{
	static const struct history_filter all;
	struct query query = {
		.history = history, .filter = filter ? filter : &all, .row = UINT32_MAX,
		.take = take, .closure = closure,
	};
	uint64_t open_time = history->open_time_unix_ns;

	for (const struct history_part *part = history->oldest; part; part = part->next)
		if (part->time_unix_ns >= from && part->time_unix_ns < to)
			ask_part(&query, part);
	if (open_time < from || open_time >= to)
		return;
	for (const struct history_open *open = history->open; open; open = open->hh.next)
		ask(&query, open_time, &open->entry);
}

struct fold {
	const struct history *history;
	struct activity *out;
	struct activity_row **rows;	/* by number; NULL: not met yet */
	bool failed;
};

static bool add_act(struct activity_act *act, uint32_t outcome, const struct durations *durations)
{
	act->by_outcome[outcome] += durations_count(durations);
	return outcome != OUTCOME_OK || durations_merge(&act->durations, durations);
}

static bool add_call(struct activity_row *row, const char *name, struct durations durations)
{
	struct activity_call *call = activity_find_call(row, name);

	if (!call)
		return false;
	if (durations.used && durations.cells[durations.used - 1].slot == HISTORY_NO_SLOT)
		call->errors += durations.cells[--durations.used].count;
	return durations_merge(&call->durations, &durations);
}

static void fold_entry(void *closure, uint64_t time_unix_ns, const struct history_entry *entry)
{
	struct fold *fold = closure;
	struct activity_row *row = fold->rows[entry->row];
	bool added;

	(void)time_unix_ns;
	if (!row) {
		const struct actor who = history_rows_who(&fold->history->rows, entry->row);

		row = fold->rows[entry->row] = activity_find(fold->out, &who);
	}
	if (!row)
		added = false;
	else if (entry->what >= ACT_SORTS)
		added = add_call(row, fold->history->calls[entry->what - ACT_SORTS],
				 entry->durations);
	else
		added = add_act(&row->acts[entry->what / OUTCOME_MAX], entry->what % OUTCOME_MAX,
				&entry->durations);
	fold->failed |= !added;
}

int history_fold(const struct history *history, uint64_t from_unix_ns, uint64_t to_unix_ns,
		 const struct history_filter *filter, struct activity *out)
{
	struct fold fold = { .history = history, .out = out };
	int result;

	activity_clear(out);
	fold.rows = calloc(history->rows.room + 1, sizeof(*fold.rows));
	if (!fold.rows)
		return -ENOMEM;
	each_entry(history, from_unix_ns, to_unix_ns, filter, fold_entry, &fold);
	free(fold.rows);
	result = activity_finish(out);
	return fold.failed ? -ENOMEM : result;
}

struct cell_taker {
	void (*take)(void *closure, const struct history_cell *cell);
	void *closure;
};

static void take_cells(void *closure, uint64_t time_unix_ns, const struct history_entry *entry)
{
	const struct cell_taker *taker = closure;
	const struct durations *durations = &entry->durations;
	struct history_cell cell = {
		.time_unix_ns = time_unix_ns, .kind = kind_of(entry->what),
		.outcome = entry->what < ACT_SORTS ? entry->what % OUTCOME_MAX : OUTCOME_OK,
	};

	for (uint16_t i = 0; i < durations->used; i++) {
		cell.slot = (uint8_t)durations->cells[i].slot;
		cell.count = durations->cells[i].count;
		if (cell.slot == HISTORY_NO_SLOT)
			cell.outcome = OUTCOME_ERROR;
		taker->take(taker->closure, &cell);
	}
}

void history_each_cell(const struct history *history, uint64_t from_unix_ns, uint64_t to_unix_ns,
		       const struct history_filter *filter,
		       void (*take)(void *closure, const struct history_cell *cell),
		       void *closure)
{
	struct cell_taker taker = { take, closure };

	each_entry(history, from_unix_ns, to_unix_ns, filter, take_cells, &taker);
}
