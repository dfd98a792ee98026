/* SPDX-License-Identifier: BSD-2-Clause */
/* Features and probes: what each refusal costs; and the judgement over all. */
#include "user/verdict/fitness.h"

#include <stdio.h>
#include <string.h>

#include "user/model/errno_name.h"
#include "user/verdict/fitness_internal.h"

#define NOT_TRIED	125	/* ECANCELED */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct fitness_check *check_add(struct judging *judging, enum fitness_section section,
				const char *name, enum fitness_state state)
{
	struct fitness *out = judging->out;
	struct fitness_check *check = &out->checks[out->count];

	if (out->count + 1 < FITNESS_CHECKS)
		out->count++;
	memset(check, 0, sizeof(*check));
	check->section = section;
	check->name = name;
	check->state = state;
	if (state > out->state)
		out->state = state;
	return check;
}

void check_text(const struct judging *judging, char out[FITNESS_TEXT], const struct text *text,
		const char *argument)
{
	const char *said = judging->language == LANGUAGE_CHINESE ? text->chinese : text->english;
	const char *gap = said && argument ? strstr(said, "{}") : NULL;

	if (gap)
		snprintf(out, FITNESS_TEXT, "%.*s%s%s", (int)(gap - said), said, argument, gap + 2);
	else
		snprintf(out, FITNESS_TEXT, "%s", said ? said : "");
}

void check_consequence(const struct judging *judging, struct fitness_check *check,
		       const struct consequence *consequence)
{
	if (consequence->lost.english)
		check_text(judging, check->lost, &consequence->lost, NULL);
	if (consequence->advice.english)
		check_text(judging, check->advice, &consequence->advice, NULL);
}

void check_refusal(const struct judging *judging, struct fitness_check *check, int error,
		   bool by_event)
{
	const struct refusal_case one = {
		.error = error,
		.by_event = by_event,
		.reads_kernel = check->section == SECTION_PROBES ||
				check->name == feature_name(FEATURE_READ_KERNEL),
		.may_need_jit = check->section == SECTION_PROBES ||
				check->name == feature_name(FEATURE_MIXED_CALLS),
		.is_probe = check->section == SECTION_PROBES,
		.host = judging->findings->host,
		.features = judging->findings->features,
	};
	const struct refusal *refusal = refusal_find(&one);
	char memlock[LIMIT_TEXT];

	check->error = error == 524 ? "ENOTSUPP" : errno_name(error);
	if (!refusal)
		return;
	check->cause = refusal->cause;
	limit_text(one.host->memlock_hard_bytes, memlock);
	check_text(judging, check->why, &refusal->why, memlock);
	check_text(judging, check->advice, &refusal->advice, NULL);
}

/* What in Seamark rests on a feature. Whether that is lost the probes tell, which are tried. */
static const struct text rests[FEATURE_MAX] = {
	[FEATURE_BPF] = { "Everything rests on it.", "一切都依赖它。" },
	[FEATURE_RING_BUFFER] = { "All facts come through it.", "所有事实都经由它传递。" },
	[FEATURE_RAW_TP] = { "All probes but uprobes rest on it.", "除 uprobe 外的探针都依赖它。" },
	[FEATURE_READ_KERNEL] = { "All probes rest on it.", "所有探针都依赖它。" },
	[FEATURE_MIXED_CALLS] = { "Nothing is lost: probes of single calls are attached by "
				  "themselves, at some cost to every call of the host.",
				  "没有损失：单个调用的探针各自挂载，主机的每次调用略有代价。" },
	[FEATURE_TP_BTF] = { "Nothing is lost: raw_tp does the same.",
			     "没有损失：raw_tp 同样胜任。" },
	[FEATURE_ITER_TASK] = { "Programs that ran before Seamark are found by it.",
				"靠它找到早于 Seamark 运行的程序。" },
	[FEATURE_ITER_TASK_FILE] = { "The holder of a port is found by it.",
				     "靠它找到端口的占用者。" },
	[FEATURE_UPROBE] = { "Nothing is lost where there is uprobe_multi; else TLS handshakes.",
			     "有 uprobe_multi 则没有损失，否则失去 TLS 握手。" },
	[FEATURE_UPROBE_MULTI] = { "Nothing is lost where there are uprobes by perf events; "
				   "taking 400 probes off takes some 30 s with these, not 0.03 s.",
				   "有 perf 事件方式的 uprobe 则没有损失；"
				   "但卸下 400 个探针需约 30 秒，而非 0.03 秒。" },
	[FEATURE_ATTACH_COOKIE] = { "Nothing is lost: each uprobe gets a program of its own.",
				    "没有损失：每个 uprobe 各有一个程序。" },
	[FEATURE_FETCHING_ATOMICS] = { "Nothing is lost: Seamark does without.",
				       "没有损失：Seamark 不使用它。" },
	[FEATURE_KPROBE] = { "Nothing is lost: Seamark does without.",
			     "没有损失：Seamark 不使用它。" },
	[FEATURE_FENTRY] = { "Nothing is lost but by --syscalls=off, which "
			     "then sees calls by hooks.",
			     "仅 --syscalls=off 有损失：它改用钩子观测调用。" },
	[FEATURE_FEXIT] = { "Nothing is lost but by --syscalls=off, which "
			    "then sees calls by hooks.",
			    "仅 --syscalls=off 有损失：它改用钩子观测调用。" },
	[FEATURE_LSM] = { "Nothing is lost: Seamark does without.",
			  "没有损失：Seamark 不使用它。" },
};

