// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * bind(2) and listen(2): what was asked for, how it ended, and, when the kernel refused, what it
 * weighed. The address is taken at entry, since a failed socket holds none.
 */
#include "bpf/act.bpf.h"
#include "bpf/sock.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define TASK_NO_NEW_PRIVS 0	/* bit of task_struct.atomic_flags */

struct call {
	struct act act;
	struct claimed_address claim;
	__u64 sk;
	__s32 fd;
	__u32 number;
	__u32 backlog;
	__u32 padding;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct call);
} bind_calls SEC(".maps");

static __always_inline void weigh(struct event_weighed *out, struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct net *net = BPF_CORE_READ(task, nsproxy, net_ns);

	out->cap_effective = READ_CAPABILITIES(cred, cap_effective);
	out->cap_permitted = READ_CAPABILITIES(cred, cap_permitted);
	out->cap_inheritable = READ_CAPABILITIES(cred, cap_inheritable);
	out->cap_bounding = READ_CAPABILITIES(cred, cap_bset);
	out->cap_ambient = READ_CAPABILITIES(cred, cap_ambient);
	out->uid = BPF_CORE_READ(cred, uid.val);
	out->gid = BPF_CORE_READ(cred, gid.val);
	out->euid = BPF_CORE_READ(cred, euid.val);
	out->fsuid = BPF_CORE_READ(cred, fsuid.val);
	out->securebits = BPF_CORE_READ(cred, securebits);
	out->user_namespace = BPF_CORE_READ(cred, user_ns, ns.inum);
	out->net_namespace = BPF_CORE_READ(net, ns.inum);
	out->net_user_namespace = BPF_CORE_READ(net, user_ns, ns.inum);
	out->unprivileged_port_start = BPF_CORE_READ(net, ipv4.sysctl_ip_prot_sock);
	out->no_new_privs = (BPF_CORE_READ(task, atomic_flags) >> TASK_NO_NEW_PRIVS) & 1;
	out->seccomp_mode = BPF_CORE_READ(task, seccomp.mode);
	out->known = 1;
	out->padding = 0;
}

static __always_inline void describe_socket(struct event_bind *event, struct sock *sk)
{
	event->socket_type = 0;
	event->protocol = 0;
	event->reuse_address = 0;
	event->reuse_port = 0;
	if (!sk)
		return;
	event->socket_type = BPF_CORE_READ(sk, sk_type);
	event->protocol = BPF_CORE_READ(sk, sk_protocol);
	event->reuse_address = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_reuse);
	event->reuse_port = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_reuseport);
}

static __always_inline void tell(const struct call *call, const struct ending *ending,
				 __u16 kind)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct sock *sk = (struct sock *)call->sk;
	struct event_bind *event;
	enum loss cause;

	event = event_reserve(sizeof(*event), ending_keep(ending), &cause);
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
	event->padding = 0;
	__builtin_memcpy(event->comm, call->act.comm, COMM_SIZE);
	__builtin_memset(&event->weighed, 0, sizeof(event->weighed));
	if (ending->outcome != OUTCOME_OK)
		weigh(&event->weighed, task);
	/* Who has the port is looked up while it still has it: failures are worth a wake-up. */
	if (ending->outcome == OUTCOME_OK)
		event_submit(event);
	else
		event_submit_now(event);
}

static __always_inline void enter(struct pt_regs *regs, __u32 number)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 key = tid_key();
	struct call call;

	__builtin_memset(&call, 0, sizeof(call));
	call.number = number;
	call.fd = PT_REGS_PARM1_CORE_SYSCALL(regs);
	call.sk = (__u64)sock_of_fd(task, call.fd);
	if (number == NR_BIND)
		address_claim(&call.claim, PT_REGS_PARM2_CORE_SYSCALL(regs),
			      PT_REGS_PARM3_CORE_SYSCALL(regs));
	else
		call.backlog = PT_REGS_PARM2_CORE_SYSCALL(regs);
	act_open(&call.act, task);
	call.act.goroutine_id = syscall_goroutine_id(task, call.act.program);
	if (bpf_map_update_elem(&bind_calls, &key, &call, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
}

/* Attached by itself or reached by tail call: the checks are the same. */
SEC("raw_tp/sys_enter")
int bind_enter(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 number = ctx->args[1];

	if (number != NR_BIND && number != NR_LISTEN)
		return 0;
	if (!is_watched(bpf_get_current_pid_tgid() >> 32))
		return 0;
	enter((struct pt_regs *)ctx->args[0], number);
	return 0;
}

SEC("raw_tp/sys_exit")
int bind_exit(struct bpf_raw_tracepoint_args *ctx)
{
	__u64 key = tid_key();
	struct call *call = bpf_map_lookup_elem(&bind_calls, &key);
	__s64 result = ctx->args[1];
	struct ending ending;
	__u16 kind;

	if (!call)
		return 0;
	kind = call->number == NR_BIND ? EVENT_BIND : EVENT_LISTEN;
	ending_of(&ending, &call->act, result < 0 ? -result : 0,
		  result < 0 ? OUTCOME_ERROR : OUTCOME_OK);
	ending_count(&ending, &call->act, kind, 0, 0);
	tell(call, &ending, kind);
	bpf_map_delete_elem(&bind_calls, &key);
	return 0;
}
