/* SPDX-License-Identifier: BSD-2-Clause */
/* What a request asks for behind its '?': foreign bytes, taken only if all of them make sense. */
#ifndef SEAMARK_ENCODE_API_QUERY_H
#define SEAMARK_ENCODE_API_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "include/event.h"
#include "user/model/actor.h"
#include "user/verdict/verdict.h"

#define API_QUERY_MAX	8	/* parameters of one request */
#define API_SECONDS_MAX	3600
#define API_ERROR_SIZE	160

/* As HTTP gave it, its escapes undone. value may hold any bytes; NULL: there was no '='. */
struct api_parameter {
	const char *name;
	const char *value;
	size_t value_size;
};

/* Which parameters a path takes. */
enum api_parameters {
	API_TAKES_SECONDS = 1,
	API_TAKES_LIMIT = 2,
	API_TAKES_EVENT = 4,	/* and needs it */
	API_TAKES_WHO = 8,	/* container, unit, program */
	API_TAKES_LANGUAGE = 16,
};

struct api_rules {
	unsigned int takes;
	uint64_t seconds;	/* unless told otherwise, as the two below */
	uint64_t limit;
	uint64_t limit_max;
	enum language language;
};

struct api_query {
	uint64_t seconds;
	uint64_t limit;
	enum event_kind event;
	struct actor who;	/* points into the parameters */
	enum language language;
};

/*
 * False, with one line in error that says what is allowed, and nothing of what came, when a
 * parameter is not taken, comes twice or has no such value.
 */
bool api_query_read(const struct api_rules *rules, const struct api_parameter *parameters,
		    size_t count, struct api_query *out, char error[API_ERROR_SIZE]);
/* A trace id of 32 lower-case hexadecimal digits; false when it is none. */
bool api_trace_id(const char *text, uint8_t out[TRACE_ID_SIZE]);
/* "syscalls" beside the names of facts; NULL: no history of it. */
const char *api_event_name(enum event_kind kind);

#endif
