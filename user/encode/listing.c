/* SPDX-License-Identifier: BSD-2-Clause */
/* Columns take what the longest text in them needs, within limits; the last one is wrapped. */
#include "user/encode/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/encode/json.h"
#include "user/encode/table.h"
#include "user/encode/where.h"
#include "user/encode/wrap.h"
#include "user/model/attribute.h"
#include "user/model/printable.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define WHY_LEAST	24	/* columns; where less is left, it has a line of its own */

enum column { COLUMN_PID, COLUMN_PROGRAM, COLUMN_WHERE, COLUMN_GO, COLUMN_OBSERVED, COLUMN_MAX };

static const struct term titles[COLUMN_MAX + 1] = {
	[COLUMN_PID] = { NULL, "PID", "进程" },
	[COLUMN_PROGRAM] = { NULL, "PROGRAM", "程序" },
	[COLUMN_WHERE] = { NULL, "CONTAINER OR UNIT", "容器或单元" },
	[COLUMN_GO] = { NULL, "GO", "GO" },
	[COLUMN_OBSERVED] = { NULL, "OBSERVED", "观测" },
	[COLUMN_MAX] = { NULL, "WHY NOT", "未观测的原因" },
};
static const size_t column_limits[COLUMN_MAX] = { 10, 24, 32, 14, 16 };

const struct term listing_reasons[LISTING_REASONS + 1] = {
	[LISTING_CLIENT_ONLY] = { "client_only",
		"it has no server: the linker left server handshakes out",
		"它不作服务器：链接器略去了服务端握手" },
	[LISTING_SERVER_ONLY] = { "server_only",
		"it has no client: the linker left client handshakes out",
		"它不作客户端：链接器略去了客户端握手" },
	[LISTING_OTHERS] = { "missing_cap_sys_ptrace",
		"what other users run is seen only with CAP_SYS_PTRACE; run it with sudo",
		"需要 CAP_SYS_PTRACE 才能查看其他用户运行的程序；请用 sudo 运行" },
	[LISTING_CLOSED] = { "missing_cap_dac_read_search",
		"the file's mode keeps it from being read; CAP_DAC_READ_SEARCH passes: run it "
		"with sudo",
		"文件权限不允许读取；需要 CAP_DAC_READ_SEARCH：请用 sudo 运行" },
	[LISTING_REFUSED] = { "refused",
		"the kernel refuses it, though no right is missing: a security module, or a user "
		"namespace that Seamark is not in",
		"权限齐备而内核仍然拒绝：由于安全模块，或 Seamark 不在其中的用户命名空间" },
	[LISTING_UNREADABLE] = { "unreadable", "the file can't be opened", "无法打开文件" },
	[LISTING_HIDDEN] = { "hidepid",
		"/proc hides processes of other users (hidepid): they are not in this list; run it "
		"with sudo",
		"/proc 隐藏了其他用户的进程（hidepid）：它们不在列表中；请用 sudo 运行" },
	[LISTING_INSIDE] = { "pid_namespace",
		"only processes of this pid namespace can be seen: for those of the host run it "
		"there, or in a container with --pid=host",
		"只能看到本 pid 命名空间的进程：要看宿主机的，请在宿主机上或以 --pid=host 的容器运行" },
	[LISTING_UNNAMED] = { "names", "there was no time to look for the names of all containers",
			      "没有足够的时间查找所有容器的名称" },
};

static const char *in(enum language language, const struct term *term)
{
	return language == LANGUAGE_CHINESE ? term->chinese : term->english;
}

static void where_of(const struct listed_process *process, char out[WHERE_SIZE])
{
	where_text(process->names, process->place.container_id, process->place.unit, out);
}

static int compare(const void *left, const void *right)
{
	const struct listed_process *one = left, *other = right;
	char here[WHERE_SIZE], there[WHERE_SIZE];
	int order;

	where_of(one, here);
	where_of(other, there);
	order = strcmp(here, there);
	if (!order)
		order = strcmp(one->program, other->program);
	return order ? order : one->pid < other->pid ? -1 : 1;
}

