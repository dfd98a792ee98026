/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of acts ask of a source in the end: that all was told and counted, and accounts close. */
#ifndef SEAMARK_TESTS_OBSERVING_H
#define SEAMARK_TESTS_OBSERVING_H

#include <stdint.h>
#include <string.h>

#include "tests/bpf/observed.h"

#define ACTS		23
#define RING_BYTES	(1u << 20)

static int open_source(void **state)
{
	return open_with(RING_BYTES, true) ?: begin(state);
}

static int close_source(void **state)
{
	(void)state;
	source_close(source);
	source = NULL;
	return 0;
}

/* Everything that was hit is submitted or lost, in both lanes. */
static void assert_accounts(const char *name, uint64_t facts, uint64_t counted)
{
	struct accounts lanes[LANE_MAX];
	uint64_t lost = 0;

	assert_int_equal(accounts_since(probe_index(name), lanes), 0);
	for (int cause = 0; cause < LOSS_MAX; cause++)
		lost += lanes[LANE_FACT].lost[cause];
	assert_int_equal(lanes[LANE_FACT].hits, lanes[LANE_FACT].submitted + lost);
	assert_int_equal(lanes[LANE_FACT].hits, facts);
	lost = 0;
	for (int cause = 0; cause < LOSS_MAX; cause++)
		lost += lanes[LANE_COUNT].lost[cause];
	assert_int_equal(lanes[LANE_COUNT].hits, counted + lost);
}

static void finish(uint64_t counts[EVENT_MAX])
{
	settle();
	memset(counts, 0, EVENT_MAX * sizeof(counts[0]));
	assert_int_equal(source_read_series(source, count_series, counts), 0);
	assert_int_equal(source_malformed(source), 0);
}

#endif
