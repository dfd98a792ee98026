/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which control group tree tells this host's processes apart: cgroup2 where it is the only one,
 * else a controller of version 1, since outside of the unified tree every cgroup2 id is 1.
 */
#ifndef SEAMARK_HOST_CGROUP_H
#define SEAMARK_HOST_CGROUP_H

#include <stddef.h>
#include <stdint.h>

struct cgroup_tree {
	char mount[256];	/* "/sys/fs/cgroup/memory" */
	char controller[16];	/* "memory"; empty: cgroup2 */
	int32_t hierarchy;	/* the kernel's id of the tree; 0: cgroup2 */
};

/* -ENOENT when no tree is mounted. */
int cgroup_tree_find(struct cgroup_tree *out);
/* The same over the text of /proc/self/mountinfo and /proc/cgroups: for tests. */
int cgroup_tree_choose(const char *mountinfo, const char *cgroups, struct cgroup_tree *out);

/*
 * A descriptor of the directory of the cgroup2 tree's root, which every process of the host is in
 * or below; to be closed by the caller. -ENOENT where no cgroup2 is mounted; -EXDEV where what is
 * seen of it begins further down; or another negative errno.
 */
int cgroup_root_open(void);

/* Every group of the tree: its id (the directory's inode) and its path from the tree's root. */
typedef void (*cgroup_take)(void *context, uint64_t id, const char *path);
int cgroup_walk(const struct cgroup_tree *tree, cgroup_take take, void *context);

#endif
