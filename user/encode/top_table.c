/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Columns come in by levels, as many as the width takes; what is left goes to the names, then to
 * the reasons.
 */
#include "user/encode/top_internal.h"
#include "user/encode/top_units.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/wrap.h"

#define COLUMNS_MAX	(8 + TOP_KINDS * TOP_MEASURES)
#define LEVEL_MAX	10
#define RATE_WIDTH	5
#define TIME_WIDTH	6
#define WHERE_MIN	12
#define WHERE_MAX	48
#define PROGRAM_MIN	9
#define PROGRAM_MAX	28
#define WHY_MIN		20
#define COSTLIEST_WIDTH	17

/* Those of a kind follow the others. */
enum column_type {
	COLUMN_WHERE, COLUMN_PROGRAM, COLUMN_FAILED, COLUMN_KIND, COLUMN_CALLS, COLUMN_CALL_TIME,
	COLUMN_COSTLIEST, COLUMN_WHY,
};

struct column {
	enum column_type type;
	enum top_measure measure;	/* of COLUMN_KIND */
	size_t kind;
	size_t gap;			/* before it */
	size_t width;
	size_t at;
};

struct columns {
	struct column items[COLUMNS_MAX];
	size_t count;
	size_t width;
};

static struct column *put(struct columns *columns, enum column_type type, size_t gap, size_t width)
{
	struct column *column = &columns->items[columns->count++];

	*column = (struct column){ .type = type, .gap = columns->width ? gap : 0, .width = width };
	columns->width += column->gap + width;
	return column;
}

static void put_kind(struct columns *columns, size_t kind, unsigned int level)
{
	size_t gap = 2;

	for (int measure = 0; measure < TOP_MEASURES; measure++) {
		struct column *column;

		if (top_kinds[kind].level[measure] > level)
			continue;
		column = put(columns, COLUMN_KIND, gap,
			     measure < TOP_P50 ? RATE_WIDTH + (measure == TOP_FAILED) : TIME_WIDTH);
		column->measure = measure;
		column->kind = kind;
		gap = 1;
	}
}

/* At their least width. */
static void put_level(struct columns *columns, unsigned int level, size_t where, size_t program)
{
	columns->count = columns->width = 0;
	put(columns, COLUMN_WHERE, 0, where < WHERE_MIN ? where : WHERE_MIN);
	put(columns, COLUMN_PROGRAM, 2, program < PROGRAM_MIN ? program : PROGRAM_MIN);
	put(columns, COLUMN_FAILED, 2, RATE_WIDTH);
	for (size_t kind = 0; kind < TOP_KINDS; kind++)
		put_kind(columns, kind, level);
	if (level >= 5)
		put(columns, COLUMN_CALLS, 2, RATE_WIDTH);
	if (level >= 3)
		put(columns, COLUMN_CALL_TIME, level >= 5 ? 1 : 2, TIME_WIDTH);
	if (level >= 8)
		put(columns, COLUMN_COSTLIEST, 2, COSTLIEST_WIDTH);
	if (level >= 6)
		put(columns, COLUMN_WHY, 2, WHY_MIN);
}

/* Gives a column up to that width of what is left. */
static void widen(struct columns *columns, enum column_type type, size_t width, size_t *left)
{
	for (size_t i = 0; i < columns->count; i++) {
		struct column *column = &columns->items[i];
		size_t more = width > column->width ? width - column->width : 0;

		if (column->type != type)
			continue;
		if (more > *left)
			more = *left;
		column->width += more;
		*left -= more;
	}
}

static size_t larger(size_t one, size_t other)
{
	return one > other ? one : other;
}

static size_t smaller(size_t one, size_t other)
{
	return one < other ? one : other;
}

/* What the longest names would take. */
static void measure_names(const struct top_scene *scene, size_t *where, size_t *program)
{
	char text[WHERE_SIZE];

	*where = text_columns(top_say(scene, TOP_WORD_CONTAINER));
	*program = text_columns(top_say(scene, TOP_WORD_PROGRAM));
	for (size_t i = 0; i < scene->rows->count; i++) {
		const struct top_row *row = &scene->rows->items[i];

		top_row_where(row, scene->moment->names, text);
		*where = larger(*where, text_columns(text));
		top_row_program(row, scene->view->language, text, sizeof(text));
		*program = larger(*program, text_columns(text));
	}
}

static size_t longest_reason(const struct top_scene *scene)
{
	size_t longest = WHY_MIN;

	for (size_t i = 0; i < diagnosis_count(scene->moment->diagnosis); i++)
		longest = larger(longest, text_columns(
			diagnosis_group(scene->moment->diagnosis, i)->reason));
	return longest;
}

