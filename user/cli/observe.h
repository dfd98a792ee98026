/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What run, trace and agent have in common: pipeline, live edge, facts file, recording and
 * diagnosis, opened and closed together.
 */
#ifndef SEAMARK_OBSERVE_H
#define SEAMARK_OBSERVE_H

#include <stdbool.h>
#include <stdint.h>

#include "user/cli/cli.h"
#include "user/export/facts_file.h"
#include "user/export/recording.h"
#include "user/pipeline/live.h"
#include "user/pipeline/pipeline.h"
#include "user/pipeline/settings.h"
#include "user/verdict/diagnosis.h"

#define DRAIN_MS		5	/* how often the ring is emptied */
#define DIAGNOSIS_GROUPS	1000	/* 17 MB, if there ever are that many */

struct observe_options {
	const struct settings *settings;	/* outlive this; a reload changes them */
	unsigned int groups_max;	/* of the diagnosis; 0: none is kept */
	bool follow_only;
};

struct observation {
	struct observe_options options;
	struct pipeline *pipeline;
	struct live *live;		/* NULL when replaying */
	struct facts_file *facts;
	struct recording *recording;
	struct diagnosis *diagnosis;	/* NULL: not asked for */
};

/* Checks rights, opens everything. An exit code; what failed was said. live: false for a replay. */
int observe_open(const struct observe_options *options, bool live, struct observation *out);
/* What runs already. Negative errno; what is lost by it was said. */
int observe_scan(struct observation *observation);
/* What of the settings can change under way, as they are now. Negative errno. */
int observe_apply(struct observation *observation);
/* Drains what is left, writes the accounts, closes all. */
void observe_finish(struct observation *observation);
void observe_close(struct observation *observation);

/* False: it is not complete, for the buffer or the file had no room. */
bool observe_write(int fd, const struct buffer *text);
/* The final diagnosis as text to fd; the options must have asked for it. */
void observe_print_diagnosis(const struct observation *observation, int fd);

#endif
