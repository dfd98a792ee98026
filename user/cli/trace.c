/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark trace: facts of the whole host as they happen. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/encode/lines.h"
#include "user/encode/table.h"

struct trace {
	struct settings settings;
	int error;			/* stdout can't be written: errno */
};

static bool is_wanted(const struct trace *trace, const struct fact *fact)
{
	const struct settings *only = &trace->settings;
	const char *container;

	if (only->event != EVENT_NONE && fact->kind != only->event)
		return false;
	if (only->failed && fact->outcome == OUTCOME_OK)
		return false;
	if (only->pid && fact->tgid != only->pid)
		return false;
	if (!only->container)
		return true;
	container = attributes_string(&fact->attributes, ATTRIBUTE_CONTAINER_ID);
	return container && !strncmp(container, only->container, strlen(only->container));
}

static void write_text(struct trace *trace, const struct buffer *text)
{
	if (fwrite(text->data, 1, text->size, stdout) != text->size)
		trace->error = errno;
}

static void flush(struct trace *trace)
{
	if (fflush(stdout))
		trace->error = errno;
}

static void print_fact(void *context, const struct fact *fact)
{
	struct trace *trace = context;
	struct buffer text;

	if (!is_wanted(trace, fact))
		return;
	buffer_init(&text, 65536);
	if (trace->settings.json)
		encode_fact_line(&text, fact);
	else
		encode_fact_row(&text, fact, cli_colour(STDOUT_FILENO));
	write_text(trace, &text);
	buffer_free(&text);
}

static void print_header(struct trace *trace)
{
	struct buffer text;

	if (trace->settings.json)
		return;
	buffer_init(&text, 4096);
	encode_fact_header(&text, cli_colour(STDOUT_FILENO));
	write_text(trace, &text);
	flush(trace);
	buffer_free(&text);
}

static void watch(struct trace *trace, struct observation *observation)
{
	struct pollfd fds[] = {
		{ .fd = cli_stop_signals(), .events = POLLIN },
		{ .fd = live_fd(observation->live), .events = POLLIN },
	};

	while (!trace->error && !(fds[0].revents & POLLIN)) {
		poll(fds, 2, DRAIN_MS);
		if (live_drain(observation->live) > 0)
			flush(trace);
	}
	close(fds[0].fd);
}

static int observe(struct trace *trace)
{
	const struct observe_options options = { .settings = &trace->settings };
	struct observation observation;
	int code = observe_open(&options, true, &observation);

	if (code != EXIT_OK)
		return code;
	pipeline_add_sink(observation.pipeline, &(struct sink){ trace, print_fact, NULL });
	print_header(trace);
	observe_scan(&observation);
	fprintf(stderr, "seamark: watching this host; Ctrl-C ends it\n");
	watch(trace, &observation);
	observe_finish(&observation);
	observe_close(&observation);
	return trace->error ? output_failed(trace->error) : EXIT_OK;
}

int cli_trace(int argc, char **argv)
{
	struct trace trace = { .error = 0 };
	int code;

	if (!options_parse_all(FOR_TRACE, argc, argv, &trace.settings, &code))
		return code;
	code = observe(&trace);
	settings_free(&trace.settings);
	return code;
}
