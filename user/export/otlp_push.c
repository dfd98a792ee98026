/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals with one request under way each; facts wait in lanes, metrics in their series. */
#include "user/export/otlp_push.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/export/fact_lane.h"
#include "user/export/otlp_post.h"
#include "user/host/clock.h"

#define COMPLAIN_NS	60000000000ULL	/* a broken receiver is told once a minute */
#define POLL_MS		20

struct otlp_push {
	const struct otlp_options *options;
	CURLM *multi;
	struct fact_lane *lanes[OTLP_FACT_SIGNALS];	/* NULL: not wanted */
	struct otlp_post *metrics;
	int (*refresh)(void *ctx);
	struct metrics *(*source)(void *ctx);
	void *ctx;
	uint64_t start_unix_ns;		/* of what is counted in the metrics that are sent next */
	uint64_t marked_unix_ns;	/* when differences were marked as sent */
	uint64_t next_metrics_ns;
	uint64_t complained_ns;
};

#define EACH_LANE(push, lane)								\
	for (struct fact_lane **lane = (push)->lanes;					\
	     lane < (push)->lanes + OTLP_FACT_SIGNALS; lane++)

static int open_lane(struct otlp_push *push, enum otlp_fact_signal which,
		     const struct otlp_signal *signal, const struct otlp_batching *batching,
		     fact_encode encode)
{
	if (!signal->enabled)
		return 0;
	push->lanes[which] = fact_lane_new(signal, batching, &push->options->agent, encode,
					   push->multi);
	return push->lanes[which] ? 0 : -ENOMEM;
}

/* Beside the queue of each lane. */
static int open_spools(struct otlp_push *push, char *error, size_t error_size)
{
	static const char *const names[] = { [OTLP_SPANS] = "traces", [OTLP_LOGS] = "logs" };
	const struct otlp_options *options = push->options;
	const enum otlp_format formats[] = {
		[OTLP_SPANS] = options->traces.format, [OTLP_LOGS] = options->logs.format,
	};
	int result = 0;

	for (size_t i = 0; !result && options->spool && i < OTLP_FACT_SIGNALS; i++) {
		struct spool *spool;

		if (!push->lanes[i])
			continue;
		result = spool_open(options->spool, names[i], formats[i], options->spool_bytes,
				    &spool, error, error_size);
		if (!result)
			fact_lane_set_spool(push->lanes[i], spool);
	}
	return result;
}

static int open_posts(struct otlp_push *push)
{
	const struct otlp_options *options = push->options;

	push->multi = curl_multi_init();
	if (!push->multi ||
	    open_lane(push, OTLP_SPANS, &options->traces, &options->span_batching,
		      encode_otlp_traces) ||
	    open_lane(push, OTLP_LOGS, &options->logs, &options->log_batching, encode_otlp_logs))
		return -ENOMEM;
	if (options->metrics.enabled)
		push->metrics = otlp_post_new(&options->metrics, push->multi);
	return options->metrics.enabled && !push->metrics ? -ENOMEM : 0;
}

int otlp_push_open(const struct otlp_options *options, struct otlp_push **out, char *error,
		   size_t error_size)
{
	struct otlp_push *push = calloc(1, sizeof(*push));
	uint64_t now_ns = host_monotonic_ns();
	int result;

	if (!push)
		return -ENOMEM;
	push->options = options;
	push->start_unix_ns = now_ns + (uint64_t)host_wall_offset_ns();
	push->next_metrics_ns = now_ns + options->metric_interval_ms * 1000000;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) || open_posts(push)) {
		snprintf(error, error_size, "the OTLP exporter could not be started: out of "
			 "memory");
		otlp_push_close(push);
		return -ENOMEM;
	}
	result = open_spools(push, error, error_size);
	if (result) {
		otlp_push_close(push);
		return result;
	}
	*out = push;
	return 0;
}

void otlp_push_close(struct otlp_push *push)
{
	if (!push)
		return;
	EACH_LANE(push, lane)
		fact_lane_free(*lane);
	otlp_post_free(push->metrics);
	curl_multi_cleanup(push->multi);
	free(push);
}

void otlp_push_fact(struct otlp_push *push, const struct fact *fact)
{
	if (fact->is_span && fact->sampled_out)
		fact_lane_skip(push->lanes[OTLP_SPANS]);
	else if (fact->is_span)
		fact_lane_add(push->lanes[OTLP_SPANS], fact);
	if (fact->outcome == OUTCOME_ERROR || fact->kind == EVENT_SYSCALL_SLOW)
		fact_lane_add(push->lanes[OTLP_LOGS], fact);
}

void otlp_push_name(struct otlp_push *push, const struct names *names, const struct named *who)
{
	EACH_LANE(push, lane)
		fact_lane_name(*lane, names, who);
}

void otlp_push_metrics_source(struct otlp_push *push, int (*refresh)(void *ctx),
			      struct metrics *(*metrics)(void *ctx), void *ctx)
{
	push->refresh = refresh;
	push->source = metrics;
	push->ctx = ctx;
}

