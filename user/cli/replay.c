/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark replay: the whole user half over a recording, without root or kernel. */
#include "user/source/replay.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/encode/lines.h"
#include "user/encode/openmetrics.h"
#include "user/encode/report.h"
#include "user/encode/table.h"

enum output {
	OUTPUT_TABLE,
	OUTPUT_JSON,
	OUTPUT_METRICS,
};

struct replay {
	struct observe_options observe;
	enum output output;
	struct pipeline *pipeline;
	uint64_t now_unix_ns;		/* the recording's clock */
	uint64_t refused;
};

static const struct option_help help[] = {
	{ "--json", "facts and accounts as JSON lines" },
	{ "--metrics", "the series at the end, as a scrape would show them" },
	OBSERVE_HELP,
	{ NULL, NULL },
};

static bool parse(int argc, char **argv, struct replay *replay, int *code)
{
	static const struct option options[] = {
		OBSERVE_OPTIONS, { "json", no_argument, NULL, 'j' },
		{ "metrics", no_argument, NULL, 'm' }, { NULL, 0, NULL, 0 },
	};
	int option;

	observe_defaults(&replay->observe);
	replay->observe.groups_max = DIAGNOSIS_GROUPS;
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("replay"), help);
			*code = EXIT_OK;
			return false;
		}
		if (option == 'j')
			replay->output = OUTPUT_JSON;
		else if (option == 'm')
			replay->output = OUTPUT_METRICS;
		else if (!observe_option(&replay->observe, option, optarg, code))
			return false;
	}
	if (optind + 1 == argc)
		return true;
	cli_error("replay needs one file, made by --record");
	*code = EXIT_USAGE;
	return false;
}

static void flush(struct buffer *text)
{
	fwrite(text->data, 1, text->size, stdout);
	buffer_free(text);
}

static void print_fact(void *context, const struct fact *fact)
{
	const struct replay *replay = context;
	struct buffer text;

	if (replay->output == OUTPUT_METRICS)
		return;
	buffer_init(&text, 65536);
	if (replay->output == OUTPUT_JSON)
		encode_fact_line(&text, fact);
	else
		encode_fact_row(&text, fact, cli_colour(STDOUT_FILENO));
	flush(&text);
}

static int take(void *context, enum record_type type, const void *bytes, size_t size)
{
	struct replay *replay = context;
	struct record_clock clock;

	if (type == RECORD_CLOCK && size == sizeof(clock)) {
		memcpy(&clock, bytes, sizeof(clock));
		replay->now_unix_ns = clock.now_ns + (uint64_t)clock.wall_offset_ns;
	}
	if (pipeline_take(replay->pipeline, type, bytes, size))
		replay->refused++;
	return 0;
}

static void print_end(const struct replay *replay, const struct observation *observation)
{
	struct buffer text;

	buffer_init(&text, 64u << 20);
	if (replay->output == OUTPUT_JSON)
		pipeline_accounts_line(observation->pipeline, replay->now_unix_ns, &text);
	else if (replay->output == OUTPUT_METRICS)
		encode_metrics(&text, pipeline_metrics(observation->pipeline),
			       EXPOSITION_OPENMETRICS);
	else
		encode_report(&text, observation->diagnosis,
			      &(struct report_style){ cli_colour(STDOUT_FILENO),
						      observation->options.language,
						      cli_width(STDOUT_FILENO) });
	flush(&text);
}

int cli_replay(int argc, char **argv)
{
	struct replay replay = { .output = OUTPUT_TABLE };
	struct observation observation;
	char error[512] = "";
	int code = EXIT_USAGE;

	if (!parse(argc, argv, &replay, &code))
		return code;
	code = observe_open(&replay.observe, false, &observation);
	if (code != EXIT_OK)
		return code;
	replay.pipeline = observation.pipeline;
	pipeline_add_sink(observation.pipeline, &(struct sink){ &replay, print_fact, NULL });
	if (replay_file(argv[optind], take, &replay, error, sizeof(error))) {
		cli_error("%s", error);
		code = EXIT_FAILED;
	}
	pipeline_refresh(observation.pipeline, replay.now_unix_ns);
	print_end(&replay, &observation);
	if (replay.refused)
		cli_error("%llu records of the file were refused: they are not of this version",
			  (unsigned long long)replay.refused);
	observe_close(&observation);
	return code;
}
