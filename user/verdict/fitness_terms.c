/* SPDX-License-Identifier: BSD-2-Clause */
/* What the doctor's findings about the host are about. */
#include "user/verdict/fitness.h"

const struct term fitness_host_terms[] = {
	{ "kernel", "The kernel's release and machine.", "内核版本和机器类型。" },
	{ "btf", "The kernel's description of its own types: without it no probe fits this kernel.",
	  "内核对自身类型的描述：没有它，探针无法适配该内核。" },
	{ "lockdown", "Whether the kernel is locked down: at confidentiality no program may read "
	  "its memory.", "内核是否被锁定：在 confidentiality 模式下程序不得读取其内存。" },
	{ "proc", "The mount at /proc, and whether it hides processes of others (hidepid).",
	  "/proc 的挂载，以及是否隐藏他人的进程（hidepid）。" },
	{ "pid_namespace", "Whether Seamark counts processes as the host does.",
	  "Seamark 的进程编号是否与宿主机一致。" },
	{ "user_namespace", "Whether Seamark's capabilities are the host's.",
	  "Seamark 的权能是否在宿主机有效。" },
	{ "net_namespace", "Whether Seamark is on the host's network.",
	  "Seamark 是否在宿主机的网络中。" },
	{ "seccomp", "Whether a filter on Seamark itself may refuse its system calls.",
	  "Seamark 自身是否带有可能拒绝系统调用的过滤器。" },
	{ "cgroups", "The tree of control groups by which containers are told apart.",
	  "用来区分容器的控制组树。" },
	{ "parser", "The confined process that reads executables.", "读取可执行文件的受限进程。" },
	{ "perf_event_paranoid", "Who may use perf events without a capability; Seamark has one.",
	  "谁可以不凭权能使用 perf 事件；Seamark 有权能。" },
	{ "unprivileged_bpf_disabled", "Who may use BPF without a capability; Seamark has one.",
	  "谁可以不凭权能使用 BPF；Seamark 有权能。" },
	{ "pid_max", "The greatest number that a process may have.", "进程号的上限。" },
	{ "lease_break_time", "How long who writes over a probed executable waits at most.",
	  "覆写被探测可执行文件者的最长等待。" },
	{ "memlock", "The limit of locked memory, against which BPF's counts before Linux 5.11.",
	  "锁定内存限额；Linux 5.11 之前 BPF 内存计入其中。" },
	{ "bpf_jit", "The kernel's compiler of BPF programs.", "内核的 BPF 编译器。" },
	{ "rcu_expedited", "A switch that lets probes reach a new program sooner.",
	  "让探针更快到达新程序的开关。" },
	{ "clock_source", "What the kernel reads the time from.", "内核读取时间的来源。" },
	{ "libbpf", "The library that loads Seamark's programs.", "加载 Seamark 程序的库。" },
	{ NULL, NULL, NULL },
};
