/* SPDX-License-Identifier: BSD-2-Clause */
/* The order matters: rights first, while they can still be given up; the filter last. */
#include "user/host/sandbox.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NOBODY		65534
#define MEMORY_MAX	(768ULL << 20)	/* bytes of addresses: a table of 256 MiB, and to spare */
#define CPU_MAX		3		/* seconds */
#define FILES_MAX	16

static int drop_rights(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[2] = { { 0 } };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return -errno;
	/* In a user namespace without these ids, its root is nobody outside of it anyway. */
	if (!geteuid() && !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	    setresuid(NOBODY, NOBODY, NOBODY))
		return -errno;
	return syscall(SYS_capset, &header, none) ? -errno : 0;
}

static int limit(int resource, rlim_t value)
{
	const struct rlimit both = { value, value };

	return setrlimit(resource, &both) ? -errno : 0;
}

static int set_limits(void)
{
	int result = limit(RLIMIT_CPU, CPU_MAX);

#ifndef __SANITIZE_ADDRESS__	/* which reserves terabytes */
	if (!result)
		result = limit(RLIMIT_AS, MEMORY_MAX);
#endif
	if (!result)
		result = limit(RLIMIT_FSIZE, 0);
	if (!result)
		result = limit(RLIMIT_CORE, 0);
	return result ? result : limit(RLIMIT_NOFILE, FILES_MAX);
}

/* Memory: only of its own, and never code. */
static int allow_memory(scmp_filter_ctx filter)
{
	static const int plain[] = { SCMP_SYS(brk), SCMP_SYS(munmap), SCMP_SYS(mremap),
				     SCMP_SYS(madvise) };
	int result;

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0);
		if (result)
			return result;
	}
	result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
				  SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
	if (result)
		return result;
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2,
				SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0),
				SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, MAP_ANONYMOUS));
}

static int set_filter(void)
{
	static const int plain[] = {
		SCMP_SYS(pread64), SCMP_SYS(recvmsg), SCMP_SYS(sendmsg), SCMP_SYS(close),
		SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime),
		SCMP_SYS(getrandom),
		SCMP_SYS(sysinfo),	/* glibc's qsort asks how much memory there is */
#ifdef __SANITIZE_ADDRESS__	/* what a report of an error takes */
		SCMP_SYS(write), SCMP_SYS(readlink), SCMP_SYS(openat), SCMP_SYS(read),
		SCMP_SYS(gettid), SCMP_SYS(getpid), SCMP_SYS(sigaltstack), SCMP_SYS(prctl),
		SCMP_SYS(rt_sigaction), SCMP_SYS(futex), SCMP_SYS(sched_yield),
#endif
	};
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
	int result = filter ? 0 : -ENOMEM;

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]) && !result; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, plain[i], 0);
	if (!result)
		result = allow_memory(filter);
	if (!result)
		result = seccomp_load(filter);
	seccomp_release(filter);
	return result;
}

int sandbox_enter(void)
{
	int result = drop_rights();

	if (!result)
		result = set_limits();
	return result ? result : set_filter();
}
