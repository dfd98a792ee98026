/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the live edge share. */
#ifndef SEAMARK_LIVE_INTERNAL_H
#define SEAMARK_LIVE_INTERNAL_H

#include "user/pipeline/discovery.h"
#include "user/pipeline/evidence.h"
#include "user/pipeline/live.h"
#include "user/pipeline/naming.h"
#include "user/pipeline/place.h"
#include "user/model/heat.h"
#include "user/pipeline/reclaim.h"
#include "user/source/source.h"

struct live {
	struct pipeline *pipeline;
	struct recording *recording;
	struct source *source;
	struct discovery *discovery;
	struct evidence *evidence;
	struct naming *naming;
	struct places *places;
	struct live_abandoned abandoned;
	struct reclaim *reclaim;		/* NULL: none is needed */
	struct heat *heat;
	unsigned long hot_calls;		/* a second, or one of heat.h's limits */
	uint64_t swept_ns;
	int epoll;
	void (*notice)(const char *sentence);
	bool follow_only;
	struct event_tls_failed failed;	/* the one at hand */
};

/* Every record goes through here: recorded, and handed on. context: struct live. */
void live_feed(void *context, enum record_type type, const void *bytes, size_t size);
void live_feed_clock(struct live *live);
/* Whose the context is, before anything is told of it; tgid: who acts in it; 0: not known. */
void live_know_context(struct live *live, uint32_t context, uint32_t tgid);
/* Histograms and errors, to the last. context: struct live. */
int live_read_counts(void *context);

#endif
