// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * bind(2) and listen(2): what was asked for, how it ended, and, when the kernel refused, what it
 * weighed. The address is taken at entry, since a failed socket holds none. The calls are seen at
 * the door of all system calls; or where that is to stay shut, as their functions are called and
 * return; or by hooks, which do not see their end (see hooks.bpf.h).
 */
#include "bpf/act.bpf.h"
#include "bpf/hooks.bpf.h"
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

/* By thread; where hooks see them, by struct sock. */
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

/* place: which of the CPU's reasons are the calling program's. */
static __always_inline void tell(const struct call *call, const struct ending *ending,
				 __u16 kind, __u32 place)
{
	struct sock *sk = (struct sock *)call->sk;
	struct reasons *reasons = reasons_read(ending->outcome == OUTCOME_OK ? REASONS_NONE : place,
					       sk, bind_kind(call), call->seccomp_refused);
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

static __always_inline __u16 kind_of(const struct call *call)
{
	return call->number == NR_BIND ? EVENT_BIND : EVENT_LISTEN;
}

static __always_inline void end(const struct call *call, __s64 result, __u32 place)
{
	struct ending ending;

	ending_of(&ending, &call->act, result < 0 ? -result : 0,
		  result < 0 ? OUTCOME_ERROR : OUTCOME_OK);
	ending_count(&ending, &call->act, kind_of(call), 0, 0);
	tell(call, &ending, kind_of(call), place);
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
	end(call, ctx->args[1], REASONS_OF_CALL);
	bpf_map_delete_elem(&bind_calls, &key);
	return 0;
}

/*
 * By function, off until it is asked for. What a seccomp filter refuses never comes here. The
 * result is where a tracepoint of the call has it: behind the registers.
 */
static __always_inline int called(struct bpf_raw_tracepoint_args *ctx, __u32 number)
{
	__u64 key = tid_key();
	struct call call;

	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return 0;
	call_open(&call, regs_of_function(ctx), number);
	if (bpf_map_update_elem(&bind_calls, &key, &call, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
	return 0;
}

static __always_inline int returned(struct bpf_raw_tracepoint_args *ctx, __u32 place)
{
	__u64 key = tid_key();
	struct call *call = bpf_map_lookup_elem(&bind_calls, &key);

	if (!call)
		return 0;
	end(call, ctx->args[1], place);
	bpf_map_delete_elem(&bind_calls, &key);
	return 0;
}

SEC("?fentry/" SYSCALL_FUNCTION "bind")
int bind_called(struct bpf_raw_tracepoint_args *ctx)
{
	return called(ctx, NR_BIND);
}

SEC("?fexit/" SYSCALL_FUNCTION "bind")
int bind_returned(struct bpf_raw_tracepoint_args *ctx)
{
	return returned(ctx, REASONS_OF_CALL);
}

SEC("?fentry/" SYSCALL_FUNCTION "listen")
int listen_called(struct bpf_raw_tracepoint_args *ctx)
{
	return called(ctx, NR_LISTEN);
}

/* Two programs of one CPU may meet where a task is preempted in the first: each has its place. */
SEC("?fexit/" SYSCALL_FUNCTION "listen")
int listen_returned(struct bpf_raw_tracepoint_args *ctx)
{
	return returned(ctx, REASONS_OF_SOCKET);
}

/*
 * By hooks, off until they are asked for. A bind begins at one and succeeds at another; what never
 * came to the second has failed, which is known once the socket is bound anew or let go, but not
 * why, nor how long it took. Of a listen only the beginning is seen: that it did not end at once is
 * known when the program asks for the socket's address, as Go's net does next, or lets it go.
 */
static __noinline int settle(__u64 sk)
{
	struct call *call = bpf_map_lookup_elem(&bind_calls, &sk);
	struct ending ending;

	if (!call)
		return 0;
	ending_unmeasured(&ending, call->number == NR_BIND ? OUTCOME_ERROR : OUTCOME_OK);
	tell(call, &ending, kind_of(call), REASONS_NONE);
	bpf_map_delete_elem(&bind_calls, &sk);
	return 0;
}

/* A port of no number that is given only when the socket connects: success is not to be seen. */
static __always_inline bool is_postponed(const struct call *call)
{
	struct inet_sock *inet = (struct inet_sock *)call->sk;
	struct inet_sock___pre_6_6 *old = (void *)inet;
	struct event_endpoint requested;

	endpoint_of_claim(&requested, &call->claim);
	if (requested.port)
		return false;
	if (bpf_core_field_exists(inet->inet_flags))
		return BPF_CORE_READ(inet, inet_flags) >> INET_BIND_NO_PORT & 1;
	return bpf_core_field_exists(old->bind_address_no_port) &&
	       BPF_CORE_READ_BITFIELD_PROBED(old, bind_address_no_port);
}

static __noinline int hook_open(struct pt_regs *regs, __u32 number)
{
	struct call call;

	if (!regs)
		return 0;
	call_open(&call, regs, number);
	if (!call.sk)
		return 0;
	if (number == NR_BIND && is_postponed(&call))
		return 0;
	if (bpf_map_update_elem(&bind_calls, &call.sk, &call, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
	return 0;
}

static __always_inline int binding(void)
{
	struct pt_regs *regs;

	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return HOOK_ALLOWS;
	regs = regs_of_call(NR_BIND);
	if (!regs)
		return HOOK_ALLOWS;
	/* First what came of the one before, and apart: the stack has no room for both. */
	settle(sock_of_call(regs));
	hook_open(regs, NR_BIND);
	return HOOK_ALLOWS;
}

static __always_inline int bound(void)
{
	struct pt_regs *regs;
	struct call *call;
	__u64 sk;

	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return HOOK_ALLOWS;
	regs = regs_of_call(NR_BIND);
	if (!regs)
		return HOOK_ALLOWS;
	sk = sock_of_call(regs);
	call = bpf_map_lookup_elem(&bind_calls, &sk);
	if (!call || call->number != NR_BIND)
		return HOOK_ALLOWS;
	end(call, 0, REASONS_NONE);
	bpf_map_delete_elem(&bind_calls, &sk);
	return HOOK_ALLOWS;
}

static __always_inline int asked_address(void)
{
	struct pt_regs *regs;
	struct call *call;
	__u64 sk;

	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return HOOK_ALLOWS;
	regs = regs_of_call(NR_GETSOCKNAME);
	if (!regs)
		return HOOK_ALLOWS;
	sk = sock_of_call(regs);
	call = bpf_map_lookup_elem(&bind_calls, &sk);
	if (call && call->number == NR_LISTEN)
		settle(sk);
	return HOOK_ALLOWS;
}

SEC("?cgroup/bind4")
int hooked_bind4(struct bpf_sock_addr *ctx)
{
	return binding();
}

SEC("?cgroup/bind6")
int hooked_bind6(struct bpf_sock_addr *ctx)
{
	return binding();
}

SEC("?cgroup/post_bind4")
int hooked_bound4(struct bpf_sock *ctx)
{
	return bound();
}

SEC("?cgroup/post_bind6")
int hooked_bound6(struct bpf_sock *ctx)
{
	return bound();
}

SEC("?cgroup/getsockname4")
int hooked_name4(struct bpf_sock_addr *ctx)
{
	return asked_address();
}

SEC("?cgroup/getsockname6")
int hooked_name6(struct bpf_sock_addr *ctx)
{
	return asked_address();
}

/* Whoever lets it go: of most sockets nothing is known here. */
SEC("?cgroup/sock_release")
int hooked_release(struct bpf_sock *ctx)
{
	settle(sock_of_context(ctx));
	return HOOK_ALLOWS;
}

/* The kernel looks at the port once more after this, and takes it back where it lost a race. */
static __always_inline void not_listening(__u64 sk)
{
	struct call *call = bpf_map_lookup_elem(&bind_calls, &sk);
	struct pt_regs *regs = regs_of_call(NR_LISTEN);
	struct ending ending;

	if (!call || call->number != NR_LISTEN || !regs || sock_of_call(regs) != sk)
		return;
	ending_unmeasured(&ending, OUTCOME_ERROR);
	tell(call, &ending, EVENT_LISTEN, REASONS_OF_CALL);
	bpf_map_delete_elem(&bind_calls, &sk);
}

SEC("?raw_tp/inet_sock_set_state")
int hooked_state(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 sk = ctx->args[0];
	int old_state = ctx->args[1], new_state = ctx->args[2];
	struct pt_regs *regs;

	if (old_state == TCP_LISTEN) {
		not_listening(sk);
		return 0;
	}
	if (new_state != TCP_LISTEN || !is_watched(bpf_get_current_pid_tgid() >> 32))
		return 0;
	regs = regs_of_call(NR_LISTEN);
	if (!regs || sock_of_call(regs) != sk)
		return 0;
	settle(sk);
	hook_open(regs, NR_LISTEN);
	return 0;
}
