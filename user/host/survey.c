/* SPDX-License-Identifier: BSD-2-Clause */
/* One look at every file and limit that bears on Seamark; writes nothing. */
#include "user/host/survey.h"

#include <linux/capability.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "user/host/cgroup.h"
#include "user/host/mountinfo.h"
#include "user/host/text_file.h"
#include "user/model/printable.h"

#define TYPES		"/sys/kernel/btf/vmlinux"
#define TEXT_LIMIT	(1u << 20)
/* The first namespaces have fixed numbers; that of networks only on the newest kernels. */
#define FIRST_PID_NAMESPACE	0xeffffffcu	/* PROC_PID_INIT_INO */
#define FIRST_USER_NAMESPACE	0xeffffffdu	/* PROC_USER_INIT_INO */
#define FIRST_NET_NAMESPACE	0xeffffff9u	/* NET_NS_INIT_INO */

/* Without its line end; out is untouched when it can't be read. */
static void read_line(const char *path, char *out, size_t size)
{
	char *text = text_file_read(path, TEXT_LIMIT);

	if (text)
		snprintf(out, size, "%.*s", (int)strcspn(text, "\n"), text);
	free(text);
}

static int64_t read_number(const char *path)
{
	char text[32] = "", *end = text;
	long value;

	read_line(path, text, sizeof(text));
	value = strtol(text, &end, 10);
	return end == text ? FACT_UNKNOWN : value;
}

uint64_t survey_capabilities(void)
{
	struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct data[2] = { { 0 } };

	if (syscall(SYS_capget, &header, data))
		return 0;
	return data[0].effective | (uint64_t)data[1].effective << 32;
}

void survey_lockdown(const char *text, char *out, size_t size)
{
	const char *begin = strchr(text, '[');
	size_t length = begin ? strcspn(begin + 1, "]") : 0;

	snprintf(out, size, "%.*s", (int)length, begin ? begin + 1 : "");
}

enum cgroup_mode survey_cgroup_mode(const char *mountinfo)
{
	bool has_1 = false, has_2 = false;
	struct mount mount;

	while (mountinfo_next(&mountinfo, &mount)) {
		has_1 |= !strcmp(mount.type, "cgroup") && !strstr(mount.options, "name=");
		has_2 |= !strcmp(mount.type, "cgroup2");
	}
	if (has_1)
		return has_2 ? CGROUP_MODE_HYBRID : CGROUP_MODE_V1;
	return has_2 ? CGROUP_MODE_V2 : CGROUP_MODE_NONE;
}

void survey_hide_pid(const char *mountinfo, char *out, size_t size)
{
	struct mount mount;
	const char *said;

	out[0] = '\0';
	while (mountinfo_next(&mountinfo, &mount)) {
		if (strcmp(mount.type, "proc") || strcmp(mount.point, "/proc"))
			continue;
		said = strstr(mount.options, "hidepid=");
		said = said ? said + strlen("hidepid=") : "";
		snprintf(out, size, "%.*s", (int)strcspn(said, ","), said);
	}
}

static void take_mounts(struct host_facts *out)
{
	char *mountinfo = text_file_read("/proc/self/mountinfo", MOUNTINFO_LIMIT);
	struct cgroup_tree tree;

	if (!mountinfo)
		return;
	out->cgroup_mode = survey_cgroup_mode(mountinfo);
	survey_hide_pid(mountinfo, out->hide_pid, sizeof(out->hide_pid));
	free(mountinfo);
	if (cgroup_tree_find(&tree))
		return;
	snprintf(out->cgroup_tree, sizeof(out->cgroup_tree), "%s", tree.mount);
	printable_keep(out->cgroup_tree, sizeof(out->cgroup_tree));
	snprintf(out->cgroup_controller, sizeof(out->cgroup_controller), "%s", tree.controller);
}

static bool is_other_namespace(const char *path, ino_t first)
{
	struct stat status;

	return !stat(path, &status) && status.st_ino != first;
}

/* Init has the host's, where it may be looked at. */
static int64_t net_namespace(const struct host_facts *facts)
{
	struct stat own, first;

	if (facts->own_pid_namespace || stat("/proc/self/ns/net", &own))
		return FACT_UNKNOWN;
	if (own.st_ino == FIRST_NET_NAMESPACE)
		return 0;
	return stat("/proc/1/ns/net", &first) ? FACT_UNKNOWN : own.st_ino != first.st_ino;
}

static void take_namespaces(struct host_facts *out)
{
	out->own_pid_namespace = is_other_namespace("/proc/self/ns/pid", FIRST_PID_NAMESPACE);
	out->own_user_namespace = is_other_namespace("/proc/self/ns/user", FIRST_USER_NAMESPACE);
	out->own_net_namespace = net_namespace(out);
}

static void take_kernel(struct host_facts *out)
{
	char lockdown[64] = "";
	struct utsname name;
	struct stat status;

	uname(&name);
	memcpy(out->release, name.release, sizeof(out->release));
	memcpy(out->machine, name.machine, sizeof(out->machine));
	out->has_proc = !access("/proc/self/status", R_OK);
	out->has_sys = !access("/sys/kernel", F_OK);
	out->types_bytes = stat(TYPES, &status) ? 0 : status.st_size;
	out->has_types = out->types_bytes && !access(TYPES, R_OK);
	read_line("/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
	survey_lockdown(lockdown, out->lockdown, sizeof(out->lockdown));
	read_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		  out->clock_source, sizeof(out->clock_source));
	out->expedites = !access("/sys/kernel/rcu_expedited", W_OK);
}

static void take_settings(struct host_facts *out)
{
	char *status = text_file_read("/proc/self/status", TEXT_LIMIT);
	const char *seccomp = status ? strstr(status, "\nSeccomp:") : NULL;
	struct rlimit memlock = { RLIM_INFINITY, RLIM_INFINITY };

	out->seccomp = seccomp ? strtol(seccomp + strlen("\nSeccomp:"), NULL, 10) : FACT_UNKNOWN;
	free(status);
	getrlimit(RLIMIT_MEMLOCK, &memlock);
	out->memlock_bytes = memlock.rlim_cur == RLIM_INFINITY ? UINT64_MAX : memlock.rlim_cur;
	out->memlock_hard_bytes = memlock.rlim_max == RLIM_INFINITY ? UINT64_MAX
								    : memlock.rlim_max;
	out->perf_event_paranoid = read_number("/proc/sys/kernel/perf_event_paranoid");
	out->unprivileged_bpf_disabled = read_number("/proc/sys/kernel/unprivileged_bpf_disabled");
	out->jit = read_number("/proc/sys/net/core/bpf_jit_enable");
	out->pid_max = read_number("/proc/sys/kernel/pid_max");
	out->lease_break_time_s = read_number("/proc/sys/fs/lease-break-time");
}

void survey_take(struct host_facts *out)
{
	memset(out, 0, sizeof(*out));
	take_kernel(out);
	out->capabilities = survey_capabilities();
	take_settings(out);
	take_mounts(out);
	take_namespaces(out);
}
