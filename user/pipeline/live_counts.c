/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel counted since the last time: histograms, errors, and its own accounts. */
#include <stdio.h>
#include <string.h>

#include "user/host/clock.h"
#include "user/pipeline/live_internal.h"
#include "user/source/counts.h"

#define SNAPSHOT_TRIES 4

static void take_series(void *context, const struct source_series *series)
{
	struct record_series record = {
		.key = series->key, .overflow = series->overflow, .added = series->added,
	};
	struct live *live = context;

	if (!series->overflow)
		live_know_context(live, series->key.context, 0);
	if (!series->overflow && series->key.kind == EVENT_SYSCALL_SLOW)
		heat_add(live->heat, series->key.context, histogram_count(&series->added));
	live_feed(live, RECORD_SERIES, &record, sizeof(record));
}

static void take_error(void *context, const struct syscall_error_key *key, uint64_t added)
{
	struct record_syscall_error record = { .key = *key, .added = added };
	struct live *live = context;

	live_know_context(live, key->context, 0);
	live_feed(live, RECORD_SYSCALL_ERROR, &record, sizeof(record));
}

struct snapshot {
	struct record_accounts probes[SOURCE_PROBES_MAX];
	size_t index[SOURCE_PROBES_MAX];	/* of the probe, in the source */
	size_t count;
};

/* What it missed aside, which takes a question for each program and has no sum to agree with. */
static void read_accounts(const struct live *live, struct snapshot *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; probes[i] && out->count < SOURCE_PROBES_MAX; i++) {
		struct record_accounts *record = &out->probes[out->count];

		if (source_accounts(live->source, i, record->lanes))
			continue;
		snprintf(record->probe, sizeof(record->probe), "%s", probes[i]->name);
		out->index[out->count++] = i;
	}
}

int live_read_counts(void *context)
{
	struct live *live = context;
	int result;

	live_drain(live);
	result = source_read_series(live->source, take_series, live);
	return result ? result : source_read_syscall_errors(live->source, take_error, live);
}

static void sample(void *context, uint32_t number, bool sampled)
{
	const struct record_sampled record = { .context = number, .sampled = sampled };
	struct live *live = context;

	/* Where all are, the kernel need not be told of one. */
	if (live->hot_calls != HEAT_ALWAYS)
		source_sample(live->source, number, sampled);
	live_feed(live, RECORD_SAMPLED, &record, sizeof(record));
}

/*
 * What the kernel counted and what came through are read one after the other. They belong together
 * when nothing was counted meanwhile; under traffic the last try may be off by acts under way.
 */
int live_refresh(struct live *live)
{
	struct snapshot before, after;
	int result;

	live_feed_clock(live);
	read_accounts(live, &after);
	for (int tries = 0; tries < SNAPSHOT_TRIES; tries++) {
		before = after;
		result = live_read_counts(live);
		read_accounts(live, &after);
		if (result || !memcmp(&before, &after, sizeof(after)))
			break;
	}
	heat_look(live->heat, host_monotonic_ns(), live->hot_calls, sample, live);
	for (size_t i = 0; i < after.count; i++) {
		struct record_accounts *record = &after.probes[i];

		record->missed = source_missed(live->source, after.index[i]);
		live_feed(live, RECORD_ACCOUNTS, record, sizeof(*record));
	}
	return result;
}
