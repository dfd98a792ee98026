/* SPDX-License-Identifier: BSD-2-Clause */
/* One name explained: gathered once, written as text for eyes, as JSON, or as Markdown. */
#ifndef SEAMARK_ENCODE_EXPLANATION_H
#define SEAMARK_ENCODE_EXPLANATION_H

#include <stddef.h>

#include "user/encode/json.h"
#include "user/encode/report.h"
#include "user/model/buffer.h"

/* What a passage is about; in this order they are written. */
enum passage {
	PASSAGE_MEANING,
	PASSAGE_WHY,
	PASSAGE_TYPE,
	PASSAGE_UNIT,
	PASSAGE_OTLP,		/* the name in OTLP */
	PASSAGE_PROMETHEUS,	/* the name as a label */
	PASSAGE_NUMBER,		/* of an errno */
	PASSAGE_METRICS,	/* that have it */
	PASSAGE_LABELS,
	PASSAGE_VALUES,
	PASSAGE_EVENTS,
	PASSAGE_ERRORS,
	PASSAGE_CAUSES,
	PASSAGE_SAID,
	PASSAGE_LOST,
	PASSAGE_FIXES,
	PASSAGE_QUERIES,
	PASSAGE_MAX,
};

#define EXPLAINED_MAX 160

struct explained {
	enum passage passage;
	size_t name;		/* offsets into the texts */
	size_t text;
};

struct explanation {
	const char *kind;	/* "metric": stable, in every language the same. Static */
	const char *name;	/* static */
	size_t count;
	struct explained items[EXPLAINED_MAX];
	struct buffer texts;
};

/* kind and name must outlive it. */
void explanation_begin(struct explanation *explanation, const char *kind, const char *name);
/* Copies both; name may be empty: only lists of names with texts have them. */
void explanation_add(struct explanation *explanation, enum passage passage, const char *name,
		     const char *text);
void explanation_free(struct explanation *explanation);
/* The first sentence of what it means; lives until the next change. */
const char *explanation_meaning(const struct explanation *explanation);

void encode_explanation(struct buffer *out, const struct explanation *explanation,
			const struct report_style *style);
/* An element of an array. */
void encode_explanation_json(struct json *json, const struct explanation *explanation);
void encode_explanation_markdown(struct buffer *out, const struct explanation *explanation,
				 enum language language);
/* Its name and what it means, in one line that fits. */
void encode_explanation_line(struct buffer *out, const struct explanation *explanation,
			     size_t name_columns, const struct report_style *style);

/* "Metrics": over all of a kind, for people. */
const char *explanation_kind_title(const char *kind, enum language language);

#endif
