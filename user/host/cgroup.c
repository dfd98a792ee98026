/* SPDX-License-Identifier: BSD-2-Clause */
/* Choosing a tree from what is mounted, and walking its directories. */
#include "user/host/cgroup.h"

#include <errno.h>
#include <fcntl.h>
#include <fts.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/host/mountinfo.h"
#include "user/host/text_file.h"

#define FILE_LIMIT	(1u << 20)
#define GROUPS_MAX	200000
#define ROOT_INODE	1		/* the kernel numbers groups from their root on */

static const char *const controllers[] = { "memory", "pids", "cpu" };

static bool has_option(const char *options, const char *wanted)
{
	size_t length = strlen(wanted);

	for (const char *at = options; (at = strstr(at, wanted)); at += length)
		if ((at == options || at[-1] == ',') && (at[length] == ',' || !at[length]))
			return true;
	return false;
}

/*
 * How far above the root of Seamark's own control group namespace a mount begins: "/" not at all,
 * "/../.." by two groups; -1: a part of the tree, which some containers have beside it.
 */
static int height(const char *root)
{
	int count = 0;

	for (; !strncmp(root, "/..", 3) && (root[3] == '/' || !root[3]); root += 3)
		count++;
	return !strcmp(root, "/") || (count && !*root) ? count : -1;
}

static bool is_mount_of(const struct mount *mount, const char *controller)
{
	return !strcmp(mount->type, controller ? "cgroup" : "cgroup2") &&
	       (!controller || has_option(mount->options, controller));
}

/*
 * The mount point of a tree; controller NULL: cgroup2. In a container with a namespace of its own
 * the host's whole tree begins above what is its own root: the highest is the one.
 */
static bool find_mount(const char *mountinfo, const char *controller, struct cgroup_tree *out)
{
	struct mount mount;
	int highest = -1;

	while (mountinfo_next(&mountinfo, &mount)) {
		if (!is_mount_of(&mount, controller) || height(mount.root) <= highest)
			continue;
		highest = height(mount.root);
		snprintf(out->mount, sizeof(out->mount), "%s", mount.point);
		snprintf(out->controller, sizeof(out->controller), "%s",
			 controller ? controller : "");
	}
	return highest >= 0;
}

/* "memory\t3\t12\t1": name and hierarchy. */
static int32_t find_hierarchy(const char *cgroups, const char *controller)
{
	size_t length = strlen(controller);

	for (const char *line = cgroups; *line;) {
		size_t line_length = strcspn(line, "\n");

		if (!strncmp(line, controller, length) && line[length] == '\t')
			return (int32_t)strtol(line + length + 1, NULL, 10);
		line += line_length + (line[line_length] == '\n');
	}
	return 0;
}

int cgroup_tree_choose(const char *mountinfo, const char *cgroups, struct cgroup_tree *out)
{
	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]); i++)
		if (find_mount(mountinfo, controllers[i], out)) {
			out->hierarchy = find_hierarchy(cgroups, controllers[i]);
			return 0;
		}
	return find_mount(mountinfo, NULL, out) ? 0 : -ENOENT;
}

int cgroup_tree_find(struct cgroup_tree *out)
{
	char *mountinfo = text_file_read("/proc/self/mountinfo", MOUNTINFO_LIMIT);
	char *cgroups = text_file_read("/proc/cgroups", FILE_LIMIT);
	int result = -ENOENT;

	if (mountinfo)
		result = cgroup_tree_choose(mountinfo, cgroups ? cgroups : "", out);
	free(mountinfo);
	free(cgroups);
	return result;
}

int cgroup_root_open(void)
{
	char *mountinfo = text_file_read("/proc/self/mountinfo", MOUNTINFO_LIMIT);
	struct cgroup_tree tree;
	struct stat status;
	int fd = -ENOENT;

	if (mountinfo && find_mount(mountinfo, NULL, &tree)) {
		fd = open(tree.mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		fd = fd < 0 ? -errno : fd;
	}
	free(mountinfo);
	if (fd < 0 || (!fstat(fd, &status) && status.st_ino == ROOT_INODE))
		return fd;
	close(fd);
	return -EXDEV;
}

int cgroup_walk(const struct cgroup_tree *tree, cgroup_take take, void *context)
{
	char mount[sizeof(tree->mount)];
	char *paths[] = { mount, NULL };
	size_t prefix = strlen(tree->mount), count = 0;
	FTSENT *entry;
	FTS *walk;

	memcpy(mount, tree->mount, sizeof(mount));
	/* Directories say themselves that they are such: their forty files each are not asked. */
	walk = fts_open(paths, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR | FTS_NOSTAT, NULL);
	if (!walk)
		return -errno;
	while ((entry = fts_read(walk)) && count < GROUPS_MAX) {
		const char *path = entry->fts_path + prefix;

		if (entry->fts_info != FTS_D)
			continue;
		take(context, entry->fts_ino, *path ? path : "/");
		count++;
	}
	fts_close(walk);
	return 0;
}
