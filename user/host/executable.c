/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads by pread only: a mapping of a file that shrinks would end Seamark with SIGBUS. */
#include "user/host/executable.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
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

static int64_t nanoseconds(const struct statx_timestamp *time)
{
	return time->tv_sec * 1000000000LL + time->tv_nsec;
}

static int identify(int directory, const char *path, int flags, struct executable_identity *out)
{
	struct statx status;

	/* A file system that asks somebody for an answer could keep it for ever. */
	if (statx(directory, path, flags | AT_STATX_DONT_SYNC, STATX_BASIC_STATS, &status))
		return -errno;
	if (!S_ISREG(status.stx_mode))
		return -EINVAL;
	out->device = makedev(status.stx_dev_major, status.stx_dev_minor);
	out->inode = status.stx_ino;
	out->size = status.stx_size;
	out->mtime_ns = nanoseconds(&status.stx_mtime);
	out->ctime_ns = nanoseconds(&status.stx_ctime);
	return 0;
}

int executable_identify(int fd, struct executable_identity *out)
{
	return identify(fd, "", AT_EMPTY_PATH, out);
}

int executable_identify_path(const char *path, struct executable_identity *out)
{
	return identify(AT_FDCWD, path, 0, out);
}

bool executable_is_same_content(const struct executable_identity *one,
				const struct executable_identity *other)
{
	return one->inode == other->inode && one->size == other->size &&
	       one->mtime_ns == other->mtime_ns;
}

bool executable_is_same(const struct executable_identity *one,
			const struct executable_identity *other)
{
	return one->device == other->device && executable_is_same_content(one, other) &&
	       one->ctime_ns == other->ctime_ns;
}

void executable_reader(int fd, uint64_t size, struct gobin_reader *out)
{
	*out = (struct gobin_reader){
		.read = read_at, .context = (void *)(intptr_t)fd, .size = size,
	};
}
