/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark doctor: what this host allows, which probes work and how, and what to change. */
#include <getopt.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/encode/fitness.h"
#include "user/pipeline/trial.h"

#define OUTPUT_LIMIT	(1u << 20)
#define WIDTH_MAX	80	/* columns: two of text stand beside each other */

static const struct option_help help[] = {
	{ "--json", "one JSON object" },
	{ "--lang en|zh", "language (default: the environment's)" },
	{ "--help", "this text" },
	{ NULL, NULL },
};

static int exit_code(enum fitness_state state)
{
	return state == FITNESS_UNFIT ? EXIT_NO_RIGHTS : state == FITNESS_LOSS ? EXIT_FAILED
									      : EXIT_OK;
}

static bool print(const struct fitness *fitness, bool as_json, enum language language)
{
	size_t width = cli_width(STDOUT_FILENO);
	const struct report_style style = { cli_colour(STDOUT_FILENO), language,
					    width < WIDTH_MAX ? width : WIDTH_MAX };
	struct buffer text;
	bool written;

	buffer_init(&text, OUTPUT_LIMIT);
	if (as_json)
		encode_fitness_json(&text, fitness);
	else
		encode_fitness(&text, fitness, &style);
	written = observe_write(STDOUT_FILENO, &text);
	buffer_free(&text);
	return written;
}

int cli_doctor(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "lang", required_argument, NULL, 'l' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	static struct fitness fitness;
	enum language language;
	bool as_json = false;
	int option;

	cli_language(NULL, &language);
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("doctor"), help);
			return EXIT_OK;
		}
		if (option == 'j')
			as_json = true;
		else if (option != 'l' || !cli_language(optarg, &language))
			return EXIT_USAGE;
	}
	if (optind != argc) {
		cli_error("doctor takes no argument '%s'", argv[optind]);
		return EXIT_USAGE;
	}
	trial_run(language, &fitness);
	return print(&fitness, as_json, language) ? exit_code(fitness.state) : EXIT_FAILED;
}
