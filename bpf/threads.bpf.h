/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * One entry per thread, found by its number without hashing: what it is doing in the kernel since
 * when, and the context it belongs to. Where two live threads meet in one entry (pid_max above the
 * table's size), the later one goes to a hash table: nothing is lost.
 */
#ifndef SEAMARK_THREADS_BPF_H
#define SEAMARK_THREADS_BPF_H

#include "bpf/target.bpf.h"

/*
 * Shared by all objects. Sized by the loader: a power of two, at most 131072. Mapped by user space,
 * which clears the context of who still has one that nobody is in.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 32768);
	__type(key, __u32);
	__type(value, struct thread);
} threads SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u32);
	__type(value, struct thread);
} threads_spilled SEC(".maps");

const volatile __u32 threads_mask = 32768 - 1;

/* The thread's entry; NULL when it has none yet. */
static __always_inline struct thread *thread_find(__u32 tid)
{
	__u32 index = tid & threads_mask;
	struct thread *thread = bpf_map_lookup_elem(&threads, &index);

	if (thread && thread->tid == tid)
		return thread;
	if (threads_mask >= 131071)
		return bpf_map_lookup_elem(&threads_spilled, &tid);
	return NULL;
}

static __always_inline struct thread *thread_spill(__u32 tid, __u32 tgid)
{
	struct thread fresh = { .tid = tid, .tgid = tgid, .chance = tid };

	bpf_map_update_elem(&threads_spilled, &tid, &fresh, BPF_NOEXIST);
	return bpf_map_lookup_elem(&threads_spilled, &tid);
}

/* The thread's entry, taken if need be; NULL when both tables are full. */
static __always_inline struct thread *thread_take(__u32 tid, __u32 tgid)
{
	__u32 index = tid & threads_mask;
	struct thread *thread = bpf_map_lookup_elem(&threads, &index);

	if (!thread)
		return NULL;
	if (thread->tid == tid && thread->tgid == tgid)
		return thread;
	if (thread->tid && thread->tid != tid && threads_mask >= 131071)
		return thread_spill(tid, tgid);
	thread->tgid = tgid;
	thread->context = 0;
	thread->start_ns = 0;
	thread->chance = tid;
	thread->tid = tid;
	return thread;
}

/* At the end of a thread. */
static __always_inline void thread_drop(__u32 tid)
{
	struct thread *thread = thread_find(tid);

	if (!thread)
		return;
	thread->start_ns = 0;
	thread->tid = 0;
	if (threads_mask >= 131071)
		bpf_map_delete_elem(&threads_spilled, &tid);
}

static __always_inline __u32 thread_context(struct thread *thread)
{
	__u32 context = *(volatile __u32 *)&thread->context;
	struct context_key key;

	if (!context) {
		context = context_of((struct task_struct *)bpf_get_current_task(), &key);
		thread->context = context;
	}
	return context;
}

#endif
