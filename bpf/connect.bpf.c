// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * connect(2) to its true end. A Go socket doesn't block: the call says EINPROGRESS, and the outcome
 * comes with the socket's state, often in an interrupt where current is a stranger. So the attempt
 * is opened by the process and found again by its struct sock. The call is seen at the door of all
 * system calls; or where that is to stay shut, as its function is called and returns; or by hooks,
 * which do not see its end (see hooks.bpf.h).
 */
#include "bpf/act.bpf.h"
#include "bpf/hooks.bpf.h"
#include "bpf/reasons.bpf.h"
#include "bpf/sock.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define EPERM		1
#define EINTR		4
#define EACCES		13
#define ENOSYS		38
#define EALREADY	114
#define EISCONN		106
#define EINPROGRESS	115
#define ERESTARTSYS	512
#define ERESTARTNOINTR	513

struct attempt {
	struct act act;
	struct claimed_address claim;
	__u64 call_key;		/* of the connect(2) that began it */
	__u64 sk;		/* 0: no state change was seen in the call */
	__s32 fd;
	__u32 net_namespace;
	__u16 socket_type;
	__u16 protocol;
	__u16 seccomp_refused;
	__u8 syn_sent;		/* as far as hooks need to know */
	__u8 unmeasured;	/* its end was not seen when it came */
	__u64 parent_goroutine_id;
	__u64 goroutine_start;
};

/* In connect(2), by thread. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 16384);
	__type(key, __u64);
	__type(value, struct attempt);
} connect_calls SEC(".maps");

/* SYN sent, by struct sock; where hooks see the call, from its beginning on. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, struct attempt);
} connecting SEC(".maps");

/* Whether the program is in the connect(2) that began it: so may current of an interrupt be. */
static __always_inline bool is_in_call(const struct attempt *attempt)
{
	if (by_hooks)
		return attempt->call_key == tid_key() && regs_of_call(NR_CONNECT);
	return bpf_map_lookup_elem(&connect_calls, &attempt->call_key) != NULL;
}

static __always_inline int connect_kind(const struct attempt *attempt)
{
	return claim_family(&attempt->claim) == AF_INET6 ? CGROUP_KIND(CGROUP_INET6_CONNECT)
							 : CGROUP_KIND(CGROUP_INET4_CONNECT);
}

/* Only the call itself may be asked for what it met: beyond it current may be a stranger. */
static __always_inline struct reasons *explain(const struct attempt *attempt, struct sock *sk,
					       bool in_call, __u32 place)
{
	int kind = claim_family(&attempt->claim) == AF_UNIX ? -1 : connect_kind(attempt);

	if (!in_call || attempt->call_key != tid_key())
		place = REASONS_NONE;
	return reasons_read(place, sk, kind, attempt->seccomp_refused);
}

/* place: which of the CPU's reasons are the calling program's. */
static __noinline int tell(const struct attempt *attempt, struct sock *sk, int error,
			   __u8 outcome, __u32 place)
{
	__u16 first_port = 0, last_port = 0;
	struct event_connect *event;
	struct reasons *reasons;
	struct ending ending;
	enum loss cause;
	bool in_call;

	if (!attempt)
		return 0;
	if (by_hooks && attempt->unmeasured) {
		ending_unmeasured(&ending, outcome);
	} else {
		ending_of(&ending, &attempt->act, error, outcome);
		ending_count(&ending, &attempt->act, EVENT_CONNECT, 0, 0);
	}
	in_call = is_in_call(attempt);
	reasons = explain(attempt, sk, in_call, outcome == OUTCOME_OK ? REASONS_NONE : place);
	if (!reasons)
		return 0;
	if (sk && outcome != OUTCOME_OK)
		ephemeral_range(BPF_CORE_READ(sk, __sk_common.skc_net.net), &first_port,
				&last_port);
	event = event_reserve(sizeof(*event), ending_keep(&ending), attempt->act.context, &cause);
	if (!event) {
		event_refused(cause);
		return 0;
	}
	header_fill(&event->header, &attempt->act, EVENT_CONNECT, sizeof(*event));
	act_fill(&event->act, &attempt->act, &ending, attempt->sk);
	endpoint_of_claim(&event->peer, &attempt->claim);
	endpoint_local(&event->local, sk);
	event->fd = attempt->fd;
	event->socket_type = attempt->socket_type;
	event->protocol = attempt->protocol;
	event->path_length = path_of_claim(event->path, &attempt->claim);
	event->retransmits = 0;
	if (attempt->sk && sk)
		event->retransmits = BPF_CORE_READ((struct inet_connection_sock *)sk,
						   icsk_retransmits);
	event->in_call = in_call;
	event->net_namespace = attempt->net_namespace;
	event->parent_goroutine_id = attempt->parent_goroutine_id;
	event->goroutine_start = attempt->goroutine_start;
	__builtin_memcpy(event->comm, attempt->act.comm, COMM_SIZE);
	event->first_port = first_port;
	event->last_port = last_port;
	event->weighed = reasons->weighed;
	event->gates = reasons->gates;
	event->root = reasons->root;
	/* The process may be gone at once: failures are worth a wake-up. */
	if (outcome == OUTCOME_OK)
		event_submit(event);
	else
		event_submit_now(event);
	return 0;
}

