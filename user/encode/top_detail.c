/* SPDX-License-Identifier: BSD-2-Clause */
/* One row in full: what it does, what fails and why, and which calls take its time; and help. */
#include "user/encode/top_internal.h"
#include "user/encode/top_units.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/report.h"
#include "user/encode/time.h"
#include "user/encode/wrap.h"
#include "user/model/syscall_name.h"

#define ACT_WIDTH	13
#define CELL_WIDTH	11
#define CALL_WIDTH	24
#define CALL_CELL_WIDTH	9
#define CALLS_SHOWN	20
#define GROUP_LIMIT	16384	/* bytes of one failure's text */
#define KEY_WIDTH	14
#define TEXT_WIDTH	80	/* where the screen sets no edge */

static size_t width_of(const struct top_scene *scene)
{
	size_t width = scene->view->width ? scene->view->width : TEXT_WIDTH;

	return width < REPORT_WIDTH ? width : REPORT_WIDTH;
}

static void heading(const struct top_scene *scene, const char *text)
{
	sheet_line(scene->sheet);
	sheet_left(scene->sheet, 0, 0, EMPHASIS_HEADING, text);
}

static void number(const struct top_scene *scene, size_t column, size_t width,
		   enum emphasis emphasis, const char *text)
{
	sheet_right(scene->sheet, column + 1, width - 1,
		   strcmp(text, "-") ? emphasis : EMPHASIS_FAINT, text);
}

static void act_number(const struct top_scene *scene, size_t place, enum emphasis emphasis,
		       const char *text)
{
	number(scene, ACT_WIDTH + place * CELL_WIDTH, CELL_WIDTH, emphasis, text);
}

static void call_number(const struct top_scene *scene, size_t place, enum emphasis emphasis,
			const char *text)
{
	number(scene, CALL_WIDTH + place * CALL_CELL_WIDTH, CALL_CELL_WIDTH, emphasis, text);
}

static void add_identity(char *text, size_t size, const char *word, const char *value)
{
	size_t used = strlen(text);

	if (value && value[0])
		snprintf(text + used, size - used, "%s%s %s", used ? ", " : "", word, value);
}

static void identity(const struct top_scene *scene, const struct top_row *row)
{
	const struct actor *who = &row->row->who;
	const struct record_container *named =
		who->container_id[0] ? names_container(scene->moment->names, who->container_id)
				     : NULL;
	char text[1024] = "", image[400] = "";

	if (named && named->image_name[0])
		snprintf(image, sizeof(image), "%s%s%s", named->image_name,
			 named->image_tag[0] ? ":" : "", named->image_tag);
	add_identity(text, sizeof(text), top_say(scene, TOP_WORD_IMAGE), image);
	add_identity(text, sizeof(text), top_say(scene, TOP_WORD_POD),
		     named ? named->pod_name : "");
	add_identity(text, sizeof(text), top_say(scene, TOP_WORD_UNIT), who->unit);
	add_identity(text, sizeof(text), top_say(scene, TOP_WORD_ID), who->container_id);
	if (!text[0])
		return;
	sheet_line(scene->sheet);
	sheet_left(scene->sheet, 0, 0, EMPHASIS_FAINT, text);
	sheet_line(scene->sheet);
}

static bool happened(const struct activity_act *act)
{
	return act->by_outcome[OUTCOME_OK] || act->by_outcome[OUTCOME_ERROR] ||
	       act->by_outcome[OUTCOME_CANCELLED];
}

