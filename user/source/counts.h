/* SPDX-License-Identifier: BSD-2-Clause */
/* The count lane: what the kernel's histograms and counters gained, and its own accounts. */
#ifndef SEAMARK_SOURCE_COUNTS_H
#define SEAMARK_SOURCE_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/histogram.h"
#include "user/source/source.h"

/* What was added to one kernel histogram since the last time. */
struct source_series {
	struct series_key key;
	struct histogram added;
	bool overflow;			/* key.kind only: all beyond the kernel's ceiling */
};
typedef void (*source_series_take)(void *context, const struct source_series *series);
int source_read_series(struct source *source, source_series_take take, void *context);

/* Failed system calls by errno since the last time. */
typedef void (*source_error_take)(void *context, const struct syscall_error_key *key,
				  uint64_t added);
int source_read_syscall_errors(struct source *source, source_error_take take, void *context);

/* Counters of one probe, summed over the CPUs; they only grow. */
int source_accounts(const struct source *source, size_t index, struct accounts lanes[LANE_MAX]);
/*
 * How often the kernel left a program of the probe out, because on that CPU it was at work already
 * (since 5.12; 0 before). What the program would have seen is not among the hits.
 */
uint64_t source_missed(const struct source *source, size_t index);

#endif
