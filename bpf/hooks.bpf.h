/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * Calls seen without a program at the door of every system call: by hooks of the control group's
 * root, which the kernel runs in the call itself, as the program that makes it. They may refuse:
 * each of Seamark's says HOOK_ALLOWS, whatever it found.
 */
#ifndef SEAMARK_HOOKS_BPF_H
#define SEAMARK_HOOKS_BPF_H

#include "bpf/sock.bpf.h"

#define HOOK_ALLOWS	1

/* Calls are seen by hooks, not by their beginning and end. Set before load. */
const volatile bool by_hooks = false;

/* Of a thread's kernel stack (THREAD_SIZE). Set before load. */
const volatile __u32 stack_bytes = 16384;

/* Above the registers where x86 may deliver events by FRED: 65c9cc9e2c14 (Linux 6.9). */
#define STACK_PADDING	16

static __always_inline bool is_call(struct pt_regs *regs, __u64 number)
{
	return SYSCALL_NUMBER(regs) == number && IS_SYSCALL_OF_USER(regs);
}

/*
 * The registers of the system call that the current task is in, if it is that call; else NULL. They
 * lie at the top of its stack, and say themselves whether they are there: what came another way
 * (io_uring, a call of 32 bits) has no such number.
 */
static __always_inline struct pt_regs *regs_of_call(__u64 number)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 top = (__u64)BPF_CORE_READ(task, stack) + stack_bytes -
		    bpf_core_type_size(struct pt_regs);
	struct pt_regs *regs = (struct pt_regs *)top;

	if (is_call(regs, number))
		return regs;
	regs = (struct pt_regs *)(top - STACK_PADDING);
	return is_call(regs, number) ? regs : NULL;
}

/* The socket is the descriptor's: one of MPTCP binds another within it. */
static __always_inline __u64 sock_of_call(struct pt_regs *regs)
{
	return (__u64)sock_of_fd((struct task_struct *)bpf_get_current_task(),
				 PT_REGS_PARM1_CORE_SYSCALL(regs));
}

/*
 * What a program at a system call's own function is given first. Read as memory: of some kernels'
 * functions (5.10's) the types are not told, and the verifier lets nobody load it.
 */
static __always_inline struct pt_regs *regs_of_function(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *regs = NULL;

	bpf_probe_read_kernel(&regs, sizeof(regs), &ctx->args[0]);
	return regs;
}

/* Of a hook whose context the kernel makes of the socket itself; a number, as map keys must be. */
static __always_inline __u64 sock_of_context(struct bpf_sock *ctx)
{
	return (__u64)BPF_CORE_READ((struct sock *)ctx, sk_socket, sk);
}

#endif
