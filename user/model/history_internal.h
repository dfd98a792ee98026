/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the history share. */
#ifndef SEAMARK_HISTORY_INTERNAL_H
#define SEAMARK_HISTORY_INTERNAL_H

#include <uthash.h>

#include "user/model/history.h"
#include "user/model/history_log.h"
#include "user/model/history_rows.h"

#define CALLS_MAX	1024	/* names of system calls; there are fewer */
/* What a row did: below ACT_SORTS kind * OUTCOME_MAX + outcome, from there on a system call. */
#define ACT_SORTS	(ACTIVITY_KINDS * OUTCOME_MAX)

struct history_part {
	struct history_part *next;
	uint64_t number;
	uint64_t time_unix_ns;
	size_t size;
	uint8_t bytes[];
};

struct history_open {
	struct history_entry entry;
	UT_hash_handle hh;			/* by row and what */
};

struct history {
	size_t bytes_max;
	uint64_t step_ns;
	uint64_t since_unix_ns;
	uint64_t lost;
	struct history_part *oldest, *newest;
	size_t part_bytes;
	struct history_rows rows;
	const char *calls[CALLS_MAX];
	uint32_t call_count;
	struct history_open *open;
	uint64_t open_number;			/* of the part that it will be */
	uint64_t open_time_unix_ns;		/* 0: there was no turn yet */
	size_t open_bytes;
};

#endif
