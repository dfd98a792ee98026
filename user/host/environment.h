/* SPDX-License-Identifier: BSD-2-Clause */
/* Some variables of a process' environment, and no other: environments hold secrets. */
#ifndef SEAMARK_HOST_ENVIRONMENT_H
#define SEAMARK_HOST_ENVIRONMENT_H

#include <stddef.h>
#include <sys/types.h>

/*
 * values[i]: what the variable names[i] was when the process began, to be freed; NULL: not set.
 * What else was read is wiped. -ESRCH: the process is gone, or has no environment.
 */
int environment_read(pid_t pid, const char *const *names, char **values, size_t count);

#endif
