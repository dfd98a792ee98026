/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The one bucket rule, compiled on both sides of the kernel line: base-2 exponential buckets over
 * seconds, four per doubling (OpenTelemetry scale 2, Prometheus native histogram schema 2).
 *
 * Slot 0 holds 0..2^-24 s (the zero bucket); slot s in 1..126 holds the exponential bucket with
 * index SLOT_INDEX_MIN + s - 1, that is (2^(index/4), 2^((index+1)/4)] seconds; slot 127 holds
 * whatever is longer than 2^7.5 s.
 */
#ifndef SEAMARK_SLOTS_H
#define SEAMARK_SLOTS_H

#include <linux/types.h>

#define SLOT_COUNT	128
#define SLOT_SCALE	2
#define SLOT_INDEX_MIN	(-96)
#define SLOT_OVERFLOW	(SLOT_COUNT - 1)

/* Inclusive upper bounds of slots 0..126 in nanoseconds: floor(2^((slot - 96) / 4) * 10^9). */
static const __u64 slot_upper_ns[SLOT_COUNT] = {
	59ULL, 70ULL, 84ULL, 100ULL, 119ULL,
	141ULL, 168ULL, 200ULL, 238ULL, 283ULL,
	337ULL, 400ULL, 476ULL, 567ULL, 674ULL,
	801ULL, 953ULL, 1134ULL, 1348ULL, 1603ULL,
	1907ULL, 2268ULL, 2697ULL, 3207ULL, 3814ULL,
	4536ULL, 5394ULL, 6415ULL, 7629ULL, 9072ULL,
	10789ULL, 12831ULL, 15258ULL, 18145ULL, 21579ULL,
	25662ULL, 30517ULL, 36291ULL, 43158ULL, 51324ULL,
	61035ULL, 72583ULL, 86316ULL, 102648ULL, 122070ULL,
	145166ULL, 172633ULL, 205296ULL, 244140ULL, 290333ULL,
	345266ULL, 410593ULL, 488281ULL, 580667ULL, 690533ULL,
	821187ULL, 976562ULL, 1161335ULL, 1381067ULL, 1642375ULL,
	1953125ULL, 2322670ULL, 2762135ULL, 3284751ULL, 3906250ULL,
	4645340ULL, 5524271ULL, 6569503ULL, 7812500ULL, 9290680ULL,
	11048543ULL, 13139006ULL, 15625000ULL, 18581361ULL, 22097086ULL,
	26278012ULL, 31250000ULL, 37162722ULL, 44194173ULL, 52556025ULL,
	62500000ULL, 74325444ULL, 88388347ULL, 105112051ULL, 125000000ULL,
	148650889ULL, 176776695ULL, 210224103ULL, 250000000ULL, 297301778ULL,
	353553390ULL, 420448207ULL, 500000000ULL, 594603557ULL, 707106781ULL,
	840896415ULL, 1000000000ULL, 1189207115ULL, 1414213562ULL, 1681792830ULL,
	2000000000ULL, 2378414230ULL, 2828427124ULL, 3363585661ULL, 4000000000ULL,
	4756828460ULL, 5656854249ULL, 6727171322ULL, 8000000000ULL, 9513656920ULL,
	11313708498ULL, 13454342644ULL, 16000000000ULL, 19027313840ULL, 22627416997ULL,
	26908685288ULL, 32000000000ULL, 38054627680ULL, 45254833995ULL, 53817370576ULL,
	64000000000ULL, 76109255360ULL, 90509667991ULL, 107634741152ULL, 128000000000ULL,
	152218510720ULL, 181019335983ULL,
	~0ULL,
};

/* The slot of a duration: seven halvings, no branch the verifier could lose count of. */
static inline __u32 slot_of(__u64 duration_ns)
{
	__u32 slot = 0;

	slot += duration_ns > slot_upper_ns[slot + 63] ? 64 : 0;
	slot += duration_ns > slot_upper_ns[(slot + 31) & 127] ? 32 : 0;
	slot += duration_ns > slot_upper_ns[(slot + 15) & 127] ? 16 : 0;
	slot += duration_ns > slot_upper_ns[(slot + 7) & 127] ? 8 : 0;
	slot += duration_ns > slot_upper_ns[(slot + 3) & 127] ? 4 : 0;
	slot += duration_ns > slot_upper_ns[(slot + 1) & 127] ? 2 : 0;
	slot += duration_ns > slot_upper_ns[slot & 127] ? 1 : 0;
	return slot & (SLOT_COUNT - 1);
}

#endif
