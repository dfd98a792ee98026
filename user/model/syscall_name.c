/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of both architectures, so that a recording of one can be read on the other. */
#include "user/model/syscall_name.h"

#include <stddef.h>
#include <string.h>

#include "user/model/syscall_table.inc"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define X(number, name) [number] = #name,
static const char *const x86_64[] = { SYSCALLS_X86_64(X) };
static const char *const aarch64[] = { SYSCALLS_AARCH64(X) };
#undef X

static const char *const waiting[] = {
	"clock_nanosleep", "epoll_pwait", "epoll_pwait2", "epoll_wait", "futex", "futex_wait",
	"futex_waitv", "io_getevents", "io_pgetevents", "io_uring_enter", "nanosleep", "pause",
	"poll", "ppoll", "pselect6", "restart_syscall", "rt_sigsuspend", "rt_sigtimedwait",
	"select", "semtimedop", "mq_timedreceive", "wait4", "waitid",
};

const char *syscall_name(enum syscall_arch arch, uint32_t number)
{
	const char *name = NULL;

	if (arch == SYSCALL_ARCH_X86_64 && number < COUNT(x86_64))
		name = x86_64[number];
	else if (arch == SYSCALL_ARCH_AARCH64 && number < COUNT(aarch64))
		name = aarch64[number];
	return name ? name : "other";
}

bool syscall_name_waits(const char *name)
{
	for (size_t i = 0; i < COUNT(waiting); i++)
		if (!strcmp(waiting[i], name))
			return true;
	return false;
}

bool syscall_waits(enum syscall_arch arch, uint32_t number)
{
	return syscall_name_waits(syscall_name(arch, number));
}
