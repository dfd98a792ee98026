/* SPDX-License-Identifier: BSD-2-Clause */
/* Cells in the order in which they came, their texts behind one another. */
#include "user/encode/page.h"

#include <string.h>

#include "user/encode/table.h"
#include "user/encode/wrap.h"

#define PAGE_LIMIT	(16u << 20)	/* bytes of texts, and of cells */
#define WIDTH_MAX	4096		/* columns, where no edge is given */

void page_init(struct page *page, size_t width)
{
	memset(page, 0, sizeof(*page));
	page->width = width;
	buffer_init(&page->texts, PAGE_LIMIT);
	buffer_init(&page->cells, PAGE_LIMIT);
}

void page_free(struct page *page)
{
	buffer_free(&page->texts);
	buffer_free(&page->cells);
}

void page_reset(struct page *page, size_t width)
{
	buffer_reset(&page->texts);
	buffer_reset(&page->cells);
	page->width = width;
	page->lines = 0;
	page->windowed = false;
}

void page_window(struct page *page, size_t skip, size_t keep)
{
	page->windowed = true;
	page->skip = skip;
	page->keep = keep;
	page->seen = 0;
}

size_t page_window_end(struct page *page)
{
	page->windowed = false;
	return page->seen;
}

void page_line(struct page *page)
{
	size_t at = page->seen;

	if (page->windowed)
		page->seen++;
	page->kept = !page->windowed || (at >= page->skip &&
					 (!page->keep || at - page->skip < page->keep));
	page->marked = false;
	page->lines += page->kept;
}

void page_line_marked(struct page *page)
{
	page_line(page);
	page->marked = true;
}

size_t page_cell_count(const struct page *page)
{
	return page->cells.failed ? 0 : page->cells.size / sizeof(struct page_cell);
}

const struct page_cell *page_cell(const struct page *page, size_t index)
{
	return (const struct page_cell *)(const void *)page->cells.data + index;
}

const char *page_text(const struct page *page, const struct page_cell *cell)
{
	return page->texts.failed ? "" : page->texts.data + cell->text;
}

/* Columns from column on that the page has, at most as many as are asked for. */
static size_t room_at(const struct page *page, size_t column, size_t columns)
{
	size_t width = page->width ? page->width : WIDTH_MAX;
	size_t left = column < width ? width - column : 0;

	return columns && columns < left ? columns : left;
}

static void add(struct page *page, size_t column, size_t columns, enum emphasis emphasis,
		const char *text)
{
	const struct page_cell cell = {
		.line = (uint32_t)(page->lines - 1),
		.column = (uint16_t)column,
		.columns = (uint16_t)columns,
		.text = (uint32_t)page->texts.size,
		.emphasis = (uint8_t)emphasis,
		.marked = page->marked,
	};

	encode_fitted(&page->texts, text, columns);
	buffer_byte(&page->texts, '\0');
	buffer_append(&page->cells, &cell, sizeof(cell));
}

void page_left(struct page *page, size_t column, size_t columns, enum emphasis emphasis,
	       const char *text)
{
	size_t room = room_at(page, column, columns), used = text_columns(text);

	if (used && room && page->kept)
		add(page, column, used < room ? used : room, emphasis, text);
}

void page_right(struct page *page, size_t column, size_t columns, enum emphasis emphasis,
		const char *text)
{
	size_t used = text_columns(text);
	size_t skip = used < columns ? columns - used : 0;

	if (room_at(page, column, columns) == columns)
		page_left(page, column + skip, columns - skip, emphasis, text);
}

size_t page_end(const struct page *page)
{
	size_t count = page_cell_count(page);
	const struct page_cell *last = count ? page_cell(page, count - 1) : NULL;

	return last && last->line + 1 == page->lines ? last->column + last->columns : 0;
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

static void encode_cell(struct buffer *out, const struct page *page, const struct page_cell *cell,
			bool colour)
{
	const char *begin = colour ? colours[cell->emphasis] : NULL;

	buffer_printf(out, "%s%s%s", begin ? begin : "", page_text(page, cell),
		      begin ? COLOUR_END : "");
}

void encode_page(struct buffer *out, const struct page *page, bool colour)
{
	size_t index = 0;

	for (size_t line = 0; line < page->lines; line++) {
		size_t at = 0;

		for (; index < page_cell_count(page) && page_cell(page, index)->line == line;
		     index++) {
			const struct page_cell *cell = page_cell(page, index);

			encode_padded(out, "", cell->column > at ? cell->column - at : 0);
			encode_cell(out, page, cell, colour);
			at = cell->column + cell->columns;
		}
		buffer_byte(out, '\n');
	}
}
