/* SPDX-License-Identifier: BSD-2-Clause */
/* The live edge: every record passes through live_feed(), which records it and hands it on. */
#include "user/pipeline/live.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/model/syscall_name.h"
#include "user/pipeline/discovery.h"
#include "user/pipeline/evidence.h"
#include "user/pipeline/live_internal.h"
#include "user/pipeline/naming.h"
#include "user/pipeline/place.h"
#include "user/pipeline/reclaim.h"
#include "user/pipeline/trial.h"
#include "user/source/numbers.h"
#include "user/source/source.h"

#define RING_BYTES (4u * 1024 * 1024)
#define SCAN_NS (60ULL * 1000000000)
/* A second's time for evidence: scrapes wait for it, and with one program there are none. */
#define EVIDENCE_NS		(100ULL * 1000000)
#define EVIDENCE_NS_OF_RUN	(500ULL * 1000000)
#define LOOK_NS			(30000ULL * 1000000)	/* between looks for free numbers */
#define SWEEP_NS		(5000ULL * 1000000)	/* between looks for abandoned acts */

void live_feed(void *context, enum record_type type, const void *bytes, size_t size)
{
	struct live *live = context;

	if (live->recording)
		recording_write(live->recording, type, bytes, size);
	pipeline_take(live->pipeline, type, bytes, size);
}

/* What places find out; a control group of a container is also asked for its names. */
static void feed_place(void *context, enum record_type type, const void *bytes, size_t size)
{
	struct live *live = context;

	live_feed(live, type, bytes, size);
	if (type == RECORD_CGROUP)
		naming_cgroup(live->naming, ((const struct record_cgroup *)bytes)->id);
	else if (type == RECORD_MAKER)
		naming_cgroup(live->naming, ((const struct record_maker *)bytes)->cgroup_id);
}

static void take_notice(void *context, const char *sentence)
{
	const struct live *live = context;

	if (live->notice)
		live->notice(sentence);
}

void live_feed_clock(struct live *live)
{
	struct record_clock clock;

	clock.wall_offset_ns = host_wall_offset_ns();
	clock.now_ns = host_monotonic_ns();
	live_feed(live, RECORD_CLOCK, &clock, sizeof(clock));
}

/* Which number in bpf/core.bpf.h stands for the tree that tells processes apart here. */
static uint32_t cgroup_source_of(const struct cgroup_tree *tree)
{
	static const char *const controllers[] = { "", "memory", "pids", "cpu" };

	for (uint32_t i = 1; i < sizeof(controllers) / sizeof(controllers[0]); i++)
		if (!strcmp(tree->controller, controllers[i]))
			return i;
	return 0;
}

int live_open_source(const struct live_options *options, const struct cgroup_tree *tree,
		     struct source **out, char *error, size_t error_size)
{
	uint8_t waits[SYSCALLS_MAX];
	struct source_options source = {
		.follow_only = options->follow_only,
		.all_programs = options->all_programs,
		.syscalls = options->syscalls,
		.without_uprobe_multi = options->without_uprobe_multi,
		.without_attach_cookie = options->without_attach_cookie,
		.without_mixed_calls = options->without_mixed_calls,
		.slow_ns = options->slow_ns,
		.cgroup_source = cgroup_source_of(tree),
		.cgroup_hierarchy = tree->hierarchy,
		.ring_bytes = options->ring_bytes ?: RING_BYTES,
		.series = options->series,
		.waits = waits,
	};
	int result;

	for (uint32_t number = 0; number < SYSCALLS_MAX; number++)
		waits[number] = syscall_waits(SYSCALL_ARCH_NATIVE, number);
	if (options->syscalls == SYSCALLS_OFF)
		source.cgroup_root = cgroup_root_open();
	result = source_open(&source, probes, out, error, error_size);
	if (source.cgroup_root > 0)
		close(source.cgroup_root);
	if (!result)
		source_attempt(*out);
	return result;
}

