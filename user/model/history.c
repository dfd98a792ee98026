/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The open column is a hash that adds up; a closed one is packed and waits in a list. A column that
 * grows too large to be kept open is closed in parts.
 */
#include "user/model/history.h"

#include <stdlib.h>
#include <string.h>

#include "user/model/attribute.h"
#include "user/model/fact.h"
#include "user/model/history_internal.h"

#define HOUR_NS		(3600ULL * 1000000000)
#define OPEN_SHARE	4	/* of bytes_max, until a column is closed in parts */
#define ALLOCATION	16	/* bytes that the allocator adds to each piece */

struct history *history_new(size_t bytes_max, uint64_t step_ns)
{
	struct history *history = calloc(1, sizeof(*history));

	if (!history)
		return NULL;
	history->bytes_max = bytes_max;
	history->step_ns = step_ns;
	return history;
}

static void free_open(struct history *history)
{
	struct history_open *open, *next;

	HASH_ITER(hh, history->open, open, next) {
		HASH_DEL(history->open, open);
		durations_free(&open->entry.durations);
		free(open);
	}
	history->open_bytes = 0;
}

static void drop_oldest(struct history *history)
{
	struct history_part *part = history->oldest;
	uint64_t end = part->time_unix_ns + history->step_ns;

	history->oldest = part->next;
	if (!history->oldest)
		history->newest = NULL;
	history->part_bytes -= ALLOCATION + sizeof(*part) + part->size;
	if (history->since_unix_ns < end)
		history->since_unix_ns = end;
	free(part);
	history_rows_forget(&history->rows, history->oldest ? history->oldest->number :
							      history->open_number);
}

void history_free(struct history *history)
{
	if (!history)
		return;
	while (history->oldest)
		drop_oldest(history);
	free_open(history);
	history_rows_free(&history->rows);
	free(history);
}

size_t history_bytes(const struct history *history)
{
	return sizeof(*history) + history->part_bytes + history->open_bytes + history->rows.bytes;
}

/* For so much more, older columns go. */
static bool make_room(struct history *history, size_t more)
{
	while (history_bytes(history) + more > history->bytes_max && history->oldest)
		drop_oldest(history);
	return history_bytes(history) + more <= history->bytes_max;
}

static uint64_t acts_of(const struct durations *durations)
{
	uint64_t count = 0;

	for (uint16_t i = 0; i < durations->used; i++)
		if (durations->cells[i].slot != HISTORY_NO_SLOT)
			count += durations->cells[i].count;
	return count;
}

static int by_place(const struct history_open *one, const struct history_open *other)
{
	const struct history_entry *a = &one->entry, *b = &other->entry;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return a->what < b->what ? -1 : a->what > b->what;
}

/* Writes the open column down and empties it. The acts that were in it. */
static uint64_t pack(struct history *history, struct buffer *out)
{
	const struct history_entry *before = NULL;
	uint64_t acts = 0;

	HASH_SORT(history->open, by_place);
	for (struct history_open *open = history->open; open; open = open->hh.next) {
		history_write(out, &open->entry, before);
		acts += acts_of(&open->entry.durations);
		before = &open->entry;
	}
	free_open(history);
	return acts;
}

static struct history_part *new_part(const struct history *history, const struct buffer *packed)
{
	struct history_part *part = packed->failed ? NULL : malloc(sizeof(*part) + packed->size);

	if (!part)
		return NULL;
	*part = (struct history_part){
		.number = history->open_number, .time_unix_ns = history->open_time_unix_ns,
		.size = packed->size,
	};
	memcpy(part->bytes, packed->data, packed->size);
	return part;
}

static void close_open(struct history *history)
{
	struct history_part *part = NULL;
	struct buffer packed;
	uint64_t acts;

	if (!history->open)
		return;
	buffer_init(&packed, history->bytes_max);
	acts = pack(history, &packed);
	if (make_room(history, ALLOCATION + sizeof(*part) + packed.size))
		part = new_part(history, &packed);
	buffer_free(&packed);
	history->open_number++;
	if (!part) {
		history->lost += acts;
		return;
	}
	history->part_bytes += ALLOCATION + sizeof(*part) + part->size;
	if (history->newest)
		history->newest->next = part;
	else
		history->oldest = part;
	history->newest = part;
}

static const char *value_of(const struct label *labels, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (labels[i].value && !strcmp(labels[i].name, name))
			return labels[i].value;
	return "";
}

/* A new name takes the next number, and keeps it. */
static uint32_t call_number(struct history *history, const char *name)
{
	uint32_t number = 0;

	while (number < history->call_count && history->calls[number] != name)
		number++;
	if (number < history->call_count)
		return number;
	for (number = 0; number < history->call_count; number++)
		if (!strcmp(history->calls[number], name))
			return number;
	if (number < CALLS_MAX)
		history->calls[history->call_count++] = name;
	return number;
}

static enum activity_kind handshake_kind(const struct label *labels, size_t count)
{
	const char *role = value_of(labels, count,
				    attribute_definition(ATTRIBUTE_TLS_ROLE)->label);

	return strcmp(role, "server") ? ACTIVITY_TLS_CLIENT : ACTIVITY_TLS_SERVER;
}

static uint32_t act_sort(enum activity_kind kind, const struct label *labels, size_t count)
{
	const char *text = value_of(labels, count, "outcome");
	uint32_t outcome = OUTCOME_OK;

	while (outcome < OUTCOME_MAX - 1 && strcmp(outcome_name(outcome), text))
		outcome++;
	return kind * OUTCOME_MAX + outcome;
}

