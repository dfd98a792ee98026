/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening and closing of an observation, in one order for all commands. */
#include "user/cli/observe.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "user/encode/report.h"
#include "user/host/clock.h"
#include "user/host/rights.h"
#include "user/pipeline/trial.h"
#include "user/source/source.h"

#define OUTPUT_LIMIT		(16u << 20)

void observe_defaults(struct observe_options *options)
{
	memset(options, 0, sizeof(*options));
	options->slow_ms = 100;
	options->ring_kib = 4096;
	options->series = 20000;
	options->keep_s = 60;
	cli_language(NULL, &options->language);
}

static bool add_runtime_root(struct observe_options *options, const char *directory)
{
	if (options->runtime_root_count == RUNTIME_ROOTS_MAX) {
		cli_error("--runtime-root can be given %d times", RUNTIME_ROOTS_MAX);
		return false;
	}
	options->runtime_roots[options->runtime_root_count++] = directory;
	return true;
}

static bool set_pods(struct observe_options *options, const char *url)
{
	char error[512];

	options->pods.url = url;
	if (!pods_check(&options->pods, error, sizeof(error)))
		return true;
	cli_error("%s", error);
	return false;
}

bool observe_option(struct observe_options *options, int option, const char *argument, int *code)
{
	bool good = true;

	switch (option) {
	case 'f':
		options->facts = argument;
		break;
	case 'r':
		options->record = argument;
		break;
	case 'a':
		options->all_programs = true;
		break;
	case 'u':
		options->without_uprobe_multi = true;
		break;
	case 'U':
		options->without_attach_cookie = true;
		break;
	case 'd':
		options->without_mixed_calls = true;
		break;
	case 'x':
		options->no_expedite = true;
		break;
	case 'e':
		options->no_lease = true;
		break;
	case 'R':
		good = add_runtime_root(options, argument);
		break;
	case 'P':
		good = set_pods(options, argument);
		break;
	case 'T':
		options->pods.token_file = argument;
		break;
	case 'A':
		options->pods.ca_file = argument;
		break;
	case 'V':
		options->pods.unverified = true;
		break;
	case 's':
		good = cli_number("--slow-ms", argument, 1, 3600000, &options->slow_ms);
		break;
	case 'k':
		good = cli_number("--ring-kib", argument, 4, 1048576, &options->ring_kib);
		if (good && options->ring_kib & (options->ring_kib - 1)) {
			cli_error("--ring-kib takes a power of two, not '%s'", argument);
			good = false;
		}
		break;
	case 'n':
		good = cli_number("--series", argument, 1, 10000000, &options->series);
		break;
	case 'p':
		good = cli_number("--keep-probes", argument, 0, 86400, &options->keep_s);
		break;
	case 'l':
		good = cli_language(argument, &options->language);
		break;
	default:
		good = false;
	}
	if (!good)
		*code = EXIT_USAGE;
	return good;
}

static void to_diagnosis(void *context, const struct fact *fact)
{
	diagnosis_add(context, fact);
}

static void to_facts_file(void *context, const struct fact *fact)
{
	facts_file_write(context, fact);
}

static int open_pipeline(struct observation *observation, bool live)
{
	struct pipeline_options options = {
		.series_ceiling = observation->options.series,
		.language = observation->options.language,
		.all_programs = observation->options.all_programs,
		.seed = { 1, 2 },
	};

	if (live && getrandom(options.seed, sizeof(options.seed), 0) != sizeof(options.seed))
		return -errno;
	if (live)
		options.created_unix_ns = host_monotonic_ns() + (uint64_t)host_wall_offset_ns();
	observation->pipeline = pipeline_new(&options);
	if (!observation->pipeline)
		return -ENOMEM;
	if (!observation->options.groups_max)
		return 0;
	observation->diagnosis = diagnosis_new(observation->options.groups_max,
					       options.created_unix_ns);
	if (!observation->diagnosis)
		return -ENOMEM;
	return pipeline_add_sink(observation->pipeline,
				 &(struct sink){ observation->diagnosis, to_diagnosis, NULL });
}

static int open_outputs(struct observation *observation, char *error, size_t error_size)
{
	const struct observe_options *options = &observation->options;
	int result = 0;

	if (options->facts)
		result = facts_file_open(options->facts, &observation->facts, error, error_size);
	if (!result && observation->facts)
		result = pipeline_add_sink(observation->pipeline,
				&(struct sink){ observation->facts, to_facts_file, NULL });
	if (!result && options->record)
		result = recording_open(options->record, &observation->recording, error,
					error_size);
	return result;
}

static void say_notice(const char *sentence)
{
	cli_error("%s", sentence);
}

