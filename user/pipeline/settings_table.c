/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of options. */
#include <stdio.h>

#include "user/export/journal.h"
#include "user/host/runtime_files.h"
#include "user/model/record.h"
#include "user/model/sampling.h"
#include "user/pipeline/settings.h"
#include "user/source/source.h"

#define FIELD(name)	.offset = offsetof(struct settings, name)
#define OBSERVERS	(FOR_OBSERVERS | FOR_FILE)
#define FILE_OF_AGENT	(FOR_AGENT | FOR_FILE)

static const struct setting_choice languages[] = {
	{ "en", LANGUAGE_ENGLISH, false }, { "zh", LANGUAGE_CHINESE, true }, { NULL, 0, false },
};

static const struct setting_choice shares[] = {
	{ "failed", JOURNAL_FAILED, false }, { "all", JOURNAL_ALL, false }, { NULL, 0, false },
};

static const struct setting_choice events[] = {
	{ "bind", EVENT_BIND, false }, { "listen", EVENT_LISTEN, false },
	{ "connect", EVENT_CONNECT, false }, { "tls.handshake", EVENT_TLS_HANDSHAKE, false },
	{ "syscall.slow", EVENT_SYSCALL_SLOW, false },
	{ "process.start", EVENT_PROCESS_START, false },
	{ "process.exit", EVENT_PROCESS_EXIT, false }, { NULL, 0, false },
};

static const struct setting_choice modes[] = {
	{ "full", SYSCALLS_FULL, false }, { "sampled", SYSCALLS_SAMPLED, false },
	{ "off", SYSCALLS_OFF, false }, { NULL, 0, false },
};

static bool is_rule(const char *text, char *why, size_t size)
{
	struct sampling *sampling = sampling_new();
	bool is_one = sampling && !sampling_add(sampling, text, why, size);

	if (!sampling)
		snprintf(why, size, "out of memory");
	sampling_free(sampling);
	return is_one;
}

