/* SPDX-License-Identifier: BSD-2-Clause */
/* The families in which Seamark tells of itself, in the order of the outputs. */
#include "user/pipeline/self_families.h"

#define PROBE_LABEL { "probe", \
		      "probe of the kernel: process, syscall, bind, connect, tls, sockets", \
		      "内核探针：process、syscall、bind、connect、tls、sockets", NULL }
#define LANE_LABEL { "lane", "way out of the kernel", "离开内核的通道", lane_terms }
#define END { NULL, NULL, NULL, NULL }

static const struct metric_label verdict_labels[] = {
	{ "event", "what failed: bind, listen, connect, tls.handshake",
	  "失败的事件：bind、listen、connect、tls.handshake", NULL },
	{ "cause", "why; 'seamark explain CAUSE' says what mends it",
	  "原因；'seamark explain 原因' 说明如何解决", NULL },
	END,
};
/* Those of the attributes: none has more to say here. */
static const struct metric_label container_labels[] = {
	{ "container_id", NULL, NULL, NULL },
	{ "container_runtime_name", NULL, NULL, NULL },
	{ "container_name", NULL, NULL, NULL },
	{ "container_image_name", NULL, NULL, NULL },
	{ "container_image_tags", NULL, NULL, NULL },
	{ "k8s_pod_name", NULL, NULL, NULL },
	{ "k8s_pod_uid", NULL, NULL, NULL },
	{ "k8s_pod_qos_class", NULL, NULL, NULL },
	{ "k8s_namespace_name", NULL, NULL, NULL },
	{ "k8s_container_name", NULL, NULL, NULL },
	{ "k8s_deployment_name", NULL, NULL, NULL },
	{ "k8s_replicaset_name", NULL, NULL, NULL },
	{ "k8s_statefulset_name", NULL, NULL, NULL },
	{ "k8s_daemonset_name", NULL, NULL, NULL },
	{ "k8s_job_name", NULL, NULL, NULL },
	END,
};
static const struct term record_fates[] = {
	{ "exported", "Told: it became a fact.", "已输出：成为一个事实。" },
	{ "absorbed", "Taken in without a fact of its own: it completes another.",
	  "已吸收：没有自己的事实，用来补全另一个。" },
	{ "sampled_out", "Left out by sampling.", "被采样略去。" },
	{ "malformed", "Lost: it contradicts itself, which it never should.",
	  "丢失：自相矛盾，本不应发生。" },
	{ "not_observed", "Lost: of a program that is not observed.", "丢失：属于不被观测的程序。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label record_labels[] = {
	{ "fate", "what became of it", "去向", record_fates }, END,
};
static const struct metric_label probe_labels[] = { PROBE_LABEL, END };
static const struct metric_label probe_lane_labels[] = { PROBE_LABEL, LANE_LABEL, END };
static const struct metric_label loss_labels[] = {
	PROBE_LABEL, LANE_LABEL, { "cause", "where it got lost", "在何处丢失", loss_terms }, END,
};
static const struct term probe_states[] = {
	{ "works", "It is in place, by the means that the label means names.",
	  "已就位，方式见标签 means。" },
	{ "refused", "The kernel refused it, for the reason that the label reason names; "
	  "'seamark doctor' says why and what to change.",
	  "被内核拒绝，原因见标签 reason；'seamark doctor' 说明原因和改进办法。" },
	{ "off", "It is not in place, as was asked for.", "按要求未启用。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label state_labels[] = {
	PROBE_LABEL, { "state", "whether it is in place", "是否就位", probe_states },
	{ "means", "kernel features by which it works, joined by +", "所用的内核功能，以 + 连接",
	  NULL },
	{ "reason", "errno's name of the refusal", "拒绝的 errno 名称", NULL },
	END,
};
/* Its words come from where executables are read: see program_reason_at(). */
static const struct metric_label program_labels[] = {
	{ "handshakes", "observed, or why not", "observed（被观测），或为何没有", NULL }, END,
};
static const struct term evidence_results[] = {
	{ "searched", "The host was searched for who holds the port or the path, and the like.",
	  "已在主机上搜寻端口或路径的占用者等证据。" },
	{ "skipped", "There was no time left for it: the verdict has to do without.",
	  "没有剩余时间：结论只能不靠它。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label evidence_labels[] = {
	{ "result", "whether there was time", "是否有时间", evidence_results }, END,
};
static const struct term abandoned_by[] = {
	{ "process", "The process ended inside of it.", "进程在握手期间结束。" },
	{ "goroutine", "Its goroutine ended inside of it (a panic, runtime.Goexit), in a process "
	  "that lives on.", "其 goroutine 在握手期间结束（panic、runtime.Goexit），进程仍在。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label abandoned_labels[] = {
	{ "ended", "what ended inside of it", "其间结束的是什么", abandoned_by }, END,
};
static const struct term parsed_results[] = {
	{ "answered", "It was read, and what was read stood the second look.",
	  "已读取，且通过复核。" },
	{ "died", "The process that reads executables died of it; another took over.",
	  "解析进程因它而死；已另起一个。" },
	{ "late", "It took longer than five seconds, and was ended.", "超过五秒，被终止。" },
	{ "rejected", "What was read of it did not stand the second look.",
	  "读出的内容没有通过复核。" },
	{ "skipped", "Too many waited: it is looked at when it is seen again.",
	  "等待的太多：再次见到时才查看。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label parsed_labels[] = {
	{ "result", "how that ended", "结果", parsed_results }, END,
};
static const struct term probed_states[] = {
	{ "leased", "Who wants to write over it waits until its probes are off.",
	  "要覆写它的进程会等到探针卸下。" },
	{ "unleased", "No lease was to be had: who writes over it may make its programs crash.",
	  "没有取得租约：覆写它可能使其程序崩溃。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label probed_labels[] = {
	{ "state", "whether a writer waits", "写入者是否等待", probed_states }, END,
};
static const struct term detached_why[] = {
	{ "written_over", "Somebody wants to write over it.", "有进程要覆写它。" },
	{ "unused", "Nobody runs it any more.", "已无人运行它。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label detached_labels[] = {
	{ "why", "why they went", "为何卸下", detached_why }, END,
};
static const struct term late_states[] = {
	{ "probed", "Its program was probed after it had begun: its first handshakes may be "
	  "missing.", "在它启动之后才探测其程序：可能缺少最初的握手。" },
	{ "gone", "It had ended before its program could be looked at.",
	  "来不及查看其程序，它就已结束。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label late_labels[] = {
	{ "state", "how late it was", "迟到的程度", late_states }, END,
};
static const struct term named_results[] = {
	{ "named", "Its name is known.", "名称已知。" },
	{ "unnamed", "Nobody on the host knew a name.", "主机上无人知道其名称。" },
	{ "skipped", "Too many waited: it was not looked for.", "等待的太多：没有查找。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label named_labels[] = {
	{ "result", "whether a name was found", "是否找到名称", named_results }, END,
};
static const struct term naming_results[] = {
	{ "asked", "A daemon was asked on its socket.", "通过套接字询问了一个守护进程。" },
	{ "failed", "Of those, it gave no answer.", "其中没有回答的。" },
	{ "postponed", "A look was put off: this second's time was used up.",
	  "推迟的查找：本秒的时间已用完。" },
	{ NULL, NULL, NULL },
};
static const struct term pods_results[] = {
	{ "whole", "It came to its end.", "完整收到。" },
	{ "partial", "It came to its end, but one of its pods could not be read.",
	  "收到，但其中有读不懂的 pod。" },
	{ "failed", "It did not come; the log says why.", "没有收到；日志中有原因。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label pods_labels[] = {
	{ "result", "whether the list came", "列表是否收到", pods_results }, END,
};
static const struct metric_label naming_labels[] = {
	{ "result", "how that went", "结果", naming_results }, END,
};
static const struct term tables[] = {
	{ "cgroups", "Control groups.", "控制组。" },
	{ "processes", "Processes.", "进程。" },
	{ "contexts", "A program in a control group, by number: 4,095 at a time.",
	  "控制组中的程序，按编号：同时至多 4,095 个。" },
	{ "programs", "Programs, by number: 4,095 at a time.", "程序，按编号：同时至多 4,095 个。" },
	{ NULL, NULL, NULL },
};
static const struct metric_label table_labels[] = {
	{ "table", "which table", "哪张表", tables }, END,
};

const struct metric_family family_verdicts = {
	.name = "seamark_verdicts",
	.otlp_name = "seamark.verdicts",
	.unit = "",
	.otlp_unit = "{verdict}",
	.help = "Failures whose cause is known, by event and cause.",
	.chinese = "已知原因的失败，按事件和原因。",
	.type = METRIC_COUNTER,
	.by_program = true,
	.labels = verdict_labels,
};
const struct metric_family family_container = {
	.name = "seamark_container",
	.otlp_name = "seamark.container.info",
	.unit = "",
	.otlp_unit = "",
	.help = "Containers seen, joining a container's id to its names, image, runtime and pod.",
	.chinese = "见过的容器，把容器 id 与名称、镜像、运行时和 pod 联系起来。",
	.type = METRIC_INFO,
	.labels = container_labels,
};
const struct metric_family family_records = {
	.name = "seamark_self_records",
	.otlp_name = "seamark.self.records",
	.unit = "",
	.otlp_unit = "{record}",
	.help = "Records received from the kernel, by what became of them.",
	.chinese = "从内核收到的记录，按其去向。",
	.type = METRIC_COUNTER,
	.labels = record_labels,
};
const struct metric_family family_hits = {
	.name = "seamark_self_probe_hits",
	.otlp_name = "seamark.self.probe.hits",
	.unit = "",
	.otlp_unit = "{event}",
	.help = "Acts that a probe saw end, by probe and lane.",
	.chinese = "探针看到结束的动作，按探针和通道。",
	.type = METRIC_COUNTER,
	.labels = probe_lane_labels,
};
const struct metric_family family_submitted = {
	.name = "seamark_self_probe_submitted",
	.otlp_name = "seamark.self.probe.submitted",
	.unit = "",
	.otlp_unit = "{event}",
	.help = "Of those, what reached the ring or a histogram.",
	.chinese = "其中到达环形缓冲区或直方图的。",
	.type = METRIC_COUNTER,
	.labels = probe_lane_labels,
};
const struct metric_family family_lost = {
	.name = "seamark_self_probe_lost",
	.otlp_name = "seamark.self.probe.lost",
	.unit = "",
	.otlp_unit = "{event}",
	.help = "Of those, what was lost in the kernel, by cause.",
	.chinese = "其中在内核中丢失的，按原因。",
	.type = METRIC_COUNTER,
	.labels = loss_labels,
};
const struct metric_family family_missed = {
	.name = "seamark_self_probe_missed",
	.otlp_name = "seamark.self.probe.missed",
	.unit = "",
	.otlp_unit = "{run}",
	.help = "Runs of a probe's programs that the kernel left out, since the same one was "
		"interrupted on that CPU: what they would have seen is no hit.",
	.chinese = "探针的程序被内核略过的次数：同一程序在该 CPU 上正被打断；它们本会看到的不计为命中。",
	.type = METRIC_COUNTER,
	.labels = probe_labels,
};
const struct metric_family family_programs = {
	.name = "seamark_self_programs",
	.otlp_name = "seamark.self.programs",
	.unit = "",
	.otlp_unit = "{program}",
	.help = "Executables seen, by whether their TLS handshakes are observed, and why not.",
	.chinese = "见过的可执行文件，按其 TLS 握手是否被观测及原因。",
	.type = METRIC_GAUGE,
	.labels = program_labels,
};
const struct metric_family family_probes = {
	.name = "seamark_self_probes",
	.otlp_name = "seamark.self.probes",
	.unit = "",
	.otlp_unit = "{probe}",
	.help = "Probes of the kernel, by whether they are in place, by which means, or why not.",
	.chinese = "内核探针是否就位、以何种方式，或为何没有。",
	.type = METRIC_GAUGE,
	.labels = state_labels,
};
const struct metric_family family_evidence = {
	.name = "seamark_self_evidence",
	.otlp_name = "seamark.self.evidence",
	.unit = "",
	.otlp_unit = "{search}",
	.help = "Failures for which the host was searched for evidence, or no time was left.",
	.chinese = "为其在主机上搜寻证据的失败，或没有时间搜寻的失败。",
	.type = METRIC_COUNTER,
	.labels = evidence_labels,
};
const struct metric_family family_abandoned = {
	.name = "seamark_self_handshakes_abandoned",
	.otlp_name = "seamark.self.handshakes.abandoned",
	.unit = "",
	.otlp_unit = "{handshake}",
	.help = "Handshakes that began and never returned, by what ended inside them.",
	.chinese = "开始后从未返回的握手，按其间结束的是什么。",
	.type = METRIC_COUNTER,
	.labels = abandoned_labels,
};
const struct metric_family family_parsed = {
	.name = "seamark_self_executables_parsed",
	.otlp_name = "seamark.self.executables.parsed",
	.unit = "",
	.otlp_unit = "{executable}",
	.help = "Executables given to the process that parses them, by how that ended.",
	.chinese = "交给解析进程的可执行文件，按结果。",
	.type = METRIC_COUNTER,
	.labels = parsed_labels,
};
const struct metric_family family_probed = {
	.name = "seamark_self_executables_probed",
	.otlp_name = "seamark.self.executables.probed",
	.unit = "",
	.otlp_unit = "{executable}",
	.help = "Executables with probes now, by whether a writer would wait until these are off.",
	.chinese = "当前带探针的可执行文件，按写入者是否会等到探针卸下。",
	.type = METRIC_GAUGE,
	.labels = probed_labels,
};
const struct metric_family family_detached = {
	.name = "seamark_self_executables_detached",
	.otlp_name = "seamark.self.executables.detached",
	.unit = "",
	.otlp_unit = "{executable}",
	.help = "Executables that probes were taken off again, by why.",
	.chinese = "探针又被卸下的可执行文件，按原因。",
	.type = METRIC_COUNTER,
	.labels = detached_labels,
};
const struct metric_family family_late = {
	.name = "seamark_self_processes_late",
	.otlp_name = "seamark.self.processes.late",
	.unit = "",
	.otlp_unit = "{process}",
	.help = "Processes that began before their program was probed, so that some handshakes "
		"were missed, or ended before it could be looked at.",
	.chinese = "在其程序被探测之前启动、因而错过部分握手的进程，或来不及查看就结束的进程。",
	.type = METRIC_COUNTER,
	.labels = late_labels,
};
const struct metric_family family_named = {
	.name = "seamark_self_containers",
	.otlp_name = "seamark.self.containers",
	.unit = "",
	.otlp_unit = "{container}",
	.help = "Containers that were looked for, by whether their name was found.",
	.chinese = "被查找的容器，按是否找到名称。",
	.type = METRIC_COUNTER,
	.labels = named_labels,
};
const struct metric_family family_naming = {
	.name = "seamark_self_container_lookups",
	.otlp_name = "seamark.self.container.lookups",
	.unit = "",
	.otlp_unit = "{lookup}",
	.help = "Daemons asked for a container's name, that failed to answer, and looks put off.",
	.chinese = "为容器名称询问过的守护进程、没有回答的，以及推迟的查找。",
	.type = METRIC_COUNTER,
	.labels = naming_labels,
};
const struct metric_family family_pods = {
	.name = "seamark_self_pod_lists",
	.otlp_name = "seamark.self.pod.lists",
	.unit = "",
	.otlp_unit = "{list}",
	.help = "Lists of pods that Kubernetes was asked for, by whether they came.",
	.chinese = "向 Kubernetes 询问的 pod 列表，按是否收到。",
	.labels = pods_labels,
	.type = METRIC_COUNTER,
};
const struct metric_family family_entries = {
	.name = "seamark_self_table_entries",
	.otlp_name = "seamark.self.table.entries",
	.unit = "",
	.otlp_unit = "{entry}",
	.help = "Entries of the tables that tell where processes are, gone ones for a minute.",
	.chinese = "记录进程所在位置的各表的条目；已消失的保留一分钟。",
	.type = METRIC_GAUGE,
	.labels = table_labels,
};
const struct metric_family family_limit = {
	.name = "seamark_self_table_limit",
	.otlp_name = "seamark.self.table.limit",
	.unit = "",
	.otlp_unit = "{entry}",
	.help = "How many entries those tables hold at most.",
	.chinese = "这些表最多容纳的条目数。",
	.type = METRIC_GAUGE,
	.labels = table_labels,
};
const struct metric_family family_refused = {
	.name = "seamark_self_table_refused",
	.otlp_name = "seamark.self.table.refused",
	.unit = "",
	.otlp_unit = "{entry}",
	.help = "What found no place in those tables.",
	.chinese = "在这些表中没有位置的条目。",
	.type = METRIC_COUNTER,
	.labels = table_labels,
};
const struct metric_family family_series = {
	.name = "seamark_self_series",
	.otlp_name = "seamark.self.series",
	.unit = "",
	.otlp_unit = "{series}",
	.help = "Series held now.",
	.chinese = "当前持有的序列数。",
	.type = METRIC_GAUGE,
};
const struct metric_family family_ceiling = {
	.name = "seamark_self_series_limit",
	.otlp_name = "seamark.self.series.limit",
	.unit = "",
	.otlp_unit = "{series}",
	.help = "How many series are held at most, overflow series not counted.",
	.chinese = "最多持有的序列数，溢出序列不计。",
	.type = METRIC_GAUGE,
};
const struct metric_family family_overflowed = {
	.name = "seamark_self_series_overflowed",
	.otlp_name = "seamark.self.series.overflowed",
	.unit = "",
	.otlp_unit = "{series}",
	.help = "Label sets that went to a family's overflow series.",
	.chinese = "归入溢出序列的标签组合。",
	.type = METRIC_COUNTER,
};

const struct metric_family family_start = {
	.name = "seamark_self_start_time_seconds",
	.otlp_name = "seamark.self.start_time",
	.unit = "seconds",
	.otlp_unit = "s",
	.help = "When counting began, in seconds since 1970.",
	.chinese = "开始计数的时间，自 1970 年起的秒数。",
	.type = METRIC_GAUGE,
};

const struct metric_family *const self_families[] = {
	&family_verdicts, &family_container, &family_records, &family_hits,
	&family_submitted, &family_lost, &family_missed, &family_taken, &family_fates,
	&family_waiting, &family_probes, &family_programs, &family_evidence,
	&family_abandoned, &family_parsed, &family_probed, &family_detached, &family_late,
	&family_named, &family_naming, &family_pods, &family_reloads, &family_entries,
	&family_limit, &family_refused, &family_series, &family_ceiling, &family_overflowed,
	&family_start,
	NULL,
};

int self_families_add(struct metrics *metrics)
{
	int result = 0;

	for (size_t i = 0; self_families[i] && !result; i++)
		result = metrics_add_family(metrics, self_families[i]);
	return result;
}
