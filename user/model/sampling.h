/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which spans are kept: rules over attributes, of which the first that matches gives the share. All
 * spans of a trace are decided by the same number, their trace's own, so that one kept with a small
 * share is kept with every larger one: opentelemetry-specification, trace/tracestate-probability-
 * sampling.md. Counts and histograms know nothing of it.
 */
#ifndef SEAMARK_SAMPLING_H
#define SEAMARK_SAMPLING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/fact.h"

#define SAMPLING_RULES_MAX	32
#define SAMPLING_WHOLE		(1ULL << 56)	/* a threshold that nothing passes */

struct sampling;

/* No rule: everything is kept. NULL when out of memory. */
struct sampling *sampling_new(void);
void sampling_free(struct sampling *sampling);
/*
 * "event=tls.handshake server.address=*.health.internal 0.1%": conditions NAME=PATTERN, all of
 * which must hold, and a share. Names are those of attributes, event and outcome; * and ? in
 * patterns are any text and any character. A share "5%..50%" climbs from the first to the second as
 * what the rule matches fails, and comes back when it no longer does. -EINVAL, and a sentence in
 * why; -ENOSPC.
 */
int sampling_add(struct sampling *sampling, const char *rule, char *why, size_t size);
size_t sampling_rule_count(const struct sampling *sampling);

/*
 * The least number that a trace must have to be kept, 0 to SAMPLING_WHOLE: a share is what lies
 * above. 0, all, when no rule matches. failed: an act that the rule's share goes by.
 */
uint64_t sampling_threshold(struct sampling *sampling, const struct fact *fact, bool failed);
/* Of the trace, as W3C's level 2 has it: the last seven bytes of its id. */
uint64_t sampling_number(const uint8_t trace_id[TRACE_ID_SIZE]);
/* The share of a rule now, in millionths, for tests and people. */
uint32_t sampling_share(const struct sampling *sampling, size_t rule);

#define SAMPLING_STATE_SIZE 24

/* "ot=th:fd70a": what a threshold is in a tracestate. Empty for 0 would say nothing: "ot=th:0". */
void sampling_state(uint64_t threshold, char out[SAMPLING_STATE_SIZE]);

#endif