int live_set_slow(struct live *live, uint64_t slow_ns)
{
	return source_set_slow(live->source, slow_ns);
}

void live_set_hot(struct live *live, unsigned long calls_a_second)
{
	if (live->hot_calls != HEAT_ALWAYS)
		live->hot_calls = calls_a_second;
}

static void feed_program(void *context, const struct record_program *program)
{
	live_feed(context, RECORD_PROGRAM, program, sizeof(*program));
}

static int open_discovery(struct live *live, const struct live_options *options, char *error,
			  size_t error_size)
{
	const struct discovery_options discovery = {
		.expedites = !options->no_expedite,
		.leases = !options->no_lease,
		.keep_ns = options->follow_only ? 0 : options->keep_ns,
		.tell = feed_program,
		.notice = take_notice,
		.context = live,
	};

	live->notice = options->notice;
	live->evidence = evidence_new(live->source, live->follow_only ? EVIDENCE_NS_OF_RUN
								      : EVIDENCE_NS);
	if (!live->evidence)
		return -ENOMEM;
	return discovery_new(live->source, live->evidence, &discovery, &live->discovery, error,
			     error_size);
}

static int open_naming(struct live *live, const struct live_options *options, char *error,
		       size_t error_size)
{
	const struct naming_options naming = {
		.roots = options->runtime_roots,
		.root_count = options->runtime_root_count,
		.pods = options->pods,
		.resources = pipeline_resources(live->pipeline),
		.tell = live_feed,
		.context = live,
	};

	return naming_new(&naming, &live->naming, error, error_size);
}

static uint64_t look_of(uint64_t keep_ns)
{
	return keep_ns ? keep_ns / 2 : LOOK_NS;
}

void live_set_keep(struct live *live, uint64_t keep_ns)
{
	if (live->follow_only)
		return;
	discovery_set_keep(live->discovery, keep_ns);
	reclaim_set_look(live->reclaim, look_of(keep_ns));
}

/* Where all that is observed descends from one command, numbers don't get few before it ends. */
static int open_reclaim(struct live *live, const struct live_options *options)
{
	const struct reclaim_options reclaim = {
		.look_ns = look_of(options->keep_ns),
		.read_counts = live_read_counts,
		.tell = live_feed,
		.context = live,
	};

	if (options->follow_only)
		return 0;
	live->reclaim = reclaim_new(live->source, live->discovery, &reclaim);
	return live->reclaim ? 0 : -ENOMEM;
}

/* One descriptor for the ring and for what the discovery waits for. */
static int open_epoll(struct live *live)
{
	struct epoll_event event = { .events = EPOLLIN };

	live->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (live->epoll < 0 ||
	    epoll_ctl(live->epoll, EPOLL_CTL_ADD, source_fd(live->source), &event) ||
	    epoll_ctl(live->epoll, EPOLL_CTL_ADD, discovery_fd(live->discovery), &event))
		return -errno;
	return 0;
}

/* One command's counts are read at its end. */
static unsigned long hot_calls_of(const struct live_options *options)
{
	if (options->syscalls == SYSCALLS_SAMPLED)
		return HEAT_ALWAYS;
	return options->follow_only ? HEAT_NEVER : options->hot_calls;
}

int live_open(const struct live_options *options, struct pipeline *pipeline, struct live **out,
	      char *error, size_t error_size)
{
	struct live *live = calloc(1, sizeof(*live));
	int result;

	if (!live)
		return -ENOMEM;
	live->pipeline = pipeline;
	live->recording = options->recording;
	live->follow_only = options->follow_only;
	live->epoll = -1;
	live->hot_calls = hot_calls_of(options);
	live->heat = heat_new();
	if (!live->heat) {
		free(live);
		return -ENOMEM;
	}
	result = places_new(pipeline, feed_place, live, &live->places);
	if (result)
		snprintf(error, error_size, "no cgroup tree is mounted: %s; mount one at "
			 "/sys/fs/cgroup", strerror(-result));
	else
		result = trial_open_source(options, places_tree(live->places), &live->source, error,
					   error_size);
	if (!result)
		result = open_naming(live, options, error, error_size);
	if (!result)
		result = open_discovery(live, options, error, error_size);
	if (!result)
		result = open_reclaim(live, options);
	if (!result)
		result = open_epoll(live);
	if (result) {
		live_close(live);
		return result;
	}
	live_feed_clock(live);
	*out = live;
	return 0;
}

