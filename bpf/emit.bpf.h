/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The one door to the ring. It counts what it lets through and what it turns away, and it turns
 * successes away before failures when the ring fills.
 */
#ifndef SEAMARK_EMIT_BPF_H
#define SEAMARK_EMIT_BPF_H

#include "bpf/core.bpf.h"
#include "include/losses.h"

/* Shared by all objects: the loader hands the first one's map to the others. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} events SEC(".maps");

/* Each object's own. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, LANE_MAX);
	__type(key, __u32);
	__type(value, struct accounts);
} accounts SEC(".maps");

/* Bytes in the ring from which on successes are shed. Set before load. */
const volatile __u64 shed_above_bytes = 3 * 1024 * 1024;

enum keep {
	SHED_WHEN_FULL,
	KEEP,
};

/* Atomic although per CPU: a softirq may interrupt the same probe on the same CPU. */
static __always_inline void account_hit(__u32 lane)
{
	struct accounts *account = bpf_map_lookup_elem(&accounts, &lane);

	if (account)
		__sync_fetch_and_add(&account->hits, 1);
}

static __always_inline void account_submitted(__u32 lane)
{
	struct accounts *account = bpf_map_lookup_elem(&accounts, &lane);

	if (account)
		__sync_fetch_and_add(&account->submitted, 1);
}

static __always_inline void account_lost(__u32 lane, enum loss cause)
{
	struct accounts *account = bpf_map_lookup_elem(&accounts, &lane);

	if (account && cause < LOSS_MAX)
		__sync_fetch_and_add(&account->lost[cause], 1);
}

/* An act whose end was seen and that cannot be told: a hit of the fact lane, and its loss. */
static __always_inline void fact_lost(enum loss cause)
{
	account_hit(LANE_FACT);
	account_lost(LANE_FACT, cause);
}

/*
 * What is returned goes to event_submit(), a NULL to event_refused() with the cause that was set.
 * It must be tested once and by the caller: until Linux 6.3 the verifier does not know that a
 * record seen to be there is not NULL, and takes a second test's other branch for a lost record.
 */
static __always_inline void *event_reserve(__u64 size, enum keep keep, enum loss *cause)
{
	account_hit(LANE_FACT);
	*cause = LOSS_SHED;
	if (keep == SHED_WHEN_FULL &&
	    bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA) > shed_above_bytes)
		return NULL;
	*cause = LOSS_RING_FULL;
	return bpf_ringbuf_reserve(&events, size, 0);
}

static __always_inline void event_refused(enum loss cause)
{
	account_lost(LANE_FACT, cause);
}

static __always_inline void event_submit(void *event)
{
	account_submitted(LANE_FACT);
	bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
}

/* Wakes the reader at once: for what it must look at before the process is gone. */
static __always_inline void event_submit_now(void *event)
{
	account_submitted(LANE_FACT);
	bpf_ringbuf_submit(event, BPF_RB_FORCE_WAKEUP);
}

#endif