void listing_sort(struct listing *listing)
{
	if (listing->count)
		qsort(listing->processes, listing->count, sizeof(*listing->processes), compare);
}

bool listing_is_beside(const struct listed_process *process)
{
	const char *reason = process->runs ? process->runs->reason.name : NULL;

	return reason && process->runs->kind == PROGRAM_OTHER &&
	       (!strcmp(reason, "not_go") || !strcmp(reason, "not_elf"));
}

static bool is_shown(const struct listed_process *process, bool all)
{
	return all || (process->runs && !listing_is_beside(process));
}

static bool is_observed(const struct listed_process *process)
{
	return process->runs && process->runs->kind != PROGRAM_OTHER;
}

static bool has_handshakes(const struct listed_process *process)
{
	return is_observed(process) && !process->runs->reason.name;
}

/* A side that the linker left out is nothing that is missed. */
static const struct term *why_not(const struct listed_process *process)
{
	if (!process->runs)
		return &process->unread;
	if (process->runs->reason.name)
		return &process->runs->reason;
	if (!process->runs->server)
		return &listing_reasons[LISTING_CLIENT_ONLY];
	return process->runs->client ? NULL : &listing_reasons[LISTING_SERVER_ONLY];
}

static const char *observed_text(const struct listed_process *process, enum language language)
{
	static const struct term words[] = {
		{ NULL, "all", "全部" },
		{ NULL, "all but tls", "除 tls 外" },
		{ NULL, "nothing", "无" },
		{ NULL, "?", "?" },
	};
	size_t index = !process->runs ? 3 : !is_observed(process) ? 2 : !has_handshakes(process);

	return in(language, &words[index]);
}

struct cells {
	char texts[COLUMN_MAX][WHERE_SIZE];
};

static void fill(struct cells *cells, const struct listed_process *process,
		 enum language language)
{
	const struct listed_program *runs = process->runs;

	snprintf(cells->texts[COLUMN_PID], WHERE_SIZE, "%u", process->pid);
	snprintf(cells->texts[COLUMN_PROGRAM], WHERE_SIZE, "%s", process->program);
	where_of(process, cells->texts[COLUMN_WHERE]);
	if (!cells->texts[COLUMN_WHERE][0])
		snprintf(cells->texts[COLUMN_WHERE], WHERE_SIZE, "-");
	snprintf(cells->texts[COLUMN_GO], WHERE_SIZE, "%s",
		 runs && runs->version[0] ? runs->version : listing_is_beside(process) ? "-" : "?");
	snprintf(cells->texts[COLUMN_OBSERVED], WHERE_SIZE, "%s",
		 observed_text(process, language));
}

struct layout {
	size_t columns[COLUMN_MAX];
	size_t indent;			/* where the reasons begin */
	bool breaks;			/* they have lines of their own */
};

static void measure(const struct listing *listing, bool all, const struct report_style *style,
		    struct layout *out)
{
	struct cells cells;

	for (size_t i = 0; i < COLUMN_MAX; i++)
		out->columns[i] = text_columns(in(style->language, &titles[i]));
	for (size_t i = 0; i < listing->count; i++) {
		if (!is_shown(&listing->processes[i], all))
			continue;
		fill(&cells, &listing->processes[i], style->language);
		for (size_t j = 0; j < COLUMN_MAX; j++) {
			size_t wanted = text_columns(cells.texts[j]);

			if (wanted > column_limits[j])
				wanted = column_limits[j];
			if (wanted > out->columns[j])
				out->columns[j] = wanted;
		}
	}
	out->indent = 0;
	for (size_t i = 0; i < COLUMN_MAX; i++)
		out->indent += out->columns[i] + 2;
	/* The widest two give way first. */
	while (out->indent > style->width && out->columns[COLUMN_WHERE] > 12) {
		out->columns[COLUMN_WHERE]--;
		out->indent--;
	}
	while (out->indent > style->width && out->columns[COLUMN_PROGRAM] > 10) {
		out->columns[COLUMN_PROGRAM]--;
		out->indent--;
	}
	out->breaks = out->indent + WHY_LEAST > style->width;
	if (out->breaks)
		out->indent = out->columns[COLUMN_PID] + 2;
}

