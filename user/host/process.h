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
/* The process' path in the tree; returns the length. */
int process_cgroup_path(pid_t pid, const struct cgroup_tree *tree, char *path, size_t size);
/* The same over the text of /proc/PID/cgroup: for tests. */
int cgroup_line_find(const char *text, const char *controller, char *path, size_t size);
/* The path that names a container, over all trees; 0 when none does. */
int process_container_id(pid_t pid, char *id, size_t size);

#endif
