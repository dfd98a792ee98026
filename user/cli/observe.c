/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening and closing of an observation, in one order for all commands. */
#include "user/cli/observe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "user/cli/progress.h"
#include "user/encode/report.h"
#include "user/host/clock.h"
#include "user/host/pods.h"
#include "user/host/rights.h"
#include "user/pipeline/trial.h"
#include "user/source/source.h"

#define OUTPUT_LIMIT		(16u << 20)

static void to_diagnosis(void *context, const struct fact *fact)
{
	const struct observation *observation = context;

	diagnosis_add(observation->diagnosis, fact,
		      pipeline_verdict_context(observation->pipeline));
}

static void to_facts_file(void *context, const struct fact *fact)
{
	facts_file_write(context, fact);
}

static int apply_sampling(struct observation *observation)
{
	const struct setting_list *rules = &observation->options.settings->rules;
	struct sampling *sampling = rules->count ? sampling_new() : NULL;
	char why[256];

	if (rules->count && !sampling)
		return -ENOMEM;
	/* Each was looked at when it was read. */
	for (size_t i = 0; i < rules->count; i++)
		sampling_add(sampling, rules->items[i], why, sizeof(why));
	pipeline_set_sampling(observation->pipeline, sampling);
	return 0;
}

static int open_pipeline(struct observation *observation, bool live)
{
	const struct settings *settings = observation->options.settings;
	struct pipeline_options options = {
		.series_ceiling = settings->series,
		.language = settings->language,
		.all_programs = settings->all_programs,
		.seed = { 1, 2 },
	};

	if (live && getrandom(options.seed, sizeof(options.seed), 0) != sizeof(options.seed))
		return -errno;
	if (live)
		options.created_unix_ns = host_monotonic_ns() + (uint64_t)host_wall_offset_ns();
	observation->pipeline = pipeline_new(&options);
	if (!observation->pipeline || apply_sampling(observation))
		return -ENOMEM;
	if (!observation->options.groups_max)
		return 0;
	observation->diagnosis = diagnosis_new(observation->options.groups_max,
					       options.created_unix_ns);
	if (!observation->diagnosis)
		return -ENOMEM;
	return pipeline_add_sink(observation->pipeline,
				 &(struct sink){ observation, to_diagnosis, NULL });
}

static int open_outputs(struct observation *observation, char *error, size_t error_size)
{
	const struct settings *settings = observation->options.settings;
	int result = 0;

	if (settings->facts)
		result = facts_file_open(settings->facts, &observation->facts, error, error_size);
	if (!result && observation->facts)
		result = pipeline_add_sink(observation->pipeline,
				&(struct sink){ observation->facts, to_facts_file, NULL });
	if (!result && settings->record)
		result = recording_open(settings->record, &observation->recording, error,
					error_size);
	return result;
}

static void say_notice(const char *sentence)
{
	cli_error("%s", sentence);
}

static struct pods_options pods_of(const struct settings *settings)
{
	return (struct pods_options){
		.url = settings->pods,
		.token_file = settings->pods_token,
		.ca_file = settings->pods_ca,
		.unverified = settings->pods_unverified,
		.notice = say_notice,
	};
}

/* Before anything is opened: the command line, or the file, is wrong. */
static bool check_pods(const struct settings *settings)
{
	const struct pods_options pods = pods_of(settings);
	char error[512] = "there is nobody to ask for pods: add --pods URL";
	bool good = pods.url ? !pods_check(&pods, error, sizeof(error))
			     : !pods.token_file && !pods.ca_file && !pods.unverified;

	if (!good)
		cli_error("%s", error);
	return good;
}

/* A mistyped folder is no missing right, as which it would be told when all is opened. */
static bool check_roots(const struct settings *settings)
{
	for (size_t i = 0; i < settings->runtime_roots.count; i++) {
		const char *root = settings->runtime_roots.items[i];
		int fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0) {
			cli_error("%s can't be looked into: %s; name another directory with "
				  "--runtime-root", root, strerror(errno));
			return false;
		}
		close(fd);
	}
	return true;
}

static int open_live(struct observation *observation, char *error, size_t error_size)
{
	const struct settings *settings = observation->options.settings;
	const struct pods_options pods = pods_of(settings);
	const struct live_options options = {
		.pods = pods.url ? &pods : NULL,
		.follow_only = observation->options.follow_only,
		.all_programs = settings->all_programs,
		.syscalls = settings->syscalls,
		.hot_calls = settings->hot_calls,
		.no_expedite = settings->no_expedite,
		.no_lease = settings->no_lease,
		.keep_ns = settings->keep_s * 1000000000ULL,
		.without_uprobe_multi = settings->plain_uprobes,
		.without_attach_cookie = settings->stub_uprobes,
		.without_mixed_calls = settings->direct_calls,
		.slow_ns = settings->slow_ms * 1000000ULL,
		.ring_bytes = (uint32_t)(settings->ring_kib * 1024),
		.series = settings->series,
		.runtime_roots = settings->runtime_roots.items,
		.runtime_root_count = settings->runtime_roots.count,
		.recording = observation->recording,
		.notice = say_notice,
	};

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
	int result;

	progress_begin("putting probes in place");
	result = open_live(observation, error, sizeof(error));
	progress_end();
	if (result) {
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
	if (!check_pods(options->settings))
		return EXIT_USAGE;
	if (live && !check_roots(options->settings))
		return EXIT_FAILED;
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

int observe_scan(struct observation *observation)
{
	int result;

	progress_begin("looking at what runs on this host");
	result = live_scan(observation->live);
	progress_end();
	return result;
}

int observe_apply(struct observation *observation)
{
	const struct settings *settings = observation->options.settings;
	int result = apply_sampling(observation);

	if (result)
		return result;

	pipeline_set_language(observation->pipeline, settings->language);
	metrics_set_ceiling(pipeline_metrics(observation->pipeline), settings->series);
	live_set_hot(observation->live, settings->hot_calls);
	live_set_keep(observation->live, settings->keep_s * 1000000000ULL);
	return live_set_slow(observation->live, settings->slow_ms * 1000000ULL);
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
			  observation->options.settings->facts);
	if (recording_close(observation->recording))
		cli_error("%s is not complete: it could not be written to the end",
			  observation->options.settings->record);
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
	const struct report_style style = {
		cli_colour(fd), observation->options.settings->language, cli_width(fd),
	};
	struct buffer text;

	buffer_init(&text, OUTPUT_LIMIT);
	encode_report(&text, observation->diagnosis, &style);
	observe_write(fd, &text);
	buffer_free(&text);
}