static void say_arrivals(const struct judging *judging, struct fitness_check *check)
{
	static const struct text arrived = {
		"works: {} calls of a function of Seamark's own arrived",
		"可用：Seamark 自身函数的调用有 {} 次送达",
	};
	const struct feature_arrivals *seen = &judging->findings->arrivals;
	char count[32];

	snprintf(count, sizeof(count), "%u/%u", seen->arrived, seen->calls);
	check_text(judging, check->found, &arrived, count);
}

static void judge_feature(struct judging *judging, enum feature feature)
{
	static const struct text works = { "works", "可用" };
	static const struct text refused = { "refused: {}", "被拒绝：{}" };
	const struct feature_answer *answer = &judging->findings->features[feature];
	struct fitness_check *check = check_add(judging, SECTION_FEATURES, feature_name(feature),
						answer->error ? FITNESS_NOTE : FITNESS_OK);
	char what[64];

	if (!answer->error) {
		check_text(judging, check->found, &works, NULL);
		if (feature == FEATURE_UPROBE_MULTI || feature == FEATURE_UPROBE)
			say_arrivals(judging, check);
		return;
	}
	check_refusal(judging, check, answer->error, feature == FEATURE_UPROBE ||
		      feature == FEATURE_ATTACH_COOKIE || feature == FEATURE_KPROBE);
	check->stage = feature_stage_name(answer->stage);
	snprintf(what, sizeof(what), "%s (%s)", check->error ? check->error : "?", check->stage);
	check_text(judging, check->found, &refused, what);
	check_text(judging, check->lost, &rests[feature], NULL);
	/* No need to change what Seamark does without. */
	if (feature >= FEATURE_KPROBE || feature == FEATURE_TP_BTF)
		check->advice[0] = '\0';
}

#define LOST_BY_FUNCTIONS "bind, listen and connect are seen by probes of functions, but not " \
	"those that a seccomp filter refuses or that 32-bit code makes."
#define LOST_BY_FUNCTIONS_ZH "通过函数探针观测 bind、listen 和 connect，但看不到被 " \
	"seccomp 过滤器拒绝的调用和 32 位代码的调用。"
#define LOST_BY_HOOKS "bind, listen and connect are seen by hooks of the control groups' root: " \
	"not why a bind or a listen failed, nor how long that or a listen took; of connect TCP " \
	"alone, and not why it failed before a packet went; no unix sockets, and nothing that is " \
	"refused before the kernel looks at the address."
#define LOST_BY_HOOKS_ZH "通过控制组根的钩子观测 bind、listen 和 connect：" \
	"不知 bind 或 listen 失败的原因，也不知失败的 bind 和 listen 的耗时；" \
	"connect 仅限 TCP，且不知在发出数据包之前失败的原因；" \
	"看不到 unix 套接字，也看不到内核查看地址之前就被拒绝的调用。"
#define LOST_CALLS "System calls are neither counted nor told when slow; "
#define LOST_CALLS_ZH "系统调用既不计数，也不报告慢调用；"

/* What --syscalls=off would come to here, for who thinks of it. */
static void judge_off(struct judging *judging)
{
	static const struct text found[] = { { "by functions: {}", "通过函数：{}" },
					     { "by hooks: {}", "通过钩子：{}" } };
	static const struct text lost[] = { { LOST_BY_FUNCTIONS, LOST_BY_FUNCTIONS_ZH },
					    { LOST_BY_HOOKS, LOST_BY_HOOKS_ZH } };
	const struct probe_state *off = judging->findings->off;
	struct fitness_check *check;

	if (!off)
		return;
	check = check_add(judging, SECTION_HOST, "syscalls_off", FITNESS_NOTE);
	if (off->problem[0]) {
		snprintf(check->found, FITNESS_TEXT, "%s", off->problem);
		return;
	}
	check_text(judging, check->found, &found[off->by_hooks], off->means);
	check_text(judging, check->lost, &lost[off->by_hooks], NULL);
}

