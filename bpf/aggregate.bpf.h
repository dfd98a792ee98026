/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Histograms in the kernel: one mmap-able array for all probes. A series gets its slot on first
 * use; when all are taken, its kind's overflow slot takes the observation: no count is ever lost.
 */
#ifndef SEAMARK_AGGREGATE_BPF_H
#define SEAMARK_AGGREGATE_BPF_H

#include "bpf/emit.bpf.h"
#include "bpf/target.bpf.h"

/*
 * Slots 0..EVENT_MAX-1 are the overflow series of their kinds. Shared by all objects. This and all
 * of SERIES_MAX entries below are made as large as is asked for by who loads them.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SERIES_MAX);
	__type(key, __u32);
	__type(value, struct series_slots);
} series SEC(".maps");

/* Whose a slot is; a kind of 0 says that it is free. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, SERIES_MAX);
	__type(key, __u32);
	__type(value, struct series_key);
} series_keys SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SERIES_MAX);
	__type(key, struct series_key);
	__type(value, __u32);
} series_index SEC(".maps");

/* Read by user space, too: what is left tells which slots were ever taken. */
FREE_NUMBERS(SERIES_MAX) free_series SEC(".maps");

/* Two racing allotments may take two slots for one key: both count, user space adds them up. */
static __always_inline __u32 series_allot(const struct series_key *key)
{
	__u32 slot = allot(&free_series);

	if (!slot)
		return key->kind;
	bpf_map_update_elem(&series_keys, &slot, key, BPF_ANY);
	return slot;
}

static __always_inline __u32 series_slot(const struct series_key *key)
{
	__u32 *known = bpf_map_lookup_elem(&series_index, key);
	__u32 slot;

	if (known)
		return *known;
	slot = series_allot(key);
	if (slot >= EVENT_MAX)
		bpf_map_update_elem(&series_index, key, &slot, BPF_NOEXIST);
	return slot;
}

/* Not static: its 128 ways are gone once, and not each on to the program's end. */
__noinline __u32 slot_find(__u64 duration_ns)
{
	return slot_of(duration_ns);
}

static __always_inline void slots_add(struct series_slots *slots, __u32 found, __u64 duration_ns)
{
	__sync_fetch_and_add(&slots->slots[found & (SLOT_COUNT - 1)], 1);
	__sync_fetch_and_add(&slots->sum_ns, duration_ns);
}

static __always_inline bool series_add(__u32 slot, __u64 duration_ns)
{
	struct series_slots *slots = bpf_map_lookup_elem(&series, &slot);
	__u32 found;

	if (!slots)
		return false;
	/* By the sum user space tells that a series has gained anything: 1 where a clock stood. */
	duration_ns = duration_ns ?: 1;
	found = slot_find(duration_ns);
	/* Clang 19 sees through slot_find() and drops the bound, which the kernel then misses. */
	barrier_var(found);
	slots_add(slots, found, duration_ns);
	slots->last = LAST_TIMED(duration_ns, found);
	return true;
}

/* One more as long as the slot's last one, when there was one. */
static __always_inline bool series_add_as_last(__u32 slot)
{
	struct series_slots *slots = bpf_map_lookup_elem(&series, &slot);
	__u64 last = slots ? *(volatile __u64 *)&slots->last : 0;

	if (!slots || !last)
		return false;
	slots_add(slots, LAST_SLOT(last), LAST_NS(last));
	return true;
}

/* The count lane of everything but system calls. True when it was counted. */
static __always_inline bool series_count(const struct series_key *key, __u64 duration_ns)
{
	account_hit(LANE_COUNT);
	if (key->context && series_add(series_slot(key), duration_ns))
		return true;
	account_lost(LANE_COUNT, LOSS_SERIES_FULL);
	return false;
}

#endif
