/* SPDX-License-Identifier: BSD-2-Clause */
/* Opens the stores, feeds them from the pipeline, and turns the history by the wall clock. */
#include "user/cli/keep.h"

#include <errno.h>
#include <string.h>

#include "user/host/clock.h"
#include "user/model/version.h"

static void to_recent(void *context, const struct fact *fact)
{
	const struct keep *keep = context;

	recent_add(keep->recent, fact, pipeline_verdict_context(keep->pipeline));
}

static void name_recent(void *context, const struct names *names, const struct named *who)
{
	const struct keep *keep = context;

	recent_name(keep->recent, names, who);
}

int keep_open(struct keep *keep, const struct settings *settings, struct pipeline *pipeline)
{
	memset(keep, 0, sizeof(*keep));
	keep->pipeline = pipeline;
	uname(&keep->host);
	keep->started_unix_ns = host_monotonic_ns() + (uint64_t)host_wall_offset_ns();
	keep->recent = recent_new();
	if (!keep->recent)
		return -ENOMEM;
	if (settings->history_mib) {
		keep->history = history_new(settings->history_mib << 20, HISTORY_STEP_NS);
		if (!keep->history)
			return -ENOMEM;
		keep_turn(keep, host_monotonic_ns());
		pipeline_set_history(pipeline, keep->history);
	}
	return pipeline_add_sink(pipeline, &(struct sink){ keep, to_recent, name_recent });
}

bool keep_is_due(const struct keep *keep, uint64_t now_ns)
{
	return keep->history && now_ns >= keep->turn_ns;
}

void keep_turn(struct keep *keep, uint64_t now_ns)
{
	uint64_t now_unix_ns = now_ns + (uint64_t)host_wall_offset_ns();

	history_turn(keep->history, now_unix_ns);
	keep->turn_ns = now_ns + HISTORY_STEP_NS - now_unix_ns % HISTORY_STEP_NS;
}

void keep_status(const struct keep *keep, bool ready, struct api_status *out)
{
	*out = (struct api_status){
		.version = SEAMARK_VERSION,
		.architecture = keep->host.machine,
		.kernel = keep->host.release,
		.host = keep->host.nodename,
		.started_unix_ns = keep->started_unix_ns,
		.now_unix_ns = host_monotonic_ns() + (uint64_t)host_wall_offset_ns(),
		.ready = ready,
		.history = keep->history,
	};
}

void keep_close(struct keep *keep)
{
	history_free(keep->history);
	recent_free(keep->recent);
}
