/* SPDX-License-Identifier: BSD-2-Clause */
/* Frames: what stands above and below a table, a detail or the help, and what is in sight of it. */
#include "user/encode/top_internal.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/table.h"
#include "user/encode/time.h"
#include "user/encode/wrap.h"

#define SECOND_NS	1000000000ULL
#define HEAD_OF_TABLE	4	/* lines: title, two of headings, total */
#define HEAD_OF_OTHERS	2
#define TITLE		"seamark top"
#define PROGRAM_LENGTH	60	/* bytes; of longer names a group has the beginning */

size_t top_body_lines(const struct top_view *view)
{
	size_t others = TOP_FOOT + (view->mode == TOP_TABLE ? HEAD_OF_TABLE : HEAD_OF_OTHERS);

	return view->height > others ? view->height - others : 1;
}

const struct top_row *top_selected(const struct top_view *view, const struct top_rows *rows)
{
	return view->selected < rows->count ? &rows->items[view->selected] : NULL;
}

void top_select(struct top_view *view, const struct top_rows *rows, size_t rank)
{
	const size_t lines = top_body_lines(view);
	const struct top_row *row;

	view->selected = rank < rows->count ? rank : rows->count ? rows->count - 1 : 0;
	if (view->first > view->selected)
		view->first = view->selected;
	if (view->selected - view->first >= lines)
		view->first = view->selected - lines + 1;
	row = top_selected(view, rows);
	if (!row || !actor_key(&row->row->who, view->who))
		memset(view->who, 0, sizeof(view->who));
}

void top_follow(struct top_view *view, const struct top_rows *rows)
{
	const struct actor who = actor_of_key(view->who);
	size_t rank = view->selected;

	/* On top one looks at what is on top. */
	for (size_t i = 0; i < rows->count && (view->selected || view->mode == TOP_DETAIL); i++) {
		const struct actor *other = &rows->items[i].row->who;

		if (!strcmp(who.container_id, other->container_id) &&
		    !strcmp(who.unit, other->unit) && !strcmp(who.program, other->program))
			rank = i;
	}
	if (rows->count && view->first + top_body_lines(view) > rows->count)
		view->first = rows->count > top_body_lines(view) ?
			      rows->count - top_body_lines(view) : 0;
	top_select(view, rows, rank);
}

bool top_row_has(const struct top_row *row, const struct diagnosis_group *group)
{
	const struct actor *who = row ? &row->row->who : NULL;
	const char *unit = attributes_string(&group->example.attributes, ATTRIBUTE_SYSTEMD_UNIT);
	size_t length = strlen(group->program);

	if (!who)
		return true;
	if (strcmp(who->container_id, group->container))
		return false;
	if (!who->container_id[0] && who->unit[0] && unit && strcmp(who->unit, unit))
		return false;
	return !who->program[0] || !strcmp(who->program, group->program) ||
	       (length >= PROGRAM_LENGTH && !strncmp(who->program, group->program, length));
}

const struct diagnosis_group *top_row_failure(const struct top_row *row,
					      const struct top_moment *moment)
{
	const uint64_t since = moment->now_unix_ns - moment->span_ns - SECOND_NS;

	for (size_t i = 0; i < diagnosis_count(moment->diagnosis); i++) {
		const struct diagnosis_group *group = diagnosis_group(moment->diagnosis, i);

		if (group->last_unix_ns >= since && !diagnosis_is_no_failure(group) &&
		    top_row_has(row, group))
			return group;
	}
	return NULL;
}

void top_row_program(const struct top_row *row, enum language language, char *out, size_t size)
{
	if (row->programs > 1)
		snprintf(out, size, "%zu %s", row->programs,
			 top_word(TOP_WORD_PROGRAMS, language));
	else
		snprintf(out, size, "%s", row->program[0] ? row->program : "?");
}

