/* SPDX-License-Identifier: BSD-2-Clause */
/* Settings and limits of the host, and the capabilities of this process. */
#include <stdio.h>
#include <string.h>

#include "user/verdict/fitness_internal.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct text not_told = { "not told", "未说明" };

/* A number that changes nothing, with why. */
static void judge_number(struct judging *judging, const char *name, int64_t value,
			 const struct text *text)
{
	struct fitness_check *check = check_add(judging, SECTION_HOST, name, FITNESS_OK);
	char number[32];

	snprintf(number, sizeof(number), "%lld", (long long)value);
	check_text(judging, check->found, value == FACT_UNKNOWN ? &not_told : text, number);
}

static void judge_numbers(struct judging *judging)
{
	static const struct text paranoid = { "{}; CAP_PERFMON passes at any value",
					      "{}；CAP_PERFMON 在任何取值下都放行" };
	static const struct text unprivileged = { "{}; CAP_BPF passes at any value",
						  "{}；CAP_BPF 在任何取值下都放行" };
	static const struct text pids = { "{}", "{}" };
	static const struct text lease = {
		"{} s: how long a writer waits for a Seamark that stands still",
		"{} 秒：Seamark 停住时写入者的最长等待",
	};
	const struct host_facts *host = judging->findings->host;

	judge_number(judging, "perf_event_paranoid", host->perf_event_paranoid, &paranoid);
	judge_number(judging, "unprivileged_bpf_disabled", host->unprivileged_bpf_disabled,
		     &unprivileged);
	judge_number(judging, "pid_max", host->pid_max, &pids);
	judge_number(judging, "lease_break_time", host->lease_break_time_s, &lease);
}

void limit_text(uint64_t bytes, char out[LIMIT_TEXT])
{
	if (bytes == UINT64_MAX)
		snprintf(out, LIMIT_TEXT, "unlimited");
	else
		snprintf(out, LIMIT_TEXT, "%llu KiB", (unsigned long long)bytes / 1024);
}

static void judge_memlock(struct judging *judging)
{
	static const struct text found = { "{}; before Linux 5.11 BPF memory counts against it",
					   "{}；Linux 5.11 之前 BPF 内存计入此限额" };
	const struct host_facts *host = judging->findings->host;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "memlock", FITNESS_OK);
	char soft[LIMIT_TEXT], hard[LIMIT_TEXT], both[96];

	limit_text(host->memlock_bytes, soft);
	limit_text(host->memlock_hard_bytes, hard);
	snprintf(both, sizeof(both), "%s (hard: %s)", soft, hard);
	check_text(judging, check->found, &found, both);
}

static void judge_jit(struct judging *judging)
{
	static const struct text on = { "on", "开启" };
	static const struct text off = { "off", "关闭" };
	static const struct consequence slow = {
		{ "Each observed call costs several times as much. What else is lost, the probes "
		  "tell.",
		  "每次被观测的调用代价高出数倍；是否还有其他损失，见各探针。" },
		{ "sysctl -w net.core.bpf_jit_enable=1.", "sysctl -w net.core.bpf_jit_enable=1。" },
	};
	int64_t value = judging->findings->host->jit;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "bpf_jit",
						value ? FITNESS_OK : FITNESS_NOTE);

	check_text(judging, check->found, value == FACT_UNKNOWN ? &not_told : value ? &on : &off,
		   NULL);
	if (!value)
		check_consequence(judging, check, &slow);
}

static void judge_expedite(struct judging *judging)
{
	static const struct text yes = { "can be written", "可写" };
	static const struct text no = { "can't be written", "不可写" };
	static const struct consequence slow = {
		{ "Probes reach a program that has just begun 5 to 20 ms later: its first "
		  "handshake may be missed.",
		  "探针晚 5 到 20 毫秒到达刚启动的程序：可能错过其首次握手。" },
		{ "Mount /sys for writing, and run as root.", "以可写方式挂载 /sys，并以 root 运行。" },
	};
	bool writable = judging->findings->host->expedites;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "rcu_expedited",
						writable ? FITNESS_OK : FITNESS_LOSS);

	check_text(judging, check->found, writable ? &yes : &no, NULL);
	if (!writable)
		check_consequence(judging, check, &slow);
}

static bool is_slow_clock(const char *source)
{
	return !strcmp(source, "hpet") || !strcmp(source, "acpi_pm") || !strcmp(source, "jiffies");
}

static void judge_clock(struct judging *judging)
{
	static const struct text named = { "{}", "{}" };
	static const struct consequence slow = {
		{ "Nothing is lost, but each reading of this clock takes some microseconds.",
		  "没有损失，但每次读取该时钟需数微秒。" },
		{ "Use tsc, or a hypervisor's own clock, where the machine has a good one.",
		  "若机器有可信的 tsc 或虚拟机时钟，请改用之。" },
	};
	const char *source = judging->findings->host->clock_source;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "clock_source",
						is_slow_clock(source) ? FITNESS_NOTE : FITNESS_OK);

	check_text(judging, check->found, source[0] ? &named : &not_told, source);
	if (check->state != FITNESS_OK)
		check_consequence(judging, check, &slow);
}

