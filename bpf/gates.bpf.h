/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What stood in the way of a failed call beside the protocol itself, and where the process sees its
 * files: read at the moment of failure, since the process may be gone by the time anyone looks.
 */
#ifndef SEAMARK_GATES_BPF_H
#define SEAMARK_GATES_BPF_H

#include "bpf/core.bpf.h"

#define SECCOMP_FILTER		2	/* task_struct.seccomp.mode */
#define CGROUP_PROGRAMS_SEEN	8

/* Refused before the kernel's own function: seen to leave, never to enter. */
static __always_inline bool is_under_seccomp(void)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	return BPF_CORE_READ(task, seccomp.mode) == SECCOMP_FILTER;
}

static __always_inline struct bpf_prog *program_at(struct bpf_prog_array *array, __u32 index)
{
	struct bpf_prog *program = NULL;
	__u64 at = bpf_core_field_offset(array->items) +
		   index * bpf_core_type_size(struct bpf_prog_array_item);

	bpf_probe_read_kernel(&program, sizeof(program), (void *)array + at);
	return program;
}

static __always_inline struct bpf_prog_array *programs_of(struct cgroup *cgroup, __u32 kind)
{
	struct bpf_prog_array *array = NULL;
	__u64 at = bpf_core_field_offset(cgroup->bpf.effective) + kind * sizeof(void *);

	bpf_probe_read_kernel(&array, sizeof(array), (void *)cgroup + at);
	return array;
}

/* Not static, so that the verifier looks at the loop by itself: see weigh.bpf.h. */
__noinline int programs_count(__u64 array)
{
	__u32 count = 0;

	if (!array)
		return 0;
	while (count < CGROUP_PROGRAMS_SEEN && program_at((struct bpf_prog_array *)array, count))
		count++;
	return count;
}

/* A socket keeps the control group that it was made in. */
static __always_inline struct cgroup *cgroup_of_socket(struct task_struct *task, struct sock *sk)
{
	struct cgroup *cgroup = NULL;

	if (sk && bpf_core_field_exists(sk->sk_cgrp_data.cgroup))
		cgroup = BPF_CORE_READ(sk, sk_cgrp_data.cgroup);
	return cgroup ?: BPF_CORE_READ(task, cgroups, dfl_cgrp);
}

static __always_inline void cgroup_programs(struct event_gates *out, struct cgroup *cgroup,
					    __u32 kind)
{
	struct bpf_prog_array *array = cgroup ? programs_of(cgroup, kind) : NULL;
	struct bpf_prog *program;

	out->cgroup_programs = programs_count((__u64)array);
	program = array ? program_at(array, 0) : NULL;
	if (!program)
		return;
	out->cgroup_program = BPF_CORE_READ(program, aux, id);
	BPF_CORE_READ_STR_INTO(&out->cgroup_program_name, program, aux, name);
}

/* kind: from cgroup_kind(), negative where the kernel has no such list. */
__attribute__((unused))
static __noinline int gates_fill(struct event_gates *out, struct sock *sk, int kind,
				 bool seccomp_refused)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (!out)
		return 0;
	__builtin_memset(out, 0, sizeof(*out));
	out->seccomp_mode = BPF_CORE_READ(task, seccomp.mode);
	out->seccomp_refused = seccomp_refused;
	if (kind >= 0)
		cgroup_programs(out, cgroup_of_socket(task, sk), kind);
	out->known = 1;
	return 0;
}

#define CGROUP_KIND(name) \
	(bpf_core_enum_value_exists(enum cgroup_bpf_attach_type, name) ? \
	 (int)bpf_core_enum_value(enum cgroup_bpf_attach_type, name) : -1)

__attribute__((unused))
static __noinline int root_fill(struct event_root *out)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct inode *inode = BPF_CORE_READ(task, fs, root.dentry, d_inode);

	if (!out)
		return 0;
	out->inode = BPF_CORE_READ(inode, i_ino);
	out->device = BPF_CORE_READ(inode, i_sb, s_dev);
	out->mount_namespace = BPF_CORE_READ(task, nsproxy, mnt_ns, ns.inum);
	return 0;
}

#endif
