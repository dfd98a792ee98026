/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of a process beyond what its program, its control group and its number say: its pid
 * inside a pid namespace, and the container that only another tree of control groups names. By pid
 * and the moment from which it is that process', so that a pid that comes again says nothing of
 * those who had it before. Processes of whom there is nothing to say take no place.
 */
#ifndef SEAMARK_PROCESSES_H
#define SEAMARK_PROCESSES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/attribute.h"
#include "user/model/cgroup_path.h"

#define PROCESSES_MAX 65536

struct processes;

struct processes *processes_new(void);
void processes_free(struct processes *processes);

struct process_birth {
	uint32_t pid;
	uint32_t vpid;			/* 0: not known */
	uint64_t start_boottime_ns;	/* of the process, not of the program that it runs */
	uint64_t since_ns;		/* CLOCK_MONOTONIC, of the word; 0: it ran before */
};

/*
 * A process began, or goes on as another program: then what was known stays. Whoever had the pid
 * before is forgotten. -ENOMEM; -ENOSPC at the ceiling, which is counted.
 */
int processes_add(struct processes *processes, const struct process_birth *birth);
/* As processes_add(), with the container it is in by what another tree says. */
int processes_place(struct processes *processes, const struct process_birth *birth,
		    const struct cgroup_identity *identity);
/* Another than the one born then has no claim to what is known of the pid. */
void processes_forget(struct processes *processes, uint32_t pid, uint64_t start_boottime_ns);
/* It ended; it is remembered for a minute after now_ns (CLOCK_MONOTONIC), for late facts. */
void processes_end(struct processes *processes, uint32_t pid, uint64_t now_ns);
void processes_expire(struct processes *processes, uint64_t now_ns);

/* Adds to a fact of the pid at time_ns; a container only where none is named yet. */
void processes_describe(const struct processes *processes, uint32_t pid, uint64_t time_ns,
			struct attributes *attributes);
/* The next one that has not ended, behind the pid's; 0: the first. False: there is none. */
bool processes_after(const struct processes *processes, uint32_t pid, struct process_birth *out);
size_t processes_count(const struct processes *processes);
uint64_t processes_refused(const struct processes *processes);

#endif