static void judge_libbpf(struct judging *judging)
{
	static const struct text same = { "{}", "{}" };
	static const struct text other = { "{} runs; compiled with another", "运行的是 {}，与编译时不同" };
	const struct host_facts *host = judging->findings->host;
	struct fitness_check *check = check_add(judging, SECTION_HOST, "libbpf", FITNESS_OK);

	check_text(judging, check->found,
		   strcmp(host->libbpf, host->libbpf_compiled) ? &other : &same, host->libbpf);
}

void judge_limits(struct judging *judging)
{
	judge_numbers(judging);
	judge_memlock(judging);
	judge_jit(judging);
	judge_expedite(judging);
	judge_clock(judging);
	judge_libbpf(judging);
}

static const struct {
	const char *name;
	enum capability_bit bit;
	bool by_admin;			/* CAP_SYS_ADMIN stands for it */
	enum fitness_state without;
	struct text use;
	struct consequence consequence;
} capabilities[] = {
	{ "CAP_BPF", BIT_BPF, true, FITNESS_UNFIT,
		{ "Loads programs and makes maps.",
		  "加载程序、创建 map。" }, {
		{ "No program can be loaded.", "无法加载任何程序。" },
		{ "Run it with sudo, or give the capability.", "用 sudo 运行，或授予该权能。" } } },
	{ "CAP_PERFMON", BIT_PERFMON, true, FITNESS_UNFIT,
		{ "Attaches programs to tracepoints and to executables.",
		  "把程序挂载到跟踪点和可执行文件。" }, {
		{ "No program that traces can be loaded.", "无法加载跟踪程序。" },
		{ "Run it with sudo, or give the capability.", "用 sudo 运行，或授予该权能。" } } },
	{ "CAP_SYS_PTRACE", BIT_SYS_PTRACE, false, FITNESS_UNFIT,
		{ "Looks at other users' processes: /proc/PID/exe, their root, their environment.",
		  "查看其他用户的进程：/proc/PID/exe、其根目录和环境变量。" }, {
		{ "Programs of other users can't be looked at.", "无法查看其他用户的程序。" },
		{ "Run it with sudo, or give the capability.", "用 sudo 运行，或授予该权能。" } } },
	{ "CAP_DAC_READ_SEARCH", BIT_DAC_READ_SEARCH, false, FITNESS_LOSS,
		{ "Walks the way to a unix socket through directories of others.",
		  "穿过他人的目录，走到 unix 套接字。" }, {
		{ "Which directory denies the way to a unix socket gets no verdict where others "
		  "may not enter.",
		  "unix 套接字的路径被哪个目录拒绝，在他人不可进入处没有结论。" },
		{ "Give it the capability.", "授予该权能。" } } },
	{ "CAP_LEASE", BIT_LEASE, false, FITNESS_LOSS,
		{ "Holds up who writes over another user's executable until its probes are off.",
		  "让覆写其他用户可执行文件者等到探针卸下。" }, {
		{ "Who writes over another user's probed executable may make the program crash.",
		  "覆写其他用户的被探测可执行文件，可能使该程序崩溃。" },
		{ "Give it the capability.", "授予该权能。" } } },
	{ "CAP_SYS_RESOURCE", BIT_SYS_RESOURCE, false, FITNESS_NOTE,
		{ "Raises the limit of locked memory.",
		  "提高锁定内存限额。" }, {
		{ "Nothing is lost, unless BPF memory counts against memlock.",
		  "没有损失，除非 BPF 内存计入 memlock。" },
		{ NULL, NULL } } },
	{ "CAP_SYS_ADMIN", BIT_SYS_ADMIN, false, FITNESS_NOTE,
		{ "Attaches uprobes by perf events, where the kernel has no uprobe_multi.",
		  "在内核没有 uprobe_multi 时，以 perf 事件方式挂载 uprobe。" }, {
		{ "Nothing is lost where there is uprobe_multi; else TLS handshakes.",
		  "有 uprobe_multi 则没有损失，否则失去 TLS 握手。" },
		{ NULL, NULL } } },
};

void judge_capabilities(struct judging *judging)
{
	static const struct text held = { "held", "持有" };
	static const struct text covered = { "held by CAP_SYS_ADMIN", "由 CAP_SYS_ADMIN 代替" };
	static const struct text missing = { "missing", "缺少" };
	uint64_t all = judging->findings->host->capabilities;

	for (size_t i = 0; i < COUNT(capabilities); i++) {
		bool own = all >> capabilities[i].bit & 1;
		bool good = own || (capabilities[i].by_admin && all >> BIT_SYS_ADMIN & 1);
		struct fitness_check *check =
			check_add(judging, SECTION_CAPABILITIES, capabilities[i].name,
				  good ? FITNESS_OK : capabilities[i].without);

		check_text(judging, check->found, own ? &held : good ? &covered : &missing, NULL);
		if (!good)
			check_consequence(judging, check, &capabilities[i].consequence);
	}
}

bool fitness_capability_at(size_t index, struct fitness_subject *out)
{
	if (index >= COUNT(capabilities))
		return false;
	out->name = capabilities[index].name;
	out->meaning = &capabilities[index].use;
	out->lost = &capabilities[index].consequence.lost;
	out->advice = capabilities[index].consequence.advice.english
		      ? &capabilities[index].consequence.advice : NULL;
	return true;
}
