/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The stream that the user half runs on: the kernel's records, verbatim, between what the host
 * told about them. A recording is this stream in a file, so that it can run again without either.
 */
#ifndef SEAMARK_RECORD_H
#define SEAMARK_RECORD_H

#include <stddef.h>
#include <stdint.h>

#include "include/aggregate.h"
#include "include/event.h"
#include "include/losses.h"
#include "user/model/cgroup_path.h"
#include "user/model/histogram.h"
#include "user/model/processes.h"
#include "user/model/record_names.h"

#define RECORDING_MAGIC "SEAMARK1"	/* first eight bytes of the file, without the NUL */
#define RECORD_SIZE_MAX 8192

/* Append-only. */
enum record_type {
	RECORD_NONE,
	RECORD_EVENT,		/* one kernel record */
	RECORD_CLOCK,		/* struct record_clock */
	RECORD_PROGRAM,		/* struct record_program */
	RECORD_CGROUP,		/* struct record_cgroup */
	RECORD_CONTEXT,		/* struct record_context */
	RECORD_SERIES,		/* struct record_series */
	RECORD_SYSCALL_ERROR,	/* struct record_syscall_error */
	RECORD_EVIDENCE,	/* struct verdict_context, for the event that follows */
	RECORD_ACCOUNTS,	/* struct record_accounts */
	RECORD_CONTAINER,	/* struct record_container */
	RECORD_SERVICE,		/* struct record_service */
	RECORD_PROCESS,		/* struct record_process */
	RECORD_MAKER,		/* struct record_maker */
	RECORD_SAMPLED,		/* struct record_sampled */
	RECORD_TYPE_MAX,
};

/* Before each record in a file. */
struct record_header {
	uint32_t type;
	uint32_t size;		/* of what follows */
};

struct record_clock {
	int64_t wall_offset_ns;	/* wall clock minus CLOCK_MONOTONIC */
	uint64_t now_ns;	/* CLOCK_MONOTONIC */
};

struct record_program {
	uint32_t program;
	uint32_t kind;			/* enum program_kind */
	char path[256];
	char name[64];
	char go_version[32];		/* "1.22.12"; empty: not known */
	char tls[64];			/* why handshakes are not observed; empty: they are */
};

struct record_cgroup {
	uint64_t id;
	char path[CGROUP_PATH_SIZE];
};

struct record_context {
	uint32_t context;
	uint32_t program;
	uint64_t cgroup_id;
};

struct record_series {
	struct series_key key;
	uint32_t overflow;
	uint32_t padding;
	struct histogram added;
};

struct record_syscall_error {
	struct syscall_error_key key;
	uint64_t added;
};

/* From now on one in CALLS_A_TIMED of the context's system calls is timed, or each. */
struct record_sampled {
	uint32_t context;
	uint32_t sampled;
};

/* Of one probe, as far as the kernel counted. */
struct record_accounts {
	char probe[16];
	struct accounts lanes[LANE_MAX];
	uint64_t missed;	/* runs that the kernel left out; older recordings end before */
};

/*
 * A process that ran before it was looked for, or that only another tree of groups places; or one
 * that was found to have ended, by birth.since_ns.
 */
struct record_process {
	struct process_birth birth;
	struct cgroup_identity identity;	/* all empty: its control group says it */
	uint32_t ended;				/* 1: the last */
};
_Static_assert(sizeof(struct record_process) == 432, "recording layout");

/* What the host says of a control group beyond its path: who made it. */
struct record_maker {
	uint64_t cgroup_id;
	struct cgroup_identity identity;
	uint32_t padding;
};
_Static_assert(sizeof(struct record_maker) == 416, "recording layout");

#endif
