/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * seamark top: the loop between ring, clock and keys. The last minutes are kept in columns of a
 * second, each closed when the clock passes it.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/cli/options.h"
#include "user/cli/output.h"
#include "user/cli/terminal.h"
#include "user/cli/top_screen.h"
#include "user/encode/api_activity.h"
#include "user/encode/top.h"
#include "user/host/clock.h"
#include "user/model/history.h"
#include "user/model/printable.h"

#define SECOND_NS	1000000000ULL
#define HISTORY_BYTES	(32u << 20)	/* what doesn't fit is told by how far back it reaches */
#define HOST_SIZE	65
#define NOTICE_NS	(15 * SECOND_NS)	/* how long it stands in the way */
#define REFRESHES	20	/* of a window, before all of it is another */
#define OUTPUT_LIMIT	(16u << 20)

struct top {
	struct settings settings;
	struct observation observation;
	struct history *history;
	struct activity *activity;
	struct top_rows rows;
	struct top_view view;
	struct sheet sheet;
	uint64_t folded;		/* turned, when the columns were added up */
	struct screen *screen;		/* NULL: tables, one after the other */
	char host[HOST_SIZE];
	uint64_t turned;		/* seconds since 1970: of the last column that is over */
	uint64_t from_unix_ns, to_unix_ns;	/* what is shown */
	char said[128];			/* the last notice, */
	uint64_t said_ns;		/* and since when it stands */
};

static uint64_t now_unix_ns(void)
{
	return host_monotonic_ns() + (uint64_t)host_wall_offset_ns();
}

static const struct names *names_of(const struct top *top)
{
	return resources_names(pipeline_resources(top->observation.pipeline));
}

/* The interval, a minute or five; at least the interval. */
static uint64_t window_ns(const struct top *top)
{
	static const uint64_t windows[TOP_WINDOWS] = { 0, 60 * SECOND_NS, 300 * SECOND_NS };
	uint64_t interval = top->settings.interval_s * SECOND_NS;
	uint64_t window = windows[top->view.window];

	return window > interval ? window : interval;
}

static void choose(struct top *top)
{
	if (!top_rows_fill(&top->rows, top->activity, names_of(top), &top->view.choice))
		cli_error("out of memory: no rows can be shown");
}

static void fold(struct top *top)
{
	/* The column in which counting began is of a whole second. */
	uint64_t from = top->from_unix_ns - top->from_unix_ns % SECOND_NS;

	if (history_fold(top->history, from, top->to_unix_ns, NULL, top->activity))
		cli_error("out of memory: not all is shown");
	choose(top);
}

/* Up to the last column that is over. */
static void fold_window(struct top *top)
{
	const uint64_t since = history_since(top->history), window = window_ns(top);

	if (!top->view.paused)
		top->to_unix_ns = top->turned * SECOND_NS;
	top->folded = top->turned;
	top->from_unix_ns = top->to_unix_ns - window;
	if (top->from_unix_ns < since)
		top->from_unix_ns = since;
	fold(top);
}

/* True when a column is over. What the kernel counted until now is of the time before. */
static bool turn(struct top *top)
{
	uint64_t now = now_unix_ns();

	if (now / SECOND_NS == top->turned)
		return false;
	live_refresh(top->observation.live);
	history_turn(top->history, now);
	top->turned = now / SECOND_NS;
	return true;
}

static void lay_out(struct top *top, const char *notice)
{
	const uint64_t span = top->to_unix_ns - top->from_unix_ns;
	const struct top_moment moment = {
		.host = top->host,
		.now_unix_ns = top->to_unix_ns,
		.span_ns = top->to_unix_ns > top->from_unix_ns ? span : SECOND_NS,
		.names = names_of(top),
		.diagnosis = top->observation.diagnosis,
		.notice = notice,
	};

	top_follow(&top->view, &top->rows);
	top_page(&top->sheet, &top->view, &top->rows, &moment);
}

/* What was said last, for a while. */
static const char *notice_of(struct top *top)
{
	const char *said = screen_said(top->screen);
	uint64_t now = host_monotonic_ns();

	if (said && strncmp(said, top->said, sizeof(top->said) - 1)) {
		snprintf(top->said, sizeof(top->said), "%s", said);
		top->said_ns = now;
	}
	return said && now - top->said_ns < NOTICE_NS ? said : NULL;
}

static void paint(struct top *top)
{
	screen_size(&top->view.width, &top->view.height);
	lay_out(top, notice_of(top));
	screen_paint(&top->sheet);
}

/* Those that are there. False: one of them ends it. */
static bool take_keys(struct top *top)
{
	const unsigned int window = top->view.window;
	char text[KEY_TEXT];
	enum top_key key;
	bool any = false;

	while ((key = screen_key(text)) != TOP_KEY_NONE) {
		if (!top_take_key(&top->view, &top->rows, key, text))
			return false;
		any = true;
	}
	if (!any)
		return true;
	if (top->view.window != window)
		fold_window(top);
	else
		choose(top);
	paint(top);
	return true;
}

/*
 * Adding up a minute of 1,000 busy programs takes 65 ms, five minutes 0.3 s: what moves slowly is
 * shown less often, so that it stays at 2 % of a processor.
 */
static bool is_due(const struct top *top)
{
	return top->turned - top->folded >= window_ns(top) / (REFRESHES * SECOND_NS) &&
	       !top->view.paused;
}