const struct setting settings_table[] = {
	{ .name = "config", .argument = "FILE", .type = SETTING_TEXT, FIELD(config),
	  .takers = FOR_AGENT,
	  .help = "options from FILE (see 'seamark config'); those given here win" },
	{ .name = "listen", .argument = "ADDR", .type = SETTING_TEXT, FIELD(listen),
	  .takers = FILE_OF_AGENT, .standard = "127.0.0.1:9435", .note = "'none': nowhere",
	  .help = "serve the page, /metrics and /api/v1 there",
	  .chinese = "在此地址提供网页、/metrics 和 /api/v1；none 表示不监听" },
	{ .name = "history", .argument = "MIB", .type = SETTING_NUMBER, FIELD(history_mib),
	  .takers = FILE_OF_AGENT, .standard = "8", .maximum = 4096, .unit = "MiB",
	  .note = "0: none", .help = "room for what programs did in the last hour",
	  .chinese = "最近一小时各程序活动所占的内存上限；0 表示不保留" },
	{ .name = "otlp", .argument = "URL", .type = SETTING_URL, FIELD(otlp),
	  .takers = FILE_OF_AGENT, .example = "http://collector:4318",
	  .secret = "OTEL_EXPORTER_OTLP_HEADERS",
	  .help = "push traces and metrics by OTLP/HTTP; also OTEL_EXPORTER_OTLP_*",
	  .chinese = "通过 OTLP/HTTP 推送 trace 和指标；也可用 OTEL_EXPORTER_OTLP_*" },
	{ .name = "spool", .argument = "DIR", .type = SETTING_TEXT, FIELD(spool),
	  .takers = FILE_OF_AGENT, .example = "/var/lib/seamark/spool",
	  .help = "keep there what the OTLP receiver is away for, also over a restart",
	  .chinese = "OTLP 接收端不可用时把待发的内容保存在此目录，重启后仍在" },
	{ .name = "spool-mib", .argument = "N", .type = SETTING_NUMBER, FIELD(spool_mib),
	  .takers = FILE_OF_AGENT, .standard = "64", .minimum = 1, .maximum = 1048576,
	  .unit = "MiB", .help = "of each signal at most so much; the oldest gives way",
	  .chinese = "每种信号最多占用这么多；最旧的先让位" },
	{ .name = "quiet", .type = SETTING_FLAG, FIELD(quiet), .takers = FOR_RUN,
	  .help = "no line for each fact, only the diagnosis at the end" },
	{ .name = "diagnosis", .argument = "FILE", .type = SETTING_TEXT, FIELD(diagnosis),
	  .takers = FOR_RUN,
	  .help = "write it as JSON to FILE ('-': stdout), like /api/v1/diagnoses" },
	{ .name = "json", .type = SETTING_FLAG, FIELD(json), .takers = FOR_TRACE,
	  .help = "JSON lines instead of a table" },
	{ .name = "json", .type = SETTING_FLAG, FIELD(json), .takers = FOR_REPLAY,
	  .help = "facts and accounts as JSON lines" },
	{ .name = "json", .type = SETTING_FLAG, FIELD(json),
	  .takers = FOR_INSPECT | FOR_DOCTOR | FOR_CONFIG | FOR_LIST | FOR_EXPLAIN |
		    FOR_VERSION,
	  .help = "one JSON object instead of text" },
	{ .name = "json", .type = SETTING_FLAG, FIELD(json), .takers = FOR_TOP,
	  .help = "one JSON object each interval instead of the screen" },
	{ .name = "once", .type = SETTING_FLAG, FIELD(once), .takers = FOR_TOP,
	  .help = "a table of all rows after one interval, and out" },
	{ .name = "interval", .argument = "S", .type = SETTING_NUMBER, FIELD(interval_s),
	  .takers = FOR_TOP, .standard = "5", .minimum = 1, .maximum = 3600, .unit = "s",
	  .help = "seconds that rates are over, unless a key says otherwise" },
	{ .name = "all", .type = SETTING_FLAG, FIELD(all), .takers = FOR_LIST,
	  .help = "also processes that are none of Go's, or can't be looked at" },
	{ .name = "all", .type = SETTING_FLAG, FIELD(all), .takers = FOR_EXPLAIN,
	  .help = "everything, in whole; without NAME a list of it" },
	{ .name = "reference", .type = SETTING_FLAG, FIELD(reference), .takers = FOR_EXPLAIN,
	  .help = "everything, as a page of Markdown" },
	{ .name = "metrics", .type = SETTING_FLAG, FIELD(metrics), .takers = FOR_REPLAY,
	  .help = "the series at the end, as a scrape would show them" },
	{ .name = "event", .argument = "NAME", .type = SETTING_CHOICE, FIELD(event),
	  .takers = FOR_TRACE, .choices = events,
	  .help = "only facts of this event: bind, connect, tls.handshake, ..." },
	{ .name = "failed", .type = SETTING_FLAG, FIELD(failed), .takers = FOR_TRACE,
	  .help = "only failures" },
	{ .name = "container", .argument = "ID", .type = SETTING_TEXT, FIELD(container),
	  .takers = FOR_TRACE,
	  .help = "only this container (the beginning of its id is enough)" },
	{ .name = "container", .argument = "NAME", .type = SETTING_TEXT, FIELD(container),
	  .takers = FOR_TOP, .help = "only this container: its name, or the beginning of its id" },
	{ .name = "program", .argument = "NAME", .type = SETTING_TEXT, FIELD(program),
	  .takers = FOR_TOP, .help = "only programs of this name" },
	{ .name = "pid", .argument = "PID", .type = SETTING_NUMBER, FIELD(pid), .takers = FOR_TRACE,
	  .minimum = 1, .maximum = 4194304, .help = "only this process" },
	{ .name = "facts", .argument = "FILE", .type = SETTING_TEXT, FIELD(facts),
	  .takers = OBSERVERS, .example = "/var/log/seamark.jsonl",
	  .help = "write every fact as a JSON line to FILE ('-': stdout)",
	  .chinese = "把每个事实以一行 JSON 写入 FILE（“-”为标准输出）" },
	{ .name = "record", .argument = "FILE", .type = SETTING_TEXT, FIELD(record),
	  .takers = OBSERVERS, .example = "/var/tmp/seamark.recording",
	  .help = "keep the stream of records for 'seamark replay'",
	  .chinese = "保存记录流，供 seamark replay 重放" },
	{ .name = "sample", .argument = "RULE", .type = SETTING_LIST, FIELD(rules),
	  .takers = FILE_OF_AGENT, .maximum = SAMPLING_RULES_MAX, .check = is_rule, .live = true,
	  .example = "event=connect server.address=*.health 0.1%",
	  .help = "of spans that match, push this share; the first rule wins; up to 32",
	  .chinese = "匹配的 span 只推送此比例；第一条匹配的规则生效；最多 32 条" },
	{ .name = "journal", .argument = "failed|all", .type = SETTING_CHOICE, FIELD(journal),
	  .takers = FILE_OF_AGENT, .choices = shares, .example = "failed", .note = "default: none",
	  .help = "facts to systemd's journal, too: the failed and slow ones, or all",
	  .chinese = "事实也写入 systemd 日志：失败和缓慢的，或全部" },
	{ .name = "all-programs", .type = SETTING_FLAG, FIELD(all_programs), .takers = OBSERVERS,
	  .help = "binds and connects of other programs than Go's, too",
	  .chinese = "非 Go 程序的 bind 和 connect 也观测" },
	{ .name = "syscalls", .argument = "MODE", .type = SETTING_CHOICE, FIELD(syscalls),
	  .takers = OBSERVERS, .choices = modes, .standard = "full",
	  .help = "time each system call (full), count each and time one in 16 (sampled), or leave "
		  "alone all but bind, listen and connect (off)",
	  .chinese = "为每次系统调用计时（full），每次都计数、16 次中为一次计时（sampled），"
		     "或除 bind、listen、connect 外一概不碰（off）" },
	{ .name = "hot-calls", .argument = "N", .type = SETTING_NUMBER, FIELD(hot_calls),
	  .takers = FILE_OF_AGENT, .standard = "100000", .maximum = 1000000000,
	  .unit = "calls/s", .note = "0: never", .live = true,
	  .help = "of a program in a container that makes so many a second, one in 16 is timed",
	  .chinese = "容器中的程序每秒系统调用达到此数时，16 次中只为一次计时" },
	{ .name = "slow-ms", .argument = "N", .type = SETTING_NUMBER, FIELD(slow_ms),
	  .takers = OBSERVERS, .standard = "100", .minimum = 1, .maximum = 3600000, .unit = "ms",
	  .live = true, .help = "a system call longer than N ms gives a fact",
	  .chinese = "系统调用超过 N 毫秒就产生一个事实" },
	{ .name = "series", .argument = "N", .type = SETTING_NUMBER, FIELD(series),
	  .takers = OBSERVERS, .standard = "20000", .minimum = 1, .maximum = 10000000,
	  .live = true, .help = "at most N series; at the start also room for N in the kernel",
	  .chinese = "最多 N 个时间序列；启动时也在内核中为 N 个留出空间" },
	{ .name = "lang", .argument = "en|zh", .type = SETTING_CHOICE, FIELD(language),
	  .takers = OBSERVERS | FOR_DOCTOR | FOR_CONFIG | FOR_LIST | FOR_EXPLAIN,
	  .choices = languages, .example = "en",
	  .note = "default: the environment's", .live = true, .help = "language of verdicts",
	  .chinese = "结论所用的语言（默认取自环境变量）" },
	{ .name = "ring-kib", .argument = "N", .type = SETTING_POWER, FIELD(ring_kib),
	  .takers = OBSERVERS, .standard = "4096", .minimum = 4, .maximum = 1048576, .unit = "KiB",
	  .help = "room for facts under way, a power of two",
	  .chinese = "在途事实的缓冲区，须为 2 的幂" },
	{ .name = "plain-uprobes", .type = SETTING_FLAG, FIELD(plain_uprobes), .takers = OBSERVERS,
	  .help = "one perf event a site, as before Linux 6.6",
	  .chinese = "每个探测点一个 perf event，如 Linux 6.6 之前" },
	{ .name = "stub-uprobes", .type = SETTING_FLAG, FIELD(stub_uprobes), .takers = OBSERVERS,
	  .help = "and a program for each, as before Linux 5.15",
	  .chinese = "并且每个探测点一个程序，如 Linux 5.15 之前" },
	{ .name = "direct-calls", .type = SETTING_FLAG, FIELD(direct_calls), .takers = OBSERVERS,
	  .help = "no tail calls, as on aarch64 before Linux 6.0",
	  .chinese = "不用尾调用，如 Linux 6.0 之前的 aarch64" },
	{ .name = "no-expedite", .type = SETTING_FLAG, FIELD(no_expedite), .takers = OBSERVERS,
	  .help = "never touch /sys/kernel/rcu_expedited while attaching",
	  .chinese = "附加探针时不动 /sys/kernel/rcu_expedited" },
	{ .name = "keep-probes", .argument = "S", .type = SETTING_NUMBER, FIELD(keep_s),
	  .takers = OBSERVERS, .standard = "60", .maximum = 86400, .unit = "s",
	  .note = "0: for good", .live = true, .help = "seconds on a program that nobody runs",
	  .chinese = "无人运行的程序上的探针保留多少秒；0 表示一直保留" },
	{ .name = "no-lease", .type = SETTING_FLAG, FIELD(no_lease), .takers = OBSERVERS,
	  .help = "don't hold up who writes over a probed executable",
	  .chinese = "不拖住覆盖已探测可执行文件的写入者" },
	{ .name = "runtime-root", .argument = "DIR", .type = SETTING_LIST, FIELD(runtime_roots),
	  .takers = OBSERVERS | FOR_LIST, .maximum = RUNTIME_ROOTS_MAX, .example = "/srv/docker",
	  .help = "look there, too, for names of containers; up to 8 times",
	  .chinese = "也到那里查找容器的名称；最多 8 个" },
	{ .name = "pods", .argument = "URL", .type = SETTING_URL, FIELD(pods), .takers = OBSERVERS,
	  .example = "https://127.0.0.1:10250", .secret = "pods-token",
	  .help = "ask there for names of pods: https://127.0.0.1:10250 is a kubelet",
	  .chinese = "到那里查询 pod 的名称：https://127.0.0.1:10250 是 kubelet" },
	{ .name = "pods-token", .argument = "FILE", .type = SETTING_TEXT, FIELD(pods_token),
	  .takers = OBSERVERS, .example = "/etc/seamark/token", .note = "default: the pod's own",
	  .help = "prove it with this token",
	  .chinese = "以此文件中的令牌证明身份（默认为 pod 自己的）" },
	{ .name = "pods-ca", .argument = "FILE", .type = SETTING_TEXT, FIELD(pods_ca),
	  .takers = OBSERVERS, .example = "/etc/seamark/ca.crt", .note = "default: the pod's own",
	  .help = "trust this authority there",
	  .chinese = "在那里信任此证书颁发机构（默认为 pod 自己的）" },
	{ .name = "pods-unverified", .type = SETTING_FLAG, FIELD(pods_unverified),
	  .takers = OBSERVERS, .help = "believe whoever answers there",
	  .chinese = "无论谁应答都相信" },
	{ .name = "help", .type = SETTING_HELP, .takers = ~(unsigned int)FOR_FILE,
	  .help = "this text" },
};

const size_t settings_count = sizeof(settings_table) / sizeof(settings_table[0]);
_Static_assert(sizeof(settings_table) / sizeof(settings_table[0]) <= SETTINGS_MAX,
	       "struct settings has room for where each is from");
_Static_assert(RUNTIME_ROOTS_MAX == 8, "the help of runtime-root says so");
