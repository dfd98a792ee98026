/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What seamark top shows, laid out: an activity, the names of who acts, and the failures become
 * lines of cells, for a screen of any size or for plain text.
 */
#ifndef SEAMARK_ENCODE_TOP_H
#define SEAMARK_ENCODE_TOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/encode/sheet.h"
#include "user/encode/top_rows.h"
#include "user/model/actor.h"
#include "user/verdict/diagnosis.h"
#include "user/verdict/verdict.h"

#define TOP_NAME_SIZE	512
#define TOP_WINDOWS	3		/* the interval, a minute, five */

enum top_mode {
	TOP_TABLE,
	TOP_DETAIL,	/* of the selected row */
	TOP_FAILURES,	/* of all */
	TOP_HELP,
};

/* What is to be seen, as the keys have it. All zero bytes: the table, failures first. */
struct top_view {
	enum language language;
	size_t width, height;		/* columns and lines; both 0: as much as there is to show */
	enum top_mode mode;
	enum top_mode before_help;
	struct top_choice choice;
	unsigned int window;		/* of TOP_WINDOWS: how long the rates are over */
	bool typing;			/* the filter */
	bool paused;
	size_t first;			/* the row on top, */
	size_t selected;		/* and the one that is marked, by rank */
	char who[ACTOR_KEY_MAX];	/* the marked one by name: it is followed */
	size_t scroll;			/* first line of what is no table */
};

/* What there is at a moment. */
struct top_moment {
	const char *host;
	uint64_t now_unix_ns;
	uint64_t span_ns;		/* how long the activity took; never 0 */
	const struct names *names;
	struct diagnosis *diagnosis;	/* is sorted */
	const char *notice;		/* for people, in the foot; or NULL */
};

/* The marked row follows its name, and stays within what is there. */
void top_follow(struct top_view *view, const struct top_rows *rows);
/* Marks the row of that rank, or the last. */
void top_select(struct top_view *view, const struct top_rows *rows, size_t rank);
/* NULL: there are no rows. */
const struct top_row *top_selected(const struct top_view *view, const struct top_rows *rows);
/* How many rows or lines a sheet has beside heading and foot. */
size_t top_body_lines(const struct top_view *view);

/* Resets the sheet. A scroll that goes too far is put right in view. */
void top_page(struct sheet *sheet, struct top_view *view, const struct top_rows *rows,
	      const struct top_moment *moment);

#endif
