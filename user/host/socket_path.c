/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walks as the kernel does, a name at a time and by descriptor, so that what it stands on can't be
 * swapped under it; symbolic links are put in front of what is left of the way.
 */
#include "user/host/socket_path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "user/host/text_file.h"

#define LINKS_MAX	40	/* as many as the kernel follows */
#define WAY_SIZE	4096
#define SEARCH		1
#define WRITE		2
#define STATUS_LIMIT	16384

struct walk {
	const struct root *root;
	const struct path_user *user;
	struct path_finding *out;
	struct stat top;		/* of the root */
	int at;				/* descriptor of where it stands, a directory */
	char canonical[WAY_SIZE];	/* its path */
	char way[WAY_SIZE];		/* what is left */
	int links;
};

void path_user_groups(struct path_user *user, pid_t pid)
{
	char path[40], *text, *line, *end;

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	text = text_file_read(path, STATUS_LIMIT);
	line = text ? strstr(text, "\nGroups:") : NULL;
	if (line) {
		user->groups_known = true;
		line += strlen("\nGroups:");
		for (line += strspn(line, " \t"); *line >= '0' && *line <= '9';
		     line = end + strspn(end, " \t")) {
			uint32_t group = (uint32_t)strtoul(line, &end, 10);

			if (user->group_count < PATH_GROUPS_MAX)
				user->groups[user->group_count++] = group;
			else
				user->groups_known = false;
		}
	}
	free(text);
}

static bool is_in_group(const struct path_user *user, uint32_t group)
{
	if (user->group == group)
		return true;
	for (size_t i = 0; i < user->group_count; i++)
		if (user->groups[i] == group)
			return true;
	return false;
}

static bool overrides(const struct path_user *user, const struct stat *status)
{
	const struct event_id_range *mapped = &user->mapped;

	return user->overrides && (!mapped->count || (status->st_uid >= mapped->first_outside &&
				   status->st_uid - mapped->first_outside < mapped->count));
}

/* Access control lists are not read: with one, the mode alone does not tell. */
static bool has_list(int fd)
{
	char link[40];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	return getxattr(link, "system.posix_acl_access", NULL, 0) > 0;
}

/* 0: all of the bits wanted, -EACCES: not, -EAGAIN: not certain. */
static int may(const struct path_user *user, int fd, const struct stat *status, uint32_t wanted)
{
	uint32_t as_group = status->st_mode >> 3 & wanted, as_other = status->st_mode & wanted;

	if (overrides(user, status))
		return 0;
	if (has_list(fd))
		return -EAGAIN;
	if (user->user == status->st_uid)
		return (status->st_mode >> 6 & wanted) == wanted ? 0 : -EACCES;
	if (is_in_group(user, status->st_gid))
		return as_group == wanted ? 0 : -EACCES;
	if (!user->groups_known && (as_group == wanted) != (as_other == wanted))
		return -EAGAIN;
	return as_other == wanted ? 0 : -EACCES;
}

static void find(struct walk *walk, enum path_stop stop, const char *at, const struct stat *status)
{
	struct path_finding *out = walk->out;

	out->stop = stop;
	snprintf(out->at, sizeof(out->at), "%s", at);
	out->mode = status ? status->st_mode & 07777 : 0;
	out->user = status ? status->st_uid : 0;
	out->group = status ? status->st_gid : 0;
}

/* Takes the first name off the way; false: none is left. */
static bool next_name(struct walk *walk, char name[256])
{
	char *way = walk->way + strspn(walk->way, "/");
	size_t length = strcspn(way, "/");

	if (!length || length > 255)
		return false;
	memcpy(name, way, length);
	name[length] = '\0';
	memmove(walk->way, way + length, strlen(way + length) + 1);
	return true;
}

static bool is_last(const struct walk *walk)
{
	return !walk->way[strspn(walk->way, "/")];
}

static void stand_on(struct walk *walk, int fd)
{
	close(walk->at);
	walk->at = fd;
}

static int go_to_root(struct walk *walk)
{
	int fd = dup(walk->root->fd);

	if (fd < 0)
		return -errno;
	stand_on(walk, fd);
	walk->canonical[0] = '\0';
	return 0;
}

