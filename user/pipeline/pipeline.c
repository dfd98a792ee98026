/* SPDX-License-Identifier: BSD-2-Clause */
/* One record after the other: into the tables, or on as a fact with its resource and verdict. */
#include "user/pipeline/pipeline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/printable.h"
#include "user/pipeline/internal.h"
#include "user/pipeline/self_families.h"
#include "user/probe/endpoint.h"

static int index_probes(struct pipeline *pipeline)
{
	for (size_t i = 0; probes[i] && i < PROBES_MAX; i++) {
		for (const enum event_kind *kind = probes[i]->kinds; *kind; kind++) {
			pipeline->probe_of_kind[*kind] = probes[i];
			pipeline->probe_index[*kind] = i;
		}
		for (const struct metric_family *const *family = probes[i]->metrics;
		     family && *family; family++)
			if (metrics_add_family(pipeline->metrics, *family))
				return -ENOMEM;
	}
	return self_families_add(pipeline->metrics);
}

struct pipeline *pipeline_new(const struct pipeline_options *options)
{
	struct pipeline *pipeline = calloc(1, sizeof(*pipeline));

	if (!pipeline)
		return NULL;
	pipeline->options = *options;
	pipeline->metrics = metrics_new(options->series_ceiling);
	pipeline->resources = resources_new();
	pipeline->connections = connections_new();
	pipeline->races = races_new();
	pipeline->processes = processes_new();
	id_source_seed(&pipeline->ids, options->seed);
	if (!pipeline->metrics || !pipeline->resources || !pipeline->connections ||
	    !pipeline->races || !pipeline->processes || index_probes(pipeline)) {
		pipeline_free(pipeline);
		return NULL;
	}
	return pipeline;
}

void pipeline_free(struct pipeline *pipeline)
{
	if (!pipeline)
		return;
	metrics_free(pipeline->metrics);
	resources_free(pipeline->resources);
	connections_free(pipeline->connections);
	races_free(pipeline->races);
	processes_free(pipeline->processes);
	sampling_free(pipeline->sampling);
	free(pipeline);
}

void pipeline_set_language(struct pipeline *pipeline, enum language language)
{
	pipeline->options.language = language;
}

int pipeline_add_sink(struct pipeline *pipeline, const struct sink *sink)
{
	if (pipeline->sink_count == SINKS_MAX)
		return -ENOSPC;
	pipeline->sinks[pipeline->sink_count++] = *sink;
	return 0;
}

void pipeline_set_history(struct pipeline *pipeline, struct history *history)
{
	pipeline->history = history;
}

void pipeline_set_sampling(struct pipeline *pipeline, struct sampling *sampling)
{
	sampling_free(pipeline->sampling);
	pipeline->sampling = sampling;
}

static const struct event_endpoint *local_of(const struct event_header *record)
{
	if (record->kind == EVENT_CONNECT)
		return &((const struct event_connect *)record)->local;
	return &((const struct event_tls *)record)->local;
}

static const struct event_endpoint *peer_of(const struct event_header *record)
{
	if (record->kind == EVENT_CONNECT)
		return &((const struct event_connect *)record)->peer;
	return &((const struct event_tls *)record)->peer;
}

/* A client's handshake continues the trace of the connect that it goes with. */
static void give_ids(struct pipeline *pipeline, const struct event_header *record,
		     struct fact *fact)
{
	struct span_context connect;
	bool ends = record->kind == EVENT_CONNECT || record->kind == EVENT_TLS_HANDSHAKE;
	bool known = ends && local_of(record)->port && peer_of(record)->port;

	memset(&fact->span, 0, sizeof(fact->span));
	if (!fact->is_span)
		return;
	id_source_span(&pipeline->ids, fact->span.span_id);
	if (known && record->kind == EVENT_TLS_HANDSHAKE &&
	    connections_take(pipeline->connections, record->tgid, local_of(record),
			     peer_of(record), &connect)) {
		memcpy(fact->span.trace_id, connect.trace_id, TRACE_ID_SIZE);
		memcpy(fact->span.parent_span_id, connect.span_id, SPAN_ID_SIZE);
		return;
	}
	id_source_trace(&pipeline->ids, fact->span.trace_id);
	if (known && record->kind == EVENT_CONNECT && fact->outcome == OUTCOME_OK)
		connections_add(pipeline->connections, record->tgid, local_of(record),
				peer_of(record), &fact->span);
}

