/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The last failures and the last traces, to be looked at: facts with what their verdicts rest on,
 * so that these can be given again, in either language.
 *
 * Bounded thrice: RECENT_FAILURES, RECENT_TRACES of RECENT_SPANS each, and RECENT_BYTES for all of
 * it, allotted as it comes; a fact takes one to two KB. When there is no room, traces in which all
 * went well go first as long as they are more than half, and failures last.
 */
#ifndef SEAMARK_RECENT_H
#define SEAMARK_RECENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/fact.h"
#include "user/model/names.h"
#include "user/verdict/verdict.h"

#define RECENT_FAILURES	200
#define RECENT_TRACES	200
#define RECENT_SPANS	16
#define RECENT_BYTES	(2u << 20)

struct recent;
struct recent_trace;

/* A fact as it is kept. fact.verdict is NULL, or verdict below. */
struct recent_fact {
	struct fact fact;
	struct verdict verdict;
};

/* NULL when out of memory. */
struct recent *recent_new(void);
void recent_free(struct recent *recent);
/*
 * Keeps it if it failed or is a span. context: what its verdict rests on, if it has one. A failure
 * is what did not go well, unless its verdict calls it harmless.
 */
void recent_add(struct recent *recent, const struct fact *fact,
		const struct verdict_context *context);
/* Names that came late, into the facts that they concern. */
void recent_name(struct recent *recent, const struct names *names, const struct named *who);

size_t recent_bytes(const struct recent *recent);
size_t recent_failure_count(const struct recent *recent);
uint64_t recent_failures_seen(const struct recent *recent);
/* index 0 is the newest. False beyond the oldest. */
bool recent_failure(const struct recent *recent, size_t index, enum language language,
		    struct recent_fact *out);
size_t recent_trace_count(const struct recent *recent);
uint64_t recent_traces_seen(const struct recent *recent);
/* NULL beyond the oldest. Lives until the next fact. */
const struct recent_trace *recent_trace(const struct recent *recent, size_t index);
/* NULL: it is not there, or no more. */
const struct recent_trace *recent_find_trace(const struct recent *recent,
					     const uint8_t trace_id[TRACE_ID_SIZE]);
const uint8_t *recent_trace_id(const struct recent_trace *trace);
/* In the order in which they were taken, which is that of their ends. */
size_t recent_span_count(const struct recent_trace *trace);
bool recent_span(const struct recent_trace *trace, size_t index, enum language language,
		 struct recent_fact *out);

#endif