static void act_row(const struct top_scene *scene, enum activity_kind kind,
		    const struct activity_act *act)
{
	static const double shares[] = { 0.5, 0.9, 0.99 };
	char text[UNIT_TEXT];

	sheet_line(scene->sheet);
	sheet_left(scene->sheet, 0, ACT_WIDTH, EMPHASIS_NONE, activity_kind_name(kind));
	for (size_t outcome = 0; outcome < OUTCOME_MAX; outcome++) {
		rate_text(act->by_outcome[outcome], scene->moment->span_ns, text);
		act_number(scene, outcome, outcome == OUTCOME_ERROR ? EMPHASIS_FAILED :
		       outcome == OUTCOME_OK ? EMPHASIS_NONE : EMPHASIS_CAUTION, text);
	}
	for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
		brief_duration_text(durations_quantile(&act->durations, shares[i]), text);
		act_number(scene, OUTCOME_MAX + i, EMPHASIS_NONE, text);
	}
}

static void acts(const struct top_scene *scene, const struct activity_row *row)
{
	static const char *const quantiles[] = { "p50", "p90", "p99" };
	bool any = false;

	for (int kind = 0; kind < ACTIVITY_KINDS; kind++)
		any |= happened(&row->acts[kind]);
	sheet_line(scene->sheet);
	if (!any) {
		sheet_left(scene->sheet, 0, 0, EMPHASIS_NONE, top_say(scene, TOP_WORD_NO_ACTS));
		return;
	}
	for (size_t i = 0; i < OUTCOME_MAX; i++)
		act_number(scene, i, EMPHASIS_HEADING, top_say(scene, TOP_WORD_OK + i));
	for (size_t i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		act_number(scene, OUTCOME_MAX + i, EMPHASIS_HEADING, quantiles[i]);
	for (int kind = 0; kind < ACTIVITY_KINDS; kind++)
		if (happened(&row->acts[kind]))
			act_row(scene, kind, &row->acts[kind]);
}

/* Line by line; the first that says something is what failed. */
static void put_report(const struct top_scene *scene, char *text, bool failure)
{
	enum emphasis emphasis = failure ? EMPHASIS_FAILED : EMPHASIS_CAUTION;
	char *end;

	for (char *line = text; *line; line = end + 1) {
		end = strchr(line, '\n');
		if (!end)
			return;
		*end = '\0';
		sheet_line(scene->sheet);
		sheet_left(scene->sheet, 0, 0, line[0] ? emphasis : EMPHASIS_NONE, line);
		if (line[0])
			emphasis = EMPHASIS_NONE;
	}
}

static void failure(const struct top_scene *scene, const struct diagnosis_group *group)
{
	const struct report_style style = { false, scene->view->language, width_of(scene) };
	struct buffer text;

	buffer_init(&text, GROUP_LIMIT);
	encode_report_group(&text, group, &style);
	if (!text.failed)
		put_report(scene, text.data, !diagnosis_is_no_failure(group));
	buffer_free(&text);
}

static void failures(const struct top_scene *scene, const struct top_row *row)
{
	const struct diagnosis *diagnosis = scene->moment->diagnosis;
	const uint64_t beyond = row ? 0 : diagnosis_beyond(diagnosis);
	char text[256], time[TIME_TEXT];
	bool any = false;

	time_of_day(diagnosis_since(diagnosis), time);
	snprintf(text, sizeof(text), "%s, %s %.8s UTC", top_say(scene, TOP_WORD_FAILURES),
		 top_say(scene, TOP_WORD_SINCE), time);
	sheet_line(scene->sheet);
	heading(scene, text);
	for (size_t i = 0; i < diagnosis_count(diagnosis); i++) {
		const struct diagnosis_group *group = diagnosis_group(diagnosis, i);

		if (!top_row_has(row, group))
			continue;
		failure(scene, group);
		any = true;
	}
	if (beyond) {
		snprintf(text, sizeof(text), "  %llu %s", (unsigned long long)beyond,
			 top_say(scene, TOP_WORD_BEYOND));
		sheet_line(scene->sheet);
		sheet_line(scene->sheet);
		sheet_left(scene->sheet, 0, 0, EMPHASIS_NONE, text);
	} else if (!any) {
		sheet_line(scene->sheet);
		sheet_left(scene->sheet, 2, 0, EMPHASIS_NONE, top_say(scene, TOP_WORD_NONE));
	}
}

static void call_row(const struct top_scene *scene, const struct activity_call *call,
		     uint64_t busy_ns)
{
	const uint64_t span = scene->moment->span_ns;
	const bool waits = syscall_name_waits(call->name);
	const enum emphasis plain = waits ? EMPHASIS_FAINT : EMPHASIS_NONE;
	char text[32];

	sheet_line(scene->sheet);
	sheet_left(scene->sheet, 0, CALL_WIDTH, plain, call->name);
	rate_text(durations_count(&call->durations), span, text);
	call_number(scene, 0, plain, text);
	rate_text(call->errors, span, text);
	call_number(scene, 1, plain, text);
	brief_duration_text((uint64_t)((double)call->durations.sum_ns * 1e9 / (double)span), text);
	call_number(scene, 2, plain, text);
	if (waits)
		snprintf(text, sizeof(text), "%s", top_say(scene, TOP_WORD_WAITS));
	else
		snprintf(text, sizeof(text), "%.0f%%", busy_ns ? (double)call->durations.sum_ns *
			 100 / (double)busy_ns : 0);
	call_number(scene, 3, plain, text);
	brief_duration_text(durations_quantile(&call->durations, 0.5), text);
	call_number(scene, 4, plain, text);
	brief_duration_text(durations_quantile(&call->durations, 0.99), text);
	call_number(scene, 5, plain, text);
}

/* Those whose purpose is to wait come behind the others, for they cost nothing. */
static void calls(const struct top_scene *scene, const struct top_row *row)
{
	const enum top_word titles[] = { TOP_WORD_PER_SECOND, TOP_WORD_ERROR, TOP_WORD_TIME,
					 TOP_WORD_SHARE };
	const struct activity_row *activity = row->row;
	size_t shown = 0;

	if (!activity->call_count)
		return;
	sheet_line(scene->sheet);
	heading(scene, top_say(scene, TOP_WORD_CALL));
	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		call_number(scene, i, EMPHASIS_HEADING, top_say(scene, titles[i]));
	call_number(scene, 4, EMPHASIS_HEADING, "p50");
	call_number(scene, 5, EMPHASIS_HEADING, "p99");
	for (int waiting = 0; waiting < 2; waiting++)
		for (size_t i = 0; i < activity->call_count && shown < CALLS_SHOWN; i++) {
			if (syscall_name_waits(activity->calls[i].name) != waiting)
				continue;
			call_row(scene, &activity->calls[i], row->calls_ns);
			shown++;
		}
}

void top_detail(struct top_scene *scene, const struct top_row *row)
{
	const struct top_row *whose = row ? row : &scene->rows->total;

	if (row)
		identity(scene, row);
	acts(scene, whose->row);
	failures(scene, row);
	calls(scene, whose);
}

static void explain(const struct top_scene *scene, const struct term *terms)
{
	struct buffer text;

	buffer_init(&text, GROUP_LIMIT);
	for (const struct term *term = terms; term->name; term++) {
		char *rest = NULL;

		buffer_reset(&text);
		encode_wrapped(&text, top_term(term, scene->view->language), KEY_WIDTH, KEY_WIDTH,
			       width_of(scene));
		sheet_line(scene->sheet);
		sheet_left(scene->sheet, 0, KEY_WIDTH, EMPHASIS_KEY, term->name);
		if (text.failed)
			continue;
		for (char *line = strtok_r(text.data, "\n", &rest); line;
		     line = strtok_r(NULL, "\n", &rest)) {
			size_t spaces = strspn(line, " ");

			if (line != text.data)
				sheet_line(scene->sheet);
			sheet_left(scene->sheet, KEY_WIDTH, 0, EMPHASIS_NONE, line + spaces);
		}
	}
	buffer_free(&text);
}

void top_help(struct top_scene *scene)
{
	explain(scene, top_help_keys);
	sheet_line(scene->sheet);
	explain(scene, top_help_columns);
}
