/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* The goroutine behind an act: from a register in Go code, from thread-local storage elsewhere. */
#ifndef SEAMARK_GO_BPF_H
#define SEAMARK_GO_BPF_H

#include "bpf/goproof.bpf.h"
#include "bpf/target.bpf.h"
#include "include/go_layout.h"

/* By program number, filled by user space once an executable was read. Shared by all objects. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, PROGRAMS_MAX);
	__type(key, __u32);
	__type(value, struct go_layout);
} go_layouts SEC(".maps");

static __always_inline __u64 thread_pointer(struct task_struct *task)
{
	return BPF_CORE_READ((struct task_struct___thread *)task, thread.fsbase);
}

static __always_inline bool is_layout_known(const struct go_layout *layout)
{
	return layout->g_goid > 0 && layout->g_m > 0 && layout->m_curg > 0;
}

/* id of a goroutine; where the layout is not known, as far as the process proves it; else 0. */
static __always_inline __u64 goroutine_id(__u64 g, const struct go_layout *layout)
{
	if (is_layout_known(layout))
		return g ? user_word(g + layout->g_goid) : 0;
	return goroutine_prove(g, tid_within((struct task_struct *)bpf_get_current_task()));
}

/* Ids read at two moments; one that was not proven denies nothing. */
static __always_inline bool is_same_goroutine(__u64 one, __u64 other)
{
	return one == other || !one || !other;
}

/*
 * The goroutine that a system call is made for. G of the thread may be the scheduler's g0 or the
 * signal stack's: then m.curg is the one that waits, also while C code runs. Where the layout is
 * not known it stays with G.
 */
static __always_inline __u64 syscall_goroutine(struct task_struct *task,
					       const struct go_layout *layout)
{
	__u64 g, m;

	if (!layout || !layout->tls_g)
		return 0;
	g = user_word(thread_pointer(task) + (__s64)layout->tls_g);
	if (!g || !is_layout_known(layout))
		return g;
	m = user_word(g + layout->g_m);
	if (!m)
		return 0;
	if (g == user_word(m + layout->m_g0) || g == user_word(m + layout->m_gsignal))
		g = user_word(m + layout->m_curg);
	return g;
}

__attribute__((unused))
static __noinline __u64 syscall_goroutine_id(struct task_struct *task, __u32 program)
{
	const struct go_layout *layout = bpf_map_lookup_elem(&go_layouts, &program);
	__u64 g = syscall_goroutine(task, layout);

	return layout ? goroutine_id(g, layout) : 0;
}

/* A goroutine, and where it came from: what started it, and the function it began with. */
struct descent {
	__u64 goroutine_id;
	__u64 parent_id;
	__u64 start;
};

__attribute__((unused))
static __noinline int syscall_descent(struct task_struct *task, __u32 program,
				      struct descent *out)
{
	const struct go_layout *layout = bpf_map_lookup_elem(&go_layouts, &program);
	__u64 g = syscall_goroutine(task, layout);

	if (!out)
		return 0;
	__builtin_memset(out, 0, sizeof(*out));
	if (!layout || !g)
		return 0;
	out->goroutine_id = goroutine_id(g, layout);
	if (!is_layout_known(layout))
		return 0;
	if (layout->g_parent > 0)
		out->parent_id = user_word(g + layout->g_parent);
	if (layout->g_start > 0)
		out->start = user_word(g + layout->g_start);
	return 0;
}

#endif
