/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The buckets of classic histograms: powers of two of a second, each of which is a boundary of
 * include/slots.h, so that what is cumulated is exact.
 */
#ifndef SEAMARK_ENCODE_BUCKETS_H
#define SEAMARK_ENCODE_BUCKETS_H

#include <stddef.h>
#include <stdint.h>

#include "include/slots.h"

#define EXPONENT_MIN	(-20)
#define EXPONENT_MAX	7
#define CLASSIC_BUCKETS	(EXPONENT_MAX - EXPONENT_MIN + 2)	/* the last is infinite */

/* The slot behind the last one that bucket i counts. */
static inline uint32_t classic_end(size_t i)
{
	if (i == CLASSIC_BUCKETS - 1)
		return SLOT_COUNT;
	return (uint32_t)((EXPONENT_MIN + (int)i) * (1 << SLOT_SCALE) - SLOT_INDEX_MIN + 1);
}

/* Its upper bound in seconds. */
static inline double classic_bound(size_t i)
{
	int exponent = EXPONENT_MIN + (int)i;

	if (i == CLASSIC_BUCKETS - 1)
		return __builtin_inf();
	return exponent < 0 ? 1.0 / (double)(1u << -exponent) : (double)(1u << exponent);
}

#endif
