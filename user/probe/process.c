/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes: when they begin and how they end. */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/wait.h>

#include "bpf/process.skel.h"
#include "user/probe/endpoint.h"
#include "user/probe/list.h"

static const void *object(size_t *size)
{
	return process_bpf__elf_bytes(size);
}

static int decode_start(const struct event_header *record, uint64_t wall_offset_ns,
			struct fact *out)
{
	const struct event_process_start *event = (const struct event_process_start *)record;
	const struct event_act act = { .context = event->context, .counted = 1 };

	/* What was recorded before there were vpids, or names, is as good as ever. */
	if (record->size != sizeof(*event) &&
	    record->size != offsetof(struct event_process_start, exe_name) &&
	    record->size != offsetof(struct event_process_start, vpid))
		return -EINVAL;
	fact_begin(out, record, &act, wall_offset_ns);
	out->is_span = false;
	attributes_set_integer(&out->attributes, ATTRIBUTE_PROCESS_PARENT_PID, event->parent);
	attributes_set_integer(&out->attributes, ATTRIBUTE_PROCESS_USER_ID, event->uid);
	return 0;
}

/* The record is made at the end; the fact begins where the process did. */
static int decode_exit(const struct event_header *record, uint64_t wall_offset_ns,
		       struct fact *out)
{
	const struct event_process_exit *event = (const struct event_process_exit *)record;
	struct event_act act = { .counted = 1 };
	int status = (int)event->exit_code;

	if (record->size != sizeof(*event))
		return -EINVAL;
	act.context = event->context;
	act.duration_ns = event->lifetime_ns;
	fact_begin(out, record, &act, wall_offset_ns);
	out->is_span = false;
	out->time_ns -= event->lifetime_ns;
	out->time_unix_ns -= event->lifetime_ns;
	attributes_set_integer(&out->attributes, ATTRIBUTE_PROCESS_PARENT_PID, event->parent);
	if (WIFSIGNALED(status))
		attributes_set_integer(&out->attributes, ATTRIBUTE_PROCESS_EXIT_SIGNAL,
				       WTERMSIG(status));
	else
		attributes_set_integer(&out->attributes, ATTRIBUTE_PROCESS_EXIT_CODE,
				       WEXITSTATUS(status));
	return 0;
}

static int decode(const struct event_header *record, uint64_t wall_offset_ns, struct fact *out)
{
	return record->kind == EVENT_PROCESS_START ? decode_start(record, wall_offset_ns, out)
						   : decode_exit(record, wall_offset_ns, out);
}

static const enum event_kind kinds[] = { EVENT_PROCESS_START, EVENT_PROCESS_EXIT, EVENT_NONE };

const struct probe probe_process = {
	.name = "process",
	.help = "Processes and control groups as they come and go.",
	.chinese = "进程和控制组的出现与消失。",
	.object = object,
	.kinds = kinds,
	.required = true,
	.decode = decode,
};