/* "last 5 s, by connect" */
static void state_text(const struct top_scene *scene, char *out, size_t size)
{
	const struct top_choice *choice = &scene->view->choice;
	const unsigned long long seconds = (scene->moment->span_ns + SECOND_NS / 2) / SECOND_NS;
	const char *order = top_say(scene, choice->order == TOP_BY_FAILED ? TOP_WORD_FAILS :
				    choice->order == TOP_BY_CALLS ? TOP_WORD_CALLS : TOP_WORD_NAME);
	bool typed = choice->filter[0] && !scene->view->typing;

	if (choice->order >= TOP_BY_KIND && choice->order < TOP_BY_CALLS)
		order = top_term(&top_kinds[choice->order - TOP_BY_KIND].title,
				 scene->view->language);
	if (scene->view->mode != TOP_TABLE || !scene->view->height)
		snprintf(out, size, "%s %llu s", top_say(scene, TOP_WORD_LAST), seconds);
	else
		snprintf(out, size, "%s%s%s%s %llu s, %s %s%s%s", typed ? "/" : "",
			 typed ? choice->filter : "", typed ? "  " : "",
			 top_say(scene, TOP_WORD_LAST), seconds, top_say(scene, TOP_WORD_BY), order,
			 choice->reverse ? ", " : "",
			 choice->reverse ? top_say(scene, TOP_WORD_REVERSED) : "");
}

/* What it is about, on the left, and how it is looked at, on the right, which goes first. */
static void title_line(const struct top_scene *scene, const char *about)
{
	const char *paused = top_say(scene, TOP_WORD_PAUSED);
	const size_t width = scene->view->width;
	size_t room = width ? width : SIZE_MAX, used;
	char text[512];

	state_text(scene, text, sizeof(text));
	used = text_columns(text);
	sheet_line(scene->sheet);
	sheet_left(scene->sheet, 0, 0, EMPHASIS_STRONG, TITLE);
	room = room > used + 2 ? room - used - 2 : 0;
	if (scene->view->paused && room > strlen(TITLE) + 2 + text_columns(paused)) {
		sheet_left(scene->sheet, strlen(TITLE) + 2, 0, EMPHASIS_CAUTION, paused);
		used = sheet_end(scene->sheet) + 2;
	} else {
		used = strlen(TITLE) + 2;
	}
	if (room > used)
		sheet_left(scene->sheet, used, room - used, EMPHASIS_NONE, about);
	if (room >= strlen(TITLE))
		sheet_left(scene->sheet, width ? room + 2 : sheet_end(scene->sheet) + 2, 0,
			  EMPHASIS_NONE, text);
}

/* "store/shop-7d9/shop web" */
static void who_text(const struct top_scene *scene, const struct top_row *row, char *out,
		     size_t size)
{
	char where[WHERE_SIZE], program[128];

	top_row_where(row, scene->moment->names, where);
	top_row_program(row, scene->view->language, program, sizeof(program));
	snprintf(out, size, "%s%s%s", where, where[0] && program[0] ? "  " : "", program);
}

static void keys(const struct top_scene *scene, const struct term *terms)
{
	size_t at = 0;

	sheet_line(scene->sheet);
	for (const struct term *key = terms; key->name; key++) {
		const char *what = top_term(key, scene->view->language);
		size_t end = at + text_columns(key->name) + 1 + text_columns(what);

		if (end > scene->view->width)
			break;
		sheet_left(scene->sheet, at, 0, EMPHASIS_KEY, key->name);
		sheet_left(scene->sheet, sheet_end(scene->sheet) + 1, 0, EMPHASIS_NONE, what);
		at = end + 2;
	}
}

/* Whose it is in full, for its cells may have been cut, and what fails of it; group: or NULL. */
static void row_text(const struct top_scene *scene, const struct top_row *row,
		     const struct diagnosis_group *group)
{
	char who[WHERE_SIZE + 256], text[512];

	who_text(scene, row, who, sizeof(who));
	sheet_left(scene->sheet, 0, 0, EMPHASIS_NONE, who);
	if (!group)
		return;
	snprintf(text, sizeof(text), "%llu × %s: %s", (unsigned long long)group->count,
		 table_what(&group->example), group->reason);
	sheet_left(scene->sheet, sheet_end(scene->sheet) + 2, 0, EMPHASIS_FAILED, text);
}

/* Under a table on paper: of each row that fails, what fails most. */
static void failing_rows(const struct top_scene *scene)
{
	bool any = false;

	for (size_t i = 0; i < scene->rows->count; i++) {
		const struct top_row *row = &scene->rows->items[i];
		const struct diagnosis_group *group = top_row_failure(row, scene->moment);

		if (!group)
			continue;
		if (!any)
			sheet_line(scene->sheet);
		any = true;
		sheet_line(scene->sheet);
		row_text(scene, row, group);
	}
}

