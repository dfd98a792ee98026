/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads by pread only: a mapping of a file that shrinks would end Seamark with SIGBUS. */
#include "user/host/executable.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int64_t read_at(void *context, void *into, uint64_t size, uint64_t offset)
{
	int fd = (int)(intptr_t)context;
	uint64_t done = 0;

	while (done < size) {
		ssize_t got = pread(fd, (char *)into + done, size - done, (off_t)(offset + done));

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		done += (uint64_t)got;
	}
	return (int64_t)done;
}

int executable_identify(int fd, struct executable_identity *out)
{
	struct stat status;

	if (fstat(fd, &status))
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EINVAL;
	out->device = status.st_dev;
	out->inode = status.st_ino;
	out->size = (uint64_t)status.st_size;
	out->mtime_ns = status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec;
	return 0;
}

int executable_open(int fd, const struct executable_scratch *scratch, struct gobin **out,
		    enum gobin_refusal *refusal)
{
	struct executable_identity identity;
	int result = executable_identify(fd, &identity);
	struct gobin_reader reader = { .read = read_at, .context = (void *)(intptr_t)fd };

	if (result)
		return result;
	reader.size = identity.size;
	if (scratch) {
		reader.scratch = scratch->bytes;
		reader.scratch_size = scratch->size;
	}
	return gobin_open(&reader, out, refusal);
}