static void lay_out(const struct top_scene *scene, struct columns *columns)
{
	const size_t width = scene->view->width ? scene->view->width : SIZE_MAX;
	size_t where, program, at = 0, left;
	unsigned int level = LEVEL_MAX;

	measure_names(scene, &where, &program);
	for (put_level(columns, level, where, program); level && columns->width > width;)
		put_level(columns, --level, where, program);
	left = width > columns->width ? width - columns->width : 0;
	if (scene->view->width) {
		size_t half = columns->items[1].width + left / 2;

		widen(columns, COLUMN_PROGRAM, smaller(smaller(program, 15), half), &left);
		where = smaller(where, WHERE_MAX);
		program = smaller(program, PROGRAM_MAX);
	}
	widen(columns, COLUMN_WHERE, where, &left);
	widen(columns, COLUMN_PROGRAM, program, &left);
	widen(columns, COLUMN_WHY, longest_reason(scene), &left);
	for (size_t i = 0; i < columns->count; i++) {
		columns->items[i].at = at += columns->items[i].gap;
		at += columns->items[i].width;
	}
}

static bool same_group(const struct column *one, const struct column *other)
{
	if (one->type == COLUMN_KIND)
		return other->type == COLUMN_KIND && one->kind == other->kind;
	return one->type == COLUMN_CALLS && other->type == COLUMN_CALL_TIME;
}

/* Over the columns from first to last, as long a word as there is room for. */
static void group_title(const struct top_scene *scene, const struct column *first,
			const struct column *last)
{
	const size_t width = last->at + last->width - first->at;
	const char *title = "";

	if (first->type == COLUMN_KIND) {
		const struct term *term = &top_kinds[first->kind].title;

		title = top_term(term, scene->view->language);
		if (text_columns(title) > width)
			title = term->name;
	} else if (first->type == COLUMN_CALLS || first->type == COLUMN_CALL_TIME) {
		title = top_say(scene, TOP_WORD_CALLS);
	} else if (first->type == COLUMN_FAILED) {
		title = top_say(scene, TOP_WORD_FAILS);
	}
	sheet_right(scene->sheet, first->at, width, EMPHASIS_HEADING, title);
}

static void group_titles(const struct top_scene *scene, const struct columns *columns)
{
	sheet_line(scene->sheet);
	for (size_t i = 0, next; i < columns->count; i = next) {
		for (next = i + 1; next < columns->count &&
		     same_group(&columns->items[i], &columns->items[next]); next++)
			;
		group_title(scene, &columns->items[i], &columns->items[next - 1]);
	}
}

static const char *title_of(const struct top_scene *scene, const struct column *column)
{
	static const char *const quantiles[] = { [TOP_P50] = "p50", [TOP_P99] = "p99" };
	enum top_word word = TOP_WORD_PER_SECOND;

	switch (column->type) {
	case COLUMN_WHERE:
		word = text_columns(top_say(scene, TOP_WORD_CONTAINER_OR_UNIT)) <= column->width ?
			TOP_WORD_CONTAINER_OR_UNIT : TOP_WORD_CONTAINER;
		break;
	case COLUMN_PROGRAM:
		word = TOP_WORD_PROGRAM;
		break;
	case COLUMN_KIND:
		if (column->measure >= TOP_P50)
			return quantiles[column->measure];
		word = column->measure == TOP_FAILED ? TOP_WORD_FAILS_PER_SECOND : word;
		break;
	case COLUMN_CALL_TIME:
		word = TOP_WORD_TIME;
		break;
	case COLUMN_COSTLIEST:
		word = TOP_WORD_COSTLIEST;
		break;
	case COLUMN_WHY:
		word = TOP_WORD_WHY;
		break;
	default:
		break;
	}
	return top_say(scene, word);
}

static bool orders(const struct column *column, unsigned int order)
{
	switch (column->type) {
	case COLUMN_WHERE:
		return order == TOP_BY_NAME;
	case COLUMN_FAILED:
		return order == TOP_BY_FAILED;
	case COLUMN_KIND:
		return order == TOP_BY_KIND + column->kind && column->measure == TOP_RATE;
	case COLUMN_CALL_TIME:
		return order == TOP_BY_CALLS;
	default:
		return false;
	}
}

static bool is_text(const struct column *column)
{
	return column->type == COLUMN_WHERE || column->type == COLUMN_PROGRAM ||
	       column->type == COLUMN_COSTLIEST || column->type == COLUMN_WHY;
}

static void put_text(const struct top_scene *scene, const struct column *column,
		     enum emphasis emphasis, const char *text)
{
	(is_text(column) ? sheet_left : sheet_right)(scene->sheet, column->at, column->width,
						     emphasis, text);
}

static void titles(const struct top_scene *scene, const struct columns *columns)
{
	sheet_line(scene->sheet);
	for (size_t i = 0; i < columns->count; i++) {
		const struct column *column = &columns->items[i];
		bool sorted = orders(column, scene->view->choice.order);

		put_text(scene, column, sorted ? EMPHASIS_SORTED : EMPHASIS_HEADING,
			 title_of(scene, column));
	}
}

