/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Whom Seamark observes: one bit per process as the first test of every hot program, and the
 * context (cgroup and program) that an act belongs to, allotted once and found again by number.
 */
#ifndef SEAMARK_TARGET_BPF_H
#define SEAMARK_TARGET_BPF_H

#include "bpf/core.bpf.h"
#include "bpf/underlay.bpf.h"
#include "include/aggregate.h"

/*
 * A bit for each process. Sized by the loader to pid_max / 64 words and mapped by user space, which
 * sets bits beside the kernel by the same atomic operations.
 */
struct process_bits {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 32768 / 64);
	__type(key, __u32);
	__type(value, __u64);
};

/* All maps in this file are shared by all objects. Other programs than Go's: with all_programs. */
struct process_bits observed SEC(".maps");
struct process_bits others SEC(".maps");

/* Binds and connects of other programs than Go's are wanted, too. Set before load. */
const volatile bool all_programs = false;

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

enum allotment {
	ALLOT_PROGRAM,
	ALLOT_CONTEXT,
	ALLOT_SERIES,
	ALLOT_MAX,
};

/* Mapped by user space, too, which allots program numbers by the same atomic add. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, ALLOT_MAX);
	__type(key, __u32);
	__type(value, __u64);
} allotted SEC(".maps");

/* Next free number in first..limit-1, or 0 when all are taken. */
static __always_inline __u32 allot(__u32 what, __u32 first, __u32 limit)
{
	__u64 *taken = bpf_map_lookup_elem(&allotted, &what);
	__u64 number;

	if (!taken || *taken + first >= limit)
		return 0;
	number = __sync_fetch_and_add(taken, 1) + first;
	return number < limit ? (__u32)number : 0;
}

static __always_inline bool bit_test(void *words, __u32 tgid)
{
	__u32 word = tgid >> 6;
	__u64 *bits = bpf_map_lookup_elem(words, &word);

	return bits && (*bits >> (tgid & 63)) & 1;
}

static __always_inline void bit_set(void *words, __u32 tgid, bool value)
{
	__u32 word = tgid >> 6;
	__u64 bit = 1ULL << (tgid & 63);
	__u64 *bits = bpf_map_lookup_elem(words, &word);

	if (!bits)
		return;
	if (value)
		__sync_fetch_and_or(bits, bit);
	else
		__sync_fetch_and_and(bits, ~bit);
}

/* Clears the bit; was it set? Of several who ask at once, one is told so. */
static __always_inline bool bit_take(void *words, __u32 tgid)
{
	__u32 word = tgid >> 6;
	__u64 bit = 1ULL << (tgid & 63);
	__u64 *bits = bpf_map_lookup_elem(words, &word);

	return bits && __sync_fetch_and_and(bits, ~bit) & bit;
}

static __always_inline bool is_observed(__u32 tgid)
{
	return bit_test(&observed, tgid);
}

/* Of whom binds and connects are wanted: who is observed, and on demand everybody else. */
static __always_inline bool is_watched(__u32 tgid)
{
	return is_observed(tgid) || (all_programs && bit_test(&others, tgid));
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
		fresh.program = allot(ALLOT_PROGRAM, 1, PROGRAMS_MAX);
		if (!fresh.program)
			return;
		bpf_map_update_elem(&programs, key, &fresh, BPF_NOEXIST);
		known = bpf_map_lookup_elem(&programs, key);
	}
	if (known)
		*out = *known;
}

static __always_inline __u32 context_number(const struct context_key *key)
{
	__u32 *known = bpf_map_lookup_elem(&contexts, key);
	__u32 number;

	if (known)
		return *known;
	number = allot(ALLOT_CONTEXT, 1, CONTEXTS_MAX);
	if (!number)
		return 0;
	bpf_map_update_elem(&context_keys, &number, key, BPF_ANY);
	bpf_map_update_elem(&contexts, key, &number, BPF_NOEXIST);
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
