/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows on the kernel's histograms. The first ones stay open; of the others one at a time is
 * copied: all of them would be 33 MiB of this process, and a page that is mapped anew each time
 * costs more than its copy.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user/source/internal.h"

static size_t page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

/* The fewest slots that are whole pages. */
uint32_t source_window_slots(void)
{
	size_t size = sizeof(struct series_slots), power = size & -size, page = page_size();

	return power < page ? (uint32_t)(page / power) : 1;
}

static const struct series_slots *map_window(struct source *source, uint32_t first,
					     struct mapped *window)
{
	size_t slot = sizeof(struct series_slots), page = page_size(), offset = first * slot;
	size_t end = (source->series_end * slot + page - 1) / page * page;
	size_t size = source_window_slots() * slot;
	int fd = shared_map_fd(&source->shared, "series"), error;

	if (window->bytes)
		return window->bytes;
	if (size > end - offset)
		size = end - offset;
	error = fd < 0 ? fd : source_map_part(fd, PROT_READ, offset, size, window);
	errno = -error;
	return error ? NULL : window->bytes;
}

/* first: not the array's own first, for a batch begins behind a key. */
static const struct series_slots *copy_window(struct source *source, uint32_t first)
{
	uint32_t count = source_window_slots(), before = first - 1, last;
	struct series_copy *copy = &source->copy;
	int result;

	if (!copy->slots)
		copy->slots = calloc(count, sizeof(*copy->slots));
	if (!copy->keys)
		copy->keys = calloc(count, sizeof(*copy->keys));
	if (!copy->slots || !copy->keys)
		return NULL;
	result = bpf_map_lookup_batch(shared_map_fd(&source->shared, "series"), &before, &last,
				      copy->keys, copy->slots, &count, NULL);
	/* -ENOENT with all that there are: the array ends here. */
	if (result && result != -ENOENT) {
		errno = -result;
		return NULL;
	}
	return copy->slots;
}

const struct series_slots *source_window(struct source *source, uint32_t first)
{
	uint32_t index = first / source_window_slots();

	return index < WINDOWS_KEPT ? map_window(source, first, &source->windows[index])
				    : copy_window(source, first);
}

void source_close_windows(struct source *source)
{
	for (size_t i = 0; i < WINDOWS_KEPT; i++)
		source_unmap_array(&source->windows[i]);
	free(source->copy.slots);
	free(source->copy.keys);
	memset(&source->copy, 0, sizeof(source->copy));
}
