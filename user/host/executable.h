/* SPDX-License-Identifier: BSD-2-Clause */
/* Executables by descriptor: who they are, and their bytes. */
#ifndef SEAMARK_EXECUTABLE_H
#define SEAMARK_EXECUTABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "user/gobin/gobin.h"

/*
 * A replaced file is another executable; so is one written over in place, even where its time of
 * change was set back: the inode's own time can't be.
 */
struct executable_identity {
	uint64_t device;
	uint64_t inode;
	uint64_t size;
	int64_t mtime_ns;
	int64_t ctime_ns;
};

/* Negative errno; -EINVAL for what is no regular file. */
int executable_identify(int fd, struct executable_identity *out);
/* The same by path, links followed: /proc/PID/exe. */
int executable_identify_path(const char *path, struct executable_identity *out);

/* Whether nothing was done to the file between one and the other. */
bool executable_is_same(const struct executable_identity *one,
			const struct executable_identity *other);
/*
 * The same, but for its names, owner, rights and capabilities. By whatever device: each overlay
 * shows the files of a shared layer as its own.
 */
bool executable_is_same_content(const struct executable_identity *one,
				const struct executable_identity *other);

/* Reads the size bytes behind fd, by pread only. */
void executable_reader(int fd, uint64_t size, struct gobin_reader *out);

#endif
