/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark trace: facts of the whole host as they happen. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/encode/lines.h"
#include "user/encode/table.h"

struct trace {
	struct observe_options observe;
	bool json;
	bool failed_only;
	enum event_kind event;		/* EVENT_NONE: all */
	const char *container;		/* NULL: all */
	unsigned long pid;		/* 0: all */
	bool broken;			/* stdout is gone */
};

static const struct option_help help[] = {
	{ "--json", "JSON lines instead of a table" },
	{ "--event NAME", "only facts of this event: bind, connect, tls.handshake, ..." },
	{ "--failed", "only failures" },
	{ "--container ID", "only this container (the beginning of its id is enough)" },
	{ "--pid PID", "only this process" },
	OBSERVE_HELP,
	{ NULL, NULL },
};

static bool set_event(struct trace *trace, const char *name)
{
	trace->event = event_kind_of_name(name);
	if (trace->event != EVENT_NONE)
		return true;
	cli_error("there is no event '%s'; there are bind, listen, connect, tls.handshake, "
		  "syscall.slow, process.start, process.exit", name);
	return false;
}

static bool own_option(struct trace *trace, int option, const char *argument, int *code)
{
	bool good = true;

	switch (option) {
	case 'j':
		trace->json = true;
		break;
	case 'E':
		good = set_event(trace, argument);
		break;
	case 'F':
		trace->failed_only = true;
		break;
	case 'C':
		trace->container = argument;
		break;
	case 'I':
		good = cli_number("--pid", argument, 1, 4194304, &trace->pid);
		break;
	default:
		return observe_option(&trace->observe, option, argument, code);
	}
	if (!good)
		*code = EXIT_USAGE;
	return good;
}

static bool parse(int argc, char **argv, struct trace *trace, int *code)
{
	static const struct option options[] = {
		OBSERVE_OPTIONS, { "json", no_argument, NULL, 'j' },
		{ "event", required_argument, NULL, 'E' }, { "failed", no_argument, NULL, 'F' },
		{ "container", required_argument, NULL, 'C' },
		{ "pid", required_argument, NULL, 'I' }, { NULL, 0, NULL, 0 },
	};
	int option;

	observe_defaults(&trace->observe);
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("trace"), help);
			*code = EXIT_OK;
			return false;
		}
		if (!own_option(trace, option, optarg, code))
			return false;
	}
	if (optind == argc)
		return true;
	cli_error("trace takes no argument '%s'", argv[optind]);
	*code = EXIT_USAGE;
	return false;
}

static bool is_wanted(const struct trace *trace, const struct fact *fact)
{
	const char *container;

	if (trace->event != EVENT_NONE && fact->kind != trace->event)
		return false;
	if (trace->failed_only && fact->outcome == OUTCOME_OK)
		return false;
	if (trace->pid && fact->tgid != trace->pid)
		return false;
	if (!trace->container)
		return true;
	container = attributes_string(&fact->attributes, ATTRIBUTE_CONTAINER_ID);
	return container && !strncmp(container, trace->container, strlen(trace->container));
}

static void print_fact(void *context, const struct fact *fact)
{
	struct trace *trace = context;
	struct buffer text;

	if (!is_wanted(trace, fact))
		return;
	buffer_init(&text, 65536);
	if (trace->json)
		encode_fact_line(&text, fact);
	else
		encode_fact_row(&text, fact, cli_colour(STDOUT_FILENO));
	if (fwrite(text.data, 1, text.size, stdout) != text.size)
		trace->broken = true;
	buffer_free(&text);
}

static void print_header(const struct trace *trace)
{
	struct buffer text;

	if (trace->json)
		return;
	buffer_init(&text, 4096);
	encode_fact_header(&text, cli_colour(STDOUT_FILENO));
	fwrite(text.data, 1, text.size, stdout);
	fflush(stdout);
	buffer_free(&text);
}

static void watch(struct trace *trace, struct observation *observation)
{
	struct pollfd fds[] = {
		{ .fd = cli_stop_signals(), .events = POLLIN },
		{ .fd = live_fd(observation->live), .events = POLLIN },
	};

	while (!trace->broken && !(fds[0].revents & POLLIN)) {
		poll(fds, 2, DRAIN_MS);
		if (live_drain(observation->live) > 0 && fflush(stdout))
			trace->broken = true;
	}
	close(fds[0].fd);
}

int cli_trace(int argc, char **argv)
{
	struct trace trace = { .event = EVENT_NONE };
	struct observation observation;
	int code = EXIT_USAGE;

	if (!parse(argc, argv, &trace, &code))
		return code;
	code = observe_open(&trace.observe, true, &observation);
	if (code != EXIT_OK)
		return code;
	pipeline_add_sink(observation.pipeline, &(struct sink){ &trace, print_fact, NULL });
	print_header(&trace);
	live_scan(observation.live);
	fprintf(stderr, "seamark: watching this host; Ctrl-C ends it\n");
	watch(&trace, &observation);
	observe_finish(&observation);
	observe_close(&observation);
	return EXIT_OK;
}
