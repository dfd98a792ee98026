/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What every act has: who did it, since when, how it ended. An act is opened where it begins, by
 * the process itself, and may end where current is a stranger.
 */
#ifndef SEAMARK_ACT_BPF_H
#define SEAMARK_ACT_BPF_H

#include "bpf/aggregate.bpf.h"
#include "bpf/go.bpf.h"

/* Begun, not ended. */
struct act {
	__u64 start_ns;
	__u64 goroutine_id;
	__u64 cgroup_id;
	__u32 tgid;
	__u32 tid;
	__u32 context;
	__u32 program;
	char comm[COMM_SIZE];
};

/* Fills all but the goroutine, which the caller knows how to find. */
static __always_inline void act_open(struct act *act, struct task_struct *task)
{
	struct context_key key;
	__u64 pid_tgid = bpf_get_current_pid_tgid();

	act->tgid = pid_tgid >> 32;
	act->tid = pid_tgid;
	act->context = context_of(task, &key);
	act->cgroup_id = key.cgroup_id;
	act->program = key.program;
	bpf_get_current_comm(act->comm, sizeof(act->comm));
	act->goroutine_id = 0;
	act->start_ns = bpf_ktime_get_ns();
}

static __always_inline void header_fill(struct event_header *header, const struct act *act,
					__u16 kind, __u16 size)
{
	header->time_ns = act->start_ns;
	header->cgroup_id = act->cgroup_id;
	header->tgid = act->tgid;
	header->tid = act->tid;
	header->kind = kind;
	header->size = size;
	header->cpu = bpf_get_smp_processor_id();
}

/* How an act ended, worked out once for both lanes. */
struct ending {
	__u64 duration_ns;
	__u16 error;
	__u8 outcome;
	__u8 counted;
};

static __always_inline void ending_of(struct ending *ending, const struct act *act, int error,
				      __u8 outcome)
{
	ending->duration_ns = bpf_ktime_get_ns() - act->start_ns;
	ending->error = error;
	ending->outcome = outcome;
	ending->counted = COUNTED_NOT_YET;
}

/* Nobody saw when it ended: no histogram can take it. */
static __always_inline void ending_unmeasured(struct ending *ending, __u8 outcome)
{
	ending->duration_ns = 0;
	ending->error = 0;
	ending->outcome = outcome;
	ending->counted = COUNTED_NOWHERE;
}

static __always_inline void ending_count(struct ending *ending, const struct act *act, __u16 kind,
					 __u16 version, __u8 role)
{
	struct series_key key = {
		.context = act->context,
		.kind = kind,
		.error = ending->error,
		.version = version,
		.outcome = ending->outcome,
		.role = role,
	};

	if (series_count(&key, ending->duration_ns))
		ending->counted = COUNTED_BY_KERNEL;
}

static __always_inline void act_fill(struct event_act *out, const struct act *act,
				     const struct ending *ending, __u64 socket)
{
	out->duration_ns = ending->duration_ns;
	out->goroutine_id = act->goroutine_id;
	out->context = act->context;
	out->error = ending->error;
	out->outcome = ending->outcome;
	out->counted = ending->counted;
	out->socket = socket;
}

static __always_inline enum keep ending_keep(const struct ending *ending)
{
	return ending->outcome == OUTCOME_OK ? SHED_WHEN_FULL : KEEP;
}

#endif
