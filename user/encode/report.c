/* SPDX-License-Identifier: BSD-2-Clause */
/* What failed, how often and why, as text for people. */
#include "user/encode/report.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/table.h"
#include "user/encode/time.h"
#include "user/encode/wrap.h"

#define INDENT		6	/* of what belongs to a group */
#define KEY_COLUMNS	36	/* of evidence: a longer key pushes its value aside */
#define DAY_LENGTH	10	/* "2026-01-02" */
#define SECOND_LENGTH	19	/* "2026-01-02T03:04:05" */

/* The few words of the report itself; the verdicts bring their own language. */
enum word {
	WORD_TITLE,
	WORD_NOTHING,
	WORD_NO_FAILURES,
	WORD_EVIDENCE,
	WORD_FIXES,
	WORD_GO_ERROR,
	WORD_CONTAINER,
	WORD_FIRST,
	WORD_LAST,
	WORD_BEYOND,
	WORD_OK,
	WORD_ERROR,
	WORD_CANCELLED,
	WORD_MAX,
};

static const char *const words[][WORD_MAX] = {
	[LANGUAGE_ENGLISH] = {
		"Diagnosis", "Nothing failed.",
		"No failures: the program gave up by itself, or dropped the slower of two tries",
		"Evidence", "What mends it", "Go error", "container", "first", "last",
		"more failures, of groups that gave way to newer ones", "ok", "error", "cancelled",
	},
	[LANGUAGE_CHINESE] = {
		"诊断", "没有失败。", "不算失败：程序自己放弃，或舍弃了两次尝试中较慢的一次",
		"依据", "解决办法", "Go 错误", "容器", "首次", "末次",
		"次其他失败，所属分组已让位给更新的分组", "成功", "失败", "取消",
	},
};

struct report {
	struct buffer *out;
	const struct report_style *style;
	const char *const *word;
};

static void indent(const struct report *report, size_t columns)
{
	encode_padded(report->out, "", columns);
}

/* The text ends at the given column, as numbers below it do. */
static void right(const struct report *report, const char *text, size_t columns)
{
	size_t used = text_columns(text);

	indent(report, columns > used ? columns - used : 0);
	buffer_string(report->out, text);
}

static uint64_t sum_of(const struct diagnosis_total *total)
{
	return total->by_outcome[OUTCOME_OK] + total->by_outcome[OUTCOME_ERROR] +
	       total->by_outcome[OUTCOME_CANCELLED];
}

static void total_row(const struct report *report, enum event_kind kind,
		      const struct diagnosis_total *total)
{
	const uint64_t *by = total->by_outcome;
	char median[TIME_TEXT], high[TIME_TEXT];

	buffer_printf(report->out, "  %-14s %9llu %9llu %9llu", event_kind_name(kind),
		      (unsigned long long)by[OUTCOME_OK], (unsigned long long)by[OUTCOME_ERROR],
		      (unsigned long long)by[OUTCOME_CANCELLED]);
	if (histogram_count(&total->durations) && kind != EVENT_PROCESS_START) {
		duration_text(histogram_quantile(&total->durations, 0.5), median);
		duration_text(histogram_quantile(&total->durations, 0.99), high);
		buffer_printf(report->out, " %10s %10s", median, high);
	}
	buffer_byte(report->out, '\n');
}

static void totals(const struct report *report, const struct diagnosis *diagnosis)
{
	bool headed = false;

	for (int kind = EVENT_NONE + 1; kind < EVENT_MAX; kind++) {
		const struct diagnosis_total *total = diagnosis_total(diagnosis, kind);

		if (!event_kind_name(kind) || !sum_of(total))
			continue;
		if (!headed) {
			indent(report, 16);
			right(report, report->word[WORD_OK], 10);
			right(report, report->word[WORD_ERROR], 10);
			right(report, report->word[WORD_CANCELLED], 10);
			buffer_printf(report->out, " %10s %10s\n", "p50", "p99");
			headed = true;
		}
		total_row(report, kind, total);
	}
}

static void list_evidence(const struct report *report, const struct verdict *verdict)
{
	const size_t column = INDENT + 2;
	size_t widest = 0;

	for (size_t i = 0; i < verdict->evidence_count; i++) {
		size_t columns = text_columns(verdict->evidence[i].key);

		if (columns > widest && columns <= KEY_COLUMNS)
			widest = columns;
	}
	for (size_t i = 0; i < verdict->evidence_count; i++) {
		const struct evidence *one = &verdict->evidence[i];
		size_t columns = text_columns(one->key);

		indent(report, column);
		encode_padded(report->out, one->key, widest);
		buffer_string(report->out, "  ");
		encode_wrapped(report->out, one->value,
			       column + (columns > widest ? columns : widest) + 2,
			       column + widest + 2, report->style->width);
	}
}

static void list_fixes(const struct report *report, const struct verdict *verdict)
{
	for (size_t i = 0; i < verdict->fix_count; i++) {
		indent(report, INDENT + 2);
		buffer_printf(report->out, "%zu. ", i + 1);
		encode_wrapped(report->out, verdict->fixes[i], INDENT + 5, INDENT + 5,
			       report->style->width);
	}
}

static void verdict_text(const struct report *report, const struct verdict *verdict)
{
	indent(report, INDENT);
	encode_wrapped(report->out, verdict->explanation, INDENT, INDENT, report->style->width);
	if (verdict->evidence_count) {
		indent(report, INDENT);
		buffer_printf(report->out, "%s:\n", report->word[WORD_EVIDENCE]);
		list_evidence(report, verdict);
	}
	if (verdict->fix_count) {
		indent(report, INDENT);
		buffer_printf(report->out, "%s:\n", report->word[WORD_FIXES]);
		list_fixes(report, verdict);
	}
}

