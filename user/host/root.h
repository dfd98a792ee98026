/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process' files as it sees them: its root directory, and where in it a look could hang. What is
 * below belongs to somebody else, who may swap links while it is read: nothing leaves the root.
 */
#ifndef SEAMARK_HOST_ROOT_H
#define SEAMARK_HOST_ROOT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "include/event.h"

struct root {
	int fd;				/* of the directory, O_PATH */
	int directory;			/* where relative paths begin; -1: not known any more */
	pid_t viewer;			/* the process by which it was reached */
	uint32_t device;		/* of the root directory, as the kernel keeps it */
	char *mounts;			/* its /proc/PID/mountinfo */
};

/*
 * By the process itself, or when that is gone by another with the same mount namespace and root
 * directory, Seamark included; the search for one ends after budget_ns. -ENOENT: none.
 */
int root_open(pid_t pid, const struct event_root *wanted, uint64_t budget_ns, struct root *out);
/* By the process itself only; the device is not known by this. */
int root_open_own(pid_t pid, struct root *out);
/* A second one of what is open, if it is the one that is wanted: -ENOENT when it is not. */
int root_copy(const struct root *root, const struct event_root *wanted, struct root *out);
void root_close(struct root *root);

/* Is path on a file system whose server may never answer (FUSE, network)? True when not known. */
bool root_is_slow(const struct root *root, const char *path);

/* The same of what is open, by the mount it was reached by; nothing is asked of its server. */
bool root_is_slow_fd(int fd);

/*
 * openat2(2) for what somebody else may swap meanwhile: never through the links of /proc, never
 * waiting; resolve: RESOLVE_* that say what else. A descriptor, or a negative errno.
 */
int root_open_within(int directory, const char *path, int flags, uint64_t resolve);

/*
 * Opens a file below the root for reading (flags: those of open(2)), symbolic links followed within
 * it. Negative errno; -EAGAIN for a place that is slow.
 */
int root_openat(const struct root *root, const char *path, int flags);

#endif
