/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pushes spans, log records and metrics by OTLP/HTTP, in the caller's own loop; bounded, losses are
 * counted.
 */
#ifndef SEAMARK_OTLP_PUSH_H
#define SEAMARK_OTLP_PUSH_H

#include <stddef.h>
#include <stdint.h>

#include "user/export/otlp_environment.h"
#include "user/model/fact.h"
#include "user/model/metric.h"
#include "user/model/names.h"

struct otlp_push;

/* Signals that are made of facts. */
enum otlp_fact_signal { OTLP_SPANS, OTLP_LOGS, OTLP_FACT_SIGNALS };

/* Of one of them: taken == sent + rejected + lost + sampled out + waiting. */
struct otlp_push_accounts {
	uint64_t taken;
	uint64_t sent;
	uint64_t rejected;		/* the receiver's word (partial success) */
	uint64_t lost_queue_full;
	uint64_t lost_refused;		/* a final answer other than success */
	uint64_t lost_at_end;		/* could not be sent before the deadline */
	uint64_t lost_spool_full;	/* the outage was longer than the spool lasts */
	uint64_t lost_damaged;		/* the spool could not be read again */
	uint64_t sampled_out;		/* by the rules of sampling */
	uint64_t waiting;
};

/* options must live as long. Negative errno and a sentence in error. */
int otlp_push_open(const struct otlp_options *options, struct otlp_push **out, char *error,
		   size_t error_size);
void otlp_push_close(struct otlp_push *push);

/* Into the signals that are enabled: each span; of those that failed or took long a log record. */
void otlp_push_fact(struct otlp_push *push, const struct fact *fact);
/* For the facts that still wait. */
void otlp_push_name(struct otlp_push *push, const struct names *names, const struct named *who);
/* Called before each push of metrics. */
void otlp_push_metrics_source(struct otlp_push *push, int (*refresh)(void *ctx),
			      struct metrics *(*metrics)(void *ctx), void *ctx);
/* Does what can be done without waiting. now_ns: CLOCK_MONOTONIC. */
void otlp_push_tick(struct otlp_push *push, uint64_t now_ns);
/* Sends everything that waits, and the metrics once more, until deadline_ns (CLOCK_MONOTONIC). */
void otlp_push_flush(struct otlp_push *push, uint64_t deadline_ns);
void otlp_push_accounts(const struct otlp_push *push, enum otlp_fact_signal which,
			struct otlp_push_accounts *out);

#endif
