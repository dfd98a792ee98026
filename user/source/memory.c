/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's arrays in our address space: read and set without a system call. */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user/source/internal.h"

int source_map_part(int fd, int protection, size_t offset, size_t size, struct mapped *out)
{
	void *bytes = mmap(NULL, size, protection, MAP_SHARED, fd, (off_t)offset);

	if (bytes == MAP_FAILED)
		return -errno;
	out->bytes = bytes;
	out->size = size;
	return 0;
}

/* An array's values are laid out eight bytes aligned, the whole in pages. */
int source_map_array(int fd, int protection, struct mapped *out)
{
	struct bpf_map_info info = {};
	uint32_t length = sizeof(info);
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size;

	if (fd < 0)
		return fd;
	if (bpf_map_get_info_by_fd(fd, &info, &length))
		return -errno;
	size = (size_t)((info.value_size + 7) / 8 * 8) * info.max_entries;
	return source_map_part(fd, protection, 0, (size + page - 1) / page * page, out);
}

int source_map_memory(struct source *source)
{
	int result = source_map_array(shared_map_fd(&source->shared, "processes"),
				      PROT_READ | PROT_WRITE, &source->processes);

	if (!result && !source_window(source, 0))
		result = -errno;
	if (result)
		return result;
	source->owners = calloc(source->series_end, sizeof(*source->owners));
	return source->owners ? 0 : -ENOMEM;
}

void source_unmap_array(struct mapped *mapped)
{
	if (mapped->bytes)
		munmap(mapped->bytes, mapped->size);
	mapped->bytes = NULL;
}

void source_unmap_memory(struct source *source)
{
	source_close_windows(source);
	source_unmap_array(&source->processes);
	for (uint32_t slot = 0; source->owners && slot < source->series_end; slot++)
		durations_free(&source->owners[slot].seen);
	free(source->owners);
	source->owners = NULL;
}