static void complain(struct otlp_push *push, const struct post_outcome *outcome, uint64_t now_ns)
{
	if (!outcome->why[0] || (push->complained_ns &&
				 now_ns - push->complained_ns < COMPLAIN_NS))
		return;
	push->complained_ns = now_ns;
	fprintf(stderr, "seamark: OTLP: %s%s\n", outcome->why,
		outcome->done ? "" : "; trying again");
}

static void account_metrics(struct otlp_push *push, const struct post_outcome *outcome)
{
	if (!outcome->taken || !push->options->metrics_style.differences)
		return;
	metrics_mark_taken(push->source(push->ctx));
	push->start_unix_ns = push->marked_unix_ns;
}

static bool take_result(struct otlp_push *push, const CURLMsg *message, uint64_t now_ns,
			struct post_outcome *outcome)
{
	EACH_LANE(push, lane)
		if (fact_lane_ended(*lane, message->easy_handle, message->data.result, now_ns,
				    outcome))
			return true;
	if (!push->metrics || !otlp_post_ended(push->metrics, message->easy_handle,
					       message->data.result, now_ns, outcome))
		return false;
	account_metrics(push, outcome);
	return true;
}

static void take_results(struct otlp_push *push, uint64_t now_ns)
{
	struct post_outcome outcome;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(push->multi, &left)))
		if (message->msg == CURLMSG_DONE &&
		    take_result(push, message, now_ns, &outcome))
			complain(push, &outcome, now_ns);
}

/* What waits for a retry is older than what there is now: it gives its place. False: not now. */
static bool send_metrics(struct otlp_push *push)
{
	const struct otlp_options *options = push->options;
	uint64_t now_unix_ns = host_monotonic_ns() + (uint64_t)host_wall_offset_ns();
	struct metrics *metrics;
	struct buffer body;

	if (!push->metrics || !push->source)
		return true;
	if (otlp_post_state(push->metrics) == POST_RUNNING || push->refresh(push->ctx))
		return false;
	buffer_init(&body, OTLP_BODY_LIMIT);
	metrics = push->source(push->ctx);
	if (options->metrics_style.differences && metrics_mark_sent(metrics))
		return true;
	push->marked_unix_ns = now_unix_ns;
	encode_otlp_metrics(&body, &options->metrics_style, &options->agent, metrics,
			    push->start_unix_ns, now_unix_ns);
	if (body.failed || otlp_post_start(push->metrics, body.data, body.size))
		fprintf(stderr, "seamark: OTLP: the metrics are too many for one request\n");
	buffer_free(&body);
	return true;
}

static void progress(struct otlp_push *push, uint64_t now_ns, bool at_once)
{
	int running;

	EACH_LANE(push, lane)
		fact_lane_retry(*lane, now_ns, at_once);
	if (push->metrics)
		otlp_post_tick(push->metrics, now_ns, at_once);
	curl_multi_perform(push->multi, &running);
	take_results(push, now_ns);
}

static bool is_busy(const struct otlp_push *push)
{
	for (size_t i = 0; i < OTLP_FACT_SIGNALS; i++)
		if (fact_lane_is_busy(push->lanes[i]))
			return true;
	return push->metrics && otlp_post_state(push->metrics) != POST_IDLE;
}

static bool has_more(const struct otlp_push *push)
{
	for (size_t i = 0; i < OTLP_FACT_SIGNALS; i++)
		if (fact_lane_has_more(push->lanes[i]))
			return true;
	return false;
}

void otlp_push_tick(struct otlp_push *push, uint64_t now_ns)
{
	if (is_busy(push))
		progress(push, now_ns, false);
	if (now_ns >= push->next_metrics_ns) {
		push->next_metrics_ns = now_ns + push->options->metric_interval_ms * 1000000;
		send_metrics(push);
	}
	EACH_LANE(push, lane)
		fact_lane_send(*lane, now_ns, false);
}

/* What waits for a retry is tried at once, but only once: a receiver that asks for time gets it. */
void otlp_push_flush(struct otlp_push *push, uint64_t deadline_ns)
{
	static const char *const names[] = { [OTLP_SPANS] = "spans", [OTLP_LOGS] = "log records" };
	bool at_once = true, told = false;
	uint64_t now_ns;

	do {
		/* The last word on the metrics may have to wait for the one before. */
		told = told || send_metrics(push);
		EACH_LANE(push, lane)
			fact_lane_send(*lane, 0, true);
		curl_multi_poll(push->multi, NULL, 0, POLL_MS, NULL);
		now_ns = host_monotonic_ns();
		progress(push, now_ns, at_once);
		at_once = false;
	} while ((!told || is_busy(push) || has_more(push)) && now_ns < deadline_ns);
	for (size_t i = 0; i < OTLP_FACT_SIGNALS; i++) {
		uint64_t lost = fact_lane_give_up(push->lanes[i]);

		if (lost)
			fprintf(stderr, "seamark: OTLP: %llu %s could not be sent before the end\n",
				(unsigned long long)lost, names[i]);
	}
}

void otlp_push_accounts(const struct otlp_push *push, enum otlp_fact_signal which,
			struct otlp_push_accounts *out)
{
	fact_lane_accounts(push->lanes[which], out);
}
