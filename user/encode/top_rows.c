/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows that are chosen or put together go into an activity of their own, which adds them up. */
#include "user/encode/top_rows.h"

#include <stdlib.h>
#include <string.h>

#include "user/model/syscall_name.h"

const struct top_kind top_kinds[TOP_KINDS] = {
	{ { "BIND", "BIND", "绑定" }, 1u << ACTIVITY_BIND, { 7, 10, 10, 7 } },
	{ { "CONN", "CONNECT", "连接" }, 1u << ACTIVITY_CONNECT, { 1, 10, 9, 4 } },
	{ { "TLS", "HANDSHAKE", "TLS 握手" },
	  1u << ACTIVITY_TLS_CLIENT | 1u << ACTIVITY_TLS_SERVER, { 2, 10, 9, 4 } },
};

uint64_t top_row_acts(const struct activity_row *row, size_t kind, bool failed)
{
	uint64_t count = 0;

	for (int one = 0; one < ACTIVITY_KINDS; one++)
		for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
			if (top_kinds[kind].kinds >> one & 1 &&
			    (!failed || outcome == OUTCOME_ERROR))
				count += row->acts[one].by_outcome[outcome];
	return count;
}

uint64_t top_row_quantile(const struct activity_row *row, size_t kind, double share)
{
	struct durations all = { 0 };
	uint64_t quantile;

	for (int one = 0; one < ACTIVITY_KINDS; one++)
		if (top_kinds[kind].kinds >> one & 1)
			durations_merge(&all, &row->acts[one].durations);
	quantile = durations_quantile(&all, share);
	durations_free(&all);
	return quantile;
}

const struct activity_call *top_row_costliest(const struct activity_row *row)
{
	for (size_t i = 0; i < row->call_count; i++)
		if (!syscall_name_waits(row->calls[i].name))
			return &row->calls[i];
	return NULL;
}

void top_row_where(const struct top_row *row, const struct names *names, char out[WHERE_SIZE])
{
	const struct actor *who = &row->row->who;

	where_text(who->container_id[0] ? names_container(names, who->container_id) : NULL,
		   who->container_id, who->unit, out);
}

static bool is_container(const struct actor *who, const struct record_container *named,
			 const char *wanted)
{
	char where[WHERE_SIZE];

	if (!who->container_id[0])
		return false;
	where_text(named, who->container_id, who->unit, where);
	return !strncmp(who->container_id, wanted, strlen(wanted)) || !strcmp(where, wanted) ||
	       (named && !strcmp(named->name, wanted));
}

