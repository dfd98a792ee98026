/* SPDX-License-Identifier: BSD-2-Clause */
/* The count lane: what was added to the kernel's histograms and counters since the last reading. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "user/source/counts.h"
#include "user/source/internal.h"
#include "user/source/numbers.h"

#define ERRORS_AT_ONCE 256

/* The kernel adds to them meanwhile: each is read once. */
static void copy_slots(const struct series_slots *from, uint32_t to[SLOT_COUNT])
{
	memcpy(to, from->slots, sizeof(from->slots));
	__asm__ volatile("" : : "r"(to) : "memory");
}

/* What was seen grows by it; what finds no memory there is left for the next reading. */
static void see(struct durations *seen, struct histogram *added)
{
	for (uint16_t slot = 0; slot < SLOT_COUNT; slot++)
		if (added->slots[slot] &&
		    !durations_add(seen, (uint8_t)slot, added->slots[slot]))
			added->slots[slot] = 0;
	seen->sum_ns += added->sum_ns;
}

/*
 * Slots grow modulo 2^32, the sum modulo 2^64: differences are exact. True when there are any. Most
 * series have gained nothing, which their sum says: whatever is added adds to it. But not on every
 * architecture is the slot seen to grow before the sum, so that who gained is looked at once more.
 */
static bool read_difference(const struct series_slots *now, struct slot_owner *owner,
			    struct histogram *added)
{
	uint64_t any = 0, sum = __atomic_load_n(&now->sum_ns, __ATOMIC_RELAXED);
	struct durations *seen = &owner->seen;
	bool has_gained = sum != seen->sum_ns;
	uint32_t slots[SLOT_COUNT];

	if (!has_gained && !owner->has_gained)
		return false;
	owner->has_gained = has_gained;
	copy_slots(now, slots);
	for (uint16_t i = 0; i < seen->used; i++)
		slots[seen->cells[i].slot] -= (uint32_t)seen->cells[i].count;
	for (size_t i = 0; i < SLOT_COUNT; i++)
		any |= added->slots[i] = slots[i];
	added->sum_ns = sum - seen->sum_ns;
	if (!any && !has_gained)
		return false;
	see(seen, added);
	return true;
}

/*
 * Asked of the kernel until two readings say the same, for the first may have met a key that was
 * being written; from then on a slot is the same series' until it is released.
 */
static bool series_identity(struct source *source, uint32_t slot, struct source_series *out)
{
	struct slot_owner *owner = &source->owners[slot];

	memset(&out->key, 0, sizeof(out->key));
	out->overflow = slot < EVENT_MAX;
	if (out->overflow) {
		out->key.kind = slot;
		return true;
	}
	if (owner->is_sure)
		out->key = owner->key;
	else if (bpf_map_lookup_elem(shared_map_fd(&source->shared, "series_keys"), &slot,
				     &out->key))
		return false;
	owner->is_sure = out->key.kind && !memcmp(&out->key, &owner->key, sizeof(out->key));
	owner->key = out->key;
	return out->key.kind;
}

/*
 * Slots are taken in their order, and those that come back after all others: until the first of
 * these is next, which a queue's look-up tells, the next is the end of all that were ever taken.
 */
static uint32_t used_slots(struct source *source)
{
	uint32_t next = source->series_filled;

	if (bpf_map_lookup_elem(shared_map_fd(&source->shared, "free_series"), NULL, &next) ||
	    next < source->slots_end)
		next = source->series_filled;
	source->slots_end = next;
	return next;
}

static void read_window(struct source *source, uint32_t first, uint32_t end,
			const struct series_slots *slots, source_series_take take, void *context)
{
	struct source_series series;

	for (uint32_t slot = first; slot < end; slot++) {
		/* A slot whose key is not written yet is read the next time. */
		if (!series_identity(source, slot, &series))
			continue;
		if (read_difference(&slots[slot - first], &source->owners[slot], &series.added))
			take(context, &series);
	}
}

int source_read_series(struct source *source, source_series_take take, void *context)
{
	uint32_t used = used_slots(source), count = source_window_slots();

	for (uint32_t first = 0; first < used; first += count) {
		const struct series_slots *slots = source_window(source, first);

		if (!slots)
			return -errno;
		read_window(source, first, used - first < count ? used : first + count, slots,
			    take, context);
	}
	return 0;
}

/* As of the last reading. */
struct seen_error {
	struct syscall_error_key key;
	uint64_t count;
	UT_hash_handle hh;
};

static uint64_t error_difference(struct source *source, const struct syscall_error_key *key,
				 uint64_t now)
{
	struct seen_error *seen;
	uint64_t added;

	HASH_FIND(hh, source->errors_seen, key, sizeof(*key), seen);
	if (!seen) {
		seen = calloc(1, sizeof(*seen));
		if (!seen)
			return 0;
		seen->key = *key;
		HASH_ADD(hh, source->errors_seen, key, sizeof(seen->key), seen);
	}
	added = now - seen->count;
	seen->count = now;
	return added;
}

