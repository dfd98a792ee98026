/* SPDX-License-Identifier: BSD-2-Clause */
/* Columns that fit a terminal, colours that only underline what the words say. */
#include "user/encode/table.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/time.h"

#define COLOUR_OK	"\033[32m"
#define COLOUR_ERROR	"\033[31m"
#define COLOUR_CANCEL	"\033[33m"
#define COLOUR_BOLD	"\033[1m"
#define COLOUR_END	"\033[0m"
#define WHAT_WIDTH	44

static const char *colour_of(enum outcome outcome)
{
	return outcome == OUTCOME_OK ? COLOUR_OK : outcome == OUTCOME_ERROR ? COLOUR_ERROR
									    : COLOUR_CANCEL;
}

static void bold(struct buffer *out, bool colour, const char *text)
{
	buffer_printf(out, "%s%s%s", colour ? COLOUR_BOLD : "", text, colour ? COLOUR_END : "");
}

void encode_fact_header(struct buffer *out, bool colour)
{
	char row[160];

	snprintf(row, sizeof(row), "%-12s %-13s %-9s %-24s %-*s %10s  %s", "TIME (UTC)", "EVENT",
		 "OUTCOME", "PROGRAM", WHAT_WIDTH, "WHAT", "DURATION", "WHY");
	bold(out, colour, row);
	buffer_byte(out, '\n');
}

/* What the act was about: the span's name says it best; processes have a path. */
static const char *what_of(const struct fact *fact)
{
	const char *path = attributes_string(&fact->attributes, ATTRIBUTE_PROCESS_EXECUTABLE_PATH);

	return fact->name[0] ? fact->name : path ? path : "";
}

static void program_of(const struct fact *fact, char *out, size_t size)
{
	const char *name = attributes_string(&fact->attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME);
	char pid[16];

	snprintf(pid, sizeof(pid), "[%u]", fact->tgid);
	snprintf(out, size, "%.*s%s", (int)(24 - strlen(pid)), name ? name : "?", pid);
}

static const char *why_of(const struct fact *fact)
{
	const char *type = attributes_string(&fact->attributes, ATTRIBUTE_ERROR_TYPE);

	if (fact->verdict)
		return fact->verdict->cause;
	return type ? type : "";
}

void encode_fact_row(struct buffer *out, const struct fact *fact, bool colour)
{
	char time[TIME_TEXT], duration[TIME_TEXT], program[48];

	time_of_day(fact->time_unix_ns, time);
	duration_text(fact->duration_ns, duration);
	program_of(fact, program, sizeof(program));
	buffer_printf(out, "%-12s %-13s %s%-9s%s %-24s %-*s %10s  %s\n", time,
		      event_kind_name(fact->kind), colour ? colour_of(fact->outcome) : "",
		      outcome_name(fact->outcome), colour ? COLOUR_END : "", program, WHAT_WIDTH,
		      what_of(fact), duration, why_of(fact));
}

/* The few words of the diagnosis itself; the verdicts bring their own language. */
enum word {
	WORD_TITLE,
	WORD_NOTHING,
	WORD_EVIDENCE,
	WORD_FIXES,
	WORD_GO_ERROR,
	WORD_CONTAINER,
	WORD_BEYOND,
	WORD_MAX,
};

static const char *const words[][WORD_MAX] = {
	[LANGUAGE_ENGLISH] = {
		"Diagnosis", "Nothing failed.", "Evidence", "What mends it", "Go error",
		"container", "more failures of other kinds",
	},
	[LANGUAGE_CHINESE] = {
		"诊断", "没有失败。", "依据", "解决办法", "Go 错误", "容器", "次其他失败",
	},
};

static void total_row(struct buffer *out, enum event_kind kind,
		      const struct diagnosis_total *total)
{
	const uint64_t *by = total->by_outcome;
	char median[TIME_TEXT], high[TIME_TEXT];

	if (!(by[OUTCOME_OK] + by[OUTCOME_ERROR] + by[OUTCOME_CANCELLED]))
		return;
	buffer_printf(out, "  %-14s %8llu ok %8llu error %8llu cancelled", event_kind_name(kind),
		      (unsigned long long)by[OUTCOME_OK], (unsigned long long)by[OUTCOME_ERROR],
		      (unsigned long long)by[OUTCOME_CANCELLED]);
	if (kind != EVENT_PROCESS_START) {
		duration_text(histogram_quantile(&total->durations, 0.5), median);
		duration_text(histogram_quantile(&total->durations, 0.99), high);
		buffer_printf(out, "   p50 %9s  p99 %9s", median, high);
	}
	buffer_byte(out, '\n');
}

static void list_evidence(struct buffer *out, const struct verdict *verdict,
			  const char *const *word)
{
	if (verdict->evidence_count)
		buffer_printf(out, "    %s:\n", word[WORD_EVIDENCE]);
	for (size_t i = 0; i < verdict->evidence_count; i++)
		buffer_printf(out, "      %s = %s\n", verdict->evidence[i].key,
			      verdict->evidence[i].value);
	if (verdict->fix_count)
		buffer_printf(out, "    %s:\n", word[WORD_FIXES]);
	for (size_t i = 0; i < verdict->fix_count; i++)
		buffer_printf(out, "      %zu. %s\n", i + 1, verdict->fixes[i]);
}

static void group_text(struct buffer *out, const struct diagnosis_group *group, bool colour,
		       const char *const *word)
{
	const struct fact *example = &group->example;
	char head[512];

	snprintf(head, sizeof(head), "%s: %s", what_of(example), group->reason);
	buffer_printf(out, "\n%s", colour ? colour_of(group->outcome) : "");
	buffer_printf(out, "  %llu ×%s  ", (unsigned long long)group->count,
		      colour ? COLOUR_END : "");
	bold(out, colour, head);
	buffer_printf(out, "  (%s%s%s%s%s)\n", event_kind_name(group->kind),
		      group->program[0] ? ", " : "", group->program,
		      group->container[0] ? ", " : "", group->container);
	if (group->has_verdict) {
		buffer_printf(out, "    %s\n", group->verdict.explanation);
		list_evidence(out, &group->verdict, word);
	}
	if (example->go_type[0])
		buffer_printf(out, "    %s: %s\n", word[WORD_GO_ERROR], example->go_type);
	if (example->message[0])
		buffer_printf(out, "    %s\n", example->message);
}

void encode_diagnosis(struct buffer *out, const struct diagnosis *diagnosis, bool colour,
		      enum language language)
{
	const char *const *word = words[language];

	buffer_byte(out, '\n');
	bold(out, colour, word[WORD_TITLE]);
	buffer_byte(out, '\n');
	for (int kind = EVENT_NONE + 1; kind < EVENT_MAX; kind++)
		if (event_kind_name(kind))
			total_row(out, kind, diagnosis_total(diagnosis, kind));
	if (!diagnosis_count(diagnosis))
		buffer_printf(out, "\n  %s\n", word[WORD_NOTHING]);
	for (size_t i = 0; i < diagnosis_count(diagnosis); i++)
		group_text(out, diagnosis_group(diagnosis, i), colour, word);
	if (diagnosis_beyond(diagnosis))
		buffer_printf(out, "\n  %llu %s\n",
			      (unsigned long long)diagnosis_beyond(diagnosis), word[WORD_BEYOND]);
}
