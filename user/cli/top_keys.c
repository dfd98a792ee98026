/* SPDX-License-Identifier: BSD-2-Clause */
/* Keys by mode: those that type, those that move, and those that choose. */
#include "user/cli/top_keys.h"

#include <string.h>

#define FAR	(SIZE_MAX / 2)

/* Takes off what the last byte of UTF-8 began. */
static void erase_last(char *text)
{
	size_t length = strlen(text);

	while (length && (text[length - 1] & 0xc0) == 0x80)
		length--;
	text[length ? length - 1 : 0] = '\0';
}

static void type(struct top_view *view, enum top_key key, const char *text)
{
	char *filter = view->choice.filter;

	if (key == TOP_KEY_ENTER || key == TOP_KEY_ESCAPE)
		view->typing = false;
	if (key == TOP_KEY_ESCAPE)
		filter[0] = '\0';
	if (key == TOP_KEY_ERASE)
		erase_last(filter);
	if (key == TOP_KEY_TEXT && strlen(filter) + strlen(text) < TOP_FILTER_SIZE)
		strcat(filter, text);
}

/* Lines up or down; a sheet leaves one of the last in sight. */
static long distance(const struct top_view *view, enum top_key key)
{
	long sheet = (long)top_body_lines(view) - 1;

	switch (key) {
	case TOP_KEY_UP:
		return -1;
	case TOP_KEY_DOWN:
		return 1;
	case TOP_KEY_PAGE_UP:
		return sheet ? -sheet : -1;
	case TOP_KEY_PAGE_DOWN:
		return sheet ? sheet : 1;
	case TOP_KEY_HOME:
		return -(long)FAR;
	case TOP_KEY_END:
		return (long)FAR;
	default:
		return 0;
	}
}

static size_t moved(size_t from, long by)
{
	return by < 0 && (size_t)-by > from ? 0 : from + (size_t)by;
}

static bool move(struct top_view *view, const struct top_rows *rows, enum top_key key)
{
	long by = distance(view, key);

	if (!by)
		return false;
	if (view->mode == TOP_TABLE)
		top_select(view, rows, moved(view->selected, by));
	else
		view->scroll = moved(view->scroll, by);
	return true;
}

static void enter(struct top_view *view, enum top_mode mode)
{
	view->mode = mode;
	view->scroll = 0;
}

static void leave(struct top_view *view)
{
	if (view->mode == TOP_HELP)
		enter(view, view->before_help);
	else if (view->mode != TOP_TABLE)
		enter(view, TOP_TABLE);
	else
		view->choice.filter[0] = '\0';
}

static void help(struct top_view *view)
{
	if (view->mode == TOP_HELP) {
		leave(view);
		return;
	}
	view->before_help = view->mode;
	enter(view, TOP_HELP);
}

static void order_by(struct top_view *view, unsigned int step)
{
	view->choice.order = (view->choice.order + step) % TOP_ORDERS;
	view->choice.reverse = false;
	/* What comes first now is asked for. */
	view->selected = view->first = 0;
}

/* Those that mean something in the table alone. */
static void choose(struct top_view *view, char letter)
{
	switch (letter) {
	case '/':
		view->typing = true;
		break;
	case '<':
	case ',':
		order_by(view, TOP_ORDERS - 1);
		break;
	case '>':
	case '.':
	case 's':
		order_by(view, 1);
		break;
	case 'r':
		view->choice.reverse = !view->choice.reverse;
		break;
	case 'c':
		view->choice.by_container = !view->choice.by_container;
		break;
	}
}

static enum top_key key_of_letter(char letter)
{
	switch (letter) {
	case 'k':
		return TOP_KEY_UP;
	case 'j':
		return TOP_KEY_DOWN;
	case 'g':
		return TOP_KEY_HOME;
	case 'G':
		return TOP_KEY_END;
	default:
		return TOP_KEY_NONE;
	}
}

static void take_letter(struct top_view *view, const struct top_rows *rows, char letter)
{
	if (move(view, rows, key_of_letter(letter)))
		return;
	switch (letter) {
	case '?':
	case 'h':
		help(view);
		break;
	case 'f':
		enter(view, view->mode == TOP_FAILURES ? TOP_TABLE : TOP_FAILURES);
		break;
	case 'w':
		view->window = (view->window + 1) % TOP_WINDOWS;
		break;
	case ' ':
		view->paused = !view->paused;
		break;
	default:
		if (view->mode == TOP_TABLE)
			choose(view, letter);
	}
}

bool top_take_key(struct top_view *view, const struct top_rows *rows, enum top_key key,
		  const char *text)
{
	if (view->typing) {
		type(view, key, text);
		return true;
	}
	if (key == TOP_KEY_TEXT) {
		if (!strcmp(text, "q"))
			return false;
		take_letter(view, rows, text[0]);
	} else if (key == TOP_KEY_ESCAPE || key == TOP_KEY_LEFT || key == TOP_KEY_ERASE) {
		leave(view);
	} else if (key == TOP_KEY_ENTER || key == TOP_KEY_RIGHT) {
		if (view->mode == TOP_TABLE && top_selected(view, rows))
			enter(view, TOP_DETAIL);
	} else {
		move(view, rows, key);
	}
	return true;
}