/* The number that stands for what was done; UINT32_MAX: it is not kept. */
static uint32_t sort_of(struct history *history, enum event_kind kind, const struct label *labels,
			size_t count)
{
	switch (kind) {
	case EVENT_BIND:
		return act_sort(ACTIVITY_BIND, labels, count);
	case EVENT_CONNECT:
		return act_sort(ACTIVITY_CONNECT, labels, count);
	case EVENT_TLS_HANDSHAKE:
		return act_sort(handshake_kind(labels, count), labels, count);
	case EVENT_SYSCALL_SLOW:
		return ACT_SORTS + call_number(history, value_of(labels, count,
			attribute_definition(ATTRIBUTE_SYSCALL_NAME)->label));
	default:
		return UINT32_MAX;
	}
}

static size_t row_of(struct history *history, const struct label *labels, size_t count)
{
	const struct actor who = actor_of_labels(labels, count);
	char key[ACTOR_KEY_MAX];
	size_t size = actor_key(&who, key), row;

	if (!size)
		return SIZE_MAX;
	row = history_rows_find(&history->rows, key, size, history->open_number);
	if (row != SIZE_MAX)
		return row;
	if (!make_room(history, history_rows_cost(&history->rows, size)))
		return SIZE_MAX;
	return history_rows_add(&history->rows, key, size, history->open_number);
}

/* The entry of the open column, made if need be; NULL: no room. */
static struct history_open *entry_of(struct history *history, size_t row, uint32_t what)
{
	const size_t cost = sizeof(struct history_open) + ALLOCATION;
	const struct history_entry wanted = { .row = (uint32_t)row, .what = what };
	const size_t key_size = sizeof(wanted.row) + sizeof(wanted.what);
	struct history_open *open;

	HASH_FIND(hh, history->open, &wanted, key_size, open);
	if (open || !make_room(history, cost))
		return open;
	open = calloc(1, sizeof(*open));
	if (!open)
		return NULL;
	open->entry = wanted;
	HASH_ADD_KEYPTR(hh, history->open, &open->entry, key_size, open);
	history->open_bytes += cost;
	return open;
}

/* A cell of it, under the ceiling. */
static void add_cell(struct history *history, struct history_open *open, uint8_t slot,
		     uint64_t count)
{
	struct durations *durations = &open->entry.durations;
	const uint16_t room = durations->room;
	const size_t cell = sizeof(*durations->cells);

	if ((durations->used == room && !make_room(history, ALLOCATION + (room + 8) * cell)) ||
	    !durations_add(durations, slot, count))
		history->lost += slot == HISTORY_NO_SLOT ? 0 : count;
	history->open_bytes += (durations->room - room) * cell;
	if (!room && durations->room)
		history->open_bytes += ALLOCATION;
}

/* Where it goes; NULL: nowhere, and acts of a sort that is kept are then lost. */
static struct history_open *find_place(struct history *history, enum event_kind kind,
				     const struct label *labels, size_t count, uint64_t acts)
{
	struct history_open *open = NULL;
	uint32_t what;
	size_t row;

	if (history->open_time_unix_ns && history->open_bytes > history->bytes_max / OPEN_SHARE)
		close_open(history);
	what = sort_of(history, kind, labels, count);
	if (what == UINT32_MAX)
		return NULL;
	row = what < ACT_SORTS + CALLS_MAX ? row_of(history, labels, count) : SIZE_MAX;
	if (row != SIZE_MAX)
		open = entry_of(history, row, what);
	if (!open)
		history->lost += acts;
	return open;
}

void history_add(struct history *history, enum event_kind kind, const struct label *labels,
		 size_t count, const struct histogram *added)
{
	uint64_t acts = histogram_count(added);
	struct history_open *open = acts ? find_place(history, kind, labels, count, acts) : NULL;

	if (!open)
		return;
	open->entry.durations.sum_ns += added->sum_ns;
	for (uint8_t slot = 0; slot < SLOT_COUNT; slot++)
		if (added->slots[slot])
			add_cell(history, open, slot, added->slots[slot]);
}

void history_add_act(struct history *history, enum event_kind kind, const struct label *labels,
		     size_t count, uint64_t duration_ns)
{
	struct history_open *open = find_place(history, kind, labels, count, 1);

	if (!open)
		return;
	open->entry.durations.sum_ns += duration_ns;
	add_cell(history, open, (uint8_t)slot_of(duration_ns), 1);
}

void history_add_errors(struct history *history, const struct label *labels, size_t count,
			uint64_t added)
{
	struct history_open *open = find_place(history, EVENT_SYSCALL_SLOW, labels, count, 0);

	if (open)
		add_cell(history, open, HISTORY_NO_SLOT, added);
}

void history_turn(struct history *history, uint64_t now_unix_ns)
{
	uint64_t begin = now_unix_ns - now_unix_ns % history->step_ns;
	uint64_t oldest = now_unix_ns > HOUR_NS ? now_unix_ns - HOUR_NS : 0;

	if (!history->open_time_unix_ns)
		history->since_unix_ns = now_unix_ns;
	else if (history->open_time_unix_ns != begin)
		close_open(history);
	history->open_time_unix_ns = begin;
	while (history->oldest && history->oldest->time_unix_ns < oldest)
		drop_oldest(history);
	if (history->since_unix_ns < oldest)
		history->since_unix_ns = oldest;
}

uint64_t history_since(const struct history *history)
{
	return history->since_unix_ns;
}

uint64_t history_step_ns(const struct history *history)
{
	return history->step_ns;
}

uint64_t history_lost(const struct history *history)
{
	return history->lost;
}
