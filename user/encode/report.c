/* SPDX-License-Identifier: BSD-2-Clause */
/* What failed, how often and why, as text for people. */
#include "user/encode/report.h"

#include <stdio.h>

#include "user/encode/table.h"
#include "user/encode/time.h"

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

	snprintf(head, sizeof(head), "%s: %s", table_what(example), group->reason);
	buffer_printf(out, "\n%s", colour ? table_colour(group->outcome) : "");
	buffer_printf(out, "  %llu ×%s  ", (unsigned long long)group->count,
		      colour ? COLOUR_END : "");
	table_bold(out, colour, head);
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
	table_bold(out, colour, word[WORD_TITLE]);
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
