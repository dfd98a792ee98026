/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines of cells, each at a column of its own with its emphasis: for a screen, or as plain text.
 * Of what is longer than a screen only a window is kept; its other lines are counted.
 */
#ifndef SEAMARK_ENCODE_SHEET_H
#define SEAMARK_ENCODE_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/buffer.h"

/* Never the only thing that tells: a terminal may have no colours. */
enum emphasis {
	EMPHASIS_NONE,
	EMPHASIS_FAINT,
	EMPHASIS_STRONG,
	EMPHASIS_HEADING,
	EMPHASIS_SORTED,	/* the heading of the column that orders the rows */
	EMPHASIS_FAILED,
	EMPHASIS_CAUTION,
	EMPHASIS_KEY,
	EMPHASIS_MAX,
};

struct sheet_cell {
	uint32_t line;		/* of those that are kept */
	uint16_t column;
	uint16_t columns;	/* that its text takes; what does not fit was cut off */
	uint32_t text;		/* for sheet_text() */
	uint8_t emphasis;	/* enum emphasis */
	bool marked;		/* its line is the selected one */
};

struct sheet {
	size_t width;		/* columns; 0: no cell is cut off by an edge */
	size_t lines;		/* that are kept */
	bool windowed;
	size_t skip, keep;	/* lines of the window: left out, then kept */
	size_t seen;		/* lines of the window so far */
	bool kept;		/* the line that is being written */
	bool marked;
	struct buffer texts;
	struct buffer cells;	/* struct sheet_cell, line by line */
};

/* Empty. To be freed. */
void sheet_init(struct sheet *sheet, size_t width);
void sheet_free(struct sheet *sheet);
/* Without lines, for others. */
void sheet_reset(struct sheet *sheet, size_t width);

/* Of the lines that follow only keep ones are kept, behind skip others; keep 0: all. */
void sheet_window(struct sheet *sheet, size_t skip, size_t keep);
/* How many lines there were since. Those that follow are kept again. */
size_t sheet_window_end(struct sheet *sheet);

/* Begins the next line. The cells that follow are its. */
void sheet_line(struct sheet *sheet);
/* The same, selected. */
void sheet_line_marked(struct sheet *sheet);
/* text, up to that many columns from column on; columns 0: as many as there are. */
void sheet_left(struct sheet *sheet, size_t column, size_t columns, enum emphasis emphasis,
	       const char *text);
/* The same, ending where the columns end; nothing where the sheet does not have them all. */
void sheet_right(struct sheet *sheet, size_t column, size_t columns, enum emphasis emphasis,
		const char *text);
/* The column behind the text that was set last; 0 on a line without any. */
size_t sheet_end(const struct sheet *sheet);

size_t sheet_cell_count(const struct sheet *sheet);
const struct sheet_cell *sheet_cell(const struct sheet *sheet, size_t index);
const char *sheet_text(const struct sheet *sheet, const struct sheet_cell *cell);

/* The lines, one after the other; colour: emphasis as a terminal's. */
void encode_sheet(struct buffer *out, const struct sheet *sheet, bool colour);

#endif
