/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A gatherer knows what to ask of the host for one kind of failure. Adding one: a file with its
 * table entry, a line here, a line in evidence.c.
 */
#ifndef SEAMARK_GATHER_H
#define SEAMARK_GATHER_H

#include "user/host/executable.h"
#include "user/host/guard.h"
#include "user/pipeline/evidence.h"

/* What one search may take; all of a second share a budget beside. */
#define SEARCH_BUDGET_NS	(50ULL * 1000000)

struct port_cache;

/* A program's file, and its capabilities as of the last start: for processes that are gone. */
struct known_program {
	bool known;
	struct file_capabilities capabilities;
	struct executable_identity identity;
	char *path;
};

struct gathering {
	struct source *source;
	struct port_cache *ports;
	struct known_program programs[PROGRAMS_MAX];
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

struct port_cache *port_cache_new(void);
void port_cache_free(struct port_cache *cache);
/* The holder of the address that a bind or listen was refused, into out->holder. */
bool port_holder(struct gathering *gathering, const struct event_bind *event,
		 struct verdict_context *out);

/* The way to a unix socket's path, into out->path: to be made by a bind, used by a connect. */
bool path_evidence(const struct event_header *record, const char *bytes, size_t length,
		   const struct event_root *where, const struct event_weighed *weighed,
		   struct verdict_context *out);

#endif
