/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells in the order in which they came, their texts behind one another. */
#include "user/encode/sheet.h"

#include <string.h>

#include "user/encode/table.h"
#include "user/encode/wrap.h"

#define SHEET_LIMIT	(16u << 20)	/* bytes of texts, and of cells */
#define WIDTH_MAX	4096		/* columns, where no edge is given */

void sheet_init(struct sheet *sheet, size_t width)
{
	memset(sheet, 0, sizeof(*sheet));
	sheet->width = width;
	buffer_init(&sheet->texts, SHEET_LIMIT);
	buffer_init(&sheet->cells, SHEET_LIMIT);
}

void sheet_free(struct sheet *sheet)
{
	buffer_free(&sheet->texts);
	buffer_free(&sheet->cells);
}

void sheet_reset(struct sheet *sheet, size_t width)
{
	buffer_reset(&sheet->texts);
	buffer_reset(&sheet->cells);
	sheet->width = width;
	sheet->lines = 0;
	sheet->windowed = false;
}

void sheet_window(struct sheet *sheet, size_t skip, size_t keep)
{
	sheet->windowed = true;
	sheet->skip = skip;
	sheet->keep = keep;
	sheet->seen = 0;
}

size_t sheet_window_end(struct sheet *sheet)
{
	sheet->windowed = false;
	return sheet->seen;
}

void sheet_line(struct sheet *sheet)
{
	size_t at = sheet->seen;

	if (sheet->windowed)
		sheet->seen++;
	sheet->kept = !sheet->windowed || (at >= sheet->skip &&
					 (!sheet->keep || at - sheet->skip < sheet->keep));
	sheet->marked = false;
	sheet->lines += sheet->kept;
}

void sheet_line_marked(struct sheet *sheet)
{
	sheet_line(sheet);
	sheet->marked = true;
}

size_t sheet_cell_count(const struct sheet *sheet)
{
	return sheet->cells.failed ? 0 : sheet->cells.size / sizeof(struct sheet_cell);
}

const struct sheet_cell *sheet_cell(const struct sheet *sheet, size_t index)
{
	return (const struct sheet_cell *)(const void *)sheet->cells.data + index;
}

const char *sheet_text(const struct sheet *sheet, const struct sheet_cell *cell)
{
	return sheet->texts.failed ? "" : sheet->texts.data + cell->text;
}

/* Columns from column on that the sheet has, at most as many as are asked for. */
static size_t room_at(const struct sheet *sheet, size_t column, size_t columns)
{
	size_t width = sheet->width ? sheet->width : WIDTH_MAX;
	size_t left = column < width ? width - column : 0;

	return columns && columns < left ? columns : left;
}

static void add(struct sheet *sheet, size_t column, size_t columns, enum emphasis emphasis,
		const char *text)
{
	const struct sheet_cell cell = {
		.line = (uint32_t)(sheet->lines - 1),
		.column = (uint16_t)column,
		.columns = (uint16_t)columns,
		.text = (uint32_t)sheet->texts.size,
		.emphasis = (uint8_t)emphasis,
		.marked = sheet->marked,
	};

	encode_fitted(&sheet->texts, text, columns);
	buffer_byte(&sheet->texts, '\0');
	buffer_append(&sheet->cells, &cell, sizeof(cell));
}

void sheet_left(struct sheet *sheet, size_t column, size_t columns, enum emphasis emphasis,
	       const char *text)
{
	size_t room = room_at(sheet, column, columns), used = text_columns(text);

	if (used && room && sheet->kept)
		add(sheet, column, used < room ? used : room, emphasis, text);
}

void sheet_right(struct sheet *sheet, size_t column, size_t columns, enum emphasis emphasis,
		const char *text)
{
	size_t used = text_columns(text);
	size_t skip = used < columns ? columns - used : 0;

	if (room_at(sheet, column, columns) == columns)
		sheet_left(sheet, column + skip, columns - skip, emphasis, text);
}

size_t sheet_end(const struct sheet *sheet)
{
	size_t count = sheet_cell_count(sheet);
	const struct sheet_cell *last = count ? sheet_cell(sheet, count - 1) : NULL;

	return last && last->line + 1 == sheet->lines ? last->column + last->columns : 0;
}

static const char *const colours[EMPHASIS_MAX] = {
	[EMPHASIS_FAINT] = "\033[2m",
	[EMPHASIS_STRONG] = "\033[1m",
	[EMPHASIS_HEADING] = "\033[1m",
	[EMPHASIS_SORTED] = "\033[1;4m",
	[EMPHASIS_FAILED] = "\033[31m",
	[EMPHASIS_CAUTION] = "\033[33m",
	[EMPHASIS_KEY] = "\033[1m",
};

static void encode_cell(struct buffer *out, const struct sheet *sheet,
			const struct sheet_cell *cell, bool colour)
{
	const char *begin = colour ? colours[cell->emphasis] : NULL;

	buffer_printf(out, "%s%s%s", begin ? begin : "", sheet_text(sheet, cell),
		      begin ? COLOUR_END : "");
}

void encode_sheet(struct buffer *out, const struct sheet *sheet, bool colour)
{
	size_t index = 0;

	for (size_t line = 0; line < sheet->lines; line++) {
		size_t at = 0;

		for (; index < sheet_cell_count(sheet) && sheet_cell(sheet, index)->line == line;
		     index++) {
			const struct sheet_cell *cell = sheet_cell(sheet, index);

			encode_padded(out, "", cell->column > at ? cell->column - at : 0);
			encode_cell(out, sheet, cell, colour);
			at = cell->column + cell->columns;
		}
		buffer_byte(out, '\n');
	}
}
