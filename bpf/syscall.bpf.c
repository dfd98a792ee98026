// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Latency of every system call of observed processes, or of one in 16 where only the count of all
 * is asked for; and the door through which the probes of single calls (bind, listen, connect) come
 * to see theirs: by tail call, so that the other calls pay nothing for them.
 */
#include "bpf/aggregate.bpf.h"
#include "bpf/gates.bpf.h"
#include "bpf/go.bpf.h"
#include "bpf/threads.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* May change at any time. */
volatile __u64 slow_ns = 100 * 1000 * 1000;

/* Set before load. */
const volatile __u8 waits[SYSCALLS_MAX];	/* 1: waiting is what the call is for */
const volatile bool latency = true;
const volatile bool all_sampled;	/* else only the contexts that user space chooses */
/*
 * Where the kernel takes no program with both functions and tail calls there is no door: its
 * verifier finds no way to these, and the loader attaches those programs by themselves.
 */
const volatile bool has_door = true;

/* By system call number; shared, filled by the loader with the programs of other objects. */
struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SYSCALLS_MAX);
	__type(key, __u32);
	__type(value, __u32);
} calls_entered SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, SYSCALLS_MAX);
	__type(key, __u32);
	__type(value, __u32);
} calls_left SEC(".maps");

static __always_inline void pass_on(struct bpf_raw_tracepoint_args *ctx, void *calls, __u32 number)
{
	if (has_door)
		bpf_tail_call(ctx, calls, number);
}

/* The histogram slot of each call of each context; 0: none yet. */
struct context_slots {
	__u16 slots[SYSCALLS_MAX];
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CONTEXTS_MAX);
	__type(key, __u32);
	__type(value, struct context_slots);
} syscall_slots SEC(".maps");

/* 1: of this context's calls one in CALLS_A_TIMED is timed. Written by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, CONTEXTS_MAX);
	__type(key, __u32);
	__type(value, __u64);
} sampled_contexts SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, SERIES_MAX);
	__type(key, struct syscall_error_key);
	__type(value, __u64);
} syscall_errors SEC(".maps");

/*
 * A slot is told to others once it holds a timed call, since those that are only counted stand for
 * the last one that was timed.
 */
static __always_inline void count_timed(__u32 context, __u32 number, __u64 duration_ns)
{
	struct context_slots *slots = bpf_map_lookup_elem(&syscall_slots, &context);
	struct series_key key = { .kind = EVENT_SYSCALL_SLOW, .context = context };
	__u32 slot = EVENT_SYSCALL_SLOW;
	bool is_first = false;

	if (slots && number < SYSCALLS_MAX) {
		slot = slots->slots[number];
		is_first = !slot;
	}
	if (is_first) {
		key.version = number;
		slot = series_allot(&key);
	}
	if (!series_add(slot, duration_ns)) {
		account_lost(LANE_COUNT, LOSS_SERIES_FULL);
	} else if (is_first) {
		/* Before Linux 6.12 the verifier has forgotten the bound by here. */
		barrier_var(number);
		slots->slots[number & (SYSCALLS_MAX - 1)] = slot;
	}
}

static __always_inline void count_untimed(__u32 context, __u32 number)
{
	struct context_slots *slots = bpf_map_lookup_elem(&syscall_slots, &context);

	if (!slots || number >= SYSCALLS_MAX || !series_add_as_last(slots->slots[number]))
		account_lost(LANE_COUNT, LOSS_NO_START);
}

/* A linear congruential generator's upper bits: as good as this needs, and next to free. */
static __always_inline bool is_drawn(struct thread *thread)
{
	thread->chance = thread->chance * 1664525 + 1013904223;
	return thread->chance < (1u << 31) / (CALLS_A_TIMED / 2);
}

static __always_inline bool is_sampled(__u32 context)
{
	const __u64 *sampled;

	if (all_sampled)
		return true;
	sampled = bpf_map_lookup_elem(&sampled_contexts, &context);
	return sampled && *sampled;
}

/*
 * Timed in any case: what there is no timed call of yet, and an exec, which is left as another
 * program.
 */
static __always_inline bool is_timed(struct thread *thread, __u32 number)
{
	__u32 context = *(volatile __u32 *)&thread->context;
	struct context_slots *slots;

	if (!context || !is_sampled(context) || is_drawn(thread) || number == NR_EXECVE ||
	    number == NR_EXECVEAT)
		return true;
	slots = bpf_map_lookup_elem(&syscall_slots, &context);
	return !slots || number >= SYSCALLS_MAX || !slots->slots[number];
}

static __always_inline void count_error(__u32 context, __u32 number, __s64 result)
{
	struct syscall_error_key key = { .context = context, .number = number };
	__u64 one = 1, *count;

	if (result >= 0 || result < -4095)
		return;
	key.error = -result;
	count = bpf_map_lookup_elem(&syscall_errors, &key);
	if (count)
		__sync_fetch_and_add(count, 1);
	else if (bpf_map_update_elem(&syscall_errors, &key, &one, BPF_NOEXIST)) {
		count = bpf_map_lookup_elem(&syscall_errors, &key);
		if (count)
			__sync_fetch_and_add(count, 1);
	}
}

