/* SPDX-License-Identifier: BSD-2-Clause */
/* What must hold before anything can be loaded: kernel, types, file systems, namespaces. */
#include <stdio.h>
#include <string.h>

#include "user/verdict/fitness_internal.h"

static const struct text is_there = { "{}", "{}" };

static void judge_kernel(struct judging *judging)
{
	const struct host_facts *host = judging->findings->host;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "kernel", FITNESS_OK);

	/* Its age says nothing: what it has is tried. */
	snprintf(check->found, FITNESS_TEXT, "%s, %s", host->release, host->machine);
}

static void judge_types(struct judging *judging)
{
	static const struct text found = { "/sys/kernel/btf/vmlinux, {} bytes",
					   "/sys/kernel/btf/vmlinux，{} 字节" };
	static const struct text missing = { "none at /sys/kernel/btf/vmlinux",
					     "/sys/kernel/btf/vmlinux 不存在" };
	static const struct consequence no_types = {
		{ "Seamark can't find a field in the kernel's structs.",
		  "Seamark 无法定位内核结构体的字段。" },
		{ "Use a kernel built with CONFIG_DEBUG_INFO_BTF=y.",
		  "使用以 CONFIG_DEBUG_INFO_BTF=y 编译的内核。" },
	};
	static const struct consequence no_sys = {
		{ "Seamark can't find a field in the kernel's structs.",
		  "Seamark 无法定位内核结构体的字段。" },
		{ "mount -t sysfs sysfs /sys, or mount the host's /sys into the container.",
		  "mount -t sysfs sysfs /sys，或把宿主机的 /sys 挂载进容器。" },
	};
	const struct host_facts *host = judging->findings->host;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "btf",
						host->has_types ? FITNESS_OK : FITNESS_UNFIT);
	char bytes[32];

	snprintf(bytes, sizeof(bytes), "%lld", (long long)host->types_bytes);
	check_text(judging, check->found, host->has_types ? &found : &missing, bytes);
	if (!host->has_types)
		check_consequence(judging, check, host->has_sys ? &no_types : &no_sys);
}

static void judge_lockdown(struct judging *judging)
{
	static const struct text none = { "none, or not told (no /sys/kernel/security/lockdown)",
					  "无，或未说明（没有 /sys/kernel/security/lockdown）" };
	static const struct consequence locked = {
		{ "Programs may not read the kernel's memory: nothing can be observed.",
		  "程序不得读取内核内存：什么都无法观测。" },
		{ "Boot with lockdown=integrity, or without Secure Boot's lockdown.",
		  "以 lockdown=integrity 启动，或关闭 Secure Boot 带来的锁定。" },
	};
	const char *mode = judging->findings->host->lockdown;
	bool closed = !strcmp(mode, "confidentiality");
	struct fitness_check *check = check_add(judging, SECTION_HOST, "lockdown",
						closed ? FITNESS_UNFIT : FITNESS_OK);

	check_text(judging, check->found, mode[0] ? &is_there : &none, mode);
	if (closed)
		check_consequence(judging, check, &locked);
}

static void judge_proc(struct judging *judging)
{
	static const struct text mounted = { "mounted", "已挂载" };
	static const struct text hidden = {
		"mounted with hidepid={}; CAP_SYS_PTRACE sees through it",
		"以 hidepid={} 挂载；CAP_SYS_PTRACE 不受其限制",
	};
	static const struct text missing = { "not mounted", "未挂载" };
	static const struct consequence no_proc = {
		{ "Seamark can't look at a program, nor start the child that parses it.",
		  "Seamark 无法查看程序，也无法启动解析它的子进程。" },
		{ "mount -t proc proc /proc, or run the container with the host's pid namespace.",
		  "mount -t proc proc /proc，或让容器使用宿主机的 pid 命名空间。" },
	};
	const struct host_facts *host = judging->findings->host;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "proc",
						host->has_proc ? FITNESS_OK : FITNESS_UNFIT);

	check_text(judging, check->found, !host->has_proc ? &missing
					  : host->hide_pid[0] ? &hidden : &mounted,
		   host->hide_pid);
	if (!host->has_proc)
		check_consequence(judging, check, &no_proc);
}

static const struct text of_host = { "the host's", "与宿主机相同" };
static const struct text of_its_own = { "another than the host's", "与宿主机不同" };

/* own: 0, 1, or FACT_UNKNOWN. */
static void judge_namespace(struct judging *judging, const char *name, int64_t own,
			    enum fitness_state worst, const struct consequence *consequence)
{
	static const struct text not_told = { "not told", "未说明" };
	struct fitness_check *check = check_add(judging, SECTION_HOST, name,
						own == 1 ? worst : FITNESS_OK);

