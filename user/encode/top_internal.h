/* SPDX-License-Identifier: BSD-2-Clause */
/* What the pages of seamark top share. */
#ifndef SEAMARK_ENCODE_TOP_INTERNAL_H
#define SEAMARK_ENCODE_TOP_INTERNAL_H

#include "user/encode/top.h"
#include "user/encode/top_words.h"

#define TOP_FOOT	2	/* lines: what is marked, and the keys */

/* All that a sheet is made of. */
struct top_scene {
	struct sheet *sheet;
	struct top_view *view;
	const struct top_rows *rows;
	const struct top_moment *moment;
};

static inline const char *top_say(const struct top_scene *scene, enum top_word word)
{
	return top_word(word, scene->view->language);
}

/* Headings, the total, and the rows that are in sight. */
void top_table(struct top_scene *scene);
/* Lines of the body: of one row; of all failures, row NULL. */
void top_detail(struct top_scene *scene, const struct top_row *row);
void top_help(struct top_scene *scene);

/* Is it of this row? row NULL: it is. */
bool top_row_has(const struct top_row *row, const struct diagnosis_group *group);
/* What fails most of it in the time that is shown; NULL: nothing. */
const struct diagnosis_group *top_row_failure(const struct top_row *row,
					      const struct top_moment *moment);
/* "shop", "all 12 programs" */
void top_row_program(const struct top_row *row, enum language language, char *out, size_t size);

#endif
