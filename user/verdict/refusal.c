/* SPDX-License-Identifier: BSD-2-Clause */
/* Causes of refusals, the most certain first. */
#include "user/verdict/refusal.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
/* Numbers of Linux; ENOTSUPP is the kernel's own and in no header. */
#define NO_PERMISSION	1	/* EPERM */
#define NO_ENTRY	2	/* ENOENT */
#define NO_MEMORY	12	/* ENOMEM */
#define NO_ACCESS	13	/* EACCES */
#define INVALID		22	/* EINVAL */
#define TOO_MANY_OPEN	24	/* EMFILE */
#define NO_CALL		38	/* ENOSYS */
#define NOT_SUPPORTED	95	/* EOPNOTSUPP */
#define NO_TRAMPOLINE	524	/* ENOTSUPP */
#define MEMLOCK_ENOUGH	(64ULL << 20)	/* bytes; what the maps of Seamark take, and to spare */

static bool is_denied(const struct refusal_case *one)
{
	return one->error == NO_PERMISSION || one->error == NO_ACCESS;
}

static bool holds(const struct refusal_case *one, enum capability_bit bit)
{
	return one->host->capabilities >> bit & 1;
}

static bool lacks_capability(const struct refusal_case *one)
{
	return is_denied(one) && !holds(one, BIT_SYS_ADMIN) &&
	       (!holds(one, BIT_BPF) || !holds(one, BIT_PERFMON));
}

static bool is_in_user_namespace(const struct refusal_case *one)
{
	return is_denied(one) && one->host->own_user_namespace;
}

/* A filter sees which call it is, and not what for: it refuses all of them. */
static bool is_filtered(const struct refusal_case *one)
{
	enum feature whole = one->by_event ? FEATURE_UPROBE : FEATURE_BPF;

	return one->host->seccomp == 2 && (is_denied(one) || one->error == NO_CALL) &&
	       one->features[whole].error == one->error;
}

/*
 * Told by the host, or shown by the kernel. A helper that is kept back from programs is none, which
 * makes the argument invalid.
 */
static bool is_locked_down(const struct refusal_case *one)
{
	bool kept_back = one->features[FEATURE_READ_KERNEL].error &&
			 !one->features[FEATURE_RAW_TP].error;

	return (is_denied(one) || (one->error == INVALID && one->reads_kernel)) &&
	       (kept_back || !strcmp(one->host->lockdown, "confidentiality"));
}

/*
 * Whether BPF's memory counts as locked is told by the version, for once: a kernel whose limit is
 * used up refuses every question about it as well.
 */
static bool has_too_little_memlock(const struct refusal_case *one)
{
	unsigned int major = 0, minor = 0;

	return (one->error == NO_PERMISSION || one->error == NO_MEMORY) && !one->by_event &&
	       sscanf(one->host->release, "%u.%u", &major, &minor) == 2 &&
	       (major < 5 || (major == 5 && minor < 11)) && !holds(one, BIT_SYS_RESOURCE) &&
	       one->host->memlock_hard_bytes < MEMLOCK_ENOUGH;
}

static bool lacks_right_to_events(const struct refusal_case *one)
{
	return is_denied(one) && one->by_event && !holds(one, BIT_SYS_ADMIN);
}

static bool lacks_sysfs(const struct refusal_case *one)
{
	return one->error == NO_ENTRY && !one->host->has_sys;
}

static bool is_not_built(const struct refusal_case *one)
{
	return one->error == NO_ENTRY || one->error == NO_CALL;
}

static bool has_no_trampoline(const struct refusal_case *one)
{
	return one->error == NO_TRAMPOLINE;
}

static bool is_left_to_interpreter(const struct refusal_case *one)
{
	return one->may_need_jit && one->error == INVALID && !one->host->jit;
}

static bool is_not_known(const struct refusal_case *one)
{
	return one->error == INVALID || one->error == NOT_SUPPORTED;
}

/* A policy refuses whole kinds of programs; where small ones load, it is what this one does. */
static bool is_refused_by_verifier(const struct refusal_case *one)
{
	return one->is_probe && one->error == NO_ACCESS && !one->features[FEATURE_RAW_TP].error &&
	       !one->features[FEATURE_READ_KERNEL].error;
}

static bool is_out_of_memory(const struct refusal_case *one)
{
	return one->error == NO_MEMORY;
}

static bool is_out_of_descriptors(const struct refusal_case *one)
{
	return one->error == TOO_MANY_OPEN;
}

