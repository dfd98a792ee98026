/* SPDX-License-Identifier: BSD-2-Clause */
/* What /proc says of one process. Negative errno where it is gone or may not be asked. */
#ifndef SEAMARK_HOST_PROCESS_H
#define SEAMARK_HOST_PROCESS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/host/cgroup.h"

/* A descriptor of the file that the process runs, also where that was unlinked or replaced. */
int process_exe_open(uint32_t pid);
/* Its path as the process sees it, " (deleted)" taken off; returns the length. */
int process_exe_path(uint32_t pid, char *path, size_t size);
struct cgroup_identity;
/*
 * The path of group id in the tree, if the process is in it now; returns the length. -ESTALE: it is
 * in another, or another process has its pid.
 */
int process_cgroup_path(pid_t pid, const struct cgroup_tree *tree, uint64_t id, char *path,
			size_t size);
/*
 * What any tree says of a container that the process is in, for hosts where a runtime does not put
 * it into all of them; where none does, what says its unit. 1: a container, or a unit; 0: neither.
 */
int process_place(pid_t pid, struct cgroup_identity *out);
/* What the kernel calls it, up to 15 bytes; empty: it is gone. */
void process_name(pid_t pid, char *name, size_t size);
/* The same over the text of /proc/PID/cgroup: for tests. */
int cgroup_line_find(const char *text, const char *controller, char *path, size_t size);
/* The path that names a container, over all trees; 0 when none does. */
int process_container_id(pid_t pid, char *id, size_t size);

#endif
