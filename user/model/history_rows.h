/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is in a history, each by a small number that is free again when no part tells of them. */
#ifndef SEAMARK_HISTORY_ROWS_H
#define SEAMARK_HISTORY_ROWS_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/actor.h"

struct history_row;

/* All zero bytes: empty. */
struct history_rows {
	struct history_row *entries;
	struct history_row **by_number;	/* NULL where a number is free */
	size_t room;			/* of by_number: numbers are below it */
	size_t lowest_free;
	size_t bytes;
};

void history_rows_free(struct history_rows *rows);
/* Bytes that a new one of that key takes. */
size_t history_rows_cost(const struct history_rows *rows, size_t key_size);
/* The number of the row with that key, or SIZE_MAX. part: that tells of it; they grow. */
size_t history_rows_find(struct history_rows *rows, const char *key, size_t size, uint64_t part);
/* SIZE_MAX when out of memory. */
size_t history_rows_add(struct history_rows *rows, const char *key, size_t size, uint64_t part);
/* Forgets those that only older parts told of. */
void history_rows_forget(struct history_rows *rows, uint64_t oldest_part);
struct actor history_rows_who(const struct history_rows *rows, size_t number);

#endif
