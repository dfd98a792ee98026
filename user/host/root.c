/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/PID/root, and a stand-in for it when the process is gone. */
#include "user/host/root.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/host/mountinfo.h"
#include "user/host/text_file.h"

#define FDINFO_LIMIT	4096

/* File systems served by a program or another host: a look-up there may wait for ever. */
static const char *const slow[] = {
	"fuse", "nfs", "cifs", "smb", "9p", "ceph", "afs", "autofs", "virtiofs", "glusterfs",
};

static int open_link(const char *process, const char *link)
{
	char path[300];
	int fd;

	snprintf(path, sizeof(path), "/proc/%s/%s", process, link);
	fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

static bool is_in_namespace(const char *process, uint32_t mount_namespace)
{
	char path[300];
	struct stat status;

	snprintf(path, sizeof(path), "/proc/%s/ns/mnt", process);
	return !stat(path, &status) && status.st_ino == mount_namespace;
}

static bool is_root(int fd, const struct event_root *wanted)
{
	struct stat status;

	return !fstat(fd, &status) && status.st_ino == wanted->inode &&
	       (major(status.st_dev) << 20 | minor(status.st_dev)) == wanted->device;
}

static char *mounts_of(const char *process)
{
	char path[300];

	snprintf(path, sizeof(path), "/proc/%s/mountinfo", process);
	return text_file_read(path, MOUNTINFO_LIMIT);
}

/* By a process that may be another one, if it has the same root. */
static int open_by(const char *process, const struct event_root *wanted, struct root *out)
{
	int fd;

	if (!wanted->mount_namespace || !is_in_namespace(process, wanted->mount_namespace))
		return -ENOENT;
	fd = open_link(process, "root");
	if (fd < 0)
		return fd;
	if (!is_root(fd, wanted)) {
		close(fd);
		return -ENOENT;
	}
	out->fd = fd;
	out->directory = -1;
	out->viewer = (pid_t)strtol(process, NULL, 10);
	out->mounts = mounts_of(process);
	if (out->mounts)
		return 0;
	root_close(out);
	return -ENOENT;
}

int root_open_own(pid_t pid, struct root *out)
{
	char process[16];

	snprintf(process, sizeof(process), "%d", pid);
	out->device = 0;
	out->fd = open_link(process, "root");
	if (out->fd < 0)
		return out->fd;
	out->directory = open_link(process, "cwd");
	out->viewer = pid;
	out->mounts = mounts_of(process);
	if (out->mounts)
		return 0;
	/* It ended in between: without its mounts nothing may be looked at. */
	root_close(out);
	return -ENOENT;
}

static int open_any(const struct event_root *wanted, uint64_t budget_ns, struct root *out)
{
	uint64_t until_ns = host_monotonic_ns() + budget_ns;
	DIR *processes = opendir("/proc");
	struct dirent *entry;
	int result = -ENOENT;

	if (!processes)
		return -errno;
	while (result && (entry = readdir(processes)) && host_monotonic_ns() < until_ns)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			result = open_by(entry->d_name, wanted, out);
	closedir(processes);
	return result;
}

int root_open(pid_t pid, const struct event_root *wanted, uint64_t budget_ns, struct root *out)
{
	if (!root_open_own(pid, out)) {
		out->device = wanted->device;
		return 0;
	}
	out->device = wanted->device;
	if (!open_by("self", wanted, out)) {
		out->viewer = getpid();
		return 0;
	}
	return open_any(wanted, budget_ns, out);
}

int root_copy(const struct root *root, const struct event_root *wanted, struct root *out)
{
	if (!is_root(root->fd, wanted))
		return -ENOENT;
	out->fd = fcntl(root->fd, F_DUPFD_CLOEXEC, 0);
	if (out->fd < 0)
		return -errno;
	/* Where a process that is gone stood can't be told by its path any more. */
	out->directory = -1;
	out->viewer = root->viewer;
	out->device = wanted->device;
	out->mounts = strdup(root->mounts);
	if (out->mounts)
		return 0;
	root_close(out);
	return -ENOMEM;
}

void root_close(struct root *root)
{
	close(root->fd);
	if (root->directory >= 0)
		close(root->directory);
	free(root->mounts);
}

static bool is_slow_type(const char *type)
{
	for (size_t i = 0; i < sizeof(slow) / sizeof(slow[0]); i++)
		if (!strncmp(type, slow[i], strlen(slow[i])))
			return true;
	return false;
}

/* Does the path lie at or below the mount point? */
static bool is_below(const char *path, const char *point)
{
	size_t length = strlen(point);

	if (!strcmp(point, "/"))
		return true;
	return !strncmp(path, point, length) && (!path[length] || path[length] == '/');
}

/* A directory that chroot(2) made a root shows no mount: its file system is found by its number. */
static bool is_slow_device(uint32_t device)
{
	char *mounts = mounts_of("self");
	const char *text = mounts;
	struct mount mount;
	bool is_slow = true;

	while (mountinfo_next(&text, &mount))
		if (mount.device == device)
			is_slow = is_slow_type(mount.type);
	free(mounts);
	return is_slow;
}

bool root_is_slow(const struct root *root, const char *path)
{
	const char *text = root->mounts;
	bool is_slow = true, is_found = false;
	size_t longest = 0;
	struct mount mount;

	while (mountinfo_next(&text, &mount)) {
		if (!is_below(path, mount.point) || strlen(mount.point) < longest)
			continue;
		longest = strlen(mount.point);
		is_slow = is_slow_type(mount.type);
		is_found = true;
	}
	return is_found ? is_slow : is_slow_device(root->device);
}

/* "mnt_id:\t29" */
static long mount_of(int fd)
{
	char path[40], *text, *at;
	long mount = -1;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	text = text_file_read(path, FDINFO_LIMIT);
	at = text ? strstr(text, "mnt_id:") : NULL;
	if (at)
		mount = strtol(at + strlen("mnt_id:"), NULL, 10);
	free(text);
	return mount;
}

bool root_is_slow_fd(int fd)
{
	long id = mount_of(fd);
	char *mounts = id < 0 ? NULL : mounts_of("self");
	const char *text = mounts;
	struct mount mount;
	bool is_slow = true;

	while (is_slow && mountinfo_next(&text, &mount))
		if (mount.id == id)
			is_slow = is_slow_type(mount.type);
	free(mounts);
	return is_slow;
}

int root_open_within(int directory, const char *path, int flags, uint64_t resolve)
{
	const struct open_how how = {
		/* What only is looked at takes no further flags: openat2(2) is strict. */
		.flags = (uint64_t)flags | O_CLOEXEC |
			 (flags & O_PATH ? 0 : O_NONBLOCK | O_NOCTTY),
		.resolve = RESOLVE_NO_MAGICLINKS | resolve,
	};
	int fd = (int)syscall(SYS_openat2, directory, path, &how, sizeof(how));

	return fd < 0 ? -errno : fd;
}

int root_openat(const struct root *root, const char *path, int flags)
{
	if (root_is_slow(root, path))
		return -EAGAIN;
	return root_open_within(root->fd, path, flags, RESOLVE_IN_ROOT);
}