static int go_up(struct walk *walk)
{
	struct stat status;
	char *slash = strrchr(walk->canonical, '/');
	int fd;

	if (fstat(walk->at, &status))
		return -errno;
	if (status.st_ino == walk->top.st_ino && status.st_dev == walk->top.st_dev)
		return 0;
	fd = openat(walk->at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	stand_on(walk, fd);
	if (slash)
		*slash = '\0';
	return 0;
}

/* A symbolic link's target comes before what is left. */
static int follow(struct walk *walk, int link)
{
	char target[WAY_SIZE], rest[WAY_SIZE];
	ssize_t length = readlinkat(link, "", target, sizeof(target) - 1);

	if (length < 0)
		return -errno;
	target[length] = '\0';
	if (++walk->links > LINKS_MAX)
		return -ELOOP;
	memcpy(rest, walk->way, sizeof(rest));
	if ((size_t)snprintf(walk->way, sizeof(walk->way), "%s/%s", target, rest) >=
	    sizeof(walk->way))
		return -ENAMETOOLONG;
	return target[0] == '/' ? go_to_root(walk) : 0;
}

static int look_at_end(struct walk *walk, int fd, const char *path, const struct stat *status,
		       bool wants_new)
{
	struct path_finding *out = walk->out;
	int result;

	out->exists = true;
	out->is_socket = S_ISSOCK(status->st_mode);
	out->inode = status->st_ino;
	out->device = status->st_dev;
	if (wants_new)
		return 0;
	result = may(walk->user, fd, status, WRITE);
	if (result == -EACCES)
		find(walk, PATH_NOT_WRITABLE, path, status);
	return result == -EACCES ? 0 : result;
}

/* The directory that it stands on: may it be searched, and written to where that is wanted? */
static int check_directory(struct walk *walk, bool writes)
{
	const char *path = walk->canonical[0] ? walk->canonical : "/";
	struct statvfs system;
	struct stat status;
	int result;

	if (fstat(walk->at, &status))
		return -errno;
	result = may(walk->user, walk->at, &status, SEARCH);
	if (result == -EACCES) {
		find(walk, PATH_NOT_SEARCHABLE, path, &status);
		return 1;
	}
	if (result || !writes)
		return result;
	walk->out->read_only = !fstatvfs(walk->at, &system) && system.f_flag & ST_RDONLY;
	result = may(walk->user, walk->at, &status, SEARCH | WRITE);
	find(walk, result ? PATH_NOT_WRITABLE : PATH_PASSES, path, &status);
	return result == -EACCES ? 1 : result;
}

/* One name further. 1: the walk is at its end, 0: it goes on. */
static int step(struct walk *walk, const char *name, bool wants_new)
{
	bool last = is_last(walk);
	char path[WAY_SIZE + 257];
	struct stat status;
	int fd, result;

	if (!strcmp(name, "."))
		return 0;
	if (!strcmp(name, ".."))
		return go_up(walk);
	snprintf(path, sizeof(path), "%s/%s", walk->canonical, name);
	if (strlen(path) >= WAY_SIZE || root_is_slow(walk->root, path))
		return -EAGAIN;
	result = check_directory(walk, last && wants_new);
	if (result < 0)
		return result;
	/* Whether the end is there is worth knowing also where it may not be made. */
	fd = openat(walk->at, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (result) {
		walk->out->exists = last && fd >= 0;
		if (fd >= 0)
			close(fd);
		return 1;
	}
	if (fd < 0 && errno == ENOENT) {
		if (!last || !wants_new)
			find(walk, PATH_MISSING, path, NULL);
		return 1;
	}
	if (fd < 0 || fstat(fd, &status)) {
		result = -errno;
	} else if (S_ISLNK(status.st_mode)) {
		result = last && wants_new ? 1 : follow(walk, fd);
		if (last && wants_new)
			walk->out->exists = true;
	} else if (last) {
		result = look_at_end(walk, fd, path, &status, wants_new) ?: 1;
	} else if (!S_ISDIR(status.st_mode)) {
		find(walk, PATH_NO_DIRECTORY, path, &status);
		result = 1;
	} else {
		stand_on(walk, fd);
		snprintf(walk->canonical, sizeof(walk->canonical), "%.*s", WAY_SIZE - 1, path);
		return 0;
	}
	if (fd >= 0)
		close(fd);
	return result;
}

static int begin(struct walk *walk, const char *path)
{
	char link[40];
	ssize_t length;

	if (strlen(path) >= sizeof(walk->way) || fstat(walk->root->fd, &walk->top))
		return -EINVAL;
	snprintf(walk->way, sizeof(walk->way), "%s", path);
	walk->at = -1;
	if (path[0] == '/') {
		walk->at = dup(walk->root->fd);
		return walk->at < 0 ? -errno : 0;
	}
	if (walk->root->directory < 0)
		return -EAGAIN;
	snprintf(link, sizeof(link), "/proc/%d/cwd", walk->root->viewer);
	length = readlink(link, walk->canonical, sizeof(walk->canonical) - 1);
	if (length <= 0)
		return -EAGAIN;
	walk->canonical[length] = '\0';
	if (!strcmp(walk->canonical, "/"))
		walk->canonical[0] = '\0';
	walk->at = dup(walk->root->directory);
	return walk->at < 0 ? -errno : 0;
}

int socket_path_walk(const struct root *root, const char *path, const struct path_user *user,
		     bool wants_new, struct path_finding *out)
{
	struct walk walk = { .root = root, .user = user, .out = out };
	char name[256];
	int result;

	memset(out, 0, sizeof(*out));
	result = begin(&walk, path);
	while (!result)
		result = next_name(&walk, name) ? step(&walk, name, wants_new) : -EAGAIN;
	if (walk.at >= 0)
		close(walk.at);
	return result < 0 ? result : 0;
}