/* Of connects: the winner of a dial is remembered, the one that was given up asks for it. */
static void look_for_race(struct pipeline *pipeline, const struct fact *fact,
			  struct race_evidence *out)
{
	const struct racer racer = {
		.tgid = fact->tgid, .parent = fact->connect.parent_goroutine_id,
		.start = fact->connect.goroutine_start, .begin_ns = fact->time_ns,
		.end_ns = fact->time_ns + fact->duration_ns, .peer = fact->connect.peer,
	};
	const struct racer *winner;
	char text[ENDPOINT_TEXT];

	memset(out, 0, sizeof(*out));
	if (fact->outcome == OUTCOME_OK)
		races_add(pipeline->races, &racer);
	if (fact->outcome != OUTCOME_CANCELLED)
		return;
	winner = races_winner(pipeline->races, &racer);
	if (!winner)
		return;
	endpoint_text(&winner->peer, text);
	out->lost = 1;
	out->ahead_ns = racer.end_ns - winner->end_ns;
	snprintf(out->winner, sizeof(out->winner), "%.127s", text);
}

static void judge(struct pipeline *pipeline, struct fact *fact)
{
	struct verdict_context *context = &pipeline->evidence;
	const char *runtime;

	if (!pipeline->has_evidence)
		memset(context, 0, sizeof(*context));
	pipeline->has_evidence = false;
	fact->verdict = NULL;
	if (fact->kind == EVENT_CONNECT)
		look_for_race(pipeline, fact, &context->race);
	if (fact->outcome == OUTCOME_OK)
		return;
	runtime = attributes_string(&fact->attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME);
	if (runtime && !context->runtime[0])
		strncpy(context->runtime, runtime, sizeof(context->runtime) - 1);
	context->now_unix_ns = fact->time_unix_ns + fact->duration_ns;
	if (verdict_of(fact, context, pipeline->options.language, &pipeline->verdict)) {
		fact->verdict = &pipeline->verdict;
		if (!pipeline->verdict.harmless)
			series_add_verdict(pipeline, fact);
	}
}

static bool is_wanted(const struct pipeline *pipeline, uint32_t context)
{
	return pipeline->options.all_programs ||
	       resources_kind(pipeline->resources, context) != PROGRAM_OTHER;
}

/* Names of files and texts of errors come from the program, or from who it talked to. */
static void make_printable(struct fact *fact)
{
	printable_keep(fact->name, sizeof(fact->name));
	printable_keep(fact->go_type, sizeof(fact->go_type));
	printable_keep(fact->message, sizeof(fact->message));
	if (fact->kind == EVENT_TLS_HANDSHAKE)
		printable_keep(fact->tls.wanted, sizeof(fact->tls.wanted));
}

/* What failed or took long is kept whatever its share, and stands for itself alone. */
static void sample(struct pipeline *pipeline, const struct series *series, struct fact *fact)
{
	bool failed = fact->outcome == OUTCOME_ERROR &&
		      !(fact->verdict && fact->verdict->harmless);

	fact->threshold = 0;
	fact->sampled_out = false;
	fact->is_weighed = pipeline->sampling && fact->is_span;
	if (!fact->is_weighed)
		return;
	fact->threshold = sampling_threshold(pipeline->sampling, fact, failed);
	if (fact->threshold && (failed || fact->kind == EVENT_SYSCALL_SLOW ||
				series_is_outlier(series, fact)))
		fact->threshold = 0;
	fact->sampled_out = sampling_number(fact->span.trace_id) < fact->threshold;
}

static void take_fact(struct pipeline *pipeline, const struct event_header *record)
{
	const struct probe *probe = pipeline->probe_of_kind[record->kind];
	struct fact *fact = &pipeline->fact;
	struct series *series;

	if (!probe || probe->decode(record, (uint64_t)pipeline->clock.wall_offset_ns, fact)) {
		pipeline->accounts.lost_malformed++;
		return;
	}
	make_printable(fact);
	if (!is_wanted(pipeline, fact->context)) {
		pipeline->accounts.lost_not_observed++;
		return;
	}
	resources_describe(pipeline->resources, fact->context, fact->cgroup_id,
			   &fact->attributes);
	processes_describe(pipeline->processes, record->tgid, record->time_ns, &fact->attributes);
	names_describe(resources_names(pipeline->resources), fact->tgid, fact->time_ns,
		       &fact->attributes);
	give_ids(pipeline, record, fact);
	judge(pipeline, fact);
	series = series_of_fact(pipeline, fact);
	sample(pipeline, series, fact);
	series_add_fact(pipeline, series, fact);
	for (size_t i = 0; i < pipeline->sink_count; i++)
		pipeline->sinks[i].take(pipeline->sinks[i].context, fact);
	pipeline->accounts.exported++;
	if (fact->kind == EVENT_PROCESS_EXIT)
		names_end_process(resources_names(pipeline->resources), fact->tgid,
				  record->time_ns);
}

