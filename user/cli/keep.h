/* SPDX-License-Identifier: BSD-2-Clause */
/* What the agent keeps to be asked about: the history of the last hour, recent failures, traces. */
#ifndef SEAMARK_KEEP_H
#define SEAMARK_KEEP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/utsname.h>

#include "user/cli/observe.h"
#include "user/encode/api_status.h"
#include "user/model/history.h"
#include "user/verdict/recent.h"

#define HISTORY_STEP_NS	(10ULL * 1000000000)

struct keep {
	struct pipeline *pipeline;
	struct history *history;	/* NULL: --history 0 */
	struct recent *recent;
	struct utsname host;
	uint64_t started_unix_ns;
	uint64_t turn_ns;		/* CLOCK_MONOTONIC, when the open column ends */
};

/* Between the opening of the observation and its first drain. 0 or -ENOMEM. */
int keep_open(struct keep *keep, const struct settings *settings, struct pipeline *pipeline);
/* The open column ends now: the counters are to be read, and then keep_turn() to be called. */
bool keep_is_due(const struct keep *keep, uint64_t now_ns);
void keep_turn(struct keep *keep, uint64_t now_ns);
/* Texts live as long as keep. */
void keep_status(const struct keep *keep, bool ready, struct api_status *out);
/* After the pipeline is closed. */
void keep_close(struct keep *keep);

#endif
