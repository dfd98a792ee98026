/* SPDX-License-Identifier: BSD-2-Clause */
/* One table of passages, read by all three ways of writing. */
#include "user/encode/explanation.h"

#include <string.h>

#include "user/encode/table.h"
#include "user/encode/wrap.h"
#include "user/model/term.h"

#define TEXTS_LIMIT	(256u << 10)
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define NAME_MAX	32	/* columns; a longer name has a line of its own */

enum shape {
	SHAPE_TEXT,		/* one */
	SHAPE_WORDS,		/* a list that fits into a line or two */
	SHAPE_LIST,		/* of sentences */
	SHAPE_NAMED,		/* of a name and a text each */
	SHAPE_CODE,		/* to copy: lines are not broken */
};

static const struct {
	struct term title;	/* name: its key in JSON */
	enum shape shape;
} passages[PASSAGE_MAX] = {
	[PASSAGE_MEANING] = { { "meaning", NULL, NULL }, SHAPE_TEXT },
	[PASSAGE_WHY] = { { "why", "Why", "原因" }, SHAPE_TEXT },
	[PASSAGE_TYPE] = { { "type", "Type", "类型" }, SHAPE_TEXT },
	[PASSAGE_UNIT] = { { "unit", "Unit", "单位" }, SHAPE_TEXT },
	[PASSAGE_OTLP] = { { "otlp_name", "In OTLP", "在 OTLP 中" }, SHAPE_TEXT },
	[PASSAGE_PROMETHEUS] = { { "label", "As a label", "作为标签" }, SHAPE_TEXT },
	[PASSAGE_NUMBER] = { { "number", "Number", "编号" }, SHAPE_TEXT },
	[PASSAGE_METRICS] = { { "metrics", "Of metrics", "所属指标" }, SHAPE_WORDS },
	[PASSAGE_LABELS] = { { "labels", "Labels", "标签" }, SHAPE_NAMED },
	[PASSAGE_VALUES] = { { "values", "Values", "取值" }, SHAPE_NAMED },
	[PASSAGE_EVENTS] = { { "events", "Of", "所属事件" }, SHAPE_WORDS },
	[PASSAGE_ERRORS] = { { "errors", "error.type", "error.type" }, SHAPE_WORDS },
	[PASSAGE_CAUSES] = { { "causes", "Causes that may be behind it", "可能的原因" }, SHAPE_WORDS },
	[PASSAGE_SAID] = { { "said", "What the verdict says", "结论的说法" }, SHAPE_LIST },
	[PASSAGE_LOST] = { { "lost", "Without it", "没有它时" }, SHAPE_TEXT },
	[PASSAGE_FIXES] = { { "fixes", "What mends it", "解决办法" }, SHAPE_NAMED },
	[PASSAGE_QUERIES] = { { "queries", "PromQL", "PromQL" }, SHAPE_CODE },
};

static const char *title_of(enum passage passage, enum language language)
{
	const struct term *title = &passages[passage].title;

	return language == LANGUAGE_CHINESE ? title->chinese : title->english;
}

void explanation_begin(struct explanation *explanation, const char *kind, const char *name)
{
	explanation->kind = kind;
	explanation->name = name;
	explanation->count = 0;
	buffer_init(&explanation->texts, TEXTS_LIMIT);
	/* At offset 0: the empty name. */
	buffer_byte(&explanation->texts, '\0');
}

static size_t keep(struct explanation *explanation, const char *text)
{
	size_t at = explanation->texts.size;

	buffer_append(&explanation->texts, text, strlen(text) + 1);
	return at;
}

void explanation_add(struct explanation *explanation, enum passage passage, const char *name,
		     const char *text)
{
	struct explained *item;

	if (!text || !text[0] || explanation->count == EXPLAINED_MAX || explanation->texts.failed)
		return;
	item = &explanation->items[explanation->count];
	item->passage = passage;
	item->name = name && name[0] ? keep(explanation, name) : 0;
	item->text = keep(explanation, text);
	explanation->count += !explanation->texts.failed;
}

void explanation_free(struct explanation *explanation)
{
	buffer_free(&explanation->texts);
}

static const char *name_of(const struct explanation *explanation, const struct explained *item)
{
	return explanation->texts.data + item->name;
}

static const char *text_of(const struct explanation *explanation, const struct explained *item)
{
	return explanation->texts.data + item->text;
}

/* The next item of the passage behind *at; NULL: there is none. */
static const struct explained *next_of(const struct explanation *explanation,
				       enum passage passage, size_t *at)
{
	while (*at < explanation->count)
		if (explanation->items[(*at)++].passage == passage)
			return &explanation->items[*at - 1];
	return NULL;
}

