/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark agent: the daemon for the whole host; one loop over ring, scrapes, pushes and signals. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "user/cli/observe.h"
#include "user/export/otlp_environment.h"
#include "user/export/otlp_push.h"
#include "user/export/scrape.h"
#include "user/host/clock.h"
#include "user/pipeline/discovery.h"
#include "user/pipeline/evidence.h"
#include "user/pipeline/naming.h"

#define LISTEN_DEFAULT	"127.0.0.1:9435"
#define REFRESH_NS	(5ULL * 1000000000)	/* without a scrape, too: slots have 32 bits */
#define FLUSH_NS	(1500ULL * 1000000)	/* at the end; SIGTERM promises two seconds */

struct agent {
	struct observe_options observe;
	const char *listen;
	const char *otlp;
	struct observation observation;
	struct scrape *scrape;
	struct otlp_options otlp_options;
	struct otlp_push *push;
	uint64_t refreshed_ns;
	bool scanned;
};

static const struct option_help help[] = {
	{ "--listen ADDR", "serve /metrics and /api/v1/diagnoses there (default " LISTEN_DEFAULT
			   "; 'none': nowhere)" },
	{ "--otlp URL", "push traces and metrics by OTLP/HTTP; also OTEL_EXPORTER_OTLP_*" },
	OBSERVE_HELP,
	{ NULL, NULL },
};

static bool own_option(struct agent *agent, int option, const char *argument, int *code)
{
	switch (option) {
	case 'L':
		agent->listen = argument;
		return true;
	case 'o':
		agent->otlp = argument;
		return true;
	default:
		return observe_option(&agent->observe, option, argument, code);
	}
}

static bool parse(int argc, char **argv, struct agent *agent, int *code)
{
	static const struct option options[] = {
		OBSERVE_OPTIONS, { "listen", required_argument, NULL, 'L' },
		{ "otlp", required_argument, NULL, 'o' }, { NULL, 0, NULL, 0 },
	};
	int option;

	observe_defaults(&agent->observe);
	agent->observe.groups_max = DIAGNOSIS_GROUPS;
	agent->listen = LISTEN_DEFAULT;
	optind = 1;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'h') {
			cli_print_help(command_find("agent"), help);
			*code = EXIT_OK;
			return false;
		}
		if (!own_option(agent, option, optarg, code))
			return false;
	}
	if (optind == argc)
		return true;
	cli_error("agent takes no argument '%s'", argv[optind]);
	*code = EXIT_USAGE;
	return false;
}

static void tell_facts_file(struct agent *agent)
{
	const struct facts_file *file = agent->observation.facts;
	uint64_t taken, lost;

	if (!file)
		return;
	taken = facts_file_taken(file);
	lost = facts_file_lost(file);
	pipeline_set_exporter(agent->observation.pipeline, "facts", taken, 0,
			      (struct exporter_fate[]){ { "sent", taken - lost },
							{ "unwritable", lost } }, 2);
}

static void tell_push(struct agent *agent)
{
	struct otlp_push_accounts accounts;

	if (!agent->push)
		return;
	otlp_push_accounts(agent->push, &accounts);
	pipeline_set_exporter(agent->observation.pipeline, "otlp", accounts.taken,
			      accounts.waiting, (struct exporter_fate[]){
				{ "sent", accounts.sent },
				{ "rejected", accounts.rejected },
				{ "queue_full", accounts.lost_queue_full },
				{ "refused", accounts.lost_refused },
			      }, 4);
}

#define SET_COUNTS(pipeline, which, ...)						\
	pipeline_set_counts(pipeline, which, (const struct self_count[]){ __VA_ARGS__ },	\
			    sizeof((const struct self_count[]){ __VA_ARGS__ }) /		\
			    sizeof(struct self_count))

static void tell_live(struct agent *agent)
{
	struct pipeline *pipeline = agent->observation.pipeline;
	struct discovery_accounts discovery;
	struct evidence_accounts evidence;
	struct live_abandoned abandoned;

	live_evidence(agent->observation.live, &evidence);
	live_abandoned(agent->observation.live, &abandoned);
	live_discovery(agent->observation.live, &discovery);
	SET_COUNTS(pipeline, SELF_EVIDENCE, { "searched", evidence.searched },
		   { "skipped", evidence.skipped });
	SET_COUNTS(pipeline, SELF_ABANDONED, { "process", abandoned.by_exit },
		   { "goroutine", abandoned.by_goroutine });
	SET_COUNTS(pipeline, SELF_PARSED, { "answered", discovery.parser.answered },
		   { "died", discovery.parser.died }, { "late", discovery.parser.late },
		   { "rejected", discovery.parser.rejected }, { "skipped", discovery.skipped });
	SET_COUNTS(pipeline, SELF_PROBED, { "leased", discovery.leased },
		   { "unleased", discovery.unleased });
	SET_COUNTS(pipeline, SELF_DETACHED, { "written_over", discovery.broken },
		   { "unused", discovery.retired });
	SET_COUNTS(pipeline, SELF_LATE, { "probed", discovery.late }, { "gone", discovery.gone });
}

