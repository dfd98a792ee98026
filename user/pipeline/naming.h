/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks what containers and services are called: once for each, and some times more while the answer
 * is missing, within a budget of time, so that neither ring nor scrape waits for it.
 */
#ifndef SEAMARK_NAMING_H
#define SEAMARK_NAMING_H

#include <stddef.h>
#include <stdint.h>

#include "user/host/pods.h"
#include "user/model/record.h"
#include "user/model/resource.h"

struct naming;

struct naming_options {
	const char *const *roots;	/* see runtime_files.h */
	size_t root_count;
	const struct pods_options *pods;	/* NULL: Kubernetes is not asked */
	const struct resources *resources;	/* which control groups are whose */
	/* What is known, again when more is; a record without names: there are none. */
	void (*tell)(void *context, enum record_type type, const void *record, size_t size);
	void *context;
};

/* Containers and the questions about them. */
struct naming_accounts {
	uint64_t named;		/* containers whose name is known */
	uint64_t unnamed;	/* given up: nobody knows a name */
	uint64_t skipped;	/* not looked for: too many at once */
	uint64_t postponed;	/* looks that had to wait for time */
	uint64_t asked;		/* daemons, by their sockets */
	uint64_t failed;	/* of those, what brought no answer */
	struct pods_accounts pods;
};

/* Negative errno, and a sentence in error. */
int naming_new(const struct naming_options *options, struct naming **out, char *error,
	       size_t error_size);
void naming_free(struct naming *naming);

/* A control group is known: of a container's, the names are asked for, once. */
void naming_cgroup(struct naming *naming, uint64_t cgroup_id);
/* Something happens in it: what is not known yet is looked for at once, if there is time. */
void naming_hurry(struct naming *naming, uint64_t cgroup_id);
/* A process began, at began_ns (CLOCK_MONOTONIC; 0: before it was looked for). */
void naming_process(struct naming *naming, uint32_t tgid, uint64_t began_ns);
void naming_end(struct naming *naming, uint32_t tgid);
/* Everything that is due, as far as the time goes. */
void naming_turn(struct naming *naming);
void naming_accounts(const struct naming *naming, struct naming_accounts *out);

#endif
