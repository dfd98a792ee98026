/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What x86_64 has of its own: the saved registers, and where the thread pointer is kept. */
#ifndef SEAMARK_VMLINUX_X86_H
#define SEAMARK_VMLINUX_X86_H

#include "vmlinux/types.h"

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs {
	unsigned long r15;
	unsigned long r14;
	unsigned long r13;
	unsigned long r12;
	unsigned long bp;
	unsigned long bx;
	unsigned long r11;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long ax;
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
	unsigned long ip;
	unsigned long cs;
	unsigned long flags;
	unsigned long sp;
	unsigned long ss;
};

struct thread_struct { unsigned long fsbase; };
struct task_struct___thread { struct thread_struct thread; };

#pragma clang attribute pop

#define THREAD_POINTER(task)	BPF_CORE_READ((struct task_struct___thread *)(task), thread.fsbase)

/* Go's register ABI, from 1.17 on. */
#define GO_G(regs)		((regs)->r14)
#define GO_ARGUMENT1(regs)	((regs)->ax)
#define GO_ARGUMENT3(regs)	((regs)->cx)
#define GO_RESULT1(regs)	((regs)->ax)
#define GO_RESULT2(regs)	((regs)->bx)

#define SYSCALL_G_IN_REGISTER	false
#define SYSCALL_G(regs)		0
#define SYSCALL_NUMBER(regs)	BPF_CORE_READ(regs, orig_ax)
/* Entered from a program's own code, and by 64-bit system call of that number. */
#define IS_SYSCALL_OF_USER(regs) ((BPF_CORE_READ(regs, cs) & 3) == 3)
#define SYSCALL_FUNCTION	"__x64_sys_"
#define NR_CONNECT		42
#define NR_BIND			49
#define NR_LISTEN		50
#define NR_GETSOCKNAME		51
#define NR_CLONE		56
#define NR_FORK			57
#define NR_VFORK		58
#define NR_EXECVE		59
#define NR_EXECVEAT		322
#define NR_CLONE3		435
#define IS_FORK_CALL(number) \
	((number) == NR_CLONE || (number) == NR_FORK || (number) == NR_VFORK || \
	 (number) == NR_CLONE3)

#endif
