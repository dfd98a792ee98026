/* SPDX-License-Identifier: BSD-2-Clause */
/* Durations in the buckets of include/slots.h, counted in 64 bits. */
#ifndef SEAMARK_HISTOGRAM_H
#define SEAMARK_HISTOGRAM_H

#include <stdint.h>

#include "include/slots.h"

#define SLOT_ZERO_SECONDS	(1.0 / (1 << 24))	/* slot 0 ends here */

struct histogram {
	uint64_t sum_ns;
	uint64_t slots[SLOT_COUNT];
};

void histogram_add(struct histogram *histogram, uint64_t duration_ns);
void histogram_merge(struct histogram *into, const struct histogram *from);
uint64_t histogram_count(const struct histogram *histogram);
/* Nanoseconds below which share (0..1) of the observations lie: a slot's upper bound; 0: empty. */
uint64_t histogram_quantile(const struct histogram *histogram, double share);

#endif
