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

/* Of one probe, as far as the kernel counted. */
struct record_accounts {
	char probe[16];
	struct accounts lanes[LANE_MAX];
	uint64_t missed;	/* runs that the kernel left out; older recordings end before */
};

/* What a service is called; empty: not said. */
struct service_words {
	char name[128];
	char name_space[128];
	char version[64];
	char instance_id[128];
};

/* What a pod belongs to, if that is one of these. */
enum pod_owner {
	POD_OWNER_NONE,
	POD_OWNER_REPLICASET,
	POD_OWNER_STATEFULSET,
	POD_OWNER_DAEMONSET,
	POD_OWNER_JOB,
};

/* What runtimes, files of the host and Kubernetes call a container; empty: not known. */
struct record_container {
	char id[80];			/* as in its control group's path */
	char name[128];
	char image_name[256];
	char image_tag[128];
	char pod_name[256];
	char pod_uid[40];
	char pod_namespace[64];
	char pod_container[64];		/* its name within the pod */
	struct service_words declared;	/* by annotations for this purpose */
	struct service_words labelled;	/* by labels that are there for others */
	uint32_t owner_kind;		/* enum pod_owner; older recordings end before */
	char owner[256], deployment[256];	/* the second owns the first */
};

/* What a process says of itself. */
struct record_service {
	uint32_t tgid;
	uint32_t padding;
	uint64_t began_ns;		/* CLOCK_MONOTONIC; 0: before it was looked for */
	struct service_words words;
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