static void marked_line(const struct top_scene *scene)
{
	const struct top_row *row = top_selected(scene->view, scene->rows);
	char text[TOP_FILTER_SIZE + 4];

	sheet_line(scene->sheet);
	if (scene->view->typing) {
		snprintf(text, sizeof(text), "/%s_", scene->view->choice.filter);
		sheet_left(scene->sheet, 0, 0, EMPHASIS_STRONG, text);
		return;
	}
	if (scene->moment->notice) {
		sheet_left(scene->sheet, 0, 0, EMPHASIS_CAUTION, scene->moment->notice);
		return;
	}
	if (row)
		row_text(scene, row, top_row_failure(row, scene->moment));
}

/* "lines 1-18/45", where not all are in sight. */
static void lines_line(const struct top_scene *scene, size_t lines)
{
	const size_t first = scene->view->scroll, room = top_body_lines(scene->view);
	char text[96];

	sheet_line(scene->sheet);
	snprintf(text, sizeof(text), "%s %zu-%zu/%zu", top_say(scene, TOP_WORD_LINES), first + 1,
		 first + room < lines ? first + room : lines, lines);
	if (scene->moment->notice)
		sheet_left(scene->sheet, 0, 0, EMPHASIS_CAUTION, scene->moment->notice);
	else if (lines > room)
		sheet_left(scene->sheet, 0, 0, EMPHASIS_FAINT, text);
}

static void to_foot(const struct top_scene *scene)
{
	while (scene->sheet->lines + TOP_FOOT < scene->view->height)
		sheet_line(scene->sheet);
}

static void table_page(struct top_scene *scene)
{
	char time[TIME_TEXT], about[256];

	time_of_day(scene->moment->now_unix_ns, time);
	snprintf(about, sizeof(about), "%.8s UTC  %s", time, scene->moment->host);
	title_line(scene, about);
	top_table(scene);
	if (!scene->view->height) {
		failing_rows(scene);
		return;
	}
	to_foot(scene);
	marked_line(scene);
	keys(scene, scene->view->typing ? top_keys_of_typing : top_keys_of_table);
}

/* Lines of the body there are; those in sight are put on the sheet. */
static size_t body(struct top_scene *scene)
{
	const struct top_view *view = scene->view;

	sheet_window(scene->sheet, view->scroll, view->height ? top_body_lines(view) : 0);
	if (view->mode == TOP_HELP)
		top_help(scene);
	else
		top_detail(scene, view->mode == TOP_DETAIL ? top_selected(view, scene->rows) :
							     NULL);
	return sheet_window_end(scene->sheet);
}

static void other_head(struct top_scene *scene)
{
	const struct top_row *row = top_selected(scene->view, scene->rows);
	char about[TOP_NAME_SIZE + 256] = "";

	if (scene->view->mode == TOP_HELP)
		snprintf(about, sizeof(about), "%s", top_say(scene, TOP_WORD_HELP));
	else if (scene->view->mode == TOP_DETAIL && row)
		who_text(scene, row, about, sizeof(about));
	else
		snprintf(about, sizeof(about), "%s", scene->moment->host);
	title_line(scene, about);
	sheet_line(scene->sheet);
}

static void other_page(struct top_scene *scene)
{
	struct top_view *view = scene->view;
	const size_t room = top_body_lines(view);
	size_t lines;

	other_head(scene);
	lines = body(scene);
	if (view->height && view->scroll && view->scroll + room > lines) {
		view->scroll = lines > room ? lines - room : 0;
		sheet_reset(scene->sheet, view->width);
		other_head(scene);
		body(scene);
	}
	if (!view->height)
		return;
	to_foot(scene);
	lines_line(scene, lines);
	keys(scene, top_keys_of_detail);
}

void top_page(struct sheet *sheet, struct top_view *view, const struct top_rows *rows,
	      const struct top_moment *moment)
{
	struct top_scene scene = { sheet, view, rows, moment };

	sheet_reset(sheet, view->width);
	diagnosis_sort(moment->diagnosis);
	if (view->mode == TOP_DETAIL && !top_selected(view, rows))
		view->mode = TOP_TABLE;
	if (view->mode == TOP_TABLE)
		table_page(&scene);
	else
		other_page(&scene);
}
