/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Reading tasks, credentials and inodes across kernel releases: every shim names the past. */
#ifndef SEAMARK_CORE_BPF_H
#define SEAMARK_CORE_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_tracing.h>

#include "include/event.h"

#define clamp_length(value, limit) ((value) > (limit) ? (limit) : (value))

/* Which tree tells processes apart: cgroup2, or a controller of version 1. Set before load. */
enum cgroup_source {
	CGROUP_SOURCE_V2,
	CGROUP_SOURCE_MEMORY,
	CGROUP_SOURCE_PIDS,
	CGROUP_SOURCE_CPU,
};
const volatile __u32 cgroup_source = CGROUP_SOURCE_V2;

static __always_inline __u64 tid_key(void)
{
	return bpf_get_current_pid_tgid();
}

/*
 * The thread's number as the thread itself sees it, in the innermost pid namespace: what Go keeps.
 * Of a group's leader it is that of the process.
 */
static __always_inline __u32 tid_within(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	__u32 level = BPF_CORE_READ(pid, level);
	int number = 0;
	__u64 at = bpf_core_field_offset(pid->numbers) + level * bpf_core_type_size(struct upid);

	bpf_probe_read_kernel(&number, sizeof(number), (void *)pid + at);
	return number;
}

static __always_inline struct cgroup *controller_cgroup(struct css_set *set, __u32 index)
{
	struct cgroup_subsys_state *state = NULL;
	__u64 at = bpf_core_field_offset(set->subsys) + index * sizeof(void *);

	bpf_probe_read_kernel(&state, sizeof(state), (void *)set + at);
	return state ? BPF_CORE_READ(state, cgroup) : NULL;
}

static __always_inline struct cgroup *task_cgroup(struct task_struct *task)
{
	struct css_set *set = BPF_CORE_READ(task, cgroups);

	if (cgroup_source == CGROUP_SOURCE_MEMORY &&
	    bpf_core_enum_value_exists(enum cgroup_subsys_id, memory_cgrp_id))
		return controller_cgroup(set, bpf_core_enum_value(enum cgroup_subsys_id,
								  memory_cgrp_id));
	if (cgroup_source == CGROUP_SOURCE_PIDS &&
	    bpf_core_enum_value_exists(enum cgroup_subsys_id, pids_cgrp_id))
		return controller_cgroup(set, bpf_core_enum_value(enum cgroup_subsys_id,
								  pids_cgrp_id));
	if (cgroup_source == CGROUP_SOURCE_CPU &&
	    bpf_core_enum_value_exists(enum cgroup_subsys_id, cpu_cgrp_id))
		return controller_cgroup(set, bpf_core_enum_value(enum cgroup_subsys_id,
								  cpu_cgrp_id));
	return BPF_CORE_READ(set, dfl_cgrp);
}

static __always_inline __u64 task_cgroup_id(struct task_struct *task)
{
	struct cgroup *cgroup = task_cgroup(task);

	return cgroup ? BPF_CORE_READ(cgroup, kn, id) : 0;
}

static __always_inline __s64 inode_mtime_ns(struct inode *inode)
{
	struct inode___pre_6_7 *old = (void *)inode;
	struct inode___pre_6_11 *middle = (void *)inode;

	if (bpf_core_field_exists(inode->i_mtime_sec))
		return BPF_CORE_READ(inode, i_mtime_sec) * 1000000000LL +
		       BPF_CORE_READ(inode, i_mtime_nsec);
	if (bpf_core_field_exists(middle->__i_mtime))
		return BPF_CORE_READ(middle, __i_mtime.tv_sec) * 1000000000LL +
		       BPF_CORE_READ(middle, __i_mtime.tv_nsec);
	if (bpf_core_field_exists(old->i_mtime))
		return BPF_CORE_READ(old, i_mtime.tv_sec) * 1000000000LL +
		       BPF_CORE_READ(old, i_mtime.tv_nsec);
	return 0;
}

/* A capability set as one word: 6.3 joined its two halves, little end first. */
#define READ_CAPABILITIES(cred, field) ({					\
	__u64 set = 0;								\
	bpf_core_read(&set, sizeof(set), &(cred)->field);			\
	set;									\
})

#endif