static __noinline int tell_slow(struct thread *thread, __u64 duration_ns,
				const struct bpf_raw_tracepoint_args *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct pt_regs *regs = (struct pt_regs *)ctx->args[0];
	struct event_syscall_slow *event;
	__s64 result = ctx->args[1];
	struct context_key *key;
	enum loss cause;
	__u32 context;

	if (!thread)
		return 0;
	context = thread->context;
	key = bpf_map_lookup_elem(&context_keys, &context);
	event = event_reserve(sizeof(*event), KEEP, context, &cause);
	if (!event) {
		event_refused(cause);
		return 0;
	}
	event->header.time_ns = thread->start_ns;
	event->header.cgroup_id = key ? key->cgroup_id : 0;
	event->header.tgid = thread->tgid;
	event->header.tid = thread->tid;
	event->header.kind = EVENT_SYSCALL_SLOW;
	event->header.size = sizeof(*event);
	event->header.cpu = bpf_get_smp_processor_id();
	event->act.duration_ns = duration_ns;
	event->act.goroutine_id = key ? syscall_goroutine_id(task, regs, key->program) : 0;
	event->act.context = context;
	event->act.error = result < 0 && result >= -4095 ? -result : 0;
	event->act.outcome = event->act.error ? OUTCOME_ERROR : OUTCOME_OK;
	event->act.counted = 1;
	event->act.socket = 0;
	event->result = result;
	event->number = thread->number;
	event->padding = 0;
	bpf_get_current_comm(event->comm, sizeof(event->comm));
	event_submit(event);
	return 0;
}

/*
 * A call that was never entered: that of a fork's child; one that a seccomp filter refused, which
 * the probe of that call wants to know. Every other one is a loss.
 */
static __always_inline void left_without_start(struct bpf_raw_tracepoint_args *ctx, bool is_known)
{
	__s64 result = ctx->args[1];
	__u64 number = SYSCALL_NUMBER((struct pt_regs *)ctx->args[0]);

	if (result == 0 && IS_FORK_CALL(number))
		return;
	if (is_known && result < 0 && number < SYSCALLS_MAX && is_under_seccomp()) {
		pass_on(ctx, &calls_left, number);
		return;
	}
	if (!latency)
		return;
	account_own_hit(LANE_COUNT);
	account_lost(LANE_COUNT, LOSS_NO_START);
}

static __always_inline void call_left(struct thread *thread, __u64 start_ns,
				      const struct bpf_raw_tracepoint_args *ctx)
{
	__u32 number = thread->number;
	__u64 duration_ns = 0;
	__u32 context;

	if (start_ns != CALL_UNTIMED)
		duration_ns = bpf_ktime_get_ns() - start_ns;
	context = thread_context(thread);
	account_own_hit(LANE_COUNT);
	if (!context)
		account_lost(LANE_COUNT, LOSS_SERIES_FULL);
	else if (start_ns == CALL_UNTIMED)
		count_untimed(context, number);
	else
		count_timed(context, number, duration_ns);
	count_error(context, number, ctx->args[1]);
	if (duration_ns >= slow_ns && number < SYSCALLS_MAX && !waits[number])
		tell_slow(thread, duration_ns, ctx);
	thread->start_ns = 0;
}

SEC("raw_tp/sys_enter")
int syscall_enter(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	__u64 id = ctx->args[1];
	__u32 number = id < SYSCALLS_MAX ? id : SYSCALLS_MAX - 1;
	__u8 wanted = wanted_of(pid_tgid >> 32);
	struct thread *thread;

	if (wanted != WANTED_ALL) {
		if (wanted == WANTED_CALLS)
			pass_on(ctx, &calls_entered, number);
		return 0;
	}
	thread = thread_take((__u32)pid_tgid, pid_tgid >> 32);
	if (thread) {
		thread->number = number;
		thread->start_ns = is_timed(thread, number) ? bpf_ktime_get_ns() : CALL_UNTIMED;
	}
	pass_on(ctx, &calls_entered, number);
	return 0;
}

/* Calls of other programs are not timed: the number is still in the registers. */
static __always_inline void leave_unobserved(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 id = SYSCALL_NUMBER((struct pt_regs *)ctx->args[0]);

	if (id < SYSCALLS_MAX)
		pass_on(ctx, &calls_left, id);
}

SEC("raw_tp/sys_exit")
int syscall_exit(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 pid_tgid = bpf_get_current_pid_tgid();
	__u8 wanted = wanted_of(pid_tgid >> 32);
	struct thread *thread;
	__u64 start_ns;
	__u32 number;

	if (wanted != WANTED_ALL) {
		if (wanted == WANTED_CALLS)
			leave_unobserved(ctx);
		return 0;
	}
	thread = thread_find((__u32)pid_tgid);
	start_ns = thread ? thread->start_ns : 0;
	if (!thread || !start_ns) {
		left_without_start(ctx, thread != NULL);
		return 0;
	}
	number = thread->number;
	if (latency)
		call_left(thread, start_ns, ctx);
	else
		thread->start_ns = 0;
	pass_on(ctx, &calls_left, number);
	return 0;
}