const char *explanation_meaning(const struct explanation *explanation)
{
	size_t at = 0;
	const struct explained *item = next_of(explanation, PASSAGE_MEANING, &at);

	return item ? text_of(explanation, item) : "";
}

/* Items of a list share a column behind the longest of their short names. */
static size_t name_columns(const struct explanation *explanation, enum passage passage)
{
	const struct explained *item;
	size_t at = 0, widest = 0;

	while ((item = next_of(explanation, passage, &at))) {
		size_t columns = text_columns(name_of(explanation, item));

		if (columns > widest && columns <= NAME_MAX)
			widest = columns;
	}
	return widest;
}

static void named_item(struct buffer *out, const char *name, const char *text, size_t columns,
		       size_t width)
{
	if (!name[0]) {
		buffer_string(out, "    ");
		encode_wrapped(out, text, 4, 6, width);
		return;
	}
	buffer_string(out, "    ");
	encode_padded(out, name, columns);
	buffer_string(out, "  ");
	if (text_columns(name) > columns) {
		buffer_byte(out, '\n');
		encode_padded(out, "", columns + 6);
	}
	encode_wrapped(out, text, columns + 6, columns + 6, width);
}

static void words_line(struct buffer *out, const struct explanation *explanation,
		       enum passage passage, const char *title, size_t width)
{
	const struct explained *item;
	struct buffer line;
	size_t at = 0;

	buffer_init(&line, TEXTS_LIMIT);
	while ((item = next_of(explanation, passage, &at)))
		buffer_printf(&line, "%s%s", line.size ? ", " : "", text_of(explanation, item));
	buffer_printf(out, "  %s: ", title);
	if (!line.failed)
		encode_wrapped(out, line.data, text_columns(title) + 4, 4, width);
	buffer_free(&line);
}

static void passage_text(struct buffer *out, const struct explanation *explanation,
			 enum passage passage, const struct report_style *style)
{
	const char *title = title_of(passage, style->language);
	size_t at = 0, columns = name_columns(explanation, passage);
	const struct explained *item = next_of(explanation, passage, &at);

	if (!item)
		return;
	if (passages[passage].shape == SHAPE_TEXT) {
		buffer_string(out, "  ");
		if (title)
			buffer_printf(out, "%s: ", title);
		encode_wrapped(out, text_of(explanation, item),
			       2 + (title ? text_columns(title) + 2 : 0), title ? 4 : 2,
			       style->width);
		return;
	}
	if (passages[passage].shape == SHAPE_WORDS) {
		words_line(out, explanation, passage, title, style->width);
		return;
	}
	buffer_printf(out, "  %s:\n", title);
	for (; item; item = next_of(explanation, passage, &at))
		if (passages[passage].shape == SHAPE_CODE)
			buffer_printf(out, "    %s\n", text_of(explanation, item));
		else
			named_item(out, name_of(explanation, item), text_of(explanation, item),
				   columns, style->width);
}

void encode_explanation(struct buffer *out, const struct explanation *explanation,
			const struct report_style *style)
{
	table_bold(out, style->colour, explanation->name);
	buffer_printf(out, " (%s)\n", explanation->kind);
	for (enum passage passage = 0; passage < PASSAGE_MAX; passage++)
		passage_text(out, explanation, passage, style);
}

static void passage_json(struct json *json, const struct explanation *explanation,
			 enum passage passage)
{
	const char *key = passages[passage].title.name;
	size_t at = 0;
	const struct explained *item = next_of(explanation, passage, &at);

	if (!item)
		return;
	if (passages[passage].shape == SHAPE_TEXT) {
		json_string(json, key, text_of(explanation, item));
		return;
	}
	json_open(json, key, '[');
	for (; item; item = next_of(explanation, passage, &at)) {
		if (passages[passage].shape != SHAPE_NAMED) {
			json_string(json, NULL, text_of(explanation, item));
			continue;
		}
		json_open(json, NULL, '{');
		if (item->name)
			json_string(json, passage == PASSAGE_FIXES ? "where" : "name",
				    name_of(explanation, item));
		json_string(json, "text", text_of(explanation, item));
		json_close(json, '}');
	}
	json_close(json, ']');
}

void encode_explanation_json(struct json *json, const struct explanation *explanation)
{
	json_open(json, NULL, '{');
	json_string(json, "kind", explanation->kind);
	json_string(json, "name", explanation->name);
	for (enum passage passage = 0; passage < PASSAGE_MAX; passage++)
		passage_json(json, explanation, passage);
	json_close(json, '}');
}

