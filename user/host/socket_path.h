/* SPDX-License-Identifier: BSD-2-Clause */
/* How far a user gets on the way to a unix socket's path, component by component. */
#ifndef SEAMARK_HOST_SOCKET_PATH_H
#define SEAMARK_HOST_SOCKET_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/host/root.h"

#define PATH_GROUPS_MAX 64

/* Who walks. */
struct path_user {
	uint32_t user;			/* fsuid */
	uint32_t group;			/* egid */
	bool overrides;			/* CAP_DAC_OVERRIDE, for files whose owner is mapped */
	struct event_id_range mapped;	/* of users; count 0: all are */
	bool groups_known;
	size_t group_count;
	uint32_t groups[PATH_GROUPS_MAX];
};

/* Groups of a live process, from /proc/PID/status; groups_known says whether they were read. */
void path_user_groups(struct path_user *user, pid_t pid);

enum path_stop {
	PATH_PASSES,			/* nothing stops it */
	PATH_MISSING,			/* a component is not there */
	PATH_NO_DIRECTORY,		/* a component is there, and is none */
	PATH_NOT_SEARCHABLE,		/* no execute permission on a directory */
	PATH_NOT_WRITABLE,		/* not to be written to: last directory, or the socket */
};

struct path_finding {
	enum path_stop stop;
	char at[128];			/* the component that stops it; else the last directory */
	uint32_t mode;			/* of that component: permission bits */
	uint32_t user;
	uint32_t group;
	bool read_only;			/* the last directory's file system is */
	bool exists;			/* the path itself */
	bool is_socket;
	uint64_t inode;			/* of the path, when it exists */
	uint64_t device;
};

/*
 * wants_new: the last directory must be writable, for a bind; else the socket itself, for a
 * connect. -EAGAIN where the answer would not be certain: slow file systems, access control lists,
 * groups that are not known and would matter.
 */
int socket_path_walk(const struct root *root, const char *path, const struct path_user *user,
		     bool wants_new, struct path_finding *out);

#endif
