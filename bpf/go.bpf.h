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

/* Whether G is the current thread's; m.procid is the word before m.gsignal in every release. */
static __always_inline bool is_of_thread(__u64 g, const struct go_layout *layout, __u32 tid)
{
	__u64 m;

	if (!is_layout_known(layout))
		return goroutine_prove(g, tid) != 0;
	m = g ? user_word(g + layout->g_m) : 0;
	return m && (__u32)user_word(m + layout->m_gsignal - 8) == tid;
}

/*
 * G of the current thread, in thread-local storage on x86. On aarch64 it is there for the sake of
 * code in C only: else a register alone has it, which in such code may hold anything.
 */
static __always_inline __u64 syscall_g(struct task_struct *task, struct pt_regs *regs,
				       const struct go_layout *layout)
{
	__u64 g = layout->tls_g ? user_word(THREAD_POINTER(task) + (__s64)layout->tls_g) : 0;
	__u32 tid;

	if (!SYSCALL_G_IN_REGISTER)
		return g;
	tid = tid_within(task);
	if (is_of_thread(SYSCALL_G(regs), layout, tid))
		return SYSCALL_G(regs);
	return is_of_thread(g, layout, tid) ? g : 0;
}

/*
 * The goroutine that a system call is made for. G of the thread may be the scheduler's g0 or the
 * signal stack's: then m.curg is the one that waits, also while C code runs. Where the layout is
 * not known it stays with G.
 */
static __always_inline __u64 syscall_goroutine(struct task_struct *task, struct pt_regs *regs,
					       const struct go_layout *layout)
{
	__u64 g, m;

	if (!layout)
		return 0;
	g = syscall_g(task, regs, layout);
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
static __noinline __u64 syscall_goroutine_id(struct task_struct *task, struct pt_regs *regs,
						      __u32 program)
{
	const struct go_layout *layout = bpf_map_lookup_elem(&go_layouts, &program);
	__u64 g = syscall_goroutine(task, regs, layout);

	return layout ? goroutine_id(g, layout) : 0;
}

/* A goroutine, and where it came from: what started it, and the function it began with. */
struct descent {
	__u64 goroutine_id;
	__u64 parent_id;
	__u64 start;
};

__attribute__((unused))
static __noinline int syscall_descent(struct task_struct *task, struct pt_regs *regs,
				      __u32 program, struct descent *out)
{
	const struct go_layout *layout = bpf_map_lookup_elem(&go_layouts, &program);
	__u64 g = syscall_goroutine(task, regs, layout);

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