static void take_start(struct pipeline *pipeline, const struct event_header *record)
{
	const struct event_process_start *event = (const struct event_process_start *)record;

	if (record->size == sizeof(*event))
		processes_add(pipeline->processes, &(struct process_birth){
			record->tgid, event->vpid, event->start_boottime_ns, record->time_ns });
	take_fact(pipeline, record);
}

static void take_fork(struct pipeline *pipeline, const struct event_header *record)
{
	const struct event_process_fork *event = (const struct event_process_fork *)record;

	/* Most go on as another program at once: what these are is told then. */
	if (record->size == sizeof(*event))
		processes_forget(pipeline->processes, event->child, event->start_boottime_ns);
	pipeline->accounts.absorbed++;
}

static void take_exit(struct pipeline *pipeline, const struct event_header *record)
{
	const struct event_process_exit *event = (const struct event_process_exit *)record;

	if (record->size == sizeof(*event))
		processes_forget(pipeline->processes, record->tgid, event->start_boottime_ns);
	take_fact(pipeline, record);
	processes_end(pipeline->processes, record->tgid, record->time_ns);
}

static bool holds_text(const char *text, size_t size)
{
	return memchr(text, '\0', size) != NULL;
}

static void take_cgroup(struct pipeline *pipeline, const struct event_header *record)
{
	const struct event_cgroup *event = (const struct event_cgroup *)record;
	struct record_cgroup cgroup = { .id = record->cgroup_id };

	if (record->size != sizeof(*event) || !holds_text(event->path, sizeof(event->path))) {
		pipeline->accounts.lost_malformed++;
		return;
	}
	if (record->kind == EVENT_CGROUP_REMOVE) {
		resources_remove_cgroup(pipeline->resources, record->cgroup_id, record->time_ns);
	} else {
		memcpy(cgroup.path, event->path, sizeof(cgroup.path));
		resources_add_cgroup(pipeline->resources, &cgroup);
	}
	pipeline->accounts.absorbed++;
}

static int take_event(struct pipeline *pipeline, const void *bytes, size_t size)
{
	const struct event_header *record = bytes;

	if (size < sizeof(*record) || record->size != size || record->kind >= EVENT_MAX)
		return -EINVAL;
	pipeline->accounts.received++;
	switch (record->kind) {
	case EVENT_CGROUP_MAKE:
	case EVENT_CGROUP_REMOVE:
		take_cgroup(pipeline, record);
		break;
	case EVENT_PROCESS_START:
		take_start(pipeline, record);
		break;
	case EVENT_PROCESS_FORK:
		take_fork(pipeline, record);
		break;
	case EVENT_PROCESS_EXIT:
		take_exit(pipeline, record);
		break;
	default:
		take_fact(pipeline, record);
	}
	return 0;
}

static int take_accounts(struct pipeline *pipeline, const void *bytes, size_t size)
{
	struct record_accounts accounts = { .missed = 0 };

	memcpy(&accounts, bytes, size);
	for (size_t i = 0; probes[i] && i < PROBES_MAX; i++) {
		if (strncmp(probes[i]->name, accounts.probe, sizeof(accounts.probe)))
			continue;
		memcpy(pipeline->probes[i].lanes, accounts.lanes, sizeof(accounts.lanes));
		pipeline->probes[i].missed = accounts.missed;
		pipeline->probes[i].known = true;
		return 0;
	}
	return -ENOENT;
}

static const size_t record_sizes[RECORD_TYPE_MAX] = {
	[RECORD_CLOCK] = sizeof(struct record_clock),
	[RECORD_PROGRAM] = sizeof(struct record_program),
	[RECORD_CGROUP] = sizeof(struct record_cgroup),
	[RECORD_CONTEXT] = sizeof(struct record_context),
	[RECORD_SERIES] = sizeof(struct record_series),
	[RECORD_SYSCALL_ERROR] = sizeof(struct record_syscall_error),
	[RECORD_EVIDENCE] = sizeof(struct verdict_context),
	[RECORD_ACCOUNTS] = sizeof(struct record_accounts),
	[RECORD_CONTAINER] = sizeof(struct record_container),
	[RECORD_SERVICE] = sizeof(struct record_service),
	[RECORD_PROCESS] = sizeof(struct record_process),
	[RECORD_MAKER] = sizeof(struct record_maker),
	[RECORD_SAMPLED] = sizeof(struct record_sampled),
};