void live_close(struct live *live)
{
	if (!live)
		return;
	reclaim_free(live->reclaim);
	discovery_free(live->discovery);
	evidence_free(live->evidence);
	heat_free(live->heat);
	naming_free(live->naming);
	source_close(live->source);
	places_free(live->places);
	if (live->epoll >= 0)
		close(live->epoll);
	free(live);
}

/* tgid: who acts in it; 0: not known. */
void live_know_context(struct live *live, uint32_t context, uint32_t tgid)
{
	struct record_context record = { .context = context };
	const struct record_program *program;
	struct context_key key;

	if (!context || resources_context(pipeline_resources(live->pipeline), context))
		return;
	if (source_context(live->source, context, &key))
		return;
	record.program = key.program;
	record.cgroup_id = key.cgroup_id;
	heat_forget(live->heat, context);
	live_feed(live, RECORD_CONTEXT, &record, sizeof(record));
	program = resources_program(pipeline_resources(live->pipeline), key.program);
	if (tgid && (!program || !program->path[0]))
		discovery_recall(live->discovery, key.program, tgid);
}

static uint32_t context_of(const struct event_header *record)
{
	switch (record->kind) {
	case EVENT_PROCESS_START:
		return ((const struct event_process_start *)record)->context;
	case EVENT_PROCESS_EXIT:
		return ((const struct event_process_exit *)record)->context;
	default:
		/* Every kind of act since then begins alike. */
		return record->kind >= EVENT_BIND && record->kind < EVENT_MAX
			? ((const struct event_act *)(record + 1))->context : 0;
	}
}

static void look_at_start(struct live *live, const struct event_process_start *event, bool began)
{
	/* What goes with the process first: reading a program takes longer than some live. */
	if (event->kind != PROGRAM_OTHER) {
		evidence_start(live->evidence, event->program, (pid_t)event->header.tgid);
		naming_process(live->naming, event->header.tgid, began ? event->header.time_ns : 0);
	}
	places_start(live->places, event, began);
	discovery_look(live->discovery, event, began);
}

/* What the host must add before the pipeline sees the record. */
static void prepare_record(struct live *live, const struct event_header *record)
{
	struct verdict_context evidence;

	live_know_context(live, context_of(record),
			  record->kind == EVENT_PROCESS_START ? 0 : record->tgid);
	if (record->kind == EVENT_PROCESS_START)
		look_at_start(live, (const struct event_process_start *)record, true);
	if (record->kind != EVENT_CGROUP_MAKE && record->kind != EVENT_CGROUP_REMOVE)
		places_know(live->places, record);
	if (evidence_gather(live->evidence, record, &evidence))
		live_feed(live, RECORD_EVIDENCE, &evidence, sizeof(evidence));
	/* Files of runtimes outlive a process, evidence does not. */
	naming_hurry(live->naming, record->cgroup_id);
	if (record->kind != EVENT_PROCESS_EXIT)
		return;
	evidence_end(live->evidence, (pid_t)record->tgid);
	naming_end(live->naming, record->tgid);
	live->abandoned.by_exit += source_drop_handshakes(live->source, (pid_t)record->tgid);
}

