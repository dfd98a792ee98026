// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/* The least that can be attached: what every collector pays, whatever it does then. */
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

SEC("raw_tp/sys_enter")
int empty_enter(void *ctx)
{
	return 0;
}

SEC("raw_tp/sys_exit")
int empty_exit(void *ctx)
{
	return 0;
}

SEC("raw_tp/sys_enter")
int clock_enter(void *ctx)
{
	bpf_ktime_get_ns();
	return 0;
}

SEC("raw_tp/sys_exit")
int clock_exit(void *ctx)
{
	bpf_ktime_get_ns();
	return 0;
}

SEC("uprobe")
int empty_uprobe(void *ctx)
{
	return 0;
}

SEC("cgroup/connect4")
int empty_connect(void *ctx)
{
	return 1;
}

/* As large as the smallest record that says who called where, and when. */
struct record {
	__u64 words[5];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4 * 1024 * 1024);
} records SEC(".maps");

SEC("cgroup/connect4")
int record_connect(void *ctx)
{
	struct record *record = bpf_ringbuf_reserve(&records, sizeof(*record), 0);

	if (!record)
		return 1;
	record->words[0] = bpf_ktime_get_ns();
	record->words[1] = bpf_get_current_pid_tgid();
	record->words[2] = bpf_get_current_cgroup_id();
	bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
	return 1;
}
