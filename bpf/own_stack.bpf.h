/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * From 6.13 on (aarch64: later) Linux keeps the stack of tracing programs apart from their task's:
 * one for each CPU, since the same program can't begin there again before it has ended. An uprobe's
 * can: nothing holds off preemption while it runs, and nothing tells that it runs. Two threads then
 * write over each other's registers, keys and reserved records; one record that is never given back
 * stops the ring for good. A program with a tail call is left on the stack of its task
 * (check_max_stack_depth() in kernel/bpf/verifier.c), so each uprobe's has one that it never makes.
 */
#ifndef SEAMARK_OWN_STACK_BPF_H
#define SEAMARK_OWN_STACK_BPF_H

#include "bpf/core.bpf.h"

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u32);
} nowhere SEC(".maps");

/* Never set: the kernel counts the call before it finds that nothing leads to it, and drops it. */
const volatile bool tail_calls_nowhere = false;

static __always_inline void keep_own_stack(void *ctx)
{
	if (tail_calls_nowhere)
		bpf_tail_call(ctx, &nowhere, 0);
}

#endif
