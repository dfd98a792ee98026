/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark config: the agent's configuration file, without starting the agent. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/encode/json.h"
#include "user/pipeline/settings_read.h"
#include "user/pipeline/settings_write.h"

#define OUTPUT_LIMIT (1u << 20)

/* One of the command's verbs: out is printed when EXIT_OK or EXIT_FAILED comes back. */
struct verb {
	const char *name;
	int arguments;		/* behind the options */
	unsigned int takers;
	int (*run)(const struct settings *settings, char **arguments, struct buffer *out);
};

static void json_problem(struct buffer *out, const char *path,
			 const struct settings_problem *problem)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_string(&json, "file", path);
	json_bool(&json, "good", !problem);
	if (problem && problem->line) {
		json_unsigned(&json, "line", problem->line);
		json_unsigned(&json, "column", problem->column);
	}
	if (problem)
		json_string(&json, "problem", problem->text);
	json_close(&json, '}');
	buffer_string(out, "\n");
}

static int check(const struct settings *settings, char **arguments, struct buffer *out)
{
	const char *path = arguments[0];
	struct settings_problem problem;
	struct settings scratch;
	char why[SETTING_TEXT_MAX + 1024];
	int result;

	settings_init(&scratch, settings->of_environment);
	result = settings_read_file(&scratch, path, &problem);
	settings_free(&scratch);
	if (settings->json) {
		json_problem(out, path, result ? &problem : NULL);
	} else if (result) {
		settings_problem_print(&problem, path, why, sizeof(why));
		cli_error("%s", why);
	} else {
		buffer_printf(out, "%s is good\n", path);
	}
	return result ? EXIT_FAILED : EXIT_OK;
}

static int print(const struct settings *settings, char **arguments, struct buffer *out)
{
	(void)arguments;
	if (settings->json)
		settings_write_json(out, settings);
	else
		settings_write(out, settings);
	return EXIT_OK;
}

static int defaults(const struct settings *settings, char **arguments, struct buffer *out)
{
	(void)arguments;
	if (settings->json)
		settings_write_reference_json(out);
	else
		settings_write_defaults(out);
	return EXIT_OK;
}

static int reference(const struct settings *settings, char **arguments, struct buffer *out)
{
	(void)arguments;
	if (settings->json)
		settings_write_reference_json(out);
	else
		settings_write_reference(out, settings->language);
	return EXIT_OK;
}

/* print takes what the agent takes: what would be in force with just these options. */
static const struct verb verbs[] = {
	{ "check", 1, FOR_CONFIG, check },
	{ "print", 0, FOR_CONFIG | FOR_AGENT, print },
	{ "defaults", 0, FOR_CONFIG, defaults },
	{ "reference", 0, FOR_CONFIG, reference },
};

static const struct option_help help[] = {
	{ "check FILE", "whether FILE is good, and where it is not; exits with 1 then" },
	{ "print [OPTIONS]", "what 'seamark agent OPTIONS' would run with, and whence" },
	{ "defaults", "a file with every option commented out, at its default" },
	{ "reference", "what a file takes, as a table in Markdown; --lang zh: Chinese" },
	{ "--json", "one JSON document instead of text" },
	{ "--help", "this text" },
	{ NULL, NULL },
};

static int run(const struct verb *verb, int argc, char **argv)
{
	struct settings settings;
	struct buffer out;
	int code;

	if (!options_parse(verb->takers, argc, argv, &settings, &code))
		return code;
	if (argc - optind != verb->arguments) {
		cli_error(verb->arguments ? "config %s needs one file"
					  : "config %s takes no argument", verb->name);
		settings_free(&settings);
		return EXIT_USAGE;
	}
	buffer_init(&out, OUTPUT_LIMIT);
	code = verb->run(&settings, argv + optind, &out);
	if (!output_print(&out))
		code = EXIT_FAILED;
	buffer_free(&out);
	settings_free(&settings);
	return code;
}

int cli_config(int argc, char **argv)
{
	const char *name = argc > 1 ? argv[1] : "";

	if (!strcmp(name, "--help")) {
		cli_print_help(command_find("config"), help);
		return EXIT_OK;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].name, name)) {
			argv[1] = argv[0];
			return run(&verbs[i], argc - 1, argv + 1);
		}
	cli_error(*name ? "config takes check, print, defaults or reference, not '%s'"
			: "config needs one of check, print, defaults and reference%s", name);
	return EXIT_USAGE;
}