/*
 * A call is made again where a signal interrupted it, by the kernel or by the program, and where a
 * program asks that way what came of it: it goes on with what the first began, which tells how it
 * ends.
 */
static __always_inline bool is_under_way(struct sock *sk)
{
	return BPF_CORE_READ(sk, sk_socket, state) == SS_CONNECTING;
}

/* The socket comes back; *is_attempt false: nothing is connected. */
static __always_inline struct sock *attempt_open(struct attempt *attempt, struct pt_regs *regs,
						 bool *is_attempt)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct descent descent;
	struct sock *sk;

	__builtin_memset(attempt, 0, sizeof(*attempt));
	address_claim(&attempt->claim, PT_REGS_PARM2_CORE_SYSCALL(regs),
		      PT_REGS_PARM3_CORE_SYSCALL(regs));
	attempt->fd = PT_REGS_PARM1_CORE_SYSCALL(regs);
	sk = sock_of_fd(task, attempt->fd);
	/* AF_UNSPEC takes an association away. */
	*is_attempt = !sk || claim_family(&attempt->claim) != AF_UNSPEC || !attempt->claim.length;
	if (!*is_attempt)
		return sk;
	if (sk) {
		attempt->socket_type = BPF_CORE_READ(sk, sk_type);
		attempt->protocol = BPF_CORE_READ(sk, sk_protocol);
		attempt->net_namespace = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	}
	attempt->call_key = tid_key();
	act_open(&attempt->act, task);
	syscall_descent(task, regs, attempt->act.program, &descent);
	attempt->act.goroutine_id = descent.goroutine_id;
	attempt->parent_goroutine_id = descent.parent_id;
	attempt->goroutine_start = descent.start;
	return sk;
}