/*
 * By the hundred: two questions to the kernel for each would be most of what a reading costs. The
 * kernel gives whole buckets of its hash only, which are never that long.
 */
int source_read_syscall_errors(struct source *source, source_error_take take, void *context)
{
	int map = source_map(source, "syscall", "syscall_errors"), result = 0;
	struct syscall_error_key keys[ERRORS_AT_ONCE];
	uint64_t counts[ERRORS_AT_ONCE], added;
	uint32_t count, position;
	bool is_first = true;

	/* No probe counts any: it is off, or was refused. */
	if (map < 0)
		return 0;
	while (!result) {
		count = ERRORS_AT_ONCE;
		result = bpf_map_lookup_batch(map, is_first ? NULL : &position, &position, keys,
					      counts, &count, NULL);
		if (result && result != -ENOENT)
			return result;
		is_first = false;
		for (uint32_t i = 0; i < count; i++) {
			added = error_difference(source, &keys[i], counts[i]);
			if (added)
				take(context, &keys[i], added);
		}
	}
	return 0;
}

/* What was seen of a slot stays: the next who gets it counts on from there. */
static void release_slots(struct source *source, const bool *gone)
{
	const struct shared_maps *shared = &source->shared;
	int keys = shared_map_fd(shared, "series_keys"), free_slots;
	uint32_t end = used_slots(source);
	const struct series_key nobody = { .kind = EVENT_NONE };
	struct source_series series;

	/* One that comes back goes behind all that were never taken: see used_slots(). */
	while (source->series_filled < source->series_end && !source_fill_more(source))
		;
	free_slots = shared_map_fd(shared, "free_series");
	for (uint32_t slot = EVENT_MAX; slot < end; slot++) {
		if (!series_identity(source, slot, &series) ||
		    series.key.context >= CONTEXTS_MAX || !gone[series.key.context])
			continue;
		bpf_map_delete_elem(shared_map_fd(shared, "series_index"), &series.key);
		source->owners[slot].is_sure = false;
		bpf_map_update_elem(keys, &slot, &nobody, BPF_ANY);
		bpf_map_update_elem(free_slots, NULL, &slot, BPF_ANY);
	}
}

static void release_errors(struct source *source, const bool *gone)
{
	int map = source_map(source, "syscall", "syscall_errors");
	struct seen_error *seen, *next;

	HASH_ITER(hh, source->errors_seen, seen, next) {
		if (seen->key.context >= CONTEXTS_MAX || !gone[seen->key.context])
			continue;
		bpf_map_delete_elem(map, &seen->key);
		HASH_DEL(source->errors_seen, seen);
		free(seen);
	}
}

void source_release_series(struct source *source, const bool gone[CONTEXTS_MAX])
{
	release_slots(source, gone);
	release_errors(source, gone);
}

void source_forget_errors(struct source *source)
{
	struct seen_error *seen, *next;

	HASH_ITER(hh, source->errors_seen, seen, next) {
		HASH_DEL(source->errors_seen, seen);
		free(seen);
	}
}

uint64_t source_missed(const struct source *source, size_t index)
{
	struct bpf_program *program;
	uint64_t missed = 0;

	if (index >= source->count || !source->loaded[index].object)
		return 0;
	bpf_object__for_each_program(program, source->loaded[index].object) {
		struct bpf_prog_info info = { .id = 0 };
		__u32 size = sizeof(info);

		if (bpf_program__fd(program) >= 0 &&
		    !bpf_prog_get_info_by_fd(bpf_program__fd(program), &info, &size))
			missed += info.recursion_misses;
	}
	return missed;
}

int source_accounts(const struct source *source, size_t index, struct accounts lanes[LANE_MAX])
{
	int cpus = libbpf_num_possible_cpus(), map;
	struct accounts *each;

	memset(lanes, 0, sizeof(*lanes) * LANE_MAX);
	if (index >= source->count || !source->loaded[index].object)
		return -ENOENT;
	map = bpf_object__find_map_fd_by_name(source->loaded[index].object, "accounts");
	if (map < 0 || cpus <= 0)
		return -ENOENT;
	each = calloc((size_t)cpus, sizeof(*each));
	if (!each)
		return -ENOMEM;
	for (uint32_t lane = 0; lane < LANE_MAX; lane++) {
		if (bpf_map_lookup_elem(map, &lane, each))
			continue;
		for (int cpu = 0; cpu < cpus; cpu++) {
			lanes[lane].hits += each[cpu].hits;
			lanes[lane].submitted += each[cpu].submitted;
			for (int cause = 0; cause < LOSS_MAX; cause++)
				lanes[lane].lost[cause] += each[cpu].lost[cause];
		}
	}
	free(each);
	return 0;
}