static void tell_naming(struct agent *agent)
{
	struct naming_accounts naming;

	live_naming(agent->observation.live, &naming);
	SET_COUNTS(agent->observation.pipeline, SELF_NAMED, { "named", naming.named },
		   { "unnamed", naming.unnamed }, { "skipped", naming.skipped });
	SET_COUNTS(agent->observation.pipeline, SELF_NAMING, { "asked", naming.asked },
		   { "failed", naming.failed }, { "postponed", naming.postponed });
	SET_COUNTS(agent->observation.pipeline, SELF_PODS, { "whole", naming.pods.whole },
		   { "partial", naming.pods.partial }, { "failed", naming.pods.failed });
}

static int refresh(void *context)
{
	struct agent *agent = context;
	int result;

	result = live_refresh(agent->observation.live);
	agent->refreshed_ns = host_monotonic_ns();
	tell_live(agent);
	tell_naming(agent);
	tell_facts_file(agent);
	tell_push(agent);
	pipeline_refresh(agent->observation.pipeline,
			 agent->refreshed_ns + (uint64_t)host_wall_offset_ns());
	return result;
}

static const struct metrics *metrics(void *context)
{
	struct agent *agent = context;

	return pipeline_metrics(agent->observation.pipeline);
}

static struct diagnosis *diagnosis(void *context)
{
	struct agent *agent = context;

	return agent->observation.diagnosis;
}

static bool is_ready(void *context, char *why, size_t size)
{
	const struct agent *agent = context;

	if (!agent->scanned)
		snprintf(why, size, "still looking at what runs on this host");
	return agent->scanned;
}

static int open_scrape(struct agent *agent, char *error, size_t size)
{
	const struct scrape_options options = {
		.address = agent->listen,
		.ctx = agent,
		.refresh = refresh,
		.metrics = metrics,
		.diagnosis = diagnosis,
		.ready = is_ready,
	};

	if (!strcmp(agent->listen, "none"))
		return 0;
	return scrape_open(&options, &agent->scrape, error, size);
}

static void to_push(void *context, const struct fact *fact)
{
	otlp_push_fact(context, fact);
}

static void name_waiting(void *context, const struct names *names, const struct named *who)
{
	otlp_push_name(context, names, who);
}

static int open_push(struct agent *agent, char *error, size_t size)
{
	struct otlp_options *options = &agent->otlp_options;
	int result = otlp_options_read(options, agent->otlp, error, size);

	if (result || !options->enabled)
		return result;
	result = otlp_push_open(options, &agent->push, error, size);
	if (result)
		return result;
	otlp_push_metrics_source(agent->push, refresh, metrics, agent);
	return pipeline_add_sink(agent->observation.pipeline,
				 &(struct sink){ agent->push, to_push, name_waiting });
}

static void one_turn(struct agent *agent)
{
	uint64_t now_ns = host_monotonic_ns();

	live_drain(agent->observation.live);
	if (agent->observation.facts)
		facts_file_flush(agent->observation.facts);
	if (agent->scrape)
		scrape_run(agent->scrape);
	if (agent->push)
		otlp_push_tick(agent->push, now_ns);
	if (now_ns - agent->refreshed_ns > REFRESH_NS)
		refresh(agent);
}

static void serve(struct agent *agent, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = live_fd(agent->observation.live), .events = POLLIN },
		{ .fd = agent->scrape ? scrape_fd(agent->scrape) : -1, .events = POLLIN },
	};

	while (!(fds[0].revents & POLLIN)) {
		poll(fds, 3, DRAIN_MS);
		one_turn(agent);
	}
}

static void say_start(const struct agent *agent)
{
	if (agent->scrape)
		fprintf(stderr, "seamark: metrics at http://%s/metrics\n",
			scrape_address(agent->scrape));
	if (agent->push && agent->otlp_options.traces.enabled)
		fprintf(stderr, "seamark: pushing traces to %s\n", agent->otlp_options.traces.url);
	if (agent->push && agent->otlp_options.metrics.enabled)
		fprintf(stderr, "seamark: pushing metrics to %s\n",
			agent->otlp_options.metrics.url);
}

static int start(struct agent *agent)
{
	char error[512] = "";

	if (open_scrape(agent, error, sizeof(error)) || open_push(agent, error, sizeof(error))) {
		cli_error("%s", error);
		return EXIT_FAILED;
	}
	live_scan(agent->observation.live);
	refresh(agent);
	agent->scanned = true;
	say_start(agent);
	return EXIT_OK;
}

static void stop(struct agent *agent)
{
	uint64_t deadline_ns = host_monotonic_ns() + FLUSH_NS;

	observe_finish(&agent->observation);
	if (agent->push)
		otlp_push_flush(agent->push, deadline_ns);
}

int cli_agent(int argc, char **argv)
{
	struct agent agent = { .listen = NULL };
	int code = EXIT_USAGE, signals;

	if (!parse(argc, argv, &agent, &code))
		return code;
	code = observe_open(&agent.observe, true, &agent.observation);
	if (code != EXIT_OK)
		return code;
	signals = cli_stop_signals();
	code = start(&agent);
	if (code == EXIT_OK) {
		serve(&agent, signals);
		stop(&agent);
	}
	scrape_close(agent.scrape);
	otlp_push_close(agent.push);
	observe_close(&agent.observation);
	close(signals);
	return code;
}
