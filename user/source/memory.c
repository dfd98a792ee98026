/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's arrays in our address space: read and set without a system call. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user/source/internal.h"

/* An array's values are laid out eight bytes aligned, the whole in pages. */
int source_map_array(int fd, int protection, struct mapped *out)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size;
	void *bytes;

	if (fd < 0)
		return fd;
	if (bpf_map_get_info_by_fd(fd, &info, &length))
		return -errno;
	size = (size_t)((info.value_size + 7) / 8 * 8) * info.max_entries;
	size = (size + page - 1) / page * page;
	bytes = mmap(NULL, size, protection, MAP_SHARED, fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	out->bytes = bytes;
	out->size = size;
	return 0;
}

int source_map_memory(struct source *source)
{
	const struct shared_maps *shared = &source->shared;
	int result;

	result = source_map_array(shared_map_fd(shared, "series"), PROT_READ, &source->series);
	if (!result)
		result = source_map_array(shared_map_fd(shared, "processes"),
					  PROT_READ | PROT_WRITE, &source->processes);
	if (result)
		return result;
	source->seen = calloc(SERIES_MAX, sizeof(*source->seen));
	source->owners = calloc(SERIES_MAX, sizeof(*source->owners));
	return source->seen && source->owners ? 0 : -ENOMEM;
}

void source_unmap_array(struct mapped *mapped)
{
	if (mapped->bytes)
		munmap(mapped->bytes, mapped->size);
	mapped->bytes = NULL;
}

void source_unmap_memory(struct source *source)
{
	source_unmap_array(&source->series);
	source_unmap_array(&source->processes);
	free(source->seen);
	source->seen = NULL;
	free(source->owners);
	source->owners = NULL;
}
