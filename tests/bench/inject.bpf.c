// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* Records that are too short for their kind, into a ring that is another's, as fast as it is told. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

#include "include/event.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define BATCH 100

__u64 submitted, refused;

/* inject.c puts the agent's in its place. */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("syscall")
int inject(void *ctx)
{
	for (int i = 0; i < BATCH; i++) {
		struct event_header *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

		if (!record) {
			refused++;
			continue;
		}
		__builtin_memset(record, 0, sizeof(*record));
		record->kind = EVENT_CGROUP_REMOVE;
		record->size = sizeof(*record);
		bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
		submitted++;
	}
	return 0;
}