/* "first 2026-01-02 03:04:05, last 03:07:00 UTC": the second day only where it is another. */
static void when_text(const struct report *report, const struct diagnosis_group *group, char *out,
		      size_t size)
{
	char first[TIME_TEXT], last[TIME_TEXT];
	bool same_day;

	time_text(group->first_unix_ns, first);
	time_text(group->last_unix_ns, last);
	same_day = !strncmp(first, last, DAY_LENGTH);
	first[DAY_LENGTH] = last[DAY_LENGTH] = ' ';
	first[SECOND_LENGTH] = last[SECOND_LENGTH] = '\0';
	snprintf(out, size, "%s %s, %s %s UTC", report->word[WORD_FIRST], first,
		 report->word[WORD_LAST], last + (same_day ? DAY_LENGTH + 1 : 0));
}

/* Whose it is, and since when: "caddy, container 0123 (docker), first ..., last ...". */
static void whose_text(const struct report *report, const struct diagnosis_group *group)
{
	const struct attributes *attributes = &group->example.attributes;
	const char *name = attributes_string(attributes, ATTRIBUTE_CONTAINER_NAME);
	const char *runtime = attributes_string(attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME);
	char line[512], place[256] = "", when[128] = "";

	if (group->container[0])
		snprintf(place, sizeof(place), ", %s %s%s%s%s", report->word[WORD_CONTAINER],
			 name ? name : group->container, runtime ? " (" : "",
			 runtime ? runtime : "", runtime ? ")" : "");
	if (group->count > 1) {
		snprintf(when, sizeof(when), ", ");
		when_text(report, group, when + 2, sizeof(when) - 2);
	}
	snprintf(line, sizeof(line), "%s%s%s", group->program[0] ? group->program : "?", place,
		 when);
	indent(report, INDENT);
	encode_wrapped(report->out, line, INDENT, INDENT, report->style->width);
}

static bool shows_go_error(const struct diagnosis_group *group)
{
	for (size_t i = 0; group->has_verdict && i < group->verdict.evidence_count; i++)
		if (!strcmp(group->verdict.evidence[i].key, "go.error"))
			return true;
	return false;
}

static void error_text(const struct report *report, const struct diagnosis_group *group)
{
	const struct fact *example = &group->example;

	if (example->go_type[0] && !shows_go_error(group)) {
		indent(report, INDENT);
		buffer_printf(report->out, "%s: ", report->word[WORD_GO_ERROR]);
		encode_wrapped(report->out, example->go_type,
			       INDENT + text_columns(report->word[WORD_GO_ERROR]) + 2, INDENT + 2,
			       report->style->width);
	}
	if (example->message[0]) {
		indent(report, INDENT);
		encode_wrapped(report->out, example->message, INDENT, INDENT,
			       report->style->width);
	}
}

static void group_text(const struct report *report, const struct diagnosis_group *group)
{
	const bool colour = report->style->colour;
	const char *what = table_what(&group->example);
	char head[512];

	if (!what[0])
		what = event_kind_name(group->kind);
	snprintf(head, sizeof(head), "%s: %s", what, group->reason);
	buffer_printf(report->out, "\n%s", colour ? table_colour(group->outcome) : "");
	buffer_printf(report->out, "  %llu ×%s  ", (unsigned long long)group->count,
		      colour ? COLOUR_END : "");
	table_bold(report->out, colour, head);
	buffer_byte(report->out, '\n');
	whose_text(report, group);
	if (group->has_verdict)
		verdict_text(report, &group->verdict);
	error_text(report, group);
}

void encode_report_group(struct buffer *out, const struct diagnosis_group *group,
			 const struct report_style *style)
{
	const struct report report = { .out = out, .style = style,
				       .word = words[style->language] };

	group_text(&report, group);
}

static void groups(const struct report *report, const struct diagnosis *diagnosis)
{
	bool failed = false, told = false;

	for (size_t i = 0; i < diagnosis_count(diagnosis); i++) {
		const struct diagnosis_group *group = diagnosis_group(diagnosis, i);
		bool no_failure = diagnosis_is_no_failure(group);

		failed |= !no_failure;
		if (no_failure && !told) {
			if (!failed)
				buffer_printf(report->out, "\n  %s\n",
					      report->word[WORD_NOTHING]);
			buffer_string(report->out, "\n  ");
			encode_wrapped(report->out, report->word[WORD_NO_FAILURES], 2, 2,
				       report->style->width);
			told = true;
		}
		group_text(report, group);
	}
}

void encode_report(struct buffer *out, struct diagnosis *diagnosis,
		   const struct report_style *style)
{
	const struct report report = { .out = out, .style = style,
				       .word = words[style->language] };

	diagnosis_sort(diagnosis);
	buffer_byte(out, '\n');
	table_bold(out, style->colour, report.word[WORD_TITLE]);
	buffer_byte(out, '\n');
	totals(&report, diagnosis);
	if (!diagnosis_count(diagnosis))
		buffer_printf(out, "\n  %s\n", report.word[WORD_NOTHING]);
	groups(&report, diagnosis);
	if (diagnosis_beyond(diagnosis))
		buffer_printf(out, "\n  %llu %s\n",
			      (unsigned long long)diagnosis_beyond(diagnosis),
			      report.word[WORD_BEYOND]);
}
