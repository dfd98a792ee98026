/* SPDX-License-Identifier: BSD-2-Clause */
/* The queues of free numbers, from which kernel and user space take: filled before anybody does. */
#include <bpf/bpf.h>
#include <errno.h>

#include "user/source/internal.h"

static int fill(int queue, uint32_t first, uint32_t limit)
{
	for (uint32_t number = first; number < limit; number++)
		if (bpf_map_update_elem(queue, NULL, &number, BPF_ANY))
			return -errno;
	return 0;
}

int source_fill_numbers(const struct source *source)
{
	const struct shared_maps *shared = &source->shared;
	int result = fill(shared_map_fd(shared, "free_programs"), 1, PROGRAMS_MAX);

	result = result ?: fill(shared_map_fd(shared, "free_contexts"), 1, CONTEXTS_MAX);
	/* Those below are the overflow series of their kinds. */
	return result ?: fill(shared_map_fd(shared, "free_series"), EVENT_MAX, SERIES_MAX);
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
