/* SPDX-License-Identifier: BSD-2-Clause */
/* Of the stream's records (record.h) those that say what containers and processes are called. */
#ifndef SEAMARK_RECORD_NAMES_H
#define SEAMARK_RECORD_NAMES_H

#include <stdint.h>

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

#endif
