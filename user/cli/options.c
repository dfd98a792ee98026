/* SPDX-License-Identifier: BSD-2-Clause */
/* getopt_long() by the table: the command line stands over the file, and the file over defaults. */
#include "user/cli/options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "user/model/buffer.h"
#include "user/model/spelling.h"
#include "user/pipeline/settings_hint.h"
#include "user/pipeline/settings_read.h"
#include "user/pipeline/settings_write.h"

#define HELP_LIMIT	16384	/* bytes of one command's */
#define FIRST_VALUE	256	/* of getopt_long(): behind all letters */

unsigned int options_takers(const char *command)
{
	static const struct {
		const char *command;
		unsigned int takers;
	} all[] = {
		{ "run", FOR_RUN },	{ "agent", FOR_AGENT },
		{ "trace", FOR_TRACE },	{ "top", FOR_TOP },
		{ "replay", FOR_REPLAY },
		{ "list", FOR_LIST },	{ "explain", FOR_EXPLAIN },
		{ "inspect", FOR_INSPECT }, { "doctor", FOR_DOCTOR },
		/* Its print takes what the agent does. */
		{ "config", FOR_CONFIG | FOR_AGENT }, { "completion", FOR_COMPLETION },
		{ "version", FOR_VERSION },
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (!strcmp(all[i].command, command))
			return all[i].takers;
	return 0;
}

static bool is_for(const struct setting *row, unsigned int takers)
{
	return row->takers & takers;
}

/* "--facts FILE" and its help, one behind the other in text, which is not to move. */
static void print_help(const char *name, unsigned int takers)
{
	struct option_help rows[SETTINGS_MAX + 1] = { { NULL, NULL } };
	size_t offsets[SETTINGS_MAX][2], count = 0;
	struct buffer text;

	buffer_init(&text, HELP_LIMIT);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *row = &settings_table[i];

		if (!is_for(row, takers))
			continue;
		offsets[count][0] = text.size;
		buffer_printf(&text, "--%s%s%s", row->name, row->argument ? " " : "",
			      row->argument ? row->argument : "");
		buffer_byte(&text, '\0');
		offsets[count++][1] = text.size;
		settings_write_help(&text, row);
		buffer_byte(&text, '\0');
	}
	for (size_t i = 0; i < count && !text.failed; i++)
		rows[i] = (struct option_help){ text.data + offsets[i][0],
						text.data + offsets[i][1] };
	cli_print_help(command_find(name), rows);
	buffer_free(&text);
}

/* A flag that a file may set can be taken back here: --all-programs=false. */
static int argument_of(const struct setting *row, unsigned int takers)
{
	if (row->argument)
		return required_argument;
	return row->takers & FOR_FILE && takers & FOR_AGENT ? optional_argument : no_argument;
}

static void fill(unsigned int takers, struct option options[SETTINGS_MAX + 1])
{
	size_t count = 0;

	for (size_t i = 0; i < settings_count; i++)
		if (is_for(&settings_table[i], takers))
			options[count++] = (struct option){
				settings_table[i].name, argument_of(&settings_table[i], takers),
				NULL, FIRST_VALUE + (int)i,
			};
	options[count] = (struct option){ NULL, 0, NULL, 0 };
}

static bool take(struct settings *settings, const struct setting *row, const char *argument)
{
	char why[512];

	if (settings_take(settings, row, argument ? argument : "true", SETTING_GIVEN, why,
			  sizeof(why)))
		return true;
	cli_error("%s", why);
	return false;
}

static void say_unknown(unsigned int takers, const char *command, const char *word)
{
	char name[SPELLING_MAX + 1];
	const struct setting *near;
	size_t alike = 0;

	snprintf(name, sizeof(name), "%.*s", (int)strcspn(word + strspn(word, "-"), "="),
		 word + strspn(word, "-"));
	for (size_t i = 0; i < settings_count; i++)
		alike += is_for(&settings_table[i], takers) &&
			 !strncmp(settings_table[i].name, name, strlen(name));
	near = settings_nearest(name, takers);
	if (alike > 1 && !strncmp(word, "--", 2))
		cli_error("--%s is the beginning of several options of %s: write it in full; "
			  "'seamark %s --help' lists them", name, command, command);
	else
		cli_error("%s has no option '%s'%s%s%s; 'seamark %s --help' lists what it has",
			  command, word, near ? "; is --" : "", near ? near->name : "",
			  near ? " meant?" : "", command);
}

/* Of what getopt_long() refused; word is the one that it read last. */
static void say_refused(unsigned int takers, const char *command, int refusal, const char *word)
{
	const struct setting *row = optopt >= FIRST_VALUE ? settings_table + optopt - FIRST_VALUE
							  : NULL;

	if (row && refusal == ':')
		cli_error("--%s needs a value: --%s %s", row->name, row->name, row->argument);
	else if (row)
		cli_error("--%s takes no value", row->name);
	else
		say_unknown(takers, command, word);
}

static bool parse_line(unsigned int takers, int argc, char **argv, struct settings *out, int *code)
{
	struct option options[SETTINGS_MAX + 1];
	/* What stands behind run's command is the command's own. */
	const char *order = takers == FOR_RUN ? "+:" : ":";
	int option;

	*code = EXIT_USAGE;
	fill(takers, options);
	optind = 1;
	opterr = 0;
	while ((option = getopt_long(argc, argv, order, options, NULL)) != -1) {
		const struct setting *row = settings_table + option - FIRST_VALUE;

		if (option < FIRST_VALUE) {
			say_refused(takers, argv[0], option, argv[optind - 1]);
			return false;
		}
		if (row->type == SETTING_HELP) {
			print_help(argv[0], takers);
			*code = EXIT_OK;
			return false;
		}
		if (!take(out, row, optarg))
			return false;
	}
	return true;
}

static bool read_file(struct settings *settings, char *why, size_t size)
{
	struct settings_problem problem;

	if (!settings->config || !settings_read_file(settings, settings->config, &problem))
		return true;
	settings_problem_print(&problem, settings->config, why, size);
	return false;
}

bool options_parse(unsigned int takers, int argc, char **argv, struct settings *out, int *code)
{
	char why[SETTING_TEXT_MAX + 1024];

	settings_init(out, cli_language());
	if (parse_line(takers, argc, argv, out, code)) {
		if (read_file(out, why, sizeof(why)))
			return true;
		cli_error("%s", why);
	}
	settings_free(out);
	return false;
}

bool options_parse_all(unsigned int takers, int argc, char **argv, struct settings *out, int *code)
{
	if (!options_parse(takers, argc, argv, out, code))
		return false;
	if (optind == argc)
		return true;
	cli_error("%s takes no argument '%s'", argv[0], argv[optind]);
	*code = EXIT_USAGE;
	settings_free(out);
	return false;
}

bool options_read_again(const struct settings *old, struct settings *out, char *why, size_t size)
{
	bool good = true;

	settings_init(out, old->of_environment);
	for (size_t i = 0; i < settings_count && good; i++)
		if (settings_from(old, &settings_table[i]) == SETTING_GIVEN)
			good = settings_copy(out, old, &settings_table[i]);
	if (!good)
		snprintf(why, size, "out of memory");
	else if (read_file(out, why, size))
		return true;
	settings_free(out);
	return false;
}
