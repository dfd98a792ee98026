/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who started a container, where its control group's path doesn't say: containerd's shim names
 * namespace and id in its arguments, and so do runc and crun that wait for it; one that was left
 * running alone is in their state folder, with the very path.
 */
#ifndef SEAMARK_HOST_SUPERVISOR_H
#define SEAMARK_HOST_SUPERVISOR_H

#include <sys/types.h>

#include "user/model/cgroup_path.h"

/*
 * Adds to what the path said: the runtime of a container whose id is known, or both, if the last
 * part of the path is the id that the supervisor names. pid: a process in the group, or the one
 * that made it. Returns 1 when something was added, else 0.
 */
int supervisor_find(pid_t pid, const char *path, struct cgroup_identity *identity);

/*
 * The same over arguments as /proc/PID/cmdline has them, each with its NUL, all length bytes long:
 * for tests. program: the file name of what runs with them.
 */
int supervisor_read(const char *program, const char *arguments, size_t length, const char *leaf,
		    struct cgroup_identity *identity);

/*
 * The name of the program that /proc/PID/exe leads to. crun runs a copy of itself in memory, so
 * that no container can write to it: "/memfd:crun_cloned:/proc/self/exe". For tests.
 */
void supervisor_program(const char *path, char *out, size_t size);

#endif
