/* SPDX-License-Identifier: BSD-2-Clause */
/* The texts of the table. What is written as a file reads back as the same settings. */
#include "user/pipeline/settings_write.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/json.h"

/* How the values are told: in the file's comments, and in the page of either language. */
static const struct words {
	const char *titles, *reload, *restart, *flag, *power, *number, *url, *text, *list;
	const char *quote, *between;
} words_of_page[] = {
	[LANGUAGE_ENGLISH] = { "| key | value | default | changes | what |", "on reload",
			       "with a restart", "`true` `false`",
			       "a power of two, %lu to %lu%s%s", "%lu to %lu%s%s", "http or https",
			       "text", "a list of at most %lu", "`", " " },
	[LANGUAGE_CHINESE] = { "| 键 | 值 | 默认 | 生效 | 含义 |", "重新加载时", "重启后",
			       "`true` `false`", "2 的幂，%lu 到 %lu%s%s", "%lu 到 %lu%s%s",
			       "http 或 https", "文本", "列表，最多 %lu 个", "`", " " },
}, words_of_file = {
	NULL, "on reload", "with a restart", "true or false",
	"a power of two from %lu to %lu%s%s", "a whole number from %lu to %lu%s%s",
	"http or https", "text", "a list of at most %lu", "", " or ",
};

static const char head[] =
	"# Configuration of Seamark's agent: seamark agent --config FILE\n"
	"#\n"
	"# Every option with its default, or an example where it has none: take the '#' away to\n"
	"# set it. The same option on the command line wins. On SIGHUP the agent reads the file\n"
	"# again: what is marked 'on reload' changes at once, the rest with a restart; of a file\n"
	"# with a mistake nothing is taken. 'seamark config check FILE' says whether it is good.\n"
	"#\n"
	"# No secret belongs in here: headers for OTLP are in OTEL_EXPORTER_OTLP_HEADERS.\n";

#define EACH_OF_FILE(row)								\
	for (const struct setting *row = settings_table;				\
	     row < settings_table + settings_count; row++)				\
		if (row->takers & FOR_FILE)

void settings_write_help(struct buffer *out, const struct setting *row)
{
	buffer_string(out, row->help);
	if (row->standard)
		buffer_printf(out, " (default %s%s%s)", row->standard, row->note ? "; " : "",
			      row->note ? row->note : "");
	else if (row->note)
		buffer_printf(out, " (%s)", row->note);
}

static void write_range(struct buffer *out, const struct setting *row, const struct words *say)
{
	const char *unit = row->unit ? row->unit : "";

	switch (row->type) {
	case SETTING_FLAG:
		buffer_string(out, say->flag);
		break;
	case SETTING_NUMBER:
	case SETTING_POWER:
		buffer_printf(out, row->type == SETTING_POWER ? say->power : say->number,
			      row->minimum, row->maximum, *unit ? " " : "", unit);
		break;
	case SETTING_CHOICE:
		for (const struct setting_choice *one = row->choices; one->name; one++)
			buffer_printf(out, "%s%s%s%s", one == row->choices ? "" : say->between,
				      say->quote, one->name, say->quote);
		break;
	case SETTING_LIST:
		buffer_printf(out, say->list, row->maximum);
		break;
	default:
		buffer_string(out, row->type == SETTING_URL ? say->url : say->text);
	}
}

/* A path needs no quotes; whatever else is text gets them. */
static bool is_plain(const char *text)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./@%+-";

	return text[0] == '/' && !text[strspn(text, letters)];
}

/* JSON's strings are YAML's. */
static void write_value(struct buffer *out, const struct setting *row, const char *text)
{
	struct json json;

	if (is_plain(text) || (row->type != SETTING_TEXT && row->type != SETTING_URL &&
			       row->type != SETTING_LIST)) {
		buffer_string(out, text);
		return;
	}
	json_begin(&json, out);
	json_string(&json, NULL, text);
}

static const char *standard_of(const struct setting *row)
{
	if (row->standard)
		return row->standard;
	return row->type == SETTING_FLAG ? "false" : row->example;
}

void settings_write_defaults(struct buffer *out)
{
	const struct words *say = &words_of_file;

	buffer_string(out, head);
	EACH_OF_FILE(row) {
		buffer_string(out, "\n# ");
		settings_write_help(out, row);
		buffer_string(out, "\n# ");
		write_range(out, row, say);
		buffer_printf(out, "; %s\n#%s: ", row->live ? say->reload : say->restart,
			      row->name);
		if (row->type == SETTING_LIST)
			buffer_byte(out, '[');
		write_value(out, row, standard_of(row));
		buffer_string(out, row->type == SETTING_LIST ? "]\n" : "\n");
	}
}

static void write_from(struct buffer *out, const struct settings *settings,
		       const struct setting *row)
{
	int from = settings_from(settings, row);

	if (from == SETTING_GIVEN)
		buffer_string(out, "  # command line\n");
	else if (from == SETTING_STANDARD)
		buffer_string(out, "  # default\n");
	else
		buffer_printf(out, "  # file, line %d\n", from);
}

