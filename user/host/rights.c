/* SPDX-License-Identifier: BSD-2-Clause */
/* Capabilities and type information: asked before anything is loaded. */
#include "user/host/rights.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/host/survey.h"

#define BTF "/sys/kernel/btf/vmlinux"

static const struct {
	unsigned int bit;
	const char *name;
} needed[] = {
	{ 39, "CAP_BPF" },		/* maps, programs */
	{ 38, "CAP_PERFMON" },		/* tracepoints, uprobes */
	{ 19, "CAP_SYS_PTRACE" },	/* /proc/PID/exe of others */
};
#define SYS_ADMIN 21

static bool has(uint64_t effective, unsigned int bit)
{
	return effective >> bit & 1;
}

static size_t list_missing(uint64_t effective, char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		bool given = has(effective, needed[i].bit);

		/* Before 5.8 there were no separate ones, and it still stands for both. */
		if (!given && needed[i].bit >= 38)
			given = has(effective, SYS_ADMIN);
		if (!given)
			used += (size_t)snprintf(out + used, size - used, "%s%s",
						 used ? ", " : "", needed[i].name);
	}
	return used;
}

int rights_judge(uint64_t effective, int btf, char *error, size_t size)
{
	char missing[96];

	if (!btf) {
		snprintf(error, size, "the kernel has no type information at " BTF
			 "; it must be built with CONFIG_DEBUG_INFO_BTF=y");
		return -ENOSYS;
	}
	if (!list_missing(effective, missing, sizeof(missing)))
		return 0;
	snprintf(error, size, "missing %s; run it with sudo, or give the capabilities: setcap "
		 "cap_bpf,cap_perfmon,cap_sys_ptrace+ep FILE, docker run --cap-add BPF --cap-add "
		 "PERFMON --cap-add SYS_PTRACE, or AmbientCapabilities= of a systemd unit",
		 missing);
	return -EPERM;
}

int rights_check(char *error, size_t size)
{
	return rights_judge(survey_capabilities(), !access(BTF, R_OK), error, size);
}
