/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The one door to the ring. It counts what it lets through and what it turns away. When the ring
 * fills it turns away what a program has too much of in there, then successes before failures.
 */
#ifndef SEAMARK_EMIT_BPF_H
#define SEAMARK_EMIT_BPF_H

#include "bpf/core.bpf.h"
#include "include/aggregate.h"
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

/*
 * What a context has put into the ring since the position from; when the reader has come to that,
 * it counts anew. Not exact where two CPUs write at once, and need not be. Shared by all objects.
 */
struct ring_share {
	__u64 from;
	__u64 bytes;
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CONTEXTS_MAX);
	__type(key, __u32);
	__type(value, struct ring_share);
} ring_shares SEC(".maps");

/* Set before load. Bytes in the ring from which on successes are shed, */
const volatile __u64 shed_above_bytes = 3 * 1024 * 1024;
/* or who has put in more than its share: one alone can fill no more than half and a few shares. */
const volatile __u64 crowded_above_bytes = 2 * 1024 * 1024;
const volatile __u64 share_bytes = 256 * 1024;

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

/*
 * Of a program that alone counts this lane: the kernel runs no program twice at once on a CPU, and
 * who interrupts it counts elsewhere.
 */
static __always_inline void account_own_hit(__u32 lane)
{
	struct accounts *account = bpf_map_lookup_elem(&accounts, &lane);

	if (account)
		account->hits++;
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

static __always_inline bool is_beyond_share(__u32 context, __u64 size, __u64 used)
{
	struct ring_share *share = bpf_map_lookup_elem(&ring_shares, &context);

	if (!share)
		return false;
	if (share->from < bpf_ringbuf_query(&events, BPF_RB_CONS_POS)) {
		share->from = bpf_ringbuf_query(&events, BPF_RB_PROD_POS);
		share->bytes = 0;
	}
	if (used > crowded_above_bytes && share->bytes > share_bytes)
		return true;
	share->bytes += size;
	return false;
}

/*
 * What is returned goes to event_submit(), a NULL to event_refused() with the cause that was set.
 * context: whose act it is; 0: what has no share, since all else hangs on it.
 * It must be tested once and by the caller: until Linux 6.3 the verifier does not know that a
 * record seen to be there is not NULL, and takes a second test's other branch for a lost record.
 */
static __always_inline void *event_reserve(__u64 size, enum keep keep, __u32 context,
					   enum loss *cause)
{
	__u64 used = bpf_ringbuf_query(&events, BPF_RB_AVAIL_DATA);

	account_hit(LANE_FACT);
	*cause = LOSS_SHED;
	if (keep == SHED_WHEN_FULL && used > shed_above_bytes)
		return NULL;
	if (context && is_beyond_share(context, size, used))
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
