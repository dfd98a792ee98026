/* SPDX-License-Identifier: BSD-2-Clause */
/* YAML by libyaml's events: no tree is built, and nothing deeper than a list is followed. */
#include "user/pipeline/settings_read.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yaml.h>

#include "user/model/printable.h"
#include "user/pipeline/settings_hint.h"

#define SHOWN_MAX 64	/* bytes of a foreign word that a sentence shows */

struct reader {
	yaml_parser_t parser;
	yaml_event_t event;		/* the one at hand */
	const char *bytes;
	size_t size;
	struct settings *settings;
	struct settings scratch;	/* takes what the command line overrides */
	unsigned int lines[SETTINGS_MAX];	/* where each key stood; 0: nowhere yet */
	struct settings_problem *problem;
};

static int __attribute__((format(printf, 4, 5)))
fail(struct reader *reader, unsigned int line, unsigned int column, const char *format, ...)
{
	va_list arguments;

	reader->problem->line = line;
	reader->problem->column = column;
	va_start(arguments, format);
	vsnprintf(reader->problem->text, sizeof(reader->problem->text), format, arguments);
	va_end(arguments);
	return -EINVAL;
}

/* At the event at hand. */
#define FAIL(reader, ...) fail(reader, line_of(reader), column_of(reader), __VA_ARGS__)

static unsigned int line_of(const struct reader *reader)
{
	return (unsigned int)reader->event.start_mark.line + 1;
}

static unsigned int column_of(const struct reader *reader)
{
	return (unsigned int)reader->event.start_mark.column + 1;
}

/* What no text holds; at: its offset. */
static int fail_byte(struct reader *reader, size_t at)
{
	unsigned char byte = (unsigned char)reader->bytes[at];
	unsigned int line = 1, column = 1;

	for (size_t i = 0; i < at; i++) {
		column += (reader->bytes[i] & 0xc0) != 0x80;
		if (reader->bytes[i] == '\n') {
			column = 1;
			line++;
		}
	}
	if (!byte)
		return fail(reader, line, column, "there is a NUL byte: this is no text, or half "
			    "written");
	if (!utf8_length(reader->bytes + at, reader->size - at))
		return fail(reader, line, column, "this is no UTF-8 (byte 0x%02x)", byte);
	return fail(reader, line, column, "there is a control character");
}

/* libyaml's own words, which begin small and know no Seamark. */
static int fail_syntax(struct reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const yaml_mark_t *mark = &parser->problem_mark;
	unsigned int line = (unsigned int)mark->line + 1, column = (unsigned int)mark->column + 1;

	if (parser->error == YAML_MEMORY_ERROR) {
		fail(reader, 0, 0, "out of memory");
		return -ENOMEM;
	}
	if (parser->error == YAML_READER_ERROR && parser->problem_offset < reader->size)
		return fail_byte(reader, parser->problem_offset);
	if (parser->context && mark->line > parser->context_mark.line)
		return fail(reader, line, column, "this is no YAML: %s (%s, which began in line "
			    "%zu)", parser->problem, parser->context,
			    parser->context_mark.line + 1);
	return fail(reader, line, column, "this is no YAML: %s%s", parser->problem,
		    strstr(parser->problem, "cannot start any token")
			    ? "; indent with spaces, and quote a value that begins so" : "");
}

/* The next event; anchors and tags are refused wherever they stand. */
static int next(struct reader *reader)
{
	yaml_char_t *anchor = NULL, *tag = NULL;

	yaml_event_delete(&reader->event);
	if (!yaml_parser_parse(&reader->parser, &reader->event)) {
		memset(&reader->event, 0, sizeof(reader->event));
		return fail_syntax(reader);
	}
	switch (reader->event.type) {
	case YAML_SCALAR_EVENT:
		anchor = reader->event.data.scalar.anchor;
		tag = reader->event.data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		anchor = reader->event.data.sequence_start.anchor;
		tag = reader->event.data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		anchor = reader->event.data.mapping_start.anchor;
		tag = reader->event.data.mapping_start.tag;
		break;
	case YAML_ALIAS_EVENT:
		anchor = reader->event.data.alias.anchor;
		break;
	default:
		break;
	}
	if (anchor)
		return FAIL(reader, "anchors and aliases are not taken: write the value itself");
	if (tag)
		return FAIL(reader, "tags are not taken: write the value alone, in quotes where it "
			    "is text");
	return 0;
}

