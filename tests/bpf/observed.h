/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A source that observes this very process, what it told since a test began, and its accounts since
 * then. It serves several tests, for the verifier takes seconds of an emulated machine for each.
 */
#ifndef SEAMARK_TESTS_OBSERVED_H
#define SEAMARK_TESTS_OBSERVED_H

#include <stdbool.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/unit.h"
#include "user/model/syscall_name.h"
#include "user/source/counts.h"
#include "user/source/source.h"

#define SLOW_NS		5000000ULL
#define SETTLE_NS	2000000		/* within which a completion on another CPU is submitted */

struct seen {
	uint64_t count[EVENT_MAX][OUTCOME_MAX];
	uint64_t with_error[EVENT_MAX][ERRNOS_MAX];
	struct event_bind bind;
	struct event_connect connect;
	struct event_syscall_slow slow;
};

static struct source *source;
static struct seen seen;
/* Of each probe, as the test that runs found them. */
static struct accounts before[SOURCE_PROBES_MAX][LANE_MAX];
static struct source_options rung;	/* with what is left out, and in which mode */

static void take(void *context, const struct event_header *record)
{
	const struct event_act *act = (const struct event_act *)(record + 1);

	(void)context;
	if (record->kind == EVENT_PROCESS_START || record->kind == EVENT_PROCESS_EXIT ||
	    record->kind == EVENT_PROCESS_FORK) {
		seen.count[record->kind][OUTCOME_OK]++;
		return;
	}
	if (record->tgid != (uint32_t)getpid() || record->kind < EVENT_BIND)
		return;
	/* On a machine that stands still at times any call may be slow: those that wait are meant. */
	if (record->kind == EVENT_SYSCALL_SLOW &&
	    (record->tid != record->tgid ||
	     ((const struct event_syscall_slow *)record)->number != SYS_read))
		return;
	seen.count[record->kind][act->outcome]++;
	if (act->error < ERRNOS_MAX)
		seen.with_error[record->kind][act->error]++;
	if (record->kind == EVENT_BIND || record->kind == EVENT_LISTEN)
		memcpy(&seen.bind, record, sizeof(seen.bind));
	else if (record->kind == EVENT_CONNECT)
		memcpy(&seen.connect, record, sizeof(seen.connect));
	else if (record->kind == EVENT_SYSCALL_SLOW)
		memcpy(&seen.slow, record, sizeof(seen.slow));
}

static int open_with(uint32_t ring_bytes, bool all_programs)
{
	static uint8_t waits[SYSCALLS_MAX];
	struct source_options options = rung;
	char error[512] = "";

	options.all_programs = all_programs;
	options.slow_ns = SLOW_NS;
	options.ring_bytes = ring_bytes;
	options.waits = waits;
	memset(&seen, 0, sizeof(seen));
	for (uint32_t number = 0; number < SYSCALLS_MAX; number++)
		waits[number] = syscall_waits(SYSCALL_ARCH_NATIVE, number);
	if (source_open(&options, probes, &source, error, sizeof(error))) {
		print_message("%s\n", error);
		return -1;
	}
	source_observe(source, getpid(), true);
	return 0;
}

static void count_series(void *context, const struct source_series *series)
{
	uint64_t *counts = context;

	counts[series->key.kind] += histogram_count(&series->added);
}

static void drop_error(void *context, const struct syscall_error_key *key, uint64_t added)
{
	(void)context;
	(void)key;
	(void)added;
}

static void settle(void)
{
	const struct timespec pause = { .tv_nsec = SETTLE_NS };

	nanosleep(&pause, NULL);
	while (source_drain(source, take, NULL) > 0)
		;
}

/* What earlier tests of the same source left is none of this one's. */
static int begin(void **state)
{
	uint64_t counts[EVENT_MAX] = { 0 };

	(void)state;
	settle();
	/* What a probe that is not there lacks, a test misses that asks for it. */
	source_read_series(source, count_series, counts);
	source_read_syscall_errors(source, drop_error, NULL);
	for (size_t i = 0; i < COUNT(before); i++)
		source_accounts(source, i, before[i]);
	memset(&seen, 0, sizeof(seen));
	return 0;
}

static size_t probe_index(const char *name)
{
	size_t index = 0;

	while (strcmp(probes[index]->name, name))
		index++;
	return index;
}

/* Since the test began. */
static int accounts_since(size_t index, struct accounts lanes[LANE_MAX])
{
	int result = source_accounts(source, index, lanes);

	for (int lane = 0; lane < LANE_MAX; lane++) {
		lanes[lane].hits -= before[index][lane].hits;
		lanes[lane].submitted -= before[index][lane].submitted;
		for (int cause = 0; cause < LOSS_MAX; cause++)
			lanes[lane].lost[cause] -= before[index][lane].lost[cause];
	}
	return result;
}

#endif
