/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of features and stages. */
#include "user/model/feature.h"

static const struct term terms[FEATURE_MAX] = {
	[FEATURE_BPF] = { "bpf", "bpf(2) makes a map.", "bpf(2) 能创建 map。" },
	[FEATURE_RING_BUFFER] = { "ring_buffer",
		"The kernel hands events over through one ring that all CPUs share (5.8).",
		"内核经由所有 CPU 共用的环形缓冲区传递事件（5.8）。" },
	[FEATURE_RAW_TP] = { "raw_tp", "Programs can be attached to raw tracepoints.",
		"程序可以挂载到原始跟踪点。" },
	[FEATURE_READ_KERNEL] = { "read_kernel",
		"Programs may read the kernel's memory, which a locked down kernel forbids.",
		"程序可以读取内核内存；被锁定的内核禁止这样做。" },
	[FEATURE_MIXED_CALLS] = { "mixed_calls",
		"One program may have both functions and tail calls.",
		"同一个程序可以既有函数又有尾调用。" },
	[FEATURE_TP_BTF] = { "tp_btf",
		"Programs can be attached to tracepoints whose arguments have types.",
		"程序可以挂载到参数带类型的跟踪点。" },
	[FEATURE_ITER_TASK] = { "iter_task", "A program can walk over all tasks.",
		"程序可以遍历所有任务。" },
	[FEATURE_ITER_TASK_FILE] = { "iter_task_file",
		"A program can walk over the open files of all tasks.",
		"程序可以遍历所有任务打开的文件。" },
	[FEATURE_UPROBE] = { "uprobe",
		"A function of a program is probed by one perf event for each site.",
		"用每处一个 perf 事件的方式探测程序的函数。" },
	[FEATURE_UPROBE_MULTI] = { "uprobe_multi",
		"Many sites of an executable are probed by one link (6.6).",
		"用一个链接探测可执行文件的多个位置（6.6）。" },
	[FEATURE_ATTACH_COOKIE] = { "attach_cookie",
		"A uprobe by perf event carries a number that tells the sites apart (5.15).",
		"perf 事件方式的 uprobe 可带一个区分位置的数（5.15）。" },
	[FEATURE_FETCHING_ATOMICS] = { "fetching_atomics",
		"Atomic operations of programs return the old value (5.12).",
		"程序的原子操作可返回旧值（5.12）。" },
	[FEATURE_KPROBE] = { "kprobe", "Functions of the kernel can be probed.",
		"可以探测内核函数。" },
	[FEATURE_FENTRY] = { "fentry",
		"Functions of the kernel can be probed at their entry by a trampoline.",
		"可以用跳板探测内核函数的入口。" },
	[FEATURE_FEXIT] = { "fexit",
		"Functions of the kernel can be probed at their exit by a trampoline.",
		"可以用跳板探测内核函数的出口。" },
	[FEATURE_LSM] = { "lsm", "Programs can be attached to the hooks of security modules.",
		"程序可以挂载到安全模块的钩子。" },
};

const char *feature_name(enum feature feature)
{
	return terms[feature].name;
}

const struct term *feature_term(enum feature feature)
{
	return &terms[feature];
}

const char *feature_stage_name(enum feature_stage stage)
{
	static const char *const names[STAGE_MAX] = {
		[STAGE_FIND] = "find",
		[STAGE_LOAD] = "load",
		[STAGE_ATTACH] = "attach",
		[STAGE_ARRIVE] = "arrive",
	};

	return names[stage];
}