static int watch_screen(struct top *top)
{
	struct pollfd fds[] = {
		{ .fd = screen_signal_fd(top->screen), .events = POLLIN },
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = live_fd(top->observation.live), .events = POLLIN },
	};

	for (;;) {
		poll(fds, sizeof(fds) / sizeof(fds[0]), DRAIN_MS);
		live_drain(top->observation.live);
		if (fds[0].revents & POLLIN) {
			if (!screen_signal(top->screen))
				return EXIT_OK;
			paint(top);
		}
		if (fds[1].revents & (POLLHUP | POLLERR | POLLNVAL) ||
		    (fds[1].revents & POLLIN && !take_keys(top)))
			return EXIT_OK;
		if (turn(top)) {
			if (is_due(top))
				fold_window(top);
			paint(top);
		}
	}
}

/* False: that was the last, for there is nobody or no room; code says which. */
static bool print(struct top *top, int *code)
{
	struct buffer text;
	bool written;

	buffer_init(&text, OUTPUT_LIMIT);
	fold(top);
	if (top->settings.json) {
		/* What containers are called. */
		pipeline_refresh(top->observation.pipeline, top->to_unix_ns);
		encode_api_activity(&text, top->rows.shown, top->from_unix_ns, top->to_unix_ns,
				    pipeline_metrics(top->observation.pipeline));
	} else {
		lay_out(top, NULL);
		encode_sheet(&text, &top->sheet, cli_colour(STDOUT_FILENO));
	}
	written = observe_write(STDOUT_FILENO, &text);
	if (!written)
		*code = output_failed(text.failed ? ENOMEM : errno);
	buffer_free(&text);
	return written;
}

/* What was counted since the last table; the open column, too, where waiting was cut short. */
static bool print_since(struct top *top, bool cut_short, int *code)
{
	top->from_unix_ns = top->to_unix_ns;
	top->to_unix_ns = top->turned * SECOND_NS;
	if (cut_short) {
		live_refresh(top->observation.live);
		top->to_unix_ns = now_unix_ns();
	}
	return print(top, code);
}

static int watch_plainly(struct top *top)
{
	struct pollfd fds[] = {
		{ .fd = cli_stop_signals(), .events = POLLIN },
		{ .fd = live_fd(top->observation.live), .events = POLLIN },
	};
	int code = EXIT_OK;
	bool stopped = false, due = false;

	/* A file or a pipe has room for all columns. */
	top->view.width = terminal_columns(STDOUT_FILENO);
	while (!stopped && !(due && top->settings.once)) {
		poll(fds, sizeof(fds) / sizeof(fds[0]), DRAIN_MS);
		live_drain(top->observation.live);
		stopped = fds[0].revents & POLLIN;
		due = turn(top) && top->turned * SECOND_NS - top->to_unix_ns >= window_ns(top);
		if (due || (stopped && top->settings.once))
			stopped |= !print_since(top, !due, &code);
	}
	close(fds[0].fd);
	return code;
}

/* From here on it counts; what was before, while probes were attached, is not half of anything. */
static int begin(struct top *top)
{
	uint64_t now;

	live_scan(top->observation.live);
	live_refresh(top->observation.live);
	pipeline_set_history(top->observation.pipeline, top->history);
	now = now_unix_ns();
	history_turn(top->history, now);
	top->turned = now / SECOND_NS;
	top->from_unix_ns = top->to_unix_ns = now;
	if (top->screen) {
		fold_window(top);
		paint(top);
		return watch_screen(top);
	}
	fprintf(stderr, "seamark: %s %lu s%s\n",
		top->settings.once ? "counting for" : "a table each", top->settings.interval_s,
		top->settings.once ? "" : "; Ctrl-C ends it");
	return watch_plainly(top);
}

static bool wants_screen(const struct top *top)
{
	const char *type = getenv("TERM");

	if (top->settings.once || top->settings.json || !isatty(STDOUT_FILENO))
		return false;
	if (isatty(STDIN_FILENO) && terminal_can_paint(STDOUT_FILENO))
		return true;
	cli_error("there is no screen: %s", isatty(STDIN_FILENO) ? type && *type ?
		  "TERM is of a terminal that can't be painted on, or is not known here" :
		  "TERM is not set" : "stdin is no terminal");
	return false;
}

static int observe(struct top *top)
{
	const struct observe_options options = { .settings = &top->settings,
						 .groups_max = DIAGNOSIS_GROUPS };
	int code = observe_open(&options, true, &top->observation);

	if (code != EXIT_OK)
		return code;
	if (wants_screen(top))
		top->screen = screen_open();
	code = begin(top);
	screen_close(top->screen);
	observe_finish(&top->observation);
	observe_close(&top->observation);
	return code;
}

static void prepare_view(struct top *top)
{
	top->view.language = top->settings.language;
	top->view.choice.container = top->settings.container;
	top->view.choice.program = top->settings.program;
	if (gethostname(top->host, sizeof(top->host)))
		top->host[0] = '\0';
	top->host[sizeof(top->host) - 1] = '\0';
	printable_keep(top->host, sizeof(top->host));
}

/* The screen is on stdout. */
static bool may_write(const struct top *top)
{
	const char *facts = top->settings.facts;

	if (!facts || strcmp(facts, "-"))
		return true;
	cli_error("top shows its table on stdout: give --facts a file");
	return false;
}

static int run(struct top *top)
{
	int code = EXIT_FAILED;

	if (!may_write(top))
		return EXIT_USAGE;
	prepare_view(top);
	sheet_init(&top->sheet, 0);
	top->activity = activity_new();
	top->history = history_new(HISTORY_BYTES, SECOND_NS);
	if (top->activity && top->history)
		code = observe(top);
	else
		cli_error("out of memory");
	top_rows_free(&top->rows);
	activity_free(top->activity);
	history_free(top->history);
	sheet_free(&top->sheet);
	return code;
}

int cli_top(int argc, char **argv)
{
	struct top top = { .screen = NULL };
	int code;

	if (!options_parse_all(FOR_TOP, argc, argv, &top.settings, &code))
		return code;
	code = run(&top);
	settings_free(&top.settings);
	return code;
}
