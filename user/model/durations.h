/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A histogram that holds only the slots of include/slots.h that occur. Where thousands are kept at
 * once, this is a tenth of struct histogram.
 */
#ifndef SEAMARK_DURATIONS_H
#define SEAMARK_DURATIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/histogram.h"

struct durations_cell {
	uint64_t slot : 8;
	uint64_t count : 56;
};

/* All zero bytes: empty. */
struct durations {
	uint64_t sum_ns;
	struct durations_cell *cells;	/* in the order of their slots */
	uint16_t used;
	uint16_t room;
};

void durations_free(struct durations *durations);
/* False, and nothing is added, when there is no memory for a new slot. */
bool durations_add(struct durations *durations, uint8_t slot, uint64_t count);
/* What finds no memory is left out: false. */
bool durations_merge(struct durations *into, const struct durations *from);
bool durations_add_histogram(struct durations *into, const struct histogram *from);
/* One that took so long. */
bool durations_observe(struct durations *durations, uint64_t duration_ns);
/* False, and into is as it was, when there is no memory. */
bool durations_copy(struct durations *into, const struct durations *from);
void durations_expand(const struct durations *durations, struct histogram *out);
uint64_t durations_count(const struct durations *durations);
/* As histogram_quantile(): a slot's upper bound, 0 when empty. */
uint64_t durations_quantile(const struct durations *durations, double share);

#endif
