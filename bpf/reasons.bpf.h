/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * All that a failed call is to be explained by, read before its record is reserved: while one is
 * held, Linux 6.1 never takes two ways to be the same, and each branch would double the verifier's
 * work.
 */
#ifndef SEAMARK_REASONS_BPF_H
#define SEAMARK_REASONS_BPF_H

#include "bpf/gates.bpf.h"
#include "bpf/weigh.bpf.h"

struct reasons {
	struct event_weighed weighed;
	struct event_gates gates;
	struct event_root root;
};

/*
 * One for each program that fills it, which the kernel runs once at a time on a CPU: from Linux 7
 * on another task, with another program, may come between. The first stays zero, for who has
 * nothing to explain or is in an interrupt.
 */
enum reasons_place {
	REASONS_NONE,
	REASONS_OF_CALL,
	REASONS_OF_SOCKET,
	REASONS_PLACES,
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, REASONS_PLACES);
	__type(key, __u32);
	__type(value, struct reasons);
} reasons_of_cpu SEC(".maps");

/* Of current's call, unless at is REASONS_NONE. NULL never happens, and the verifier can't know. */
static __always_inline struct reasons *reasons_read(__u32 at, struct sock *sk, int kind,
						    bool seccomp_refused)
{
	struct reasons *reasons = bpf_map_lookup_elem(&reasons_of_cpu, &at);

	if (!reasons || at == REASONS_NONE)
		return reasons;
	__builtin_memset(reasons, 0, sizeof(*reasons));
	weigh(&reasons->weighed);
	gates_fill(&reasons->gates, sk, kind, seccomp_refused);
	root_fill(&reasons->root);
	return reasons;
}

#endif
