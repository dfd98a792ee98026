/* SPDX-License-Identifier: BSD-2-Clause */
/* Adding, merging and asking histograms. */
#include "user/model/histogram.h"

#include <math.h>

void histogram_add(struct histogram *histogram, uint64_t duration_ns)
{
	histogram->slots[slot_of(duration_ns)]++;
	histogram->sum_ns += duration_ns;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
	for (int i = 0; i < SLOT_COUNT; i++)
		into->slots[i] += from->slots[i];
	into->sum_ns += from->sum_ns;
}

uint64_t histogram_count(const struct histogram *histogram)
{
	uint64_t count = 0;

	for (int i = 0; i < SLOT_COUNT; i++)
		count += histogram->slots[i];
	return count;
}

uint64_t histogram_quantile(const struct histogram *histogram, double share)
{
	uint64_t count = histogram_count(histogram), below = 0, rank;

	if (!count)
		return 0;
	rank = (uint64_t)ceil(share * (double)count);
	if (rank < 1)
		rank = 1;
	for (int i = 0; i < SLOT_COUNT; i++) {
		below += histogram->slots[i];
		if (below >= rank)
			return slot_upper_ns[i];
	}
	return slot_upper_ns[SLOT_OVERFLOW];
}
