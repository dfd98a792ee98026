/* SPDX-License-Identifier: BSD-2-Clause */
/* seamark agent: the daemon for the whole host; one loop over ring, scrapes, pushes and signals. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "user/cli/keep.h"
#include "user/cli/observe.h"
#include "user/cli/options.h"
#include "user/cli/reload.h"
#include "user/export/journal.h"
#include "user/export/listen.h"
#include "user/export/otlp_environment.h"
#include "user/export/otlp_push.h"
#include "user/export/scrape.h"
#include "user/host/clock.h"
#include "user/host/notify.h"
#include "user/pipeline/discovery.h"
#include "user/pipeline/evidence.h"
#include "user/pipeline/naming.h"

#define REFRESH_NS	(5ULL * 1000000000)	/* without a scrape, too: slots have 32 bits */
#define FLUSH_NS	(1500ULL * 1000000)	/* at the end; SIGTERM promises two seconds */

struct agent {
	struct settings settings;
	struct observation observation;
	struct reload *reload;		/* NULL: there is no file to read again */
	struct scrape *scrape;
	struct otlp_options otlp_options;
	struct otlp_push *push;
	struct journal *journal;	/* NULL: not asked for */
	struct notify notify;
	struct keep keep;
	uint64_t refreshed_ns;
	bool scanned;
	bool scrape_goes_on;		/* an answer is under way, and need not wait */
};

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

static void tell_lane(struct agent *agent, enum otlp_fact_signal which, const char *exporter)
{
	struct otlp_push_accounts accounts;

	if (!agent->push)
		return;
	otlp_push_accounts(agent->push, which, &accounts);
	pipeline_set_exporter(agent->observation.pipeline, exporter, accounts.taken,
			      accounts.waiting, (struct exporter_fate[]){
				{ "sent", accounts.sent },
				{ "rejected", accounts.rejected },
				{ "queue_full", accounts.lost_queue_full },
				{ "refused", accounts.lost_refused },
				{ "spool_full", accounts.lost_spool_full },
				{ "damaged", accounts.lost_damaged },
				{ "sampled_out", accounts.sampled_out },
			      }, 7);
}

static void tell_journal(struct agent *agent)
{
	struct journal_accounts accounts;

	if (!agent->journal)
		return;
	journal_accounts(agent->journal, &accounts);
	pipeline_set_exporter(agent->observation.pipeline, "journal", accounts.taken,
			      accounts.waiting, (struct exporter_fate[]){
				{ "sent", accounts.sent },
				{ "full", accounts.full },
				{ "absent", accounts.absent },
			      }, 3);
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

static void tell_reload(struct agent *agent)
{
	struct reload_accounts reloads = { .applied = 0 };

	if (agent->reload)
		reload_accounts(agent->reload, &reloads);
	SET_COUNTS(agent->observation.pipeline, SELF_RELOADS, { "applied", reloads.applied },
		   { "restart_needed", reloads.restart_needed }, { "rejected", reloads.rejected });
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
	tell_lane(agent, OTLP_SPANS, "otlp");
	if (agent->otlp_options.logs.enabled)
		tell_lane(agent, OTLP_LOGS, "otlp_logs");
	tell_journal(agent);
	tell_reload(agent);
	pipeline_refresh(agent->observation.pipeline,
			 agent->refreshed_ns + (uint64_t)host_wall_offset_ns());
	return result;
}

static struct metrics *metrics(void *context)
{
	struct agent *agent = context;

	return pipeline_metrics(agent->observation.pipeline);
}

static struct diagnosis *diagnosis(void *context)
{
	struct agent *agent = context;

	return agent->observation.diagnosis;
}

static enum language language(void *context)
{
	const struct agent *agent = context;

	return agent->settings.language;
}

static void tell_status(void *context, struct api_status *out)
{
	const struct agent *agent = context;

	keep_status(&agent->keep, agent->scanned, out);
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
		.address = agent->settings.listen,
		.ctx = agent,
		.refresh = refresh,
		.metrics = metrics,
		.diagnosis = diagnosis,
		.recent = agent->keep.recent,
		.language = language,
		.status = tell_status,
		.ready = is_ready,
	};

	if (!strcmp(agent->settings.listen, "none"))
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
	int result;

	if (!options->enabled)
		return 0;
	options->spool = agent->settings.spool;
	options->spool_bytes = (uint64_t)agent->settings.spool_mib << 20;
	result = otlp_push_open(options, &agent->push, error, size);
	if (result)
		return result;
	otlp_push_metrics_source(agent->push, refresh, metrics, agent);
	return pipeline_add_sink(agent->observation.pipeline,
				 &(struct sink){ agent->push, to_push, name_waiting });
}

static void to_journal(void *context, const struct fact *fact)
{
	journal_fact(context, fact);
}

static int open_journal(struct agent *agent, char *error, size_t size)
{
	int result;

	if (agent->settings.journal == JOURNAL_NONE)
		return 0;
	result = journal_open(agent->settings.journal, &agent->journal, error, size);
	if (result)
		return result;
	return pipeline_add_sink(agent->observation.pipeline,
				 &(struct sink){ agent->journal, to_journal, NULL });
}

