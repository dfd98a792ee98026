/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Starting a command so that it waits, before its first instruction, until it is let go; its
 * standard streams, environment and exit status are its own.
 */
#ifndef SEAMARK_SPAWN_H
#define SEAMARK_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

struct spawned {
	pid_t pid;
	int go_fd;	/* a byte here lets it go */
	int error_fd;	/* an errno comes back here when it can't be executed */
};

/* The file that execvp would start: 0 and its path, or -ENOENT, -EACCES, -ENAMETOOLONG. */
int command_find_file(const char *name, char *path, size_t size);
/* Remembers signals and limits: the command gets them. Before Seamark changes any. */
void spawn_save_settings(void);
/* Forks; the child waits. Negative errno. */
int spawn_waiting(char *const argv[], struct spawned *out);
/* Lets it go. 0 once it runs, or the negative errno of its exec; it is reaped then. */
int spawn_go(struct spawned *spawned);

#endif
