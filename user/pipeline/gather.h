/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A gatherer knows what to ask of the host for one kind of failure. Adding one: a file with its
 * table entry, a line here, a line in evidence.c.
 */
#ifndef SEAMARK_GATHER_H
#define SEAMARK_GATHER_H

#include "user/pipeline/evidence.h"

/* What one search may take; all of a second share a budget beside. */
#define SEARCH_BUDGET_NS	(50ULL * 1000000)

struct port_cache;

struct trust_cache;

struct gathering {
	struct source *source;
	struct port_cache *ports;
	struct trust_cache *trusts;
};

struct gatherer {
	enum event_kind kind;
	/* Costs nothing: could the host add anything to this failure? */
	bool (*wants)(const struct event_header *record);
	/* Adds to *out, which was cleared; false when there was nothing to be had. */
	bool (*gather)(struct gathering *gathering, const struct event_header *record,
		       struct verdict_context *out);
};

extern const struct gatherer gather_bind;
extern const struct gatherer gather_listen;
extern const struct gatherer gather_tls;

struct trust_cache *trust_cache_new(void);
void trust_cache_free(struct trust_cache *cache);
struct port_cache *port_cache_new(void);
void port_cache_free(struct port_cache *cache);
/* The holder of the address that a bind or listen was refused, into out->holder. */
bool port_holder(struct gathering *gathering, const struct event_bind *event,
		 struct verdict_context *out);

#endif