/* Spaces at its end would be there for nothing. */
static void end_line(struct buffer *out)
{
	while (out->size && !out->failed && out->data[out->size - 1] == ' ')
		out->data[--out->size] = '\0';
	buffer_byte(out, '\n');
}

static void row(struct buffer *out, const struct listed_process *process,
		const struct layout *layout, const struct report_style *style)
{
	const struct term *why = why_not(process);
	char sentence[512];
	struct cells cells;

	fill(&cells, process, style->language);
	for (size_t i = 0; i < COLUMN_MAX; i++) {
		encode_fitted(out, cells.texts[i], layout->columns[i]);
		buffer_string(out, "  ");
	}
	if (!why || layout->breaks)
		end_line(out);
	if (!why)
		return;
	if (layout->breaks)
		encode_padded(out, "", layout->indent);
	/* Most of a host: one word will do. */
	if (listing_is_beside(process))
		snprintf(sentence, sizeof(sentence), "%s", why->name);
	else
		snprintf(sentence, sizeof(sentence), "%s: %s", why->name,
			 in(style->language, why));
	encode_wrapped(out, sentence, layout->indent, layout->indent, style->width);
}

static void header(struct buffer *out, const struct layout *layout,
		   const struct report_style *style)
{
	struct buffer line;

	buffer_init(&line, 4096);
	for (size_t i = 0; i < COLUMN_MAX; i++) {
		encode_fitted(&line, in(style->language, &titles[i]), layout->columns[i]);
		buffer_string(&line, "  ");
	}
	if (!layout->breaks)
		buffer_string(&line, in(style->language, &titles[COLUMN_MAX]));
	end_line(&line);
	if (!line.failed) {
		line.data[line.size - 1] = '\0';
		table_bold(out, style->colour, line.data);
	}
	buffer_byte(out, '\n');
	buffer_free(&line);
}

/* How many could not be looked at for a reason, said once where they have no rows. */
static void unread_note(struct buffer *out, const struct listing *listing,
			const struct term *reason, const struct report_style *style)
{
	char sentence[512];
	size_t count = 0;

	for (size_t i = 0; i < listing->count; i++)
		count += !listing->processes[i].runs &&
			 !strcmp(listing->processes[i].unread.name, reason->name);
	if (!count)
		return;
	snprintf(sentence, sizeof(sentence),
		 style->language == LANGUAGE_CHINESE ? "另有 %zu 个进程未能查看：%s。"
		 : count == 1 ? "%zu other process could not be looked at: %s."
		 : "%zu other processes could not be looked at: %s.", count,
		 in(style->language, reason));
	encode_wrapped(out, sentence, 0, 0, style->width);
}

static void summary(struct buffer *out, const struct listing *listing,
		    const struct report_style *style)
{
	size_t shown = 0, handshakes = 0;
	char sentence[512];

	for (size_t i = 0; i < listing->count; i++) {
		shown += is_observed(&listing->processes[i]);
		handshakes += has_handshakes(&listing->processes[i]);
	}
	if (!shown)
		snprintf(sentence, sizeof(sentence), style->language == LANGUAGE_CHINESE
			 ? "没有看到 Go 进程。" : "No Go process was seen.");
	else
		snprintf(sentence, sizeof(sentence), style->language == LANGUAGE_CHINESE
			 ? "可观测的 Go 进程：%zu；其中 bind、connect、系统调用和 TLS 握手都可观测：%zu。"
			 : "Go processes that are observed: %zu; in full, which is binds, "
			   "connects, system calls and TLS handshakes: %zu.", shown, handshakes);
	encode_wrapped(out, sentence, 0, 0, style->width);
}

