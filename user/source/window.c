/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Windows on the kernel's histograms. The first ones stay open; of the others one at a time is, for
 * ten microseconds: all of them would be 33 MiB of this process.
 */
#include <errno.h>
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

const struct series_slots *source_window(struct source *source, uint32_t first)
{
	uint32_t index = first / source_window_slots();
	struct mapped *window = index < WINDOWS_KEPT ? &source->windows[index] : &source->passing;
	size_t slot = sizeof(struct series_slots), page = page_size(), offset = first * slot;
	size_t end = (source->series_end * slot + page - 1) / page * page;
	size_t size = source_window_slots() * slot;
	int fd = shared_map_fd(&source->shared, "series"), error;

	if (window != &source->passing && window->bytes)
		return window->bytes;
	source_unmap_array(window);
	if (size > end - offset)
		size = end - offset;
	error = fd < 0 ? fd : source_map_part(fd, PROT_READ, offset, size, window);
	errno = -error;
	return error ? NULL : window->bytes;
}

void source_close_windows(struct source *source)
{
	for (size_t i = 0; i < WINDOWS_KEPT; i++)
		source_unmap_array(&source->windows[i]);
	source_unmap_array(&source->passing);
}