static bool has_text(const struct actor *who, const struct record_container *named,
		     const char *text)
{
	const char *const texts[] = {
		who->container_id, who->unit, who->program, named ? named->name : "",
		named ? named->image_name : "", named ? named->pod_name : "",
		named ? named->pod_namespace : "", named ? named->pod_container : "",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (strcasestr(texts[i], text))
			return true;
	return false;
}

static bool is_chosen(const struct actor *who, const struct names *names,
		      const struct top_choice *choice)
{
	const struct record_container *named =
		who->container_id[0] ? names_container(names, who->container_id) : NULL;

	if (choice->container && !is_container(who, named, choice->container))
		return false;
	if (choice->program && strcmp(who->program, choice->program))
		return false;
	return !choice->filter[0] || has_text(who, named, choice->filter);
}

static bool chooses(const struct top_choice *choice)
{
	return choice->container || choice->program || choice->filter[0] || choice->by_container;
}

static bool add_row(struct activity *to, const struct actor *who, const struct activity_row *from)
{
	struct activity_row *row = activity_find(to, who);

	if (!row)
		return false;
	for (int kind = 0; kind < ACTIVITY_KINDS; kind++) {
		for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
			row->acts[kind].by_outcome[outcome] += from->acts[kind].by_outcome[outcome];
		if (!durations_merge(&row->acts[kind].durations, &from->acts[kind].durations))
			return false;
	}
	for (size_t i = 0; i < from->call_count; i++) {
		struct activity_call *call = activity_find_call(row, from->calls[i].name);

		if (!call || !durations_merge(&call->durations, &from->calls[i].durations))
			return false;
		call->errors += from->calls[i].errors;
	}
	return true;
}

/* A container is one place whatever units are in it. */
static struct actor place_of(const struct actor *who)
{
	return (struct actor){ who->container_id, who->container_id[0] ? "" : who->unit, "" };
}

static bool same_place(const struct actor *one, const struct actor *other)
{
	struct actor a = place_of(one), b = place_of(other);

	return !strcmp(a.container_id, b.container_id) && !strcmp(a.unit, b.unit);
}

/* Of whom the row of one that is chosen is; last: the row before. Counts the programs of each. */
static void take_place(struct top_rows *rows, const struct activity_row *row,
		       const struct activity_row *last, bool together)
{
	struct top_row *item;

	if (!together || !last || !same_place(&row->who, &last->who)) {
		item = &rows->items[rows->count++];
		*item = (struct top_row){ .program = row->who.program };
	} else {
		item = &rows->items[rows->count - 1];
	}
	item->programs++;
}

static bool choose(struct top_rows *rows, const struct activity *activity,
		   const struct names *names, const struct top_choice *choice)
{
	const struct activity_row *last = NULL;
	bool whole = true;

	for (size_t i = 0; i < activity_count(activity) && whole; i++) {
		const struct activity_row *row = activity_row(activity, i);
		struct actor who = choice->by_container ? place_of(&row->who) : row->who;

		if (!is_chosen(&row->who, names, choice)) {
			rows->hidden++;
			continue;
		}
		take_place(rows, row, last, choice->by_container);
		if (rows->own)
			whole = add_row(rows->own, &who, row);
		last = row;
	}
	return whole && (!rows->own || !activity_finish(rows->own));
}

static void measure(struct top_row *item, const struct activity_row *row)
{
	item->row = row;
	for (size_t kind = 0; kind < TOP_KINDS; kind++)
		item->failed += top_row_acts(row, kind, true);
	for (size_t i = 0; i < row->call_count; i++) {
		const struct activity_call *call = &row->calls[i];

		if (syscall_name_waits(call->name))
			continue;
		item->calls += durations_count(&call->durations);
		item->calls_ns += call->durations.sum_ns;
	}
}

struct order {
	const struct top_choice *choice;
	const struct names *names;
};

static int down(uint64_t one, uint64_t other)
{
	return one == other ? 0 : one < other ? 1 : -1;
}

static int by_name(const struct top_row *one, const struct top_row *other,
		   const struct names *names)
{
	char here[WHERE_SIZE], there[WHERE_SIZE];
	int order;

	top_row_where(one, names, here);
	top_row_where(other, names, there);
	order = strcmp(here, there);
	return order ? order : strcmp(one->program, other->program);
}

static int by_choice(const struct top_row *one, const struct top_row *other,
		     const struct order *order)
{
	unsigned int by = order->choice->order;

	if (by == TOP_BY_NAME)
		return by_name(one, other, order->names);
	if (by == TOP_BY_CALLS)
		return down(one->calls_ns, other->calls_ns);
	if (by == TOP_BY_FAILED)
		return down(one->failed, other->failed);
	return down(top_row_acts(one->row, by - TOP_BY_KIND, false),
		    top_row_acts(other->row, by - TOP_BY_KIND, false));
}

/* Those that are equal: by calls' time, then as they stand in the activity, by name. */
static int compare(const void *left, const void *right, void *closure)
{
	const struct top_row *one = left, *other = right;
	const struct order *order = closure;
	int by = by_choice(one, other, order);

	if (by)
		return order->choice->reverse ? -by : by;
	by = down(one->calls_ns, other->calls_ns);
	return by ? by : by_name(one, other, order->names);
}

static bool make_room(struct top_rows *rows, size_t count)
{
	struct top_row *items;

	if (count <= rows->room)
		return true;
	items = realloc(rows->items, count * sizeof(*items));
	if (!items)
		return false;
	rows->items = items;
	rows->room = count;
	return true;
}

bool top_rows_fill(struct top_rows *rows, const struct activity *activity,
		   const struct names *names, const struct top_choice *choice)
{
	struct order order = { choice, names };

	activity_free(rows->own);
	rows->own = chooses(choice) ? activity_new() : NULL;
	rows->shown = rows->own ? rows->own : activity;
	rows->count = rows->hidden = 0;
	if ((chooses(choice) && !rows->own) || !make_room(rows, activity_count(activity)) ||
	    !choose(rows, activity, names, choice)) {
		rows->count = 0;
		return false;
	}
	rows->total = (struct top_row){ .program = "" };
	measure(&rows->total, activity_total(rows->shown));
	for (size_t i = 0; i < rows->count; i++) {
		rows->total.programs += rows->items[i].programs;
		measure(&rows->items[i], activity_row(rows->shown, i));
	}
	if (rows->count)
		qsort_r(rows->items, rows->count, sizeof(*rows->items), compare, &order);
	return true;
}

void top_rows_free(struct top_rows *rows)
{
	activity_free(rows->own);
	free(rows->items);
	memset(rows, 0, sizeof(*rows));
}
