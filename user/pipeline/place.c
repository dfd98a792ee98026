/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks as little as possible, and proves by its birth that a pid is still the same process'. */
#include "user/pipeline/place.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/host/clock.h"
#include "user/host/process.h"
#include "user/host/process_stat.h"
#include "user/host/supervisor.h"

#define SWEEP_NS	(5000ULL * 1000000)
#define SWEPT_MAX	1000			/* at a time: some 10 ms */

struct places {
	const struct pipeline *pipeline;
	places_feed feed;
	void *context;
	struct cgroup_tree tree;
	uint64_t swept_ns;
	uint32_t swept_pid;			/* the last one; 0: from the first on */
};

int places_new(const struct pipeline *pipeline, places_feed feed, void *context,
	       struct places **out)
{
	struct places *places = calloc(1, sizeof(*places));
	int result;

	if (!places)
		return -ENOMEM;
	places->pipeline = pipeline;
	places->feed = feed;
	places->context = context;
	result = cgroup_tree_find(&places->tree);
	if (result) {
		free(places);
		return result;
	}
	*out = places;
	return 0;
}

void places_free(struct places *places)
{
	free(places);
}

const struct cgroup_tree *places_tree(const struct places *places)
{
	return &places->tree;
}

static void feed_cgroup(void *context, uint64_t id, const char *path)
{
	const struct places *places = context;
	struct record_cgroup cgroup = { .id = id };

	snprintf(cgroup.path, sizeof(cgroup.path), "%s", path);
	places->feed(places->context, RECORD_CGROUP, &cgroup, sizeof(cgroup));
}

int places_walk(struct places *places)
{
	return cgroup_walk(&places->tree, feed_cgroup, places);
}

void places_know(struct places *places, const struct event_header *record)
{
	const struct resources *resources = pipeline_resources(places->pipeline);
	uint64_t id = record->cgroup_id;
	char path[CGROUP_PATH_SIZE];

	if (!id || resources_cgroup_path(resources, id))
		return;
	if (process_cgroup_path((pid_t)record->tgid, &places->tree, id, path, sizeof(path)) > 0 &&
	    !process_is_younger((pid_t)record->tgid, record->time_ns))
		feed_cgroup(places, id, path);
}

/* The root is everybody's, and what systemd started has its unit for a name. */
static bool wants_maker(const struct cgroup_identity *known, const char *path)
{
	return known && path && strcmp(path, "/") && !known->runtime[0] &&
	       (known->container_id[0] || !known->unit[0]);
}

/* record: of the start of a process in the group, or of somebody's making the group. */
static bool find_maker(const struct places *places, const struct event_header *record,
		       struct record_maker *out)
{
	const struct resources *resources = pipeline_resources(places->pipeline);
	uint64_t id = record->cgroup_id;
	const struct cgroup_identity *known = resources_identity(resources, id);
	const char *path = resources_cgroup_path(resources, id);
	pid_t pid = (pid_t)record->tgid;

	if (!wants_maker(known, path))
		return false;
	memset(out, 0, sizeof(*out));
	out->cgroup_id = id;
	out->identity = *known;
	return supervisor_find(pid, path, &out->identity) &&
	       !process_is_younger(pid, record->time_ns);
}

/* Other trees are no help where there is one: all that it says is known already. */
static bool find_place(const struct places *places, const struct event_process_start *event,
		       struct cgroup_identity *out)
{
	const struct cgroup_identity *known = resources_identity(
		pipeline_resources(places->pipeline), event->header.cgroup_id);
	pid_t pid = (pid_t)event->header.tgid;

	return places->tree.controller[0] && !(known && known->container_id[0]) &&
	       process_place(pid, out) > 0 && out->container_id[0] &&
	       process_began_at(pid, event->start_boottime_ns);
}

void places_start(struct places *places, const struct event_process_start *event, bool is_new)
{
	struct record_process process = { .birth = {
		.pid = event->header.tgid,
		.vpid = event->vpid,
		.start_boottime_ns = event->start_boottime_ns,
		.since_ns = is_new ? event->header.time_ns : 0,
	} };
	struct cgroup_identity elsewhere;
	struct record_maker maker;

	places_know(places, &event->header);
	if (event->kind == PROGRAM_OTHER)
		return;
	if (find_maker(places, &event->header, &maker))
		places->feed(places->context, RECORD_MAKER, &maker, sizeof(maker));
	else if (find_place(places, event, &elsewhere))
		process.identity = elsewhere;
	/* Of a new one the kernel's own record tells the rest. */
	if (!is_new || process.identity.container_id[0])
		places->feed(places->context, RECORD_PROCESS, &process, sizeof(process));
}

void places_made(struct places *places, const struct event_header *record)
{
	struct record_maker maker;

	if (find_maker(places, record, &maker))
		places->feed(places->context, RECORD_MAKER, &maker, sizeof(maker));
}

void places_sweep(struct places *places)
{
	const struct processes *processes = pipeline_processes(places->pipeline);
	struct record_process process = { .ended = 1 };
	uint64_t now_ns = host_monotonic_ns();
	int swept = 0;

	if (now_ns - places->swept_ns < SWEEP_NS)
		return;
	places->swept_ns = now_ns;
	while (processes_after(processes, places->swept_pid, &process.birth)) {
		places->swept_pid = process.birth.pid;
		if (!process_began_at((pid_t)process.birth.pid, process.birth.start_boottime_ns)) {
			process.birth.since_ns = now_ns;
			places->feed(places->context, RECORD_PROCESS, &process, sizeof(process));
		}
		if (++swept == SWEPT_MAX)
			return;
	}
	places->swept_pid = 0;
}