/* What was appended to a record is missing in older recordings. */
static bool is_size_of(enum record_type type, size_t size)
{
	static const size_t older_sizes[RECORD_TYPE_MAX] = {
		[RECORD_ACCOUNTS] = offsetof(struct record_accounts, missed),
		[RECORD_CONTAINER] = offsetof(struct record_container, owner_kind),
	};

	return size == record_sizes[type] || (size && size == older_sizes[type]);
}

/* A recording is foreign: its texts must end. */
static int take_evidence(struct pipeline *pipeline, const void *bytes)
{
	memcpy(&pipeline->evidence, bytes, sizeof(pipeline->evidence));
	pipeline->has_evidence = verdict_context_is_sound(&pipeline->evidence);
	return pipeline->has_evidence ? 0 : -EINVAL;
}

static void tell_names(struct pipeline *pipeline, const struct named *who)
{
	for (size_t i = 0; i < pipeline->sink_count; i++)
		if (pipeline->sinks[i].named)
			pipeline->sinks[i].named(pipeline->sinks[i].context,
						 resources_names(pipeline->resources), who);
}

static int take_container(struct pipeline *pipeline, const void *bytes, size_t size)
{
	struct record_container container = { .id = "" };
	int result;

	memcpy(&container, bytes, size);
	result = names_add_container(resources_names(pipeline->resources), &container);
	if (!result)
		tell_names(pipeline, &(struct named){ .container_id = container.id });
	return result;
}

static int take_service(struct pipeline *pipeline, const struct record_service *service)
{
	int result = names_add_service(resources_names(pipeline->resources), service);

	if (!result)
		tell_names(pipeline, &(struct named){ .tgid = service->tgid });
	return result;
}

static int take_process(struct pipeline *pipeline, const struct record_process *process)
{
	if (!cgroup_identity_is_sound(&process->identity))
		return -EINVAL;
	if (process->ended) {
		processes_end(pipeline->processes, process->birth.pid, process->birth.since_ns);
		return 0;
	}
	if (process->identity.container_id[0])
		return processes_place(pipeline->processes, &process->birth, &process->identity);
	return processes_add(pipeline->processes, &process->birth);
}

static void drop_series(void *closure, const struct label *labels, size_t count)
{
	const struct pipeline *pipeline = closure;

	for (size_t i = 0; i < count; i++)
		metrics_drop(pipeline->metrics, &labels[i]);
}

int pipeline_take(struct pipeline *pipeline, enum record_type type, const void *bytes,
		  size_t size)
{
	if (type == RECORD_EVENT)
		return take_event(pipeline, bytes, size);
	if (type <= RECORD_NONE || type >= RECORD_TYPE_MAX || !is_size_of(type, size))
		return -EINVAL;
	switch (type) {
	case RECORD_CLOCK:
		memcpy(&pipeline->clock, bytes, size);
		resources_expire(pipeline->resources, pipeline->clock.now_ns);
		resources_each_departed(pipeline->resources, pipeline->clock.now_ns, drop_series,
					pipeline);
		processes_expire(pipeline->processes, pipeline->clock.now_ns);
		return 0;
	case RECORD_PROGRAM:
		return resources_add_program(pipeline->resources, bytes);
	case RECORD_CGROUP:
		return resources_add_cgroup(pipeline->resources, bytes);
	case RECORD_CONTEXT:
		return resources_add_context(pipeline->resources, bytes);
	case RECORD_SERIES:
		series_add_kernel(pipeline, bytes);
		return 0;
	case RECORD_SYSCALL_ERROR:
		series_add_errors(pipeline, bytes);
		return 0;
	case RECORD_EVIDENCE:
		return take_evidence(pipeline, bytes);
	case RECORD_ACCOUNTS:
		return take_accounts(pipeline, bytes, size);
	case RECORD_CONTAINER:
		return take_container(pipeline, bytes, size);
	case RECORD_SERVICE:
		return take_service(pipeline, bytes);
	case RECORD_PROCESS:
		return take_process(pipeline, bytes);
	case RECORD_MAKER:
		return resources_add_maker(pipeline->resources, bytes);
	case RECORD_SAMPLED:
		series_set_sampled(pipeline, bytes);
		return 0;
	default:
		return -EINVAL;
	}
}

struct metrics *pipeline_metrics(struct pipeline *pipeline)
{
	return pipeline->metrics;
}

const struct verdict_context *pipeline_verdict_context(const struct pipeline *pipeline)
{
	return &pipeline->evidence;
}

const struct resources *pipeline_resources(const struct pipeline *pipeline)
{
	return pipeline->resources;
}

const struct processes *pipeline_processes(const struct pipeline *pipeline)
{
	return pipeline->processes;
}

const struct pipeline_accounts *pipeline_accounts(const struct pipeline *pipeline)
{
	return &pipeline->accounts;
}
