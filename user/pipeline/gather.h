/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A gatherer knows what to ask of the host for one kind of failure. Adding one: a file with its
 * table entry, a line here, a line in evidence.c.
 */
#ifndef SEAMARK_GATHER_H
#define SEAMARK_GATHER_H

#include "include/sockets.h"
#include "user/host/executable.h"
#include "user/host/guard.h"
#include "user/pipeline/evidence.h"
#include "user/pipeline/kept_roots.h"

/* What one search may take; all of a second share a budget beside. */
#define SEARCH_BUDGET_NS	(50ULL * 1000000)

struct port_cache;

/* A program's file, and its capabilities as of the last start: for processes that are gone. */
struct known_program {
	bool known;
	struct file_capabilities capabilities;
	struct executable_identity identity;
	const char *libc;		/* static; NULL: not known */
	char *path;
};
struct trust_cache;

struct gathering {
	struct source *source;
	struct port_cache *ports;
	struct known_program programs[PROGRAMS_MAX];
	struct trust_cache *trusts;
	struct kept_roots *roots;
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
extern const struct gatherer gather_connect;
extern const struct gatherer gather_tls;

struct trust_cache *trust_cache_new(void);
void trust_cache_free(struct trust_cache *cache);
/* Keeps which authorities a process that begins was told to take. */
void trust_started(struct trust_cache *cache, pid_t pid);
struct port_cache *port_cache_new(void);
void port_cache_free(struct port_cache *cache);
/* The holder of the address that a bind or listen was refused, into out->holder. */
bool port_holder(struct gathering *gathering, const struct event_bind *event,
		 struct verdict_context *out);

/* Label of the process and modules of the host. */
void guard_evidence(const struct event_header *record, struct guard_evidence *out);

/* A unix socket's path, as a process named it. */
struct path_claim {
	const char *path;
	size_t length;
	uint16_t socket_type;
	const struct event_root *root;
	const struct event_weighed *weighed;
};

/* The way there, into out->path: to be made by a bind, used by a connect; and who holds it. */
bool path_evidence(struct gathering *gathering, const struct event_header *record,
		   const struct path_claim *claim, struct verdict_context *out);

/* As large as the texts of the evidence that they go into. */
#define OWNER_PROGRAM	64
#define OWNER_CONTAINER	72
#define OWNER_ADDRESS	128

/* The file that a process runs, and its container; what is not known stays as it is. */
void owner_name(uint32_t pid, char program[OWNER_PROGRAM], char container[OWNER_CONTAINER]);
/* "0.0.0.0:8080" */
void socket_address(const struct socket_entry *entry, char out[OWNER_ADDRESS]);

#endif