static bool is_number(const char *text)
{
	text += *text == '-' || *text == '+';
	return isdigit((unsigned char)*text) && !text[strspn(text, "0123456789.")];
}

/* Plain words that YAML takes for something other than text. */
static bool is_other_than_text(const char *text)
{
	static const char *const words[] = {
		"true", "false", "yes", "no", "on", "off", "null", "~",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (!strcasecmp(text, words[i]))
			return true;
	return is_number(text);
}

static int check_url(struct reader *reader, const struct setting *row, const char *url)
{
	size_t scheme = strncasecmp(url, "https://", 8) ? 7 : 8;

	/* strchr() finds the end, too: nobody is named there. */
	if ((scheme == 7 && strncasecmp(url, "http://", 7)) || strchr("/?#", url[scheme]))
		return FAIL(reader, "%s takes http://HOST:PORT or https://HOST:PORT", row->name);
	/* Not shown: it may be a password. */
	if (memchr(url + scheme, '@', strcspn(url + scheme, "/?#")))
		return FAIL(reader, "%s takes no user or password: no secret belongs into this "
			    "file; %s takes one", row->name, row->secret);
	return 0;
}

/* Lines are no part of a name, a path or an address; U+2028 and U+2029 end them, too. */
static bool is_one_line(const char *text)
{
	char printable[SETTING_TEXT_MAX];
	size_t length = strlen(text);

	return printable_copy(printable, sizeof(printable), text, length) &&
	       !strcmp(printable, text) && !strstr(text, "\xe2\x80\xa8") &&
	       !strstr(text, "\xe2\x80\xa9");
}

/* What can be said of a value by how it is written. */
static int check_style(struct reader *reader, const struct setting *row)
{
	const char *text = (const char *)reader->event.data.scalar.value;
	bool plain = reader->event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE;

	if (strlen(text) != reader->event.data.scalar.length)
		return FAIL(reader, "%s takes no value with a NUL character in it", row->name);
	if (!*text)
		return FAIL(reader, "%s has no value: give one, or leave the line out", row->name);
	if (strlen(text) >= SETTING_TEXT_MAX)
		return FAIL(reader, "%s takes at most %d bytes", row->name, SETTING_TEXT_MAX - 1);
	if (!is_one_line(text))
		return FAIL(reader, "%s takes one line, without control characters", row->name);
	if (row->type == SETTING_URL)
		return check_url(reader, row, text);
	if (row->type == SETTING_TEXT || row->type == SETTING_LIST)
		return !plain || !is_other_than_text(text)
			       ? 0 : FAIL(reader, "%s takes text, and this is none; if \"%s\" is "
					  "meant, put it in quotes", row->name, text);
	if (!plain && row->type != SETTING_CHOICE)
		return FAIL(reader, "%s takes no text: leave the quotes out", row->name);
	return 0;
}

static int take_scalar(struct reader *reader, const struct setting *row, unsigned int line)
{
	const char *text = (const char *)reader->event.data.scalar.value;
	bool given = settings_from(reader->settings, row) == SETTING_GIVEN;
	char why[512];
	int result = check_style(reader, row);

	if (!result && !settings_take(given ? &reader->scratch : reader->settings, row, text,
				      (int)line, why, sizeof(why)))
		result = FAIL(reader, "%s", why);
	return result;
}

static int take_list(struct reader *reader, const struct setting *row, unsigned int line)
{
	int result;

	if (row->type != SETTING_LIST)
		return FAIL(reader, "%s takes one value, not a list", row->name);
	if (settings_from(reader->settings, row) != SETTING_GIVEN)
		settings_take_none(reader->settings, row, (int)line);
	while (!(result = next(reader)) && reader->event.type == YAML_SCALAR_EVENT)
		if ((result = take_scalar(reader, row, line)))
			break;
	if (result || reader->event.type == YAML_SEQUENCE_END_EVENT)
		return result;
	return FAIL(reader, "%s takes a list of plain values: nothing deeper", row->name);
}

static int take_value(struct reader *reader, const struct setting *row)
{
	unsigned int line = line_of(reader);
	int result = next(reader);

	if (result)
		return result;
	switch (reader->event.type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(reader, row, line);
	case YAML_SEQUENCE_START_EVENT:
		return take_list(reader, row, line);
	default:
		return FAIL(reader, "%s takes %s, not a mapping: nothing is nested here", row->name,
			    row->type == SETTING_LIST ? "a list" : "one value");
	}
}

static int fail_unknown(struct reader *reader, const char *name)
{
	const struct setting *nearest = settings_nearest(name, FOR_FILE);
	char shown[SHOWN_MAX];

	if (settings_find(name, ~(unsigned int)FOR_FILE))
		return FAIL(reader, "%s is an option of the command line only", name);
	snprintf(shown, sizeof(shown), "%s", name);
	printable_keep(shown, sizeof(shown));
	if (nearest)
		return FAIL(reader, "there is no option '%s'; is %s meant?", shown, nearest->name);
	return FAIL(reader, "there is no option '%s'; 'seamark config defaults' lists them", shown);
}

static int take_pair(struct reader *reader)
{
	const struct setting *row;
	const char *name;
	unsigned int *line;

	if (reader->event.type != YAML_SCALAR_EVENT)
		return FAIL(reader, "the name of an option is needed here");
	name = (const char *)reader->event.data.scalar.value;
	row = settings_find(name, FOR_FILE);
	if (!row || strlen(name) != reader->event.data.scalar.length)
		return fail_unknown(reader, name);
	line = &reader->lines[row - settings_table];
	if (*line)
		return FAIL(reader, "%s is given twice; first in line %u", row->name, *line);
	*line = line_of(reader);
	return take_value(reader, row);
}

static int take_mapping(struct reader *reader)
{
	int result;

	while (!(result = next(reader)) && reader->event.type != YAML_MAPPING_END_EVENT)
		if ((result = take_pair(reader)))
			break;
	return result;
}

/* Nothing but comments is a good file: all stays at its default. */
static int take_root(struct reader *reader)
{
	const yaml_event_t *event = &reader->event;

	if (event->type == YAML_MAPPING_START_EVENT)
		return take_mapping(reader);
	if (event->type == YAML_SCALAR_EVENT && !event->data.scalar.length &&
	    event->data.scalar.plain_implicit)
		return 0;
	return FAIL(reader, "options are needed here, one a line: 'slow-ms: 100'");
}

static int take_stream(struct reader *reader)
{
	int result = next(reader);

	result = result ?: next(reader);
	if (result || reader->event.type == YAML_STREAM_END_EVENT)
		return result;
	result = next(reader);
	result = result ?: take_root(reader);
	result = result ?: next(reader);
	result = result ?: next(reader);
	if (!result && reader->event.type != YAML_STREAM_END_EVENT)
		return FAIL(reader, "a second document begins here: one is taken");
	return result;
}

/* What libyaml would let pass, or not place. */
static int check_bytes(struct reader *reader)
{
	const char *bytes = reader->bytes;
	size_t size = reader->size, length;

	if (!size)
		return fail(reader, 0, 0, "it is empty: half written? A comment alone is good");
	if (size > SETTINGS_FILE_MAX)
		return fail(reader, 0, 0, "it is larger than %u bytes", SETTINGS_FILE_MAX);
	for (size_t at = 0; at < size; at += length) {
		bool control = (unsigned char)bytes[at] < 0x20 || bytes[at] == 0x7f;

		length = utf8_length(bytes + at, size - at);
		if (!length || (control && !memchr("\t\n\r", bytes[at], 3)))
			return fail_byte(reader, at);
	}
	if (bytes[size - 1] != '\n')
		return fail(reader, 0, 0, "its last line has no end: half written? A newline is "
			    "needed there");
	return 0;
}

int settings_read(struct settings *settings, const char *bytes, size_t size,
		  struct settings_problem *problem)
{
	struct reader reader = {
		.settings = settings, .problem = problem, .bytes = bytes, .size = size,
	};
	int result;

	memset(problem, 0, sizeof(*problem));
	result = check_bytes(&reader);
	if (result)
		return result;
	if (!yaml_parser_initialize(&reader.parser)) {
		snprintf(problem->text, sizeof(problem->text), "out of memory");
		return -ENOMEM;
	}
	settings_init(&reader.scratch, settings->of_environment);
	yaml_parser_set_encoding(&reader.parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader.parser, (const unsigned char *)bytes, size);
	result = take_stream(&reader);
	yaml_event_delete(&reader.event);
	yaml_parser_delete(&reader.parser);
	settings_free(&reader.scratch);
	return result;
}
