/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark replay: the whole user half over a recording, without root or kernel. */
#include "user/source/replay.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/options.h"
#include "user/cli/output.h"
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
	struct settings settings;
	enum output output;
	struct pipeline *pipeline;
	uint64_t now_unix_ns;		/* the recording's clock */
	uint64_t taken;
	uint64_t refused;
};

static bool parse(int argc, char **argv, struct replay *replay, int *code)
{
	struct settings *settings = &replay->settings;

	if (!options_parse(FOR_REPLAY, argc, argv, settings, code))
		return false;
	if (optind + 1 == argc) {
		replay->output = settings->metrics ? OUTPUT_METRICS
			       : settings->json ? OUTPUT_JSON : OUTPUT_TABLE;
		return true;
	}
	cli_error("replay needs one file, made by --record");
	settings_free(settings);
	*code = EXIT_USAGE;
	return false;
}

static void flush(struct buffer *text)
{
	if (fwrite(text->data, 1, text->size, stdout) != text->size)
		output_failed(errno);
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

	replay->taken++;
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
						      observation->options.settings->language,
						      cli_width(STDOUT_FILENO) });
	flush(&text);
}

static int replay_from(struct replay *replay, const char *file)
{
	const struct observe_options options = {
		.settings = &replay->settings, .groups_max = DIAGNOSIS_GROUPS,
	};
	struct observation observation;
	char error[512] = "";
	int code = observe_open(&options, false, &observation);

	if (code != EXIT_OK)
		return code;
	replay->pipeline = observation.pipeline;
	pipeline_add_sink(observation.pipeline, &(struct sink){ replay, print_fact, NULL });
	if (replay_file(file, take, replay, error, sizeof(error))) {
		cli_error("%s", error);
		code = EXIT_FAILED;
	}
	/* What a recording has before it breaks off is told. */
	if (code == EXIT_OK || replay->taken) {
		pipeline_refresh(observation.pipeline, replay->now_unix_ns);
		print_end(replay, &observation);
	}
	if (replay->refused)
		cli_error("%llu records of the file were refused: they are not of this version",
			  (unsigned long long)replay->refused);
	observe_close(&observation);
	return code;
}

int cli_replay(int argc, char **argv)
{
	struct replay replay = { .output = OUTPUT_TABLE };
	int code;

	if (!parse(argc, argv, &replay, &code))
		return code;
	code = replay_from(&replay, argv[optind]);
	settings_free(&replay.settings);
	return code;
}
