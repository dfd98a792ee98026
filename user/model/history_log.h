/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a closed part of a column is kept: entries in the order of row and what, numbers in as many
 * bytes as they need. An act's dozen slots take thirty bytes.
 */
#ifndef SEAMARK_HISTORY_LOG_H
#define SEAMARK_HISTORY_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/buffer.h"
#include "user/model/durations.h"

/* What a row did, of one sort: kind and outcome of an act, or a system call. */
struct history_entry {
	uint32_t row;
	uint32_t what;
	struct durations durations;	/* a slot may be HISTORY_NO_SLOT, too */
};

/* Reads what was written; all of it is our own. */
struct history_reader {
	const uint8_t *at;
	const uint8_t *end;
	struct history_entry entry;
	struct durations_cell cells[SLOT_COUNT + 1];
};

/* after: the entry written before this one; NULL: this is the first. */
void history_write(struct buffer *out, const struct history_entry *entry,
		   const struct history_entry *after);
void history_reader_init(struct history_reader *reader, const uint8_t *bytes, size_t size);
/* The next into reader->entry, which holds until the call after; false at the end. */
bool history_read(struct history_reader *reader);

#endif
