/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls by name, and which of them wait by their nature. */
#ifndef SEAMARK_SYSCALL_NAME_H
#define SEAMARK_SYSCALL_NAME_H

#include <stdbool.h>
#include <stdint.h>

enum syscall_arch {
	SYSCALL_ARCH_X86_64,
	SYSCALL_ARCH_AARCH64,
#if defined(__aarch64__)
	SYSCALL_ARCH_NATIVE = SYSCALL_ARCH_AARCH64,
#else
	SYSCALL_ARCH_NATIVE = SYSCALL_ARCH_X86_64,
#endif
};

/* "epoll_pwait"; "other" for a number without a name. Static. */
const char *syscall_name(enum syscall_arch arch, uint32_t number);
/* True where a long duration says nothing: futex, epoll_pwait, nanosleep and the like. */
bool syscall_waits(enum syscall_arch arch, uint32_t number);
bool syscall_name_waits(const char *name);

#endif
