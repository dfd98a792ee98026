// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * bind(2) and listen(2): what was asked for, how it ended, and, when the kernel refused, what it
 * weighed. The address is taken at entry, since a failed socket holds none.
 */
#include "bpf/act.bpf.h"
#include "bpf/reasons.bpf.h"
#include "bpf/sock.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

struct call {
	struct act act;
	struct claimed_address claim;
	__u64 sk;
	__s32 fd;
	__u32 number;
	__u32 backlog;
	__u32 seccomp_refused;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct call);
} bind_calls SEC(".maps");

static __always_inline void describe_socket(struct event_bind *event, struct sock *sk)
{
	event->socket_type = 0;
	event->protocol = 0;
	event->reuse_address = 0;
	event->reuse_port = 0;
	event->only_ipv6 = 0;
	event->user = 0;
	if (!sk)
		return;
	event->socket_type = BPF_CORE_READ(sk, sk_type);
	event->protocol = BPF_CORE_READ(sk, sk_protocol);
	event->reuse_address = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_reuse);
	event->reuse_port = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_reuseport);
	event->only_ipv6 = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_ipv6only);
	event->user = BPF_CORE_READ(sk, sk_uid.val);
}

static __always_inline int bind_kind(const struct call *call)
{
	if (call->number != NR_BIND)
		return -1;
	return claim_family(&call->claim) == AF_INET6 ? CGROUP_KIND(CGROUP_INET6_BIND)
						      : CGROUP_KIND(CGROUP_INET4_BIND);
}

static __always_inline void tell(const struct call *call, const struct ending *ending,
				 __u16 kind)
{
	struct sock *sk = (struct sock *)call->sk;
	__u32 place = ending->outcome == OUTCOME_OK ? REASONS_NONE : REASONS_OF_CALL;
	struct reasons *reasons = reasons_read(place, sk, bind_kind(call), call->seccomp_refused);
	struct event_bind *event;
	enum loss cause;

	if (!reasons)
		return;
	event = event_reserve(sizeof(*event), ending_keep(ending), call->act.context, &cause);
	if (!event) {
		event_refused(cause);
		return;
	}
	header_fill(&event->header, &call->act, kind, sizeof(*event));
	act_fill(&event->act, &call->act, ending, call->sk);
	endpoint_of_claim(&event->requested, &call->claim);
	endpoint_local(&event->bound, ending->outcome == OUTCOME_OK ? sk : NULL);
	if (kind == EVENT_LISTEN)
		endpoint_local(&event->requested, sk);
	event->fd = call->fd;
	describe_socket(event, sk);
	event->path_length = path_of_claim(event->path, &call->claim);
	event->backlog = call->backlog;
	__builtin_memset(event->padding, 0, sizeof(event->padding));
	__builtin_memcpy(event->comm, call->act.comm, COMM_SIZE);
	event->weighed = reasons->weighed;
	event->gates = reasons->gates;
	event->root = reasons->root;
	/* Who has the port is looked up while it still has it: failures are worth a wake-up. */
	if (ending->outcome == OUTCOME_OK)
		event_submit(event);
	else
		event_submit_now(event);
}

/* From the registers, which keep a call's arguments until its end. */
static __always_inline void call_open(struct call *call, struct pt_regs *regs, __u32 number)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	__builtin_memset(call, 0, sizeof(*call));
	call->number = number;
	call->fd = PT_REGS_PARM1_CORE_SYSCALL(regs);
	call->sk = (__u64)sock_of_fd(task, call->fd);
	if (number == NR_BIND)
		address_claim(&call->claim, PT_REGS_PARM2_CORE_SYSCALL(regs),
			      PT_REGS_PARM3_CORE_SYSCALL(regs));
	else
		call->backlog = PT_REGS_PARM2_CORE_SYSCALL(regs);
	act_open(&call->act, task);
	call->act.goroutine_id = syscall_goroutine_id(task, regs, call->act.program);
}

/* Attached by itself or reached by tail call: the checks are the same. */
SEC("raw_tp/sys_enter")
int bind_enter(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 number = ctx->args[1], key = tid_key();
	struct call call;

	if (number != NR_BIND && number != NR_LISTEN)
		return 0;
	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return 0;
	call_open(&call, (struct pt_regs *)ctx->args[0], number);
	if (bpf_map_update_elem(&bind_calls, &key, &call, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
	return 0;
}

static __always_inline void end(const struct call *call, __s64 result)
{
	__u16 kind = call->number == NR_BIND ? EVENT_BIND : EVENT_LISTEN;
	struct ending ending;

	ending_of(&ending, &call->act, result < 0 ? -result : 0,
		  result < 0 ? OUTCOME_ERROR : OUTCOME_OK);
	ending_count(&ending, &call->act, kind, 0, 0);
	tell(call, &ending, kind);
}

/*
 * A call that was never entered was refused by a seccomp filter, which is asked before all else. It
 * is opened at its end, so that its duration is next to nothing.
 */
static __noinline int open_refused(struct pt_regs *regs, __s64 result)
{
	__u64 number = SYSCALL_NUMBER(regs), key = tid_key();
	struct call call;

	if (result >= 0 || (number != NR_BIND && number != NR_LISTEN) ||
	    !is_watched(bpf_get_current_pid_tgid() >> 32) || !is_under_seccomp())
		return 0;
	call_open(&call, regs, number);
	call.seccomp_refused = 1;
	return !bpf_map_update_elem(&bind_calls, &key, &call, BPF_ANY);
}

SEC("raw_tp/sys_exit")
int bind_exit(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 key = tid_key();
	struct call *call = bpf_map_lookup_elem(&bind_calls, &key);

	if (!call && open_refused((struct pt_regs *)ctx->args[0], ctx->args[1]))
		call = bpf_map_lookup_elem(&bind_calls, &key);
	if (!call)
		return 0;
	end(call, ctx->args[1]);
	bpf_map_delete_elem(&bind_calls, &key);
	return 0;
}
