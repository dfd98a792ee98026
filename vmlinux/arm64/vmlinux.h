/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What aarch64 has of its own: the saved registers, and where the thread pointer is kept. */
#ifndef SEAMARK_VMLINUX_ARM64_H
#define SEAMARK_VMLINUX_ARM64_H

#include "vmlinux/types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

/* At the start of struct pt_regs, within a union that has no name there. */
struct user_pt_regs {
	u64 regs[31];
	u64 sp;
	u64 pc;
	u64 pstate;
};
struct pt_regs {
	u64 pstate;
	s32 syscallno;
};

/* Written when the thread was last taken off its processor, or started. */
struct thread_pointer { unsigned long tp_value; };
struct thread_struct { struct thread_pointer uw; };
struct task_struct___thread { struct thread_struct thread; };

#pragma clang attribute pop

#define THREAD_POINTER(task) \
	BPF_CORE_READ((struct task_struct___thread *)(task), thread.uw.tp_value)

/* Go's register ABI, from 1.18 on. */
#define USER_REGS(at)		((struct user_pt_regs *)(at))
#define GO_G(at)		(USER_REGS(at)->regs[28])
#define GO_ARGUMENT1(at)	(USER_REGS(at)->regs[0])
#define GO_ARGUMENT3(at)	(USER_REGS(at)->regs[2])
#define GO_RESULT1(at)	(USER_REGS(at)->regs[0])
#define GO_RESULT2(at)	(USER_REGS(at)->regs[1])

#define SYSCALL_G_IN_REGISTER	true
#define SYSCALL_G(at)		BPF_CORE_READ(USER_REGS(at), regs[28])
#define SYSCALL_NUMBER(regs)	((__u64)BPF_CORE_READ(regs, syscallno))
/* Entered from a program's own code: exception level 0. */
#define IS_SYSCALL_OF_USER(regs) (!(BPF_CORE_READ(regs, pstate) & 0xf))
#define SYSCALL_FUNCTION	"__arm64_sys_"
#define NR_BIND			200
#define NR_LISTEN		201
#define NR_CONNECT		203
#define NR_GETSOCKNAME		204
/* A fork's child is not seen to leave the call, until 7.x enters and leaves as x86 does. */
#define NR_CLONE		220
#define NR_EXECVE		221
#define NR_EXECVEAT		281
#define NR_CLONE3		435
#define IS_FORK_CALL(number)	((number) == NR_CLONE || (number) == NR_CLONE3)

#endif