static __noinline int enter(struct pt_regs *regs, __u32 seccomp_refused)
{
	struct attempt attempt;
	bool is_attempt;
	struct sock *sk = attempt_open(&attempt, regs, &is_attempt);

	if (!is_attempt)
		return 0;
	if (sk && is_under_way(sk))
		attempt.sk = (__u64)sk;
	attempt.seccomp_refused = seccomp_refused;
	if (bpf_map_update_elem(&connect_calls, &attempt.call_key, &attempt, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
	return 0;
}

/* Attached by itself or reached by tail call: the checks are the same. */
SEC("raw_tp/sys_enter")
int connect_enter(struct bpf_raw_tracepoint_args *ctx)
{
	if (ctx->args[1] != NR_CONNECT)
		return 0;
	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return 0;
	enter((struct pt_regs *)ctx->args[0], 0);
	return 0;
}

/* Not an attempt of its own: the socket is connected, or on its way from an earlier call. */
static __always_inline bool repeats_earlier(int error)
{
	return error == EALREADY || error == EISCONN;
}

/* The call ended, the attempt goes on. */
static __always_inline bool goes_on(int error)
{
	return error == EINPROGRESS || error == EINTR || error == ERESTARTSYS ||
	       error == ERESTARTNOINTR;
}

static __always_inline void tcp_call_left(const struct attempt *call, int error)
{
	__u64 sk = call->sk;
	struct attempt *attempt = bpf_map_lookup_elem(&connecting, &sk);

	/* Already told by the socket's state, or going on there. */
	if (!attempt || attempt->call_key != call->call_key || goes_on(error))
		return;
	tell(attempt, (struct sock *)sk, error, error ? OUTCOME_ERROR : OUTCOME_OK,
	     REASONS_OF_CALL);
	bpf_map_delete_elem(&connecting, &sk);
}

/*
 * A call that was never entered was refused by a seccomp filter, which is asked before all else. It
 * is opened at its end, so that its duration is next to nothing. What a filter says is one of three
 * errors; with others this may be a call that was under way before anybody looked.
 */
static __always_inline void open_refused(struct pt_regs *regs, __s64 result)
{
	if ((result == -EPERM || result == -EACCES || result == -ENOSYS) &&
	    SYSCALL_NUMBER(regs) == NR_CONNECT &&
	    is_watched(bpf_get_current_pid_tgid() >> 32) && is_under_seccomp())
		enter(regs, 1);
}

static __always_inline void call_left(struct attempt *call, int error)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();

	if (call->sk)
		tcp_call_left(call, error);
	else if (goes_on(error))
		fact_lost(LOSS_NO_START);
	else if (!repeats_earlier(error))
		tell(call, sock_of_fd(task, call->fd), error, error ? OUTCOME_ERROR : OUTCOME_OK,
		     REASONS_OF_CALL);
}

SEC("raw_tp/sys_exit")
int connect_exit(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 key = tid_key();
	struct attempt *call = bpf_map_lookup_elem(&connect_calls, &key);
	__s64 result = ctx->args[1];

	if (!call) {
		open_refused((struct pt_regs *)ctx->args[0], result);
		call = bpf_map_lookup_elem(&connect_calls, &key);
	}
	if (!call)
		return 0;
	call_left(call, result < 0 ? -result : 0);
	bpf_map_delete_elem(&connect_calls, &key);
	return 0;
}

/*
 * By function, off until it is asked for. What a seccomp filter refuses never comes here. The
 * result is where a tracepoint of the call has it: behind the registers.
 */
SEC("?fentry/" SYSCALL_FUNCTION "connect")
int connect_called(struct bpf_raw_tracepoint_args *ctx)
{
	if (is_watched(bpf_get_current_pid_tgid() >> 32))
		enter(regs_of_function(ctx), 0);
	return 0;
}

SEC("?fexit/" SYSCALL_FUNCTION "connect")
int connect_returned(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 key = tid_key();
	struct attempt *call = bpf_map_lookup_elem(&connect_calls, &key);
	__s64 result = ctx->args[1];

	if (!call)
		return 0;
	call_left(call, result < 0 ? -result : 0);
	bpf_map_delete_elem(&connect_calls, &key);
	return 0;
}

/* In process context, within connect(2): the attempt moves from the thread to the socket. */
static __always_inline void syn_sent(__u64 sk)
{
	__u64 key = tid_key();
	struct attempt *call;

	if (by_hooks) {
		call = bpf_map_lookup_elem(&connecting, &sk);
		if (call)
			call->syn_sent = 1;
		return;
	}
	call = bpf_map_lookup_elem(&connect_calls, &key);
	if (!call)
		return;
	call->sk = sk;
	if (bpf_map_update_elem(&connecting, &sk, call, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
}

static __always_inline void closed(__u64 sk, struct attempt *attempt)
{
	int error = BPF_CORE_READ((struct sock *)sk, sk_err);
	__u8 outcome = error ? OUTCOME_ERROR : OUTCOME_CANCELLED;

	/* Given up by the call itself, which knows why: its result will tell, where it is seen. */
	if (!error && attempt->call_key == tid_key() && is_in_call(attempt)) {
		if (!by_hooks)
			return;
		outcome = OUTCOME_ERROR;
	}
	tell(attempt, (struct sock *)sk, error, outcome, REASONS_OF_SOCKET);
	bpf_map_delete_elem(&connecting, &sk);
}

SEC("raw_tp/inet_sock_set_state")
int connect_state(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 sk = ctx->args[0];
	int new_state = ctx->args[2];
	struct attempt *attempt;

	if (new_state == TCP_SYN_SENT) {
		syn_sent(sk);
		return 0;
	}
	if (new_state != TCP_ESTABLISHED && new_state != TCP_CLOSE)
		return 0;
	attempt = bpf_map_lookup_elem(&connecting, &sk);
	if (!attempt)
		return 0;
	if (new_state == TCP_CLOSE) {
		closed(sk, attempt);
		return 0;
	}
	tell(attempt, (struct sock *)sk, 0, OUTCOME_OK, REASONS_OF_SOCKET);
	bpf_map_delete_elem(&connecting, &sk);
	return 0;
}

/*
 * By hooks, off until they are asked for. The attempt is the socket's from the beginning on, and
 * ends as ever with its state. What was refused before a SYN went (no route, or a program of the
 * control group) changes none: it is known once the socket connects anew or is let go, but not why,
 * nor how long it took. Of what is not TCP no end is to be seen, so that no beginning is.
 */
static __noinline int unsent(__u64 sk)
{
	struct attempt *attempt = bpf_map_lookup_elem(&connecting, &sk);

	if (!attempt || attempt->syn_sent)
		return 0;
	attempt->unmeasured = 1;
	tell(attempt, (struct sock *)sk, 0, OUTCOME_ERROR, REASONS_NONE);
	bpf_map_delete_elem(&connecting, &sk);
	return 0;
}

static __noinline int hook_open(struct pt_regs *regs)
{
	struct attempt attempt;
	struct sock *sk;
	bool is_attempt;

	if (!regs)
		return 0;
	sk = attempt_open(&attempt, regs, &is_attempt);
	if (!is_attempt || !sk || attempt.protocol != IPPROTO_TCP)
		return 0;
	attempt.sk = (__u64)sk;
	if (bpf_map_update_elem(&connecting, &attempt.sk, &attempt, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
	return 0;
}

static __always_inline int hooked(void)
{
	struct pt_regs *regs;

	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return HOOK_ALLOWS;
	regs = regs_of_call(NR_CONNECT);
	if (!regs)
		return HOOK_ALLOWS;
	/* First what came of the one before, and apart: the stack has no room for both. */
	unsent(sock_of_call(regs));
	hook_open(regs);
	return HOOK_ALLOWS;
}

SEC("?cgroup/connect4")
int hooked_connect4(struct bpf_sock_addr *ctx)
{
	return hooked();
}

SEC("?cgroup/connect6")
int hooked_connect6(struct bpf_sock_addr *ctx)
{
	return hooked();
}

SEC("?cgroup/sock_release")
int hooked_release(struct bpf_sock *ctx)
{
	unsent(sock_of_context(ctx));
	return HOOK_ALLOWS;
}
