/* SPDX-License-Identifier: BSD-2-Clause */
/* What the agent tells of its exporters: taken is what waits and all fates. */
#include <stddef.h>

#include "user/pipeline/self_families.h"

#define EXPORTER_LABEL { "exporter", \
			 "facts: of --facts; otlp: spans; otlp_logs: log records; journal", \
			 "facts：--facts；otlp：span；otlp_logs：日志记录；journal", NULL }
#define END { NULL, NULL, NULL, NULL }

static const struct metric_label exporter_labels[] = { EXPORTER_LABEL, END };
static const struct term item_fates[] = {
	{ "sent", "Written, or taken by the receiver.", "已写出，或已被接收端收下。" },
	{ "unwritable", "Lost: the file took no more.", "丢失：文件无法再写入。" },
	{ "rejected", "Lost: the receiver took the push, but not this.",
	  "丢失：接收端收下了推送，但不要这一项。" },
	{ "queue_full", "Lost: the receiver was away for longer than the queue lasts.",
	  "丢失：接收端不可用的时间超过了队列的容量。" },
	{ "refused", "Lost: the receiver refused the push for good.", "丢失：接收端最终拒绝了推送。" },
	{ "full", "Lost: the journal did not keep up.", "丢失：日志服务跟不上。" },
	{ "spool_full", "Lost: the receiver was away for longer than the spool lasts.",
	  "丢失：接收端不可用的时间超过了 --spool 的容量。" },
	{ "damaged", "Lost: the spool could not be read again.", "丢失：--spool 中的内容已损坏。" },
	{ "sampled_out", "Left out by the rules of --sample.", "被 --sample 的规则略去。" },
	{ "absent", "Lost: there is no journal, or it refused the entry.",
	  "丢失：没有日志服务，或它拒绝了该条目。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label item_labels[] = {
	EXPORTER_LABEL, { "fate", "what became of it", "去向", item_fates }, END,
};

const struct metric_family family_taken = {
	.name = "seamark_self_exporter_taken",
	.otlp_name = "seamark.self.exporter.taken",
	.unit = "",
	.otlp_unit = "{item}",
	.help = "Facts or spans that an exporter was given.",
	.chinese = "交给某个导出器的事实或 span。",
	.type = METRIC_COUNTER,
	.labels = exporter_labels,
};
const struct metric_family family_fates = {
	.name = "seamark_self_exporter_items",
	.otlp_name = "seamark.self.exporter.items",
	.unit = "",
	.otlp_unit = "{item}",
	.help = "Of those, what became of them.",
	.chinese = "其中各自的去向。",
	.type = METRIC_COUNTER,
	.labels = item_labels,
};
const struct metric_family family_waiting = {
	.name = "seamark_self_exporter_waiting",
	.otlp_name = "seamark.self.exporter.waiting",
	.unit = "",
	.otlp_unit = "{item}",
	.help = "Of those, what waits.",
	.chinese = "其中仍在等待的。",
	.type = METRIC_GAUGE,
	.labels = exporter_labels,
};
