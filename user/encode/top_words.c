/* SPDX-License-Identifier: BSD-2-Clause */
/* Words, keys and help of seamark top. */
#include "user/encode/top_words.h"

static const struct term words[TOP_WORD_MAX] = {
	[TOP_WORD_CONTAINER_OR_UNIT] = { NULL, "CONTAINER OR UNIT", "容器或单元" },
	[TOP_WORD_CONTAINER] = { NULL, "CONTAINER", "容器或单元" },
	[TOP_WORD_PROGRAM] = { NULL, "PROGRAM", "程序" },
	[TOP_WORD_FAILS] = { NULL, "FAILS", "失败" },
	[TOP_WORD_PER_SECOND] = { NULL, "/s", "/s" },
	[TOP_WORD_FAILS_PER_SECOND] = { NULL, "fail/s", "失败/s" },
	[TOP_WORD_CALLS] = { NULL, "CALLS", "系统调用" },
	[TOP_WORD_TIME] = { NULL, "time/s", "耗时/s" },
	[TOP_WORD_COSTLIEST] = { NULL, "costliest", "耗时最多" },
	[TOP_WORD_WHY] = { NULL, "WHY IT FAILS", "失败原因" },
	[TOP_WORD_ALL] = { NULL, "all", "全部" },
	[TOP_WORD_PROGRAMS] = { NULL, "programs", "个程序" },
	[TOP_WORD_ONE_PROGRAM] = { NULL, "1 program", "1 个程序" },
	[TOP_WORD_NO_PROGRAM] = { NULL, "no program", "没有程序" },
	[TOP_WORD_OF_PROGRAMS] = { NULL, "of", "/" },
	[TOP_WORD_LAST] = { NULL, "last", "最近" },
	[TOP_WORD_BY] = { NULL, "by", "按" },
	[TOP_WORD_REVERSED] = { NULL, "reversed", "倒序" },
	[TOP_WORD_NAME] = { NULL, "name", "名称" },
	[TOP_WORD_PAUSED] = { NULL, "PAUSED", "已暂停" },
	[TOP_WORD_FILTER] = { NULL, "filter", "过滤" },
	[TOP_WORD_HOST] = { NULL, "everything", "全部" },
	[TOP_WORD_QUIET] = { NULL, "No bind, connect, handshake or system call in this time.",
			     "这段时间内没有 bind、connect、TLS 握手或系统调用。" },
	[TOP_WORD_QUIET_WHY] = { NULL, "'seamark list' shows what is observed, and what is not.",
				 "seamark list 会列出哪些程序被观测、哪些没有。" },
	[TOP_WORD_NO_MATCH] = { NULL, "Nothing that is observed has this in its names.",
				"没有名称与之相符的程序。" },
	[TOP_WORD_OK] = { NULL, "ok/s", "成功/s" },
	[TOP_WORD_ERROR] = { NULL, "error/s", "失败/s" },
	[TOP_WORD_CANCELLED] = { NULL, "given up/s", "放弃/s" },
	[TOP_WORD_CALL] = { NULL, "SYSTEM CALL", "系统调用" },
	[TOP_WORD_SHARE] = { NULL, "share", "占比" },
	[TOP_WORD_WAITS] = { NULL, "waits", "等待" },
	[TOP_WORD_NO_ACTS] = { NULL, "No bind, connect or handshake in this time.",
			       "这段时间内没有 bind、connect 或 TLS 握手。" },
	[TOP_WORD_FAILURES] = { NULL, "FAILURES", "失败" },
	[TOP_WORD_SINCE] = { NULL, "since", "起始于" },
	[TOP_WORD_NONE] = { NULL, "Nothing failed.", "没有失败。" },
	[TOP_WORD_BEYOND] = { NULL, "more failures, of groups that gave way to newer ones",
			      "次其他失败，所属分组已让位给更新的分组" },
	[TOP_WORD_IMAGE] = { NULL, "image", "镜像" },
	[TOP_WORD_POD] = { NULL, "pod", "pod" },
	[TOP_WORD_UNIT] = { NULL, "unit", "单元" },
	[TOP_WORD_ID] = { NULL, "id", "id" },
	[TOP_WORD_LINES] = { NULL, "lines", "第几行：" },
	[TOP_WORD_HELP] = { NULL, "help", "帮助" },
};

const char *top_term(const struct term *term, enum language language)
{
	return language == LANGUAGE_CHINESE ? term->chinese : term->english;
}

const char *top_word(enum top_word word, enum language language)
{
	return top_term(&words[word], language);
}

const struct term top_keys_of_table[] = {
	{ "Enter", "why", "详情" },
	{ "/", "filter", "过滤" },
	{ "?", "help", "帮助" },
	{ "q", "quit", "退出" },
	{ "<>", "sort", "排序" },
	{ "f", "failures", "失败" },
	{ "w", "window", "时段" },
	{ "c", "containers", "容器" },
	{ "Space", "pause", "暂停" },
	{ NULL, NULL, NULL },
};

const struct term top_keys_of_typing[] = {
	{ "Enter", "keep", "保留" },
	{ "Esc", "drop", "取消" },
	{ NULL, NULL, NULL },
};

const struct term top_keys_of_detail[] = {
	{ "Esc", "back", "返回" },
	{ "Up Down", "scroll", "滚动" },
	{ "w", "window", "时段" },
	{ "Space", "pause", "暂停" },
	{ "?", "help", "帮助" },
	{ "q", "quit", "退出" },
	{ NULL, NULL, NULL },
};

const struct term top_help_keys[] = {
	{ "Up Down k j", "move; PgUp PgDn Home End, too", "移动；也可用 PgUp PgDn Home End" },
	{ "Enter Right", "the marked row: what it does, what fails and why",
	  "所选行：它做什么，什么失败，为什么" },
	{ "Esc Left", "back; in the table: take the filter away", "返回；在表中：取消过滤" },
	{ "f", "all failures, with their verdicts", "所有失败及其结论" },
	{ "/", "only rows with this in a name, image, pod or unit",
	  "只显示名称、镜像、pod 或单元中含此文字的行" },
	{ "< >", "order by the column before or behind", "按前一列或后一列排序" },
	{ "r", "the other way round", "倒序" },
	{ "w", "rates over the interval, 1 min or 5 min", "速率的时段：间隔、1 分钟或 5 分钟" },
	{ "c", "a row for each container, or each program", "每个容器一行，或每个程序一行" },
	{ "Space", "hold the picture; counting goes on", "定住画面；计数继续" },
	{ "q", "quit", "退出" },
	{ NULL, NULL, NULL },
};

const struct term top_help_columns[] = {
	{ "FAILS /s", "binds, connects and handshakes that failed, a second",
	  "每秒失败的 bind、connect 和 TLS 握手" },
	{ "/s", "how many a second, failed ones among them", "每秒次数，包括失败的" },
	{ "p50 p99", "half, and 99 %, of those that went well took less",
	  "成功的有一半、有 99 % 用时更短" },
	{ "time/s", "in system calls, a second; those whose purpose is to wait don't count",
	  "每秒花在系统调用里的时间；以等待为目的的不算" },
	{ "given up", "by the program itself: a deadline, or a race that was lost",
	  "程序自己放弃：到了期限，或输了竞争" },
	{ "-", "none", "没有" },
	{ NULL, NULL, NULL },
};