/* "read 34%": of the time that is no waiting. */
static void costliest_text(const struct top_row *row, char *out, size_t size)
{
	const struct activity_call *call = top_row_costliest(row->row);

	if (call && row->calls_ns)
		snprintf(out, size, "%.*s %.0f%%", COSTLIEST_WIDTH - 5, call->name,
			 (double)call->durations.sum_ns * 100 / (double)row->calls_ns);
	else
		snprintf(out, size, "-");
}

/* The text of a number's cell; true: it is one of failures. */
static bool number_text(const struct top_scene *scene, const struct top_row *row,
			const struct column *column, char *out)
{
	const uint64_t span = scene->moment->span_ns;
	bool failed = column->type == COLUMN_FAILED || column->measure == TOP_FAILED;

	if (column->type == COLUMN_FAILED)
		rate_text(row->failed, span, out);
	else if (column->type == COLUMN_CALLS)
		rate_text(row->calls, span, out);
	else if (column->type == COLUMN_CALL_TIME)
		brief_duration_text((uint64_t)((double)row->calls_ns * 1e9 / (double)span), out);
	else if (column->measure == TOP_RATE || column->measure == TOP_FAILED)
		rate_text(top_row_acts(row->row, column->kind, failed), span, out);
	else
		brief_duration_text(top_row_quantile(row->row, column->kind,
						     column->measure == TOP_P50 ? 0.5 : 0.99), out);
	return failed;
}

static void reason_cell(const struct top_scene *scene, const struct top_row *row,
			const struct column *column)
{
	const struct diagnosis_group *group = top_row_failure(row, scene->moment);

	if (group)
		put_text(scene, column, EMPHASIS_FAILED, group->reason);
}

static void cell(const struct top_scene *scene, const struct top_row *row,
		 const struct column *column)
{
	char text[WHERE_SIZE];
	bool failed = false;

	if (column->type == COLUMN_WHY) {
		reason_cell(scene, row, column);
		return;
	}
	if (column->type == COLUMN_WHERE)
		top_row_where(row, scene->moment->names, text);
	else if (column->type == COLUMN_PROGRAM)
		top_row_program(row, scene->view->language, text, sizeof(text));
	else if (column->type == COLUMN_COSTLIEST)
		costliest_text(row, text, sizeof(text));
	else
		failed = number_text(scene, row, column, text);
	if (!text[0] || !strcmp(text, "-"))
		put_text(scene, column, EMPHASIS_FAINT, "-");
	else
		put_text(scene, column, failed ? EMPHASIS_FAILED : EMPHASIS_NONE, text);
}

/* All rows in one, under the headings. */
static void total(const struct top_scene *scene, const struct columns *columns)
{
	const struct top_rows *rows = scene->rows;
	const struct column *program = &columns->items[1];
	char text[128];

	if (rows->hidden)
		snprintf(text, sizeof(text), "%zu %s %zu %s", rows->total.programs,
			 top_say(scene, TOP_WORD_OF_PROGRAMS), rows->total.programs + rows->hidden,
			 top_say(scene, TOP_WORD_PROGRAMS));
	else if (rows->total.programs < 2)
		snprintf(text, sizeof(text), "%s", top_say(scene, rows->total.programs ?
			 TOP_WORD_ONE_PROGRAM : TOP_WORD_NO_PROGRAM));
	else
		snprintf(text, sizeof(text), "%s %zu %s", top_say(scene, TOP_WORD_ALL),
			 rows->total.programs, top_say(scene, TOP_WORD_PROGRAMS));
	sheet_line(scene->sheet);
	sheet_left(scene->sheet, 0, program->at + program->width, EMPHASIS_STRONG, text);
	for (size_t i = 2; i < columns->count; i++)
		if (columns->items[i].type != COLUMN_WHY)
			cell(scene, &rows->total, &columns->items[i]);
}

static void nothing(const struct top_scene *scene)
{
	sheet_line(scene->sheet);
	sheet_line(scene->sheet);
	if (scene->rows->hidden) {
		sheet_left(scene->sheet, 2, 0, EMPHASIS_NONE, top_say(scene, TOP_WORD_NO_MATCH));
		return;
	}
	sheet_left(scene->sheet, 2, 0, EMPHASIS_NONE, top_say(scene, TOP_WORD_QUIET));
	sheet_line(scene->sheet);
	sheet_left(scene->sheet, 2, 0, EMPHASIS_FAINT, top_say(scene, TOP_WORD_QUIET_WHY));
}

void top_table(struct top_scene *scene)
{
	const struct top_rows *rows = scene->rows;
	const struct top_view *view = scene->view;
	size_t lines = view->height ? top_body_lines(view) : rows->count;
	struct columns columns;

	lay_out(scene, &columns);
	group_titles(scene, &columns);
	titles(scene, &columns);
	total(scene, &columns);
	if (!rows->count)
		nothing(scene);
	for (size_t i = view->first; i < rows->count && i - view->first < lines; i++) {
		if (view->height && i == view->selected)
			sheet_line_marked(scene->sheet);
		else
			sheet_line(scene->sheet);
		for (size_t j = 0; j < columns.count; j++)
			cell(scene, &rows->items[i], &columns.items[j]);
	}
}