/* The record itself, or a copy of it that says more: the ring can't be written to. */
static const struct event_header *complete(struct live *live, const struct event_header *record)
{
	if (record->kind != EVENT_TLS_HANDSHAKE || record->size != sizeof(live->failed))
		return record;
	memcpy(&live->failed, record, sizeof(live->failed));
	if (live->failed.tls.error_levels > ERROR_LEVELS)
		return record;
	discovery_complete(live->discovery, &live->failed);
	return &live->failed.tls.header;
}

static void take_record(void *context, const struct event_header *record)
{
	struct live *live = context;

	record = complete(live, record);
	prepare_record(live, record);
	live_feed(live, RECORD_EVENT, record, record->size);
	if (record->kind != EVENT_CGROUP_MAKE)
		return;
	places_made(live->places, record);
	naming_cgroup(live->naming, record->cgroup_id);
}

/* A process that runs already: observed from now on, but it did not start now. */
static void take_running(void *context, const struct event_header *record)
{
	const struct event_process_start *event = (const struct event_process_start *)record;
	struct live *live = context;

	live_know_context(live, event->context, 0);
	look_at_start(live, event, false);
	if (event->kind == PROGRAM_OTHER ||
	    resources_kind(pipeline_resources(live->pipeline), event->context) == PROGRAM_OTHER)
		source_observe_other(live->source, (pid_t)record->tgid);
	else
		source_observe(live->source, (pid_t)record->tgid, true);
}

/* What was too slow to be waited for one by one: all of it now, while the ring goes on. */
static void finish_looking(struct live *live)
{
	uint64_t deadline_ns = host_monotonic_ns() + SCAN_NS;

	while (discovery_is_busy(live->discovery) && host_monotonic_ns() < deadline_ns) {
		struct pollfd one = { .fd = live->epoll, .events = POLLIN };

		poll(&one, 1, 100);
		live_drain(live);
	}
}

int live_scan(struct live *live)
{
	int result = places_walk(live->places);

	if (result || live->follow_only)
		return result;
	result = source_list_processes(live->source, take_running, live);
	if (result)
		take_notice(live, "programs that run already are not known: they can't be listed");
	finish_looking(live);
	return result;
}

int live_fd(const struct live *live)
{
	return live->epoll;
}

static void sweep(struct live *live)
{
	uint64_t now_ns = host_monotonic_ns();

	if (now_ns - live->swept_ns < SWEEP_NS)
		return;
	live->swept_ns = now_ns;
	live->abandoned.by_goroutine += source_sweep_handshakes(live->source, now_ns);
}

int live_drain(struct live *live)
{
	sweep(live);
	places_sweep(live->places);
	evidence_expire(live->evidence);
	discovery_turn(live->discovery);
	reclaim_turn(live->reclaim, host_monotonic_ns());
	naming_turn(live->naming);
	/* What fails is tried the next time; what has no number goes to the overflow series. */
	source_fill_more(live->source);
	return source_drain(live->source, take_record, live);
}

int live_finish(struct live *live)
{
	source_quiet(live->source);
	source_drain_all(live->source, take_record, live);
	return live_refresh(live);
}

void live_evidence(const struct live *live, struct evidence_accounts *out)
{
	evidence_accounts(live->evidence, out);
}

void live_abandoned(const struct live *live, struct live_abandoned *out)
{
	*out = live->abandoned;
}

void live_discovery(const struct live *live, struct discovery_accounts *out)
{
	discovery_accounts(live->discovery, out);
}

void live_naming(const struct live *live, struct naming_accounts *out)
{
	naming_accounts(live->naming, out);
}

void live_probes(const struct live *live,
		 void (*take)(void *context, const struct probe_state *state), void *context)
{
	struct probe_state state;

	for (size_t i = 0; source_state(live->source, i, &state); i++)
		take(context, &state);
}

int live_prepare(struct live *live, int fd, const char *path)
{
	return discovery_prepare(live->discovery, fd, path);
}

void live_follow(struct live *live, int pid)
{
	source_follow(live->source, pid);
}
