/* SPDX-License-Identifier: BSD-2-Clause */
/* What guards a process beside user and mode: security modules, and capabilities of its file. */
#ifndef SEAMARK_HOST_GUARD_H
#define SEAMARK_HOST_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* "lockdown,capability,apparmor", as the kernel asks them; 0: not to be had. Returns the length. */
int security_modules(char *out, size_t size);
/* Is among them one that could refuse an address or a path? */
bool security_modules_guard(const char *modules);
/* The label under which the process runs, "docker-default (enforce)"; 0: none. */
int security_label(pid_t pid, char *out, size_t size);

/* Of an executable: the attribute security.capability. */
struct file_capabilities {
	uint64_t permitted;		/* 0: the file has none */
	bool effective;			/* switched on at exec */
};

/* Negative errno when the file or the attribute can't be read. */
int file_capabilities_read(int fd, struct file_capabilities *out);

#endif
