/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers of programs and contexts: the queues of free ones, from which kernel and user space
 * take, filled before anybody does; and how a number comes back to them.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "user/source/numbers.h"

#include "user/source/internal.h"

#define SERIES_AT_ONCE 2048	/* more than are taken before the next turn */

static int fill(int queue, uint32_t first, uint32_t limit)
{
	for (uint32_t number = first; number < limit; number++)
		if (bpf_map_update_elem(queue, NULL, &number, BPF_ANY))
			return -errno;
	return 0;
}

int source_fill_more(struct source *source)
{
	uint32_t first = source->series_filled, left = source->series_end - first;
	uint32_t limit = first + (left < SERIES_AT_ONCE ? left : SERIES_AT_ONCE);
	int result;

	if (!left)
		return 0;
	result = fill(shared_map_fd(&source->shared, "free_series"), first, limit);
	if (!result)
		source->series_filled = limit;
	return result;
}

int source_fill_numbers(struct source *source)
{
	const struct shared_maps *shared = &source->shared;
	int result = fill(shared_map_fd(shared, "free_programs"), 1, PROGRAMS_MAX);

	result = result ?: fill(shared_map_fd(shared, "free_contexts"), 1, CONTEXTS_MAX);
	/* Those below are the overflow series of their kinds. */
	source->series_filled = EVENT_MAX;
	return result ?: source_fill_more(source);
}

/* A number of our own: what the kernel gave to the same file meanwhile goes before it. */
static int allot_program(const struct source *source, const struct program_key *key)
{
	int map = shared_map_fd(&source->shared, "programs");
	int queue = shared_map_fd(&source->shared, "free_programs");
	struct program_value value = { 0, PROGRAM_UNKNOWN };
	int error;

	if (bpf_map_lookup_and_delete_elem(queue, NULL, &value.program))
		return -ENOSPC;
	if (!bpf_map_update_elem(map, key, &value, BPF_NOEXIST))
		return (int)value.program;
	error = -errno;
	bpf_map_update_elem(queue, NULL, &value.program, BPF_ANY);
	if (error != -EEXIST)
		return error;
	return bpf_map_lookup_elem(map, key, &value) ? -errno : (int)value.program;
}

int source_program(struct source *source, const struct program_key *key)
{
	struct program_value value;

	if (!bpf_map_lookup_elem(shared_map_fd(&source->shared, "programs"), key, &value))
		return (int)value.program;
	return allot_program(source, key);
}

/* All elements of a map at once; how many, or a negative errno. */
static int read_all(int map, void *keys, void *values, uint32_t limit)
{
	uint64_t at = 0;
	uint32_t count = limit;

	if (bpf_map_lookup_batch(map, NULL, &at, keys, values, &count, NULL) && errno != ENOENT)
		return -errno;
	return (int)count;
}

int source_contexts(const struct source *source, struct context_key keys[CONTEXTS_MAX])
{
	uint32_t *numbers = calloc(CONTEXTS_MAX, sizeof(*numbers));
	int result;

	if (!numbers)
		return -ENOMEM;
	memset(keys, 0, CONTEXTS_MAX * sizeof(*keys));
	result = read_all(shared_map_fd(&source->shared, "context_keys"), numbers, keys,
			  CONTEXTS_MAX);
	free(numbers);
	return result < 0 ? result : 0;
}

int source_programs(const struct source *source, struct program_key keys[PROGRAMS_MAX])
{
	struct program_key *found = calloc(PROGRAMS_MAX, sizeof(*found));
	struct program_value *values = calloc(PROGRAMS_MAX, sizeof(*values));
	int count = -ENOMEM;

	memset(keys, 0, PROGRAMS_MAX * sizeof(*keys));
	if (found && values)
		count = read_all(shared_map_fd(&source->shared, "programs"), found, values,
				 PROGRAMS_MAX);
	for (int i = 0; i < count; i++)
		if (values[i].program < PROGRAMS_MAX)
			keys[values[i].program] = found[i];
	free(found);
	free(values);
	return count;
}

void source_retire_context(struct source *source, uint32_t number, const struct context_key *key)
{
	int map = shared_map_fd(&source->shared, "contexts");
	uint32_t known;

	if (!bpf_map_lookup_elem(map, key, &known) && known == number)
		bpf_map_delete_elem(map, key);
}

void source_retire_program(struct source *source, const struct program_key *key)
{
	bpf_map_delete_elem(shared_map_fd(&source->shared, "programs"), key);
}

/* Threads that share an entry with another: few, if there are any. */
static void find_spilled(const struct source *source, bool found[CONTEXTS_MAX])
{
	int map = shared_map_fd(&source->shared, "threads_spilled");
	uint32_t tid, *previous = NULL;
	struct thread thread;

	while (!bpf_map_get_next_key(map, previous, &tid)) {
		previous = &tid;
		if (!bpf_map_lookup_elem(map, &tid, &thread) && thread.context < CONTEXTS_MAX)
			found[thread.context] = true;
	}
}

bool source_leave_contexts(const struct source *source, const bool retired[CONTEXTS_MAX],
			   bool found[CONTEXTS_MAX])
{
	struct mapped mapped = { .size = 0 };
	struct thread *threads;
	size_t count;

	if (source_map_array(shared_map_fd(&source->shared, "threads"), PROT_READ | PROT_WRITE,
			     &mapped))
		return false;
	threads = mapped.bytes;
	count = mapped.size / sizeof(*threads);
	for (size_t i = 0; i < count; i++) {
		uint32_t context = __atomic_load_n(&threads[i].context, __ATOMIC_RELAXED);

		if (!context || context >= CONTEXTS_MAX || !retired[context])
			continue;
		found[context] = true;
		__atomic_compare_exchange_n(&threads[i].context, &context, 0, false,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED);
	}
	source_unmap_array(&mapped);
	find_spilled(source, found);
	return true;
}

static void release_slots_of_calls(struct source *source, uint32_t context)
{
	static const uint16_t none[SYSCALLS_MAX];
	int map = source_map(source, "syscall", "syscall_slots");

	if (map >= 0)
		bpf_map_update_elem(map, &context, none, BPF_ANY);
	source_sample(source, context, false);
}

void source_release_contexts(struct source *source, const bool gone[CONTEXTS_MAX])
{
	const struct shared_maps *shared = &source->shared;
	const struct context_key nobody = { .cgroup_id = 0 };

	source_release_series(source, gone);
	for (uint32_t context = 1; context < CONTEXTS_MAX; context++) {
		if (!gone[context])
			continue;
		release_slots_of_calls(source, context);
		bpf_map_update_elem(shared_map_fd(shared, "context_keys"), &context, &nobody,
				    BPF_ANY);
		bpf_map_update_elem(shared_map_fd(shared, "free_contexts"), NULL, &context,
				    BPF_ANY);
	}
}

void source_release_program(struct source *source, uint32_t program)
{
	bpf_map_update_elem(shared_map_fd(&source->shared, "free_programs"), NULL, &program,
			    BPF_ANY);
}
