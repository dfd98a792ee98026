/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process' parent and its birth, by which a pid that was given away again is known for another's.
 */
#ifndef SEAMARK_HOST_PROCESS_STAT_H
#define SEAMARK_HOST_PROCESS_STAT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct process_stat {
	pid_t parent;
	char state;			/* 'R', 'S'; 'Z': it has ended */
	uint32_t flags;			/* the kernel's PF_ */
	uint64_t start_ticks;	/* since the machine's start, 100 a second */
};

/* Negative errno: -ENOENT when it is gone, -EBADMSG when it can't be read. */
int process_stat_read(pid_t pid, struct process_stat *out);
/* The same over the text of /proc/PID/stat, whose program may have any name: for tests. */
int process_stat_parse(const char *text, struct process_stat *out);

/* It runs a file: a thread of the kernel does not, nor who has ended. Needs no right. */
bool process_has_program(pid_t pid);
/* Is whoever has the pid now the process that began then (CLOCK_BOOTTIME), to 10 ms? */
bool process_began_at(pid_t pid, uint64_t start_boottime_ns);
/* Does somebody have the pid who began only after that moment (CLOCK_MONOTONIC)? */
bool process_is_younger(pid_t pid, uint64_t monotonic_ns);

#endif