/* What Markdown would take for its own is escaped. */
static void markdown_text(struct buffer *out, const char *text)
{
	for (; *text; text++) {
		if (strchr("<>*_`|\\[]", *text))
			buffer_byte(out, '\\');
		buffer_byte(out, (uint8_t)*text);
	}
}

static void markdown_item(struct buffer *out, enum shape shape, const char *name,
			  const char *text)
{
	if (shape == SHAPE_CODE) {
		buffer_printf(out, "%s\n", text);
		return;
	}
	buffer_string(out, "- ");
	if (name[0])
		buffer_printf(out, shape == SHAPE_NAMED ? "`%s`: " : "%s: ", name);
	markdown_text(out, text);
	buffer_byte(out, '\n');
}

static void passage_markdown(struct buffer *out, const struct explanation *explanation,
			     enum passage passage, enum language language)
{
	const char *title = title_of(passage, language);
	enum shape shape = passages[passage].shape;
	size_t at = 0;
	const struct explained *item = next_of(explanation, passage, &at);

	if (!item)
		return;
	if (shape == SHAPE_TEXT || shape == SHAPE_WORDS) {
		if (title)
			buffer_printf(out, "%s: ", title);
		for (bool first = true; item; item = next_of(explanation, passage, &at)) {
			buffer_string(out, first ? "" : ", ");
			if (title && shape == SHAPE_WORDS)
				buffer_printf(out, "`%s`", text_of(explanation, item));
			else
				markdown_text(out, text_of(explanation, item));
			first = false;
		}
		buffer_string(out, "\n\n");
		return;
	}
	buffer_printf(out, "%s:\n\n%s", title, shape == SHAPE_CODE ? "```promql\n" : "");
	for (; item; item = next_of(explanation, passage, &at))
		markdown_item(out, shape, name_of(explanation, item), text_of(explanation, item));
	buffer_string(out, shape == SHAPE_CODE ? "```\n\n" : "\n");
}

void encode_explanation_markdown(struct buffer *out, const struct explanation *explanation,
				 enum language language)
{
	buffer_printf(out, "### `%s`\n\n", explanation->name);
	for (enum passage passage = 0; passage < PASSAGE_MAX; passage++)
		passage_markdown(out, explanation, passage, language);
}

/* Up to the width, between characters. */
static void cut_text(struct buffer *out, const char *text, size_t columns)
{
	struct buffer line;
	char *end;

	buffer_init(&line, TEXTS_LIMIT);
	encode_wrapped(&line, text, 0, 0, columns < 8 ? 8 : columns - 3);
	if (!line.failed) {
		end = strchr(line.data, '\n');
		buffer_append(out, line.data, (size_t)(end - line.data));
		buffer_string(out, end[1] ? "...\n" : "\n");
	}
	buffer_free(&line);
}

void encode_explanation_line(struct buffer *out, const struct explanation *explanation,
			     size_t columns, const struct report_style *style)
{
	size_t used = text_columns(explanation->name);

	buffer_string(out, "  ");
	encode_padded(out, explanation->name, columns);
	buffer_string(out, "  ");
	used = used > columns ? used : columns;
	cut_text(out, explanation_meaning(explanation),
		 style->width > used + 4 ? style->width - used - 4 : 0);
}

const char *explanation_kind_title(const char *kind, enum language language)
{
	static const struct term titles[] = {
		{ "metric", "Metrics", "指标" },
		{ "cause", "Causes", "原因" },
		{ "error", "Classes of failed handshakes (error.type)", "失败握手的类别（error.type）" },
		{ "alert", "Alerts of TLS (tls.alert.name)", "TLS 告警（tls.alert.name）" },
		{ "errno", "Errors of system calls (error.type)", "系统调用的错误（error.type）" },
		{ "event", "Events", "事件" },
		{ "attribute", "Attributes", "属性" },
		{ "label", "Labels of metrics", "指标的标签" },
		{ "value", "Values of labels", "标签的取值" },
		{ "probe", "Probes", "探针" },
		{ "feature", "Kernel features", "内核功能" },
		{ "capability", "Capabilities", "权能" },
		{ "host", "What the doctor looks at", "doctor 查看的项目" },
		{ "refusal", "Why a kernel refuses", "内核拒绝的原因" },
		{ "reason", "What seamark list lacks", "seamark list 缺少的内容" },
	};

	for (size_t i = 0; i < COUNT(titles); i++)
		if (!strcmp(titles[i].name, kind))
			return language == LANGUAGE_CHINESE ? titles[i].chinese
							    : titles[i].english;
	return kind;
}
