/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whom Seamark observes: one byte per process as the first test of every hot program, and the
 * context (cgroup and program) that an act belongs to, allotted once and found again by number.
 */
#ifndef SEAMARK_TARGET_BPF_H
#define SEAMARK_TARGET_BPF_H

#include "bpf/core.bpf.h"
#include "bpf/underlay.bpf.h"
#include "include/aggregate.h"

/*
 * enum wanted, a byte for each process: eight in one element, for an array's are no smaller. Sized
 * by the loader to pid_max / 8 and mapped by user space. Storing a byte is atomic on every kernel,
 * setting a bit beside others is not before Linux 5.12.
 */
struct wanted_of_eight {
	__u8 wanted[8];
};

/* All maps in this file are shared by all objects. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 32768 / 8);
	__type(key, __u32);
	__type(value, struct wanted_of_eight);
} processes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, PROGRAMS_MAX);
	__type(key, struct program_key);
	__type(value, struct program_value);
} programs SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, CONTEXTS_MAX);
	__type(key, struct context_key);
	__type(value, __u32);
} contexts SEC(".maps");

/* Number to key: how user space reads back what the kernel allotted. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CONTEXTS_MAX);
	__type(key, __u32);
	__type(value, struct context_key);
} context_keys SEC(".maps");

/*
 * Numbers that nobody has, the smallest first: user space fills the queues, and takes program
 * numbers from the same. Of several who ask at once each gets its own, on every kernel; an atomic
 * add that tells what it found would do so from Linux 5.12 on only.
 */
#define FREE_NUMBERS(limit) struct {			\
	__uint(type, BPF_MAP_TYPE_QUEUE);		\
	__uint(max_entries, limit);			\
	__type(value, __u32);				\
}
FREE_NUMBERS(PROGRAMS_MAX) free_programs SEC(".maps");
FREE_NUMBERS(CONTEXTS_MAX) free_contexts SEC(".maps");

/* A number of one's own, or 0 when all are taken. */
static __always_inline __u32 allot(void *free_numbers)
{
	__u32 number = 0;

	bpf_map_pop_elem(free_numbers, &number);
	return number;
}

static __always_inline __u8 *wanted_at(__u32 tgid)
{
	__u32 index = tgid >> 3;
	struct wanted_of_eight *eight = bpf_map_lookup_elem(&processes, &index);

	return eight ? &eight->wanted[tgid & 7] : NULL;
}

static __always_inline __u8 wanted_of(__u32 tgid)
{
	const __u8 *wanted = wanted_at(tgid);

	return wanted ? *wanted : WANTED_NOTHING;
}

static __always_inline void want(__u32 tgid, __u8 value)
{
	__u8 *wanted = wanted_at(tgid);

	if (wanted)
		*(volatile __u8 *)wanted = value;
}

static __always_inline bool is_observed(__u32 tgid)
{
	return wanted_of(tgid) == WANTED_ALL;
}

/* Of whom binds and connects are wanted: who is observed, and on demand everybody else. */
static __always_inline bool is_watched(__u32 tgid)
{
	return wanted_of(tgid) >= WANTED_CALLS;
}

static __always_inline void program_key_of(struct inode *inode, struct program_key *key)
{
	key->inode = BPF_CORE_READ(inode, i_ino);
	key->size = BPF_CORE_READ(inode, i_size);
	key->mtime_ns = inode_mtime_ns(inode);
	key->device = BPF_CORE_READ(inode, i_sb, s_dev);
	key->padding = 0;
}

/* What task runs, allotted a number on first sight. Outputs are 0 when it can't be told. */
static __always_inline void program_of(struct task_struct *task, struct program_key *key,
				       struct program_value *out)
{
	struct inode *inode = underlay_inode(BPF_CORE_READ(task, mm, exe_file));
	struct program_value fresh = {}, *known;

	out->program = 0;
	out->kind = PROGRAM_UNKNOWN;
	__builtin_memset(key, 0, sizeof(*key));
	if (!inode)
		return;
	program_key_of(inode, key);
	known = bpf_map_lookup_elem(&programs, key);
	if (!known) {
		fresh.program = allot(&free_programs);
		if (!fresh.program)
			return;
		/* Another CPU was first: its number stands, this one is free again. */
		if (bpf_map_update_elem(&programs, key, &fresh, BPF_NOEXIST))
			bpf_map_push_elem(&free_programs, &fresh.program, 0);
		known = bpf_map_lookup_elem(&programs, key);
	}
	if (known)
		*out = *known;
}

static __always_inline __u32 context_number(const struct context_key *key)
{
	__u32 *known = bpf_map_lookup_elem(&contexts, key);
	struct context_key nobody = {};
	__u32 number;

	if (known)
		return *known;
	number = allot(&free_contexts);
	if (!number)
		return 0;
	bpf_map_update_elem(&context_keys, &number, key, BPF_ANY);
	/* A free number has no key: user space tells by it which are taken. */
	if (bpf_map_update_elem(&contexts, key, &number, BPF_NOEXIST)) {
		bpf_map_update_elem(&context_keys, &number, &nobody, BPF_ANY);
		bpf_map_push_elem(&free_contexts, &number, 0);
	}
	known = bpf_map_lookup_elem(&contexts, key);
	return known ? *known : 0;
}

/* The context of a task; the cgroup's id and the program's number come back beside it. */
static __noinline __u32 context_of(struct task_struct *task, struct context_key *key)
{
	struct program_key program_key;
	struct program_value program;

	if (!key)
		return 0;
	program_of(task, &program_key, &program);
	key->cgroup_id = task_cgroup_id(task);
	key->program = program.program;
	key->padding = 0;
	return context_number(key);
}

#endif
