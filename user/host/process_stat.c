/* SPDX-License-Identifier: BSD-2-Clause */
/* Fields 3, 4, 9 and 22 of /proc/PID/stat. */
#include "user/host/process_stat.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "user/host/text_file.h"

#define STAT_LIMIT	4096
#define TICK_NS		10000000ULL	/* USER_HZ is 100 on all that Seamark runs on */
#define STATE_FIELD	3
#define PARENT_FIELD	4
#define FLAGS_FIELD	9
#define START_FIELD	22
#define KERNEL_THREAD	0x00200000	/* PF_KTHREAD */

/* "4242 (name) S 1 ...": a name may hold spaces and brackets, what follows it may not. */
int process_stat_parse(const char *text, struct process_stat *out)
{
	const char *at = strrchr(text, ')');
	struct process_stat found = { 0 };

	for (int field = STATE_FIELD; at && field <= START_FIELD; field++) {
		at = strchr(at, ' ');
		if (!at)
			break;
		at++;
		if (field == STATE_FIELD)
			found.state = *at;
		if (field == FLAGS_FIELD)
			found.flags = (uint32_t)strtoul(at, NULL, 10);
		if (field == PARENT_FIELD)
			found.parent = (pid_t)strtol(at, NULL, 10);
		if (field == START_FIELD)
			found.start_ticks = strtoull(at, NULL, 10);
	}
	if (!at)
		return -EBADMSG;
	*out = found;
	return 0;
}

int process_stat_read(pid_t pid, struct process_stat *out)
{
	char path[32], *text;
	int result;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	text = text_file_read(path, STAT_LIMIT);
	if (!text)
		return -errno;
	result = process_stat_parse(text, out);
	free(text);
	return result;
}

bool process_has_program(pid_t pid)
{
	struct process_stat stat;

	return !process_stat_read(pid, &stat) && stat.state != 'Z' && stat.state != 'X' &&
	       !(stat.flags & KERNEL_THREAD);
}

bool process_began_at(pid_t pid, uint64_t start_boottime_ns)
{
	struct process_stat stat;

	return !process_stat_read(pid, &stat) && stat.start_ticks == start_boottime_ns / TICK_NS;
}

static uint64_t now_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

bool process_is_younger(pid_t pid, uint64_t monotonic_ns)
{
	/* In this order: what the host slept is never negative. */
	uint64_t awake_ns = now_ns(CLOCK_MONOTONIC), slept_ns = now_ns(CLOCK_BOOTTIME) - awake_ns;
	struct process_stat stat;

	return !process_stat_read(pid, &stat) &&
	       stat.start_ticks > (monotonic_ns + slept_ns) / TICK_NS;
}