void encode_listing(struct buffer *out, const struct listing *listing, bool all,
		    const struct report_style *style)
{
	struct layout layout;
	bool any = false;

	measure(listing, all, style, &layout);
	for (size_t i = 0; i < listing->count; i++) {
		if (!is_shown(&listing->processes[i], all))
			continue;
		if (!any)
			header(out, &layout, style);
		any = true;
		row(out, &listing->processes[i], &layout, style);
	}
	buffer_string(out, any ? "\n" : "");
	summary(out, listing, style);
	for (size_t i = 0; i < LISTING_REASONS && !all; i++)
		unread_note(out, listing, &listing_reasons[i], style);
	for (size_t i = 0; i < listing->note_count; i++) {
		char sentence[512];

		snprintf(sentence, sizeof(sentence), "%s: %s%s", listing->notes[i].name,
			 in(style->language, &listing->notes[i]),
			 style->language == LANGUAGE_CHINESE ? "。" : ".");
		encode_wrapped(out, sentence, 0, 0, style->width);
	}
}

static void member(struct json *json, enum attribute_key key, const char *value)
{
	if (value && value[0])
		json_string(json, attribute_definition(key)->name, value);
}

static void place_json(struct json *json, const struct listed_process *process)
{
	const struct record_container *names = process->names;

	member(json, ATTRIBUTE_CONTAINER_ID, process->place.container_id);
	if (process->place.container_id[0])
		member(json, ATTRIBUTE_CONTAINER_RUNTIME_NAME, process->place.runtime);
	else
		member(json, ATTRIBUTE_SYSTEMD_UNIT, process->place.unit);
	member(json, ATTRIBUTE_K8S_POD_UID, process->place.pod_uid);
	if (!names)
		return;
	member(json, ATTRIBUTE_CONTAINER_NAME, names->name);
	member(json, ATTRIBUTE_CONTAINER_IMAGE_NAME, names->image_name);
	member(json, ATTRIBUTE_K8S_NAMESPACE_NAME, names->pod_namespace);
	member(json, ATTRIBUTE_K8S_POD_NAME, names->pod_name);
	member(json, ATTRIBUTE_K8S_CONTAINER_NAME, names->pod_container);
}

/* Probes by their names. */
static void observed_json(struct json *json, const struct listed_process *process)
{
	static const char *const always[] = { "bind", "connect", "syscall" };

	json_open(json, "observed", '[');
	for (size_t i = 0; i < COUNT(always) && is_observed(process); i++)
		json_string(json, NULL, always[i]);
	if (has_handshakes(process))
		json_string(json, NULL, "tls");
	json_close(json, ']');
}

static void process_json(struct json *json, const struct listed_process *process,
			 enum language language)
{
	const struct term *why = why_not(process);

	json_open(json, NULL, '{');
	json_unsigned(json, attribute_definition(ATTRIBUTE_PROCESS_PID)->name, process->pid);
	member(json, ATTRIBUTE_PROCESS_EXECUTABLE_NAME, process->program);
	member(json, ATTRIBUTE_PROCESS_EXECUTABLE_PATH, process->path);
	place_json(json, process);
	if (process->runs && process->runs->kind == PROGRAM_GO) {
		member(json, ATTRIBUTE_PROCESS_RUNTIME_NAME, "go");
		member(json, ATTRIBUTE_PROCESS_RUNTIME_VERSION, process->runs->version);
	}
	if (process->runs)
		observed_json(json, process);
	if (why) {
		json_string(json, "reason", why->name);
		json_string(json, "why", in(language, why));
	}
	json_close(json, '}');
}

void encode_listing_json(struct buffer *out, const struct listing *listing, bool all,
			 enum language language)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_open(&json, "processes", '[');
	for (size_t i = 0; i < listing->count; i++)
		if (listing->processes[i].runs && is_shown(&listing->processes[i], all))
			process_json(&json, &listing->processes[i], language);
	json_close(&json, ']');
	json_open(&json, "unread", '[');
	for (size_t i = 0; i < listing->count; i++)
		if (!listing->processes[i].runs)
			process_json(&json, &listing->processes[i], language);
	json_close(&json, ']');
	json_open(&json, "notes", '[');
	for (size_t i = 0; i < listing->note_count; i++) {
		json_open(&json, NULL, '{');
		json_string(&json, "name", listing->notes[i].name);
		json_string(&json, "text", in(language, &listing->notes[i]));
		json_close(&json, '}');
	}
	json_close(&json, ']');
	json_close(&json, '}');
	buffer_byte(out, '\n');
}