static int open_live(struct observation *observation, char *error, size_t error_size)
{
	struct pods_options pods = observation->options.pods;
	const struct live_options options = {
		.pods = pods.url ? &pods : NULL,
		.follow_only = observation->options.follow_only,
		.all_programs = observation->options.all_programs,
		.no_expedite = observation->options.no_expedite,
		.no_lease = observation->options.no_lease,
		.keep_ns = observation->options.keep_s * 1000000000ULL,
		.without_uprobe_multi = observation->options.without_uprobe_multi,
		.without_attach_cookie = observation->options.without_attach_cookie,
		.without_mixed_calls = observation->options.without_mixed_calls,
		.slow_ns = observation->options.slow_ms * 1000000ULL,
		.ring_bytes = (uint32_t)(observation->options.ring_kib * 1024),
		.runtime_roots = observation->options.runtime_roots,
		.runtime_root_count = observation->options.runtime_root_count,
		.recording = observation->recording,
		.notice = say_notice,
	};

	pods.notice = say_notice;
	return live_open(&options, observation->pipeline, &observation->live, error, error_size);
}

static void say_sentence(void *context, const char *sentence)
{
	(void)context;
	cli_error("%s", sentence);
}

struct probe_states {
	struct pipeline *pipeline;
	struct probe_state states[SOURCE_PROBES_MAX];
	size_t count;
};

static void take_state(void *context, const struct probe_state *state)
{
	struct probe_states *all = context;

	all->states[all->count++] = *state;
	pipeline_set_probe(all->pipeline, state);
}

/* What is lost is said, and stands in the metrics; the rest goes on. */
static void say_problems(const struct observation *observation)
{
	struct probe_states all = { .pipeline = observation->pipeline };

	live_probes(observation->live, take_state, &all);
	trial_explain(all.states, all.count, say_sentence, NULL);
}

static bool may_start(void)
{
	char why[2048];
	bool fit = trial_may_start(why, sizeof(why)) && !rights_check(why, sizeof(why));

	if (!fit)
		cli_error("%s", why);
	return fit;
}

static int start_live(struct observation *observation)
{
	char error[2048] = "out of memory";

	if (open_live(observation, error, sizeof(error))) {
		cli_error("%s ('seamark doctor' tells more)", error);
		return EXIT_NO_RIGHTS;
	}
	say_problems(observation);
	return EXIT_OK;
}

int observe_open(const struct observe_options *options, bool live, struct observation *out)
{
	char error[512] = "out of memory";
	int code;

	memset(out, 0, sizeof(*out));
	out->options = *options;
	if (!options->pods.url && (options->pods.token_file || options->pods.ca_file ||
				   options->pods.unverified)) {
		cli_error("there is nobody to ask for pods: add --pods URL");
		return EXIT_USAGE;
	}
	if (live && !may_start())
		return EXIT_NO_RIGHTS;
	if (open_pipeline(out, live) || open_outputs(out, error, sizeof(error))) {
		cli_error("%s", error);
		code = EXIT_FAILED;
	} else {
		code = live ? start_live(out) : EXIT_OK;
	}
	if (code != EXIT_OK)
		observe_close(out);
	return code;
}

static void write_accounts(struct observation *observation)
{
	uint64_t now = host_monotonic_ns() + (uint64_t)host_wall_offset_ns();
	struct buffer line;

	if (!observation->facts)
		return;
	buffer_init(&line, OUTPUT_LIMIT);
	pipeline_accounts_line(observation->pipeline, now, &line);
	if (!line.failed)
		facts_file_line(observation->facts, line.data, line.size);
	buffer_free(&line);
}

void observe_finish(struct observation *observation)
{
	if (observation->live)
		live_finish(observation->live);
	write_accounts(observation);
}

void observe_close(struct observation *observation)
{
	live_close(observation->live);
	if (observation->facts && facts_file_close(observation->facts))
		cli_error("%s is not complete: it could not be written to the end",
			  observation->options.facts);
	if (recording_close(observation->recording))
		cli_error("%s is not complete: it could not be written to the end",
			  observation->options.record);
	diagnosis_free(observation->diagnosis);
	pipeline_free(observation->pipeline);
	memset(observation, 0, sizeof(*observation));
}

bool observe_write(int fd, const struct buffer *text)
{
	for (size_t done = 0; done < text->size;) {
		ssize_t written = write(fd, text->data + done, text->size - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		done += (size_t)written;
	}
	return !text->failed;
}

void observe_print_diagnosis(const struct observation *observation, int fd)
{
	struct buffer text;

	buffer_init(&text, OUTPUT_LIMIT);
	encode_report(&text, observation->diagnosis,
		      &(struct report_style){ cli_colour(fd), observation->options.language,
					      cli_width(fd) });
	observe_write(fd, &text);
	buffer_free(&text);
}