/* Left alone as was asked for: by what binds and connects are seen instead. */
static void judge_off_probe(struct judging *judging, const struct probe_state *probe)
{
	static const struct text found = { "the {} probe is off, as asked for",
					   "{} 探针按要求关闭" };
	static const struct text lost[] = {
		{ LOST_CALLS LOST_BY_FUNCTIONS, LOST_CALLS_ZH LOST_BY_FUNCTIONS_ZH },
		{ LOST_CALLS LOST_BY_HOOKS, LOST_CALLS_ZH LOST_BY_HOOKS_ZH },
	};
	struct fitness_check *check = check_add(judging, SECTION_PROBES, probe->name, FITNESS_NOTE);

	check_text(judging, check->found, &found, probe->name);
	check_text(judging, check->lost, &lost[probe->by_hooks], NULL);
}

static const struct {
	const char *probe;
	struct text lost;
} losses[] = {
	{ "process", { "Nothing can be observed.", "什么都无法观测。" } },
	{ "syscall", { "System calls are neither counted nor told when slow; listening and binding "
		       "are still observed.",
		       "系统调用既不计数，也不报告慢调用；bind 和 listen 仍可观测。" } },
	{ "bind", { "bind and listen are not observed.", "无法观测 bind 和 listen。" } },
	{ "connect", { "connect is not observed.", "无法观测 connect。" } },
	{ "tls", { "TLS handshakes are not observed; bind and connect still are.",
		   "无法观测 TLS 握手；bind 和 connect 仍可观测。" } },
	{ "sockets", { "Who holds a port is not told; that it is held still is.",
		       "无法指出端口被谁占用，但仍能指出已被占用。" } },
};

/* One event a site was refused, here as when it was tried. */
static bool is_by_event(const struct judging *judging, const struct probe_state *probe)
{
	return !strcmp(probe->name, "tls") && probe->error &&
	       judging->findings->features[FEATURE_UPROBE].error == probe->error;
}

static void judge_probe(struct judging *judging, const struct probe_state *probe)
{
	enum fitness_state state = !probe->problem[0] ? FITNESS_OK
				 : probe->required ? FITNESS_UNFIT : FITNESS_LOSS;
	struct fitness_check *check = check_add(judging, SECTION_PROBES, probe->name, state);

	snprintf(check->found, FITNESS_TEXT, "%s", state == FITNESS_OK ? probe->means
								      : probe->problem);
	if (state == FITNESS_OK || probe->error == NOT_TRIED)
		return;
	check_refusal(judging, check, probe->error, is_by_event(judging, probe));
	for (size_t i = 0; i < COUNT(losses); i++)
		if (!strcmp(losses[i].probe, probe->name))
			check_text(judging, check->lost, &losses[i].lost, NULL);
}

void fitness_judge(const struct fitness_findings *findings, enum language language,
		   struct fitness *out)
{
	struct judging judging = { findings, language, out };

	out->count = 0;
	out->state = FITNESS_OK;
	judge_host(&judging);
	judge_limits(&judging);
	judge_off(&judging);
	judge_capabilities(&judging);
	for (enum feature feature = 0; feature < FEATURE_MAX; feature++)
		judge_feature(&judging, feature);
	for (size_t i = 0; i < findings->probe_count; i++)
		if (findings->probes[i].is_off)
			judge_off_probe(&judging, &findings->probes[i]);
		else
			judge_probe(&judging, &findings->probes[i]);
}

const struct text *fitness_feature_rests(enum feature feature)
{
	return &rests[feature];
}

const struct text *fitness_probe_lost(const char *probe)
{
	for (size_t i = 0; i < COUNT(losses); i++)
		if (!strcmp(losses[i].probe, probe))
			return &losses[i].lost;
	return NULL;
}

const char *fitness_state_name(enum fitness_state state)
{
	static const char *const names[FITNESS_MAX] = { "ok", "note", "loss", "unfit" };

	return names[state];
}

const char *fitness_section_name(enum fitness_section section)
{
	static const char *const names[SECTION_MAX] = {
		"host", "capabilities", "features", "probes",
	};

	return names[section];
}
