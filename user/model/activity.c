/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows are found by who acts, and put in order once all are there. */
#include "user/model/activity.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define CALL_ROOM_MIN 4

struct entry {
	struct activity_row row;
	UT_hash_handle hh;
	char key[];			/* actor_key() */
};

struct activity {
	struct entry *entries;
	struct activity_row **sorted;	/* NULL: not finished */
	struct activity_row total;
};

struct activity *activity_new(void)
{
	struct activity *activity = calloc(1, sizeof(*activity));

	if (activity)
		activity->total.who = (struct actor){ "", "", "" };
	return activity;
}

static void empty_row(struct activity_row *row)
{
	for (int kind = 0; kind < ACTIVITY_KINDS; kind++)
		durations_free(&row->acts[kind].durations);
	for (size_t i = 0; i < row->call_count; i++)
		durations_free(&row->calls[i].durations);
	free(row->calls);
	memset(row->acts, 0, sizeof(row->acts));
	row->calls = NULL;
	row->call_count = row->call_room = 0;
}

void activity_clear(struct activity *activity)
{
	struct entry *entry, *next;

	HASH_ITER(hh, activity->entries, entry, next) {
		HASH_DEL(activity->entries, entry);
		empty_row(&entry->row);
		free(entry);
	}
	empty_row(&activity->total);
	free(activity->sorted);
	activity->sorted = NULL;
}

void activity_free(struct activity *activity)
{
	if (!activity)
		return;
	activity_clear(activity);
	free(activity);
}

size_t activity_count(const struct activity *activity)
{
	return activity->sorted ? HASH_COUNT(activity->entries) : 0;
}

const struct activity_row *activity_row(const struct activity *activity, size_t index)
{
	return index < activity_count(activity) ? activity->sorted[index] : NULL;
}

const struct activity_row *activity_total(const struct activity *activity)
{
	return &activity->total;
}

const char *activity_kind_name(enum activity_kind kind)
{
	static const char *const names[ACTIVITY_KINDS] = {
		[ACTIVITY_BIND] = "bind",
		[ACTIVITY_CONNECT] = "connect",
		[ACTIVITY_TLS_CLIENT] = "tls.client",
		[ACTIVITY_TLS_SERVER] = "tls.server",
	};

	return names[kind];
}

struct activity_row *activity_find(struct activity *activity, const struct actor *who)
{
	char key[ACTOR_KEY_MAX];
	size_t size = actor_key(who, key);
	struct entry *entry;

	if (!size)
		return NULL;
	HASH_FIND(hh, activity->entries, key, size, entry);
	if (entry)
		return &entry->row;
	entry = calloc(1, sizeof(*entry) + size);
	if (!entry)
		return NULL;
	memcpy(entry->key, key, size);
	entry->row.who = actor_of_key(entry->key);
	HASH_ADD_KEYPTR(hh, activity->entries, entry->key, size, entry);
	return &entry->row;
}

/* Static names mostly are the same one: that is asked first. */
static struct activity_call *known_call(struct activity_row *row, const char *name)
{
	for (size_t i = 0; i < row->call_count; i++)
		if (row->calls[i].name == name)
			return &row->calls[i];
	for (size_t i = 0; i < row->call_count; i++)
		if (!strcmp(row->calls[i].name, name))
			return &row->calls[i];
	return NULL;
}

struct activity_call *activity_find_call(struct activity_row *row, const char *name)
{
	struct activity_call *call = known_call(row, name), *calls;
	size_t room = row->call_room ? row->call_room * 2 : CALL_ROOM_MIN;

	if (call)
		return call;
	if (row->call_count == row->call_room) {
		calls = realloc(row->calls, room * sizeof(*calls));
		if (!calls)
			return NULL;
		row->calls = calls;
		row->call_room = room;
	}
	call = &row->calls[row->call_count++];
	*call = (struct activity_call){ .name = name };
	return call;
}

static int by_cost(const void *one, const void *other)
{
	const struct activity_call *a = one, *b = other;

	if (a->durations.sum_ns != b->durations.sum_ns)
		return a->durations.sum_ns < b->durations.sum_ns ? 1 : -1;
	return strcmp(a->name, b->name);
}

static int by_name(const void *one, const void *other)
{
	const struct actor *a = &(*(struct activity_row *const *)one)->who;
	const struct actor *b = &(*(struct activity_row *const *)other)->who;
	int order = strcmp(a->container_id, b->container_id);

	if (!order)
		order = strcmp(a->unit, b->unit);
	return order ? order : strcmp(a->program, b->program);
}

static bool add_row(struct activity_row *total, const struct activity_row *row)
{
	bool whole = true;

	for (int kind = 0; kind < ACTIVITY_KINDS; kind++) {
		for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
			total->acts[kind].by_outcome[outcome] +=
				row->acts[kind].by_outcome[outcome];
		whole &= durations_merge(&total->acts[kind].durations, &row->acts[kind].durations);
	}
	for (size_t i = 0; i < row->call_count; i++) {
		struct activity_call *call = activity_find_call(total, row->calls[i].name);

		if (!call)
			return false;
		call->errors += row->calls[i].errors;
		whole &= durations_merge(&call->durations, &row->calls[i].durations);
	}
	return whole;
}

static void sort_calls(struct activity_row *row)
{
	if (row->call_count)
		qsort(row->calls, row->call_count, sizeof(*row->calls), by_cost);
}

int activity_finish(struct activity *activity)
{
	size_t count = HASH_COUNT(activity->entries), index = 0;
	struct entry *entry, *next;
	bool whole = true;

	free(activity->sorted);
	activity->sorted = calloc(count + 1, sizeof(*activity->sorted));
	empty_row(&activity->total);
	if (!activity->sorted)
		return -ENOMEM;
	HASH_ITER(hh, activity->entries, entry, next) {
		whole &= add_row(&activity->total, &entry->row);
		sort_calls(&entry->row);
		activity->sorted[index++] = &entry->row;
	}
	sort_calls(&activity->total);
	qsort(activity->sorted, count, sizeof(*activity->sorted), by_name);
	return whole ? 0 : -ENOMEM;
}