static void one_turn(struct agent *agent)
{
	uint64_t now_ns = host_monotonic_ns();

	live_drain(agent->observation.live);
	if (agent->observation.facts)
		facts_file_flush(agent->observation.facts);
	if (agent->scrape)
		agent->scrape_goes_on = scrape_run(agent->scrape);
	if (agent->push)
		otlp_push_tick(agent->push, now_ns);
	if (agent->journal)
		journal_tick(agent->journal);
	if (now_ns - agent->refreshed_ns > REFRESH_NS || keep_is_due(&agent->keep, now_ns))
		refresh(agent);
	if (keep_is_due(&agent->keep, now_ns))
		keep_turn(&agent->keep, now_ns);
}

static void say_start(const struct agent *agent)
{
	if (agent->scrape)
		fprintf(stderr, "seamark: metrics at http://%s/metrics\n",
			scrape_address(agent->scrape));
	if (agent->push && agent->otlp_options.traces.enabled)
		fprintf(stderr, "seamark: pushing traces to %s\n", agent->otlp_options.traces.url);
	if (agent->push && agent->otlp_options.logs.enabled)
		fprintf(stderr, "seamark: pushing logs to %s\n", agent->otlp_options.logs.url);
	if (agent->push && agent->otlp_options.metrics.enabled)
		fprintf(stderr, "seamark: pushing metrics to %s\n",
			agent->otlp_options.metrics.url);
}

/* The service manager waits for this; what it is told by is not worth an agent that gives up. */
static void tell_ready(struct agent *agent)
{
	char status[256] = "watching";
	int result;

	if (agent->scrape)
		snprintf(status, sizeof(status), "watching; metrics at http://%s/metrics",
			 scrape_address(agent->scrape));
	result = notify_ready(&agent->notify, status);
	if (result)
		cli_error("the service manager could not be told that the agent is ready: %s",
			  strerror(-result));
}

static void read_again(struct agent *agent)
{
	notify_reloading(&agent->notify, host_monotonic_ns());
	reload_run(agent->reload, &agent->settings, &agent->observation);
	tell_ready(agent);
}

static void serve(struct agent *agent, int signals)
{
	struct pollfd fds[] = {
		{ .fd = signals, .events = POLLIN },
		{ .fd = live_fd(agent->observation.live), .events = POLLIN },
		{ .fd = agent->scrape ? scrape_fd(agent->scrape) : -1, .events = POLLIN },
		{ .fd = agent->reload ? reload_fd(agent->reload) : -1, .events = POLLIN },
	};

	while (!(fds[0].revents & POLLIN)) {
		poll(fds, 4, agent->scrape_goes_on ? 0 : DRAIN_MS);
		if (fds[3].revents & POLLIN)
			read_again(agent);
		one_turn(agent);
		/* Said by the loop that does the work, and by nothing else. */
		notify_alive(&agent->notify, host_monotonic_ns());
	}
}

/* Before anything is loaded: a mistake that no restart mends. */
static bool check_addresses(struct agent *agent)
{
	const struct settings *settings = &agent->settings;
	char error[512];

	if ((!strcmp(settings->listen, "none") ||
	     !listen_check(settings->listen, error, sizeof(error))) &&
	    !otlp_options_read(&agent->otlp_options, settings->otlp, error, sizeof(error)))
		return true;
	cli_error("%s", error);
	return false;
}

static int start(struct agent *agent)
{
	char error[512] = "out of memory";

	if (keep_open(&agent->keep, &agent->settings, agent->observation.pipeline) ||
	    open_scrape(agent, error, sizeof(error)) || open_push(agent, error, sizeof(error)) ||
	    open_journal(agent, error, sizeof(error))) {
		cli_error("%s", error);
		return EXIT_FAILED;
	}
	observe_scan(&agent->observation);
	refresh(agent);
	agent->scanned = true;
	say_start(agent);
	tell_ready(agent);
	return EXIT_OK;
}

static void stop(struct agent *agent)
{
	uint64_t deadline_ns = host_monotonic_ns() + FLUSH_NS;

	notify_stopping(&agent->notify);
	observe_finish(&agent->observation);
	if (agent->push)
		otlp_push_flush(agent->push, deadline_ns);
	if (agent->journal)
		journal_flush(agent->journal, deadline_ns);
}

static int observe(struct agent *agent)
{
	const struct observe_options options = {
		.settings = &agent->settings, .groups_max = DIAGNOSIS_GROUPS,
	};
	char error[256];
	int code, signals;

	if (!check_addresses(agent))
		return EXIT_USAGE;
	if (notify_open(&agent->notify, error, sizeof(error)))
		cli_error("%s", error);
	code = observe_open(&options, true, &agent->observation);
	if (code != EXIT_OK)
		return code;
	signals = cli_stop_signals();
	code = start(agent);
	if (code == EXIT_OK) {
		serve(agent, signals);
		stop(agent);
	}
	scrape_close(agent->scrape);
	otlp_push_close(agent->push);
	journal_close(agent->journal);
	observe_close(&agent->observation);
	keep_close(&agent->keep);
	notify_close(&agent->notify);
	close(signals);
	return code;
}

int cli_agent(int argc, char **argv)
{
	struct agent agent = { .reload = NULL };
	int code;

	if (!options_parse_all(FOR_AGENT, argc, argv, &agent.settings, &code))
		return code;
	/* First of all: a SIGHUP that comes while all is opened is not lost, and ends nothing. */
	if (agent.settings.config)
		agent.reload = reload_new();
	if (agent.settings.config && !agent.reload) {
		cli_error("SIGHUP can't be waited for: out of memory or of descriptors");
		code = EXIT_FAILED;
	} else {
		code = observe(&agent);
	}
	reload_free(agent.reload);
	settings_free(&agent.settings);
	return code;
}
