/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark doctor: what this host allows, which probes work and how, and what to change. */
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/cli/progress.h"
#include "user/encode/fitness.h"
#include "user/pipeline/trial.h"

#define OUTPUT_LIMIT	(1u << 20)
#define WIDTH_MAX	80	/* columns: two of text stand beside each other */

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
	written = output_print(&text);
	buffer_free(&text);
	return written;
}

int cli_doctor(int argc, char **argv)
{
	static struct fitness fitness;
	struct settings settings;
	int code;

	if (!options_parse_all(FOR_DOCTOR, argc, argv, &settings, &code))
		return code;
	progress_begin("trying what this host allows");
	trial_run(settings.language, &fitness);
	progress_end();
	code = print(&fitness, settings.json, settings.language) ? exit_code(fitness.state)
								 : EXIT_FAILED;
	settings_free(&settings);
	return code;
}