static void write_row(struct buffer *out, const struct settings *settings,
		      const struct setting *row)
{
	char room[32];
	const char *text = settings_text(settings, row, 0, room, sizeof(room));

	if (!text && !(row->type == SETTING_LIST && settings_from(settings, row))) {
		buffer_printf(out, "# %s is not given\n", row->name);
		return;
	}
	buffer_printf(out, "%s: %s", row->name, row->type == SETTING_LIST ? "[" : "");
	for (size_t i = 0; (text = settings_text(settings, row, i, room, sizeof(room))); i++) {
		buffer_string(out, i ? ", " : "");
		write_value(out, row, text);
	}
	buffer_string(out, row->type == SETTING_LIST ? "]" : "");
	write_from(out, settings, row);
}

void settings_write(struct buffer *out, const struct settings *settings)
{
	EACH_OF_FILE(row)
		write_row(out, settings, row);
}

static void json_value(struct json *json, const char *key, const struct settings *settings,
		       const struct setting *row)
{
	const void *field = (const char *)settings + row->offset;
	char room[32];
	const char *text = settings_text(settings, row, 0, room, sizeof(room));

	switch (row->type) {
	case SETTING_FLAG:
		json_bool(json, key, *(const bool *)field);
		break;
	case SETTING_NUMBER:
	case SETTING_POWER:
		json_unsigned(json, key, *(const unsigned long *)field);
		break;
	case SETTING_LIST:
		json_open(json, key, '[');
		for (size_t i = 0; text; i++) {
			json_string(json, NULL, text);
			text = settings_text(settings, row, i + 1, room, sizeof(room));
		}
		json_close(json, ']');
		break;
	default:
		if (text)
			json_string(json, key, text);
		else
			json_null(json, key);
	}
}

void settings_write_json(struct buffer *out, const struct settings *settings)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	EACH_OF_FILE(row) {
		int from = settings_from(settings, row);

		json_open(&json, row->name, '{');
		json_value(&json, "value", settings, row);
		json_string(&json, "from", from == SETTING_GIVEN ? "command line"
				   : from == SETTING_STANDARD ? "default" : "file");
		if (from > 0)
			json_unsigned(&json, "line", (uint64_t)from);
		json_close(&json, '}');
	}
	json_close(&json, '}');
	buffer_string(out, "\n");
}

/* A line of a table, for which "|" is no text. */
static void write_cell(struct buffer *out, const char *text)
{
	for (; *text; text++)
		if (*text == '|')
			buffer_string(out, "\\|");
		else
			buffer_byte(out, (uint8_t)*text);
}

void settings_write_reference(struct buffer *out, enum language language)
{
	const struct words *say = &words_of_page[language];

	buffer_printf(out, "%s\n|---|---|---|---|---|\n", say->titles);
	EACH_OF_FILE(row) {
		const char *standard = row->type == SETTING_FLAG ? "false" : row->standard;

		buffer_printf(out, "| `%s` | ", row->name);
		write_range(out, row, say);
		buffer_printf(out, standard ? " | `%s` | " : " | %s | ", standard ? standard : "");
		buffer_printf(out, "%s | ", row->live ? say->reload : say->restart);
		if (language == LANGUAGE_CHINESE) {
			write_cell(out, row->chinese);
		} else {
			write_cell(out, row->help);
			if (row->note)
				buffer_printf(out, " (%s)", row->note);
		}
		buffer_string(out, " |\n");
	}
}

static const char *type_name(enum setting_type type)
{
	static const char *const names[] = {
		[SETTING_FLAG] = "flag",	[SETTING_NUMBER] = "number",
		[SETTING_POWER] = "power_of_two", [SETTING_CHOICE] = "choice",
		[SETTING_TEXT] = "text",	[SETTING_URL] = "url",
		[SETTING_LIST] = "list",	[SETTING_HELP] = "help",
	};

	return names[type];
}

void settings_write_reference_json(struct buffer *out)
{
	struct settings defaults;
	struct json json;

	settings_init(&defaults, LANGUAGE_ENGLISH);
	json_begin(&json, out);
	json_open(&json, NULL, '[');
	EACH_OF_FILE(row) {
		json_open(&json, NULL, '{');
		json_string(&json, "key", row->name);
		json_string(&json, "type", type_name(row->type));
		if (row->maximum) {
			json_unsigned(&json, "minimum", row->minimum);
			json_unsigned(&json, "maximum", row->maximum);
		}
		if (row->unit)
			json_string(&json, "unit", row->unit);
		if (row->choices) {
			json_open(&json, "choices", '[');
			for (const struct setting_choice *one = row->choices; one->name; one++)
				json_string(&json, NULL, one->name);
			json_close(&json, ']');
		}
		if (row->type != SETTING_CHOICE)
			json_value(&json, "default", &defaults, row);
		json_bool(&json, "reload", row->live);
		json_string(&json, "help", row->help);
		json_close(&json, '}');
	}
	json_close(&json, ']');
	buffer_string(out, "\n");
	settings_free(&defaults);
}
