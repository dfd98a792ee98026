/* SPDX-License-Identifier: BSD-2-Clause */
/* A line for what is well; below it, why, what is lost and what to change where it is not. */
#include "user/encode/fitness.h"

#include "user/encode/json.h"
#include "user/encode/table.h"
#include "user/encode/wrap.h"

#define NAME_COLUMN	8
#define FOUND_COLUMN	36

enum word { WORD_WHY, WORD_MEANS, WORD_LOST, WORD_CHANGE, WORD_MAX };

static const char *const words[][WORD_MAX] = {
	[LANGUAGE_ENGLISH] = { "why", "means", "lost", "change" },
	[LANGUAGE_CHINESE] = { "原因", "影响", "损失", "改进" },
};
static const char *const titles[][SECTION_MAX] = {
	[LANGUAGE_ENGLISH] = { "Host", "Capabilities", "Kernel, by trying", "Probes, by trying" },
	[LANGUAGE_CHINESE] = { "主机", "权能", "内核（实际尝试）", "探针（实际尝试）" },
};
static const char *const judgements[][FITNESS_MAX] = {
	[LANGUAGE_ENGLISH] = {
		"This host is fit: everything works.",
		"This host is fit: everything works.",
		"This host is fit, with losses.",
		"This host is not fit: Seamark can't observe here.",
	},
	[LANGUAGE_CHINESE] = {
		"本机适合：一切可用。", "本机适合：一切可用。", "本机适合，但有损失。",
		"本机不适合：Seamark 无法在此观测。",
	},
};

static enum outcome colour_of(enum fitness_state state)
{
	return state == FITNESS_UNFIT ? OUTCOME_ERROR
	     : state == FITNESS_LOSS ? OUTCOME_CANCELLED : OUTCOME_OK;
}

static void detail(struct buffer *out, const struct report_style *style, enum word word,
		   const char *text)
{
	const char *name = words[style->language][word];

	if (!text[0])
		return;
	encode_padded(out, "", NAME_COLUMN + 2);
	buffer_printf(out, "%s: ", name);
	encode_wrapped(out, text, NAME_COLUMN + 2 + text_columns(name) + 2, NAME_COLUMN + 4,
		       style->width);
}

static void row(struct buffer *out, const struct report_style *style,
		const struct fitness_check *check)
{
	bool coloured = style->colour && check->state != FITNESS_NOTE;

	buffer_printf(out, "  %s", coloured ? table_colour(colour_of(check->state)) : "");
	encode_padded(out, fitness_state_name(check->state), NAME_COLUMN - 2);
	buffer_string(out, coloured ? COLOUR_END : "");
	encode_padded(out, check->name, FOUND_COLUMN - NAME_COLUMN);
	encode_wrapped(out, check->found, FOUND_COLUMN, FOUND_COLUMN, style->width);
	detail(out, style, WORD_WHY, check->why);
	detail(out, style, check->state == FITNESS_NOTE ? WORD_MEANS : WORD_LOST, check->lost);
	detail(out, style, WORD_CHANGE, check->advice);
}

void encode_fitness(struct buffer *out, const struct fitness *fitness,
		    const struct report_style *style)
{
	enum fitness_section section = SECTION_MAX;

	for (size_t i = 0; i < fitness->count; i++) {
		const struct fitness_check *check = &fitness->checks[i];

		if (check->section != section) {
			section = check->section;
			buffer_string(out, i ? "\n" : "");
			table_bold(out, style->colour, titles[style->language][section]);
			buffer_byte(out, '\n');
		}
		row(out, style, check);
	}
	buffer_byte(out, '\n');
	table_bold(out, style->colour, judgements[style->language][fitness->state]);
	buffer_byte(out, '\n');
}

static void member(struct json *json, const char *key, const char *value)
{
	if (value && value[0])
		json_string(json, key, value);
}

static void check_object(struct json *json, const struct fitness_check *check)
{
	json_open(json, check->name, '{');
	json_string(json, "state", fitness_state_name(check->state));
	json_string(json, "found", check->found);
	member(json, "error", check->error);
	member(json, "stage", check->stage);
	member(json, "cause", check->cause);
	member(json, "why", check->why);
	member(json, "lost", check->lost);
	member(json, "change", check->advice);
	json_close(json, '}');
}

void encode_fitness_json(struct buffer *out, const struct fitness *fitness)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_bool(&json, "fit", fitness->state != FITNESS_UNFIT);
	json_string(&json, "state", fitness_state_name(fitness->state));
	for (enum fitness_section section = 0; section < SECTION_MAX; section++) {
		json_open(&json, fitness_section_name(section), '{');
		for (size_t i = 0; i < fitness->count; i++)
			if (fitness->checks[i].section == section)
				check_object(&json, &fitness->checks[i]);
		json_close(&json, '}');
	}
	json_close(&json, '}');
	buffer_byte(out, '\n');
}
