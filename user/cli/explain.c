/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark explain: what a name in Seamark's outputs means; without rights and without a kernel. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/cli/subjects.h"
#include "user/model/spelling.h"

#define OUTPUT_LIMIT	(4u << 20)
#define LISTED_COLUMNS	34	/* of a name in the list; most are shorter */
#define NEAR_MAX	6	/* names that are offered for an unknown one */

enum form { FORM_TEXT, FORM_JSON, FORM_MARKDOWN };

struct explaining {
	const char *wanted;		/* NULL: everything */
	bool in_lines;
	enum form form;
	struct report_style style;
	struct buffer out;
	struct json json;
	size_t count;
	int kind;			/* of the last; -1: none yet */
};

static void begin_kind(struct explaining *explaining, const struct subject *subject)
{
	const char *title = explanation_kind_title(subject_kind_name(subject->kind),
						   explaining->style.language);

	if (explaining->form == FORM_MARKDOWN)
		buffer_printf(&explaining->out, "## %s\n\n", title);
	else if (explaining->in_lines)
		buffer_printf(&explaining->out, "%s%s\n", explaining->count ? "\n" : "", title);
}

static void write_one(struct explaining *explaining, const struct explanation *one)
{
	if (explaining->form == FORM_JSON) {
		encode_explanation_json(&explaining->json, one);
	} else if (explaining->form == FORM_MARKDOWN) {
		encode_explanation_markdown(&explaining->out, one, explaining->style.language);
	} else if (explaining->in_lines) {
		encode_explanation_line(&explaining->out, one, LISTED_COLUMNS, &explaining->style);
	} else {
		buffer_string(&explaining->out, explaining->count ? "\n" : "");
		encode_explanation(&explaining->out, one, &explaining->style);
	}
}

static void take(void *closure, const struct subject *subject)
{
	struct explaining *explaining = closure;
	struct explanation one;

	if (explaining->wanted && !subject_is(subject, explaining->wanted))
		return;
	if (explaining->kind != (int)subject->kind && !explaining->wanted)
		begin_kind(explaining, subject);
	explaining->kind = (int)subject->kind;
	subject_explain(subject, explaining->style.language, &one);
	write_one(explaining, &one);
	explaining->count++;
	explanation_free(&one);
}

/* Names by how many letters lie between them and the wanted one, nearest first. */
struct nearest {
	const char *wanted;
	size_t count;
	struct {
		char name[SUBJECT_NAME];
		size_t distance;
	} names[NEAR_MAX];
};

/* Part of a name is near to it, but not as near as a slip of the finger. */
static size_t distance_of(const char *name, const char *wanted)
{
	size_t distance = spelling_distance(name, wanted), length = strlen(name);
	bool is_part = strlen(wanted) > 2 && strcasestr(name, wanted);

	if (is_part)
		return distance < 3 ? distance : 3;
	return distance <= 2 || distance * 3 <= length ? distance : SIZE_MAX;
}

static void consider(void *closure, const struct subject *subject)
{
	struct nearest *nearest = closure;
	size_t distance = distance_of(subject->name, nearest->wanted), at;

	/* Few remember which of them end with _total. */
	if (subject->family && subject->kind == SUBJECT_METRIC &&
	    distance_of(subject->family->name, nearest->wanted) < distance)
		distance = distance_of(subject->family->name, nearest->wanted);

	for (size_t i = 0; i < nearest->count; i++)
		if (!strcmp(nearest->names[i].name, subject->name))
			return;
	if (distance == SIZE_MAX)
		return;
	for (at = nearest->count; at && nearest->names[at - 1].distance > distance; at--)
		if (at < NEAR_MAX)
			nearest->names[at] = nearest->names[at - 1];
	if (at == NEAR_MAX)
		return;
	snprintf(nearest->names[at].name, sizeof(nearest->names[at].name), "%s", subject->name);
	nearest->names[at].distance = distance;
	nearest->count += nearest->count < NEAR_MAX;
}

static int unknown(const char *wanted)
{
	struct nearest nearest = { .wanted = wanted };
	char names[NEAR_MAX * (SUBJECT_NAME + 2)] = "";
	size_t used = 0;

	subjects_each(consider, &nearest);
	for (size_t i = 0; i < nearest.count; i++)
		used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
					 i ? ", " : "", nearest.names[i].name);
	cli_error("nothing is named '%s'%s%s; 'seamark explain' lists what is", wanted,
		  used ? "; near to it: " : "", names);
	return EXIT_USAGE;
}

static int explain(struct explaining *explaining)
{
	bool written;

	buffer_init(&explaining->out, OUTPUT_LIMIT);
	json_begin(&explaining->json, &explaining->out);
	if (explaining->form == FORM_JSON) {
		json_open(&explaining->json, NULL, '{');
		json_open(&explaining->json, "explanations", '[');
	}
	subjects_each(take, explaining);
	if (explaining->form == FORM_JSON) {
		json_close(&explaining->json, ']');
		json_close(&explaining->json, '}');
		buffer_byte(&explaining->out, '\n');
	}
	if (!explaining->count) {
		buffer_free(&explaining->out);
		return unknown(explaining->wanted);
	}
	written = output_print(&explaining->out);
	buffer_free(&explaining->out);
	return written ? EXIT_OK : EXIT_FAILED;
}

static int explain_by(const struct settings *settings, int count, char **names)
{
	struct explaining explaining = {
		.kind = -1,
		.wanted = names[0],
		.in_lines = !settings->all && !names[0],
		.form = settings->reference ? FORM_MARKDOWN
			: settings->json ? FORM_JSON : FORM_TEXT,
		.style = { cli_colour(STDOUT_FILENO), settings->language,
			   cli_width(STDOUT_FILENO) },
	};

	if (count > 1 || (count && (settings->reference || !names[0][0]))) {
		cli_error("explain takes one NAME, and none with --reference; 'seamark explain' "
			  "lists them");
		return EXIT_USAGE;
	}
	return explain(&explaining);
}

int cli_explain(int argc, char **argv)
{
	struct settings settings;
	int code;

	if (!options_parse(FOR_EXPLAIN, argc, argv, &settings, &code))
		return code;
	code = explain_by(&settings, argc - optind, argv + optind);
	settings_free(&settings);
	return code;
}