static const struct {
	bool (*holds)(const struct refusal_case *one);
	struct refusal refusal;
} rules[] = {
	{ lacks_capability, { "missing_capability",
	  { "CAP_BPF or CAP_PERFMON is missing.", "缺少 CAP_BPF 或 CAP_PERFMON。" },
	  { "Run it with sudo, or give it CAP_BPF, CAP_PERFMON and CAP_SYS_PTRACE.",
	    "用 sudo 运行，或授予 CAP_BPF、CAP_PERFMON 和 CAP_SYS_PTRACE。" } } },
	{ is_in_user_namespace, { "user_namespace",
	  { "In a user namespace of its own capabilities count for nothing outside of it.",
	    "在独立的用户命名空间中，权能在其外部无效。" },
	  { "Run it in the host's user namespace (docker run --userns=host).",
	    "在宿主机的用户命名空间中运行（docker run --userns=host）。" } } },
	{ is_filtered, { "seccomp",
	  { "A seccomp filter on this process refuses the system call.",
	    "本进程的 seccomp 过滤器拒绝了该系统调用。" },
	  { "Allow bpf and perf_event_open in the filter: docker run --security-opt "
	    "seccomp=unconfined, SystemCallFilter= of a systemd unit.",
	    "在过滤器中放行 bpf 和 perf_event_open：docker run --security-opt "
	    "seccomp=unconfined，或 systemd 单元的 SystemCallFilter=。" } } },
	{ is_locked_down, { "lockdown",
	  { "The kernel is locked down (confidentiality): programs may not read its memory.",
	    "内核处于 confidentiality 锁定模式：程序不得读取内核内存。" },
	  { "Boot with lockdown=integrity, or without Secure Boot's lockdown.",
	    "以 lockdown=integrity 启动，或关闭 Secure Boot 带来的锁定。" } } },
	{ has_too_little_memlock, { "memlock",
	  { "This kernel counts BPF memory against the limit of locked memory, which is too "
	    "small ({}) and can't be raised without CAP_SYS_RESOURCE.",
	    "该内核把 BPF 内存计入锁定内存限额；限额太小（{}），而没有 CAP_SYS_RESOURCE 无法提高。" },
	  { "ulimit -l unlimited as root, LimitMEMLOCK=infinity in a unit, docker run --ulimit "
	    "memlock=-1, or CAP_SYS_RESOURCE.",
	    "以 root 执行 ulimit -l unlimited，在单元中设 LimitMEMLOCK=infinity，docker run "
	    "--ulimit memlock=-1，或授予 CAP_SYS_RESOURCE。" } } },
	{ lacks_right_to_events, { "missing_cap_sys_admin",
	  { "Uprobes by perf events need CAP_SYS_ADMIN.", "perf 事件方式的 uprobe 需要 "
	    "CAP_SYS_ADMIN。" },
	  { "Give it CAP_SYS_ADMIN, or use Linux 6.6 or newer, where uprobe_multi needs less.",
	    "授予 CAP_SYS_ADMIN，或使用 Linux 6.6 以上版本：其 uprobe_multi 要求更少。" } } },
	{ lacks_sysfs, { "no_sysfs",
	  { "There is no sysfs at /sys.", "/sys 上没有挂载 sysfs。" },
	  { "mount -t sysfs sysfs /sys, or mount the host's /sys into the container.",
	    "mount -t sysfs sysfs /sys，或把宿主机的 /sys 挂载进容器。" } } },
	{ is_not_built, { "not_built",
	  { "This kernel was built without it.", "该内核编译时未包含此功能。" },
	  { "Use a kernel that has it, such as the distribution's own.",
	    "使用包含此功能的内核，例如发行版自带的内核。" } } },
	{ has_no_trampoline, { "no_trampoline",
	  { "It can be loaded and not attached, as on arm64 before Linux 6.4.",
	    "可以加载但无法挂载，如 Linux 6.4 之前的 arm64。" },
	  { "Use a newer kernel.", "使用较新的内核。" } } },
	{ is_left_to_interpreter, { "jit_off",
	  { "The kernel's compiler of BPF programs is off, and its interpreter does not know it.",
	    "内核的 BPF 编译器（JIT）已关闭，而解释器不认识此功能。" },
	  { "sysctl -w net.core.bpf_jit_enable=1.", "sysctl -w net.core.bpf_jit_enable=1。" } } },
	{ is_not_known, { "not_known",
	  { "This kernel does not know it.", "该内核不认识此功能。" },
	  { "Use a newer kernel.", "使用较新的内核。" } } },
	{ is_out_of_memory, { "no_memory",
	  { "There is no memory for it.", "没有足够的内存。" },
	  { "Free some memory, or raise the limit of the control group.",
	    "释放内存，或提高控制组的内存上限。" } } },
	{ is_out_of_descriptors, { "no_descriptors",
	  { "Seamark may not open as many files as it needs.", "允许 Seamark 打开的文件数不够。" },
	  { "ulimit -n 1024, or LimitNOFILE= of a systemd unit.",
	    "ulimit -n 1024，或 systemd 单元的 LimitNOFILE=。" } } },
	{ is_refused_by_verifier, { "verifier",
	  { "The kernel's verifier does not follow this program, though it takes smaller ones: "
	    "this build and this kernel don't go together.",
	    "内核的校验器看不懂这个程序，而较小的程序可以加载：此构建与此内核不相配。" },
	  { "Use Seamark's own package, or build with another clang; and report it, with 'seamark "
	    "doctor --json'.",
	    "使用 Seamark 自己的软件包，或换一个 clang 编译；并附上 seamark doctor --json 报告此问题。" } } },
	{ is_denied, { "policy",
	  { "The host's own policy refuses it: the capabilities are held, and neither lockdown "
	    "nor a seccomp filter explains it.",
	    "宿主机自身的策略拒绝：权能齐备，锁定模式和 seccomp 过滤器都不是原因。" },
	  { "Ask whoever runs the host: a hypervisor, or a security module, forbids it.",
	    "请询问宿主机管理者：由虚拟机监控器或安全模块禁止。" } } },
};

const struct refusal *refusal_find(const struct refusal_case *one)
{
	for (size_t i = 0; i < COUNT(rules); i++)
		if (rules[i].holds(one))
			return &rules[i].refusal;
	return NULL;
}

const struct refusal *refusal_at(size_t index)
{
	return index < COUNT(rules) ? &rules[index].refusal : NULL;
}
