/* SPDX-License-Identifier: BSD-2-Clause */
/* What the agent tells of its configuration file. */
#include <stddef.h>

#include "user/pipeline/self_families.h"

static const struct term reloads_results[] = {
	{ "applied", "All that it says is in force.", "文件所说的已全部生效。" },
	{ "restart_needed", "A part of it waits for a restart; the rest is in force.",
	  "其中一部分等待重启，其余已生效。" },
	{ "rejected", "It has a mistake: nothing was taken.", "文件有错误：什么都没有采用。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label reloads_labels[] = {
	{ "result", "what came of it", "结果", reloads_results },
	{ NULL, NULL, NULL, NULL },
};

const struct metric_family family_reloads = {
	.name = "seamark_self_config_reloads",
	.otlp_name = "seamark.self.config.reloads",
	.unit = "",
	.otlp_unit = "{reload}",
	.help = "Times that SIGHUP had the configuration file read again, by what came of it.",
	.chinese = "因 SIGHUP 重新读取配置文件的次数，按结果。",
	.type = METRIC_COUNTER,
	.labels = reloads_labels,
};
