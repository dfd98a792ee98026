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
 * The first is filled by the call that failed, which nothing on its CPU interrupts to fill it for
 * another; the second stays zero, for who has nothing to explain or is in an interrupt.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct reasons);
} reasons_of_cpu SEC(".maps");

/* Of current's call, when asks; else nothing. NULL never happens, and the verifier can't know. */
static __always_inline struct reasons *reasons_read(bool asks, struct sock *sk, int kind,
						    bool seccomp_refused)
{
	__u32 index = asks ? 0 : 1;
	struct reasons *reasons = bpf_map_lookup_elem(&reasons_of_cpu, &index);

	if (!reasons || !asks)
		return reasons;
	__builtin_memset(reasons, 0, sizeof(*reasons));
	weigh(&reasons->weighed);
	gates_fill(&reasons->gates, sk, kind, seccomp_refused);
	root_fill(&reasons->root);
	return reasons;
}

#endif