	check_text(judging, check->found, own == 1 ? &of_its_own : own ? &not_told : &of_host,
		   NULL);
	if (own == 1)
		check_consequence(judging, check, consequence);
}

static void judge_namespaces(struct judging *judging)
{
	static const struct consequence pid = {
		{ "The kernel names processes by the host's numbers, which mean others here.",
		  "内核用宿主机的编号指称进程，在这里指的却是别的进程。" },
		{ "Run it in the host's pid namespace: docker run --pid=host, hostPID: true.",
		  "在宿主机的 pid 命名空间中运行：docker run --pid=host，hostPID: true。" },
	};
	static const struct consequence user = {
		{ "Capabilities count for nothing outside of it: no program can be loaded.",
		  "权能在其外部无效：无法加载任何程序。" },
		{ "Run it in the host's user namespace: docker run --userns=host.",
		  "在宿主机的用户命名空间中运行：docker run --userns=host。" },
	};
	static const struct consequence net = {
		{ "Nothing is lost but that the agent is reached at this namespace's addresses.",
		  "没有损失，只是 agent 要从该命名空间的地址访问。" },
		{ NULL, NULL },
	};
	const struct host_facts *host = judging->findings->host;

	judge_namespace(judging, "pid_namespace", host->own_pid_namespace, FITNESS_UNFIT, &pid);
	judge_namespace(judging, "user_namespace", host->own_user_namespace, FITNESS_UNFIT, &user);
	judge_namespace(judging, "net_namespace", host->own_net_namespace, FITNESS_NOTE, &net);
}

static void judge_seccomp(struct judging *judging)
{
	static const struct text none = { "no filter", "没有过滤器" };
	static const struct text filter = { "a filter lies on this process", "本进程有过滤器" };
	bool filtered = judging->findings->host->seccomp == 2;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "seccomp", FITNESS_OK);

	check_text(judging, check->found, filtered ? &filter : &none, NULL);
}

static void judge_cgroups(struct judging *judging)
{
	static const struct text modes[] = {
		[CGROUP_MODE_NONE] = { "none mounted", "未挂载" },
		[CGROUP_MODE_V1] = { "version 1; processes are told apart by {}",
				     "版本 1；以 {} 区分进程" },
		[CGROUP_MODE_V2] = { "version 2, at {}", "版本 2，位于 {}" },
		[CGROUP_MODE_HYBRID] = {
			"hybrid; processes are told apart by {}, for in the version 2 tree all "
			"that nobody placed there are in one group",
			"混合；以 {} 区分进程，因为在版本 2 的树中，未被安置的进程都在同一组" },
	};
	static const struct consequence none = {
		{ "Containers can't be told apart, and Seamark does not start.",
		  "无法区分容器，Seamark 不会启动。" },
		{ "mount -t cgroup2 cgroup2 /sys/fs/cgroup, or mount the host's /sys/fs/cgroup "
		  "into the container.",
		  "mount -t cgroup2 cgroup2 /sys/fs/cgroup，或把宿主机的 /sys/fs/cgroup "
		  "挂载进容器。" },
	};
	const struct host_facts *host = judging->findings->host;
	bool found = host->cgroup_tree[0];
	struct fitness_check *check = check_add(judging, SECTION_HOST, "cgroups",
						found ? FITNESS_OK : FITNESS_UNFIT);

	check_text(judging, check->found, &modes[host->cgroup_mode], host->cgroup_tree);
	if (!found)
		check_consequence(judging, check, &none);
}

static void judge_parser(struct judging *judging)
{
	static const struct text works = { "starts, and is confined", "能启动并被隔离" };
	static const struct text fails = { "can't be confined: errno {}", "无法隔离：errno {}" };
	static const struct consequence none = {
		{ "Executables can't be parsed apart from Seamark, and it does not start.",
		  "无法在 Seamark 之外解析可执行文件，Seamark 不会启动。" },
		{ "It needs seccomp filters in the kernel (CONFIG_SECCOMP_FILTER), and /proc.",
		  "需要内核支持 seccomp 过滤器（CONFIG_SECCOMP_FILTER）和 /proc。" },
	};
	int error = judging->findings->host->parser_error;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "parser",
						error ? FITNESS_UNFIT : FITNESS_OK);
	char number[16];

	snprintf(number, sizeof(number), "%d", error);
	check_text(judging, check->found, error ? &fails : &works, number);
	if (error)
		check_consequence(judging, check, &none);
}

void judge_host(struct judging *judging)
{
	judge_kernel(judging);
	judge_types(judging);
	judge_lockdown(judging);
	judge_proc(judging);
	judge_namespaces(judging);
	judge_seccomp(judging);
	judge_cgroups(judging);
	judge_parser(judging);
}
