/* SPDX-License-Identifier: BSD-2-Clause */
/* A sorted array of cells that doubles: most programs' durations fall into a dozen slots. */
#include "user/model/durations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_MIN 8

void durations_free(struct durations *durations)
{
	free(durations->cells);
	memset(durations, 0, sizeof(*durations));
}

static bool make_room(struct durations *durations)
{
	uint16_t room = durations->room ? durations->room * 2 : ROOM_MIN;
	struct durations_cell *cells;

	if (durations->used < durations->room)
		return true;
	cells = realloc(durations->cells, room * sizeof(*cells));
	if (!cells)
		return false;
	durations->cells = cells;
	durations->room = room;
	return true;
}

/* To the cell of that slot, which is none before at. */
static bool add_from(struct durations *durations, uint16_t *from, uint8_t slot, uint64_t count)
{
	uint16_t at = *from;

	while (at < durations->used && durations->cells[at].slot < slot)
		at++;
	*from = at;
	if (at == durations->used || durations->cells[at].slot != slot) {
		if (!make_room(durations))
			return false;
		memmove(&durations->cells[at + 1], &durations->cells[at],
			(durations->used - at) * sizeof(*durations->cells));
		durations->cells[at] = (struct durations_cell){ .slot = slot };
		durations->used++;
	}
	durations->cells[at].count += count;
	return true;
}

bool durations_add(struct durations *durations, uint8_t slot, uint64_t count)
{
	uint16_t at = 0;

	return add_from(durations, &at, slot, count);
}

bool durations_merge(struct durations *into, const struct durations *from)
{
	bool whole = true;
	uint16_t at = 0;

	for (uint16_t i = 0; i < from->used; i++)
		whole &= add_from(into, &at, from->cells[i].slot, from->cells[i].count);
	into->sum_ns += from->sum_ns;
	return whole;
}

bool durations_add_histogram(struct durations *into, const struct histogram *from)
{
	bool whole = true;
	uint16_t at = 0;

	for (uint16_t slot = 0; slot < SLOT_COUNT; slot++)
		if (from->slots[slot])
			whole &= add_from(into, &at, (uint8_t)slot, from->slots[slot]);
	into->sum_ns += from->sum_ns;
	return whole;
}

bool durations_observe(struct durations *durations, uint64_t duration_ns)
{
	durations->sum_ns += duration_ns;
	return durations_add(durations, (uint8_t)slot_of(duration_ns), 1);
}

bool durations_copy(struct durations *into, const struct durations *from)
{
	struct durations_cell *cells = into->cells;

	if (into->room < from->used) {
		cells = realloc(cells, from->used * sizeof(*cells));
		if (!cells)
			return false;
		into->cells = cells;
		into->room = from->used;
	}
	if (from->used)
		memcpy(cells, from->cells, from->used * sizeof(*cells));
	into->used = from->used;
	into->sum_ns = from->sum_ns;
	return true;
}

void durations_expand(const struct durations *durations, struct histogram *out)
{
	memset(out, 0, sizeof(*out));
	out->sum_ns = durations->sum_ns;
	for (uint16_t i = 0; i < durations->used; i++)
		out->slots[durations->cells[i].slot] = durations->cells[i].count;
}

uint64_t durations_count(const struct durations *durations)
{
	uint64_t count = 0;

	for (uint16_t i = 0; i < durations->used; i++)
		count += durations->cells[i].count;
	return count;
}

uint64_t durations_quantile(const struct durations *durations, double share)
{
	uint64_t below = 0, rank = (uint64_t)ceil(share * (double)durations_count(durations));

	for (uint16_t i = 0; i < durations->used; i++) {
		below += durations->cells[i].count;
		if (below >= rank)
			return slot_upper_ns[durations->cells[i].slot];
	}
	return 0;
}
