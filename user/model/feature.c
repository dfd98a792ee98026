/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of features and stages. */
#include "user/model/feature.h"

const char *feature_name(enum feature feature)
{
	static const char *const names[FEATURE_MAX] = {
		[FEATURE_BPF] = "bpf",
		[FEATURE_RING_BUFFER] = "ring_buffer",
		[FEATURE_RAW_TP] = "raw_tp",
		[FEATURE_READ_KERNEL] = "read_kernel",
		[FEATURE_MIXED_CALLS] = "mixed_calls",
		[FEATURE_TP_BTF] = "tp_btf",
		[FEATURE_ITER_TASK] = "iter_task",
		[FEATURE_ITER_TASK_FILE] = "iter_task_file",
		[FEATURE_UPROBE] = "uprobe",
		[FEATURE_UPROBE_MULTI] = "uprobe_multi",
		[FEATURE_ATTACH_COOKIE] = "attach_cookie",
		[FEATURE_FETCHING_ATOMICS] = "fetching_atomics",
		[FEATURE_KPROBE] = "kprobe",
		[FEATURE_FENTRY] = "fentry",
		[FEATURE_FEXIT] = "fexit",
		[FEATURE_LSM] = "lsm",
	};

	return names[feature];
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
