/* SPDX-License-Identifier: BSD-2-Clause */
/* A hash from who to number, and an array back. */
#include "user/model/history_rows.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define ROOM_MIN 16

struct history_row {
	size_t number;
	uint64_t part;		/* the newest that tells of it */
	size_t key_size;
	UT_hash_handle hh;
	char key[];		/* actor_key() */
};

static void drop(struct history_rows *rows, struct history_row *row)
{
	rows->by_number[row->number] = NULL;
	if (row->number < rows->lowest_free)
		rows->lowest_free = row->number;
	rows->bytes -= sizeof(*row) + row->key_size;
	HASH_DEL(rows->entries, row);
	free(row);
}

void history_rows_free(struct history_rows *rows)
{
	history_rows_forget(rows, UINT64_MAX);
	free(rows->by_number);
	memset(rows, 0, sizeof(*rows));
}

static size_t free_number(const struct history_rows *rows)
{
	size_t number = rows->lowest_free;

	while (number < rows->room && rows->by_number[number])
		number++;
	return number;
}

static size_t wider(const struct history_rows *rows)
{
	return rows->room ? rows->room * 2 : ROOM_MIN;
}

size_t history_rows_cost(const struct history_rows *rows, size_t key_size)
{
	size_t cost = sizeof(struct history_row) + key_size;

	if (free_number(rows) == rows->room)
		cost += (wider(rows) - rows->room) * sizeof(*rows->by_number);
	return cost;
}

size_t history_rows_find(struct history_rows *rows, const char *key, size_t size, uint64_t part)
{
	struct history_row *row;

	HASH_FIND(hh, rows->entries, key, size, row);
	if (!row)
		return SIZE_MAX;
	row->part = part;
	return row->number;
}

static bool widen(struct history_rows *rows)
{
	size_t room = wider(rows);
	struct history_row **by_number = realloc(rows->by_number, room * sizeof(*by_number));

	if (!by_number)
		return false;
	memset(by_number + rows->room, 0, (room - rows->room) * sizeof(*by_number));
	rows->bytes += (room - rows->room) * sizeof(*by_number);
	rows->by_number = by_number;
	rows->room = room;
	return true;
}

size_t history_rows_add(struct history_rows *rows, const char *key, size_t size, uint64_t part)
{
	size_t number = free_number(rows);
	struct history_row *row;

	if (number == rows->room && !widen(rows))
		return SIZE_MAX;
	row = calloc(1, sizeof(*row) + size);
	if (!row)
		return SIZE_MAX;
	row->number = number;
	row->part = part;
	row->key_size = size;
	memcpy(row->key, key, size);
	HASH_ADD_KEYPTR(hh, rows->entries, row->key, size, row);
	rows->by_number[number] = row;
	rows->lowest_free = number + 1;
	rows->bytes += sizeof(*row) + size;
	return number;
}

void history_rows_forget(struct history_rows *rows, uint64_t oldest_part)
{
	for (size_t i = 0; i < rows->room; i++)
		if (rows->by_number[i] && rows->by_number[i]->part < oldest_part)
			drop(rows, rows->by_number[i]);
}

struct actor history_rows_who(const struct history_rows *rows, size_t number)
{
	return actor_of_key(rows->by_number[number]->key);
}
