/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of acts ask of a source in the end: that all was told and counted, and accounts close. */
#ifndef SEAMARK_TESTS_OBSERVING_H
#define SEAMARK_TESTS_OBSERVING_H

#include <stdint.h>
#include <string.h>

#include "tests/bpf/observed.h"
#include "tests/bpf/sockets.h"

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
/* The same by whichever means they are seen. */
static void connects_succeed(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;
	int listener = listening_socket(2 * ACTS, &address);

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		close(connect_to(ntohs(address.sin_port), SOCK_STREAM));
		close_connected(connect_to(ntohs(address.sin_port), SOCK_STREAM | SOCK_NONBLOCK));
	}
	close(listener);
	finish(counts);
	assert_int_equal(seen.count[EVENT_CONNECT][OUTCOME_OK], 2 * ACTS);
	assert_int_equal(counts[EVENT_CONNECT], 2 * ACTS);
	assert_int_equal(seen.connect.peer.port, ntohs(address.sin_port));
	assert_int_not_equal(seen.connect.local.port, 0);
	assert_accounts("connect", 2 * ACTS, 2 * ACTS);
}

static void connects_are_refused(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;
	int held = bound_socket(SOCK_STREAM, &address);

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		close(connect_to(ntohs(address.sin_port), SOCK_STREAM));
		close(connect_to(ntohs(address.sin_port), SOCK_STREAM | SOCK_NONBLOCK));
	}
	close(held);
	finish(counts);
	assert_int_equal(seen.with_error[EVENT_CONNECT][ECONNREFUSED], 2 * ACTS);
	assert_int_equal(seen.count[EVENT_CONNECT][OUTCOME_ERROR], 2 * ACTS);
	assert_int_equal(seen.connect.in_call, 1);
	assert_int_equal(seen.connect.gates.known, 1);
	assert_accounts("connect", 2 * ACTS, 2 * ACTS);
}

#endif
