/* SPDX-License-Identifier: BSD-2-Clause */
/* Two signals, each with one request under way; spans wait in a queue, metrics in their series. */
#include "user/export/otlp_push.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/export/otlp_post.h"
#include "user/export/span_queue.h"
#include "user/host/clock.h"

#define BODY_LIMIT	(64u << 20)	/* bytes; what receivers take at most */
#define COMPLAIN_NS	60000000000ULL	/* a broken receiver is told once a minute */
#define POLL_MS		20

struct otlp_push {
	const struct otlp_options *options;
	CURLM *multi;
	struct otlp_post *traces;
	struct otlp_post *metrics;
	struct span_queue *queue;
	const struct fact **batch;
	size_t under_way;		/* spans in the request that runs or waits */
	struct otlp_push_accounts accounts;
	int (*refresh)(void *ctx);
	struct metrics *(*source)(void *ctx);
	void *ctx;
	uint64_t start_unix_ns;		/* of what is counted in the metrics that are sent next */
	uint64_t marked_unix_ns;	/* when differences were marked as sent */
	uint64_t next_traces_ns;
	uint64_t next_metrics_ns;
	uint64_t complained_ns;
};

static int open_posts(struct otlp_push *push)
{
	const struct otlp_options *options = push->options;

	push->multi = curl_multi_init();
	push->queue = span_queue_new(options->queue_max);
	push->batch = calloc(options->batch_max, sizeof(*push->batch));
	if (!push->multi || !push->queue || !push->batch)
		return -ENOMEM;
	if (options->traces.enabled)
		push->traces = otlp_post_new(&options->traces, push->multi);
	if (options->metrics.enabled)
		push->metrics = otlp_post_new(&options->metrics, push->multi);
	if ((options->traces.enabled && !push->traces) ||
	    (options->metrics.enabled && !push->metrics))
		return -ENOMEM;
	return 0;
}

int otlp_push_open(const struct otlp_options *options, struct otlp_push **out, char *error,
		   size_t error_size)
{
	struct otlp_push *push = calloc(1, sizeof(*push));
	uint64_t now_ns = host_monotonic_ns();

	if (!push)
		return -ENOMEM;
	push->options = options;
	push->start_unix_ns = now_ns + (uint64_t)host_wall_offset_ns();
	push->next_traces_ns = now_ns + options->trace_delay_ms * 1000000;
	push->next_metrics_ns = now_ns + options->metric_interval_ms * 1000000;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) || open_posts(push)) {
		snprintf(error, error_size, "the OTLP exporter could not be started: out of "
			 "memory");
		otlp_push_close(push);
		return -ENOMEM;
	}
	*out = push;
	return 0;
}

void otlp_push_close(struct otlp_push *push)
{
	if (!push)
		return;
	otlp_post_free(push->traces);
	otlp_post_free(push->metrics);
	span_queue_free(push->queue);
	free(push->batch);
	curl_multi_cleanup(push->multi);
	free(push);
}

void otlp_push_fact(struct otlp_push *push, const struct fact *fact)
{
	if (!push->traces || !fact->is_span)
		return;
	push->accounts.taken++;
	if (!span_queue_add(push->queue, fact))
		push->accounts.lost_queue_full++;
}

void otlp_push_name(struct otlp_push *push, const struct names *names, const struct named *who)
{
	span_queue_name(push->queue, names, who);
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

static void account_traces(struct otlp_push *push, const struct post_outcome *outcome)
{
	uint64_t rejected = outcome->rejected < push->under_way ? outcome->rejected
								: push->under_way;

	if (!outcome->done)
		return;
	if (outcome->taken) {
		push->accounts.sent += push->under_way - rejected;
		push->accounts.rejected += rejected;
	} else {
		push->accounts.lost_refused += push->under_way;
	}
	push->under_way = 0;
}

static void account_metrics(struct otlp_push *push, const struct post_outcome *outcome)
{
	if (!outcome->taken || !push->options->metrics_style.differences)
		return;
	metrics_mark_taken(push->source(push->ctx));
	push->start_unix_ns = push->marked_unix_ns;
}

static void take_results(struct otlp_push *push, uint64_t now_ns)
{
	struct post_outcome outcome;
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(push->multi, &left))) {
		if (message->msg != CURLMSG_DONE)
			continue;
		if (push->traces && otlp_post_ended(push->traces, message->easy_handle,
						    message->data.result, now_ns, &outcome))
			account_traces(push, &outcome);
		else if (push->metrics && otlp_post_ended(push->metrics, message->easy_handle,
							  message->data.result, now_ns, &outcome))
			account_metrics(push, &outcome);
		else
			continue;
		complain(push, &outcome, now_ns);
	}
}

static void send_traces(struct otlp_push *push)
{
	const struct otlp_options *options = push->options;
	size_t count = span_queue_count(push->queue);
	struct buffer body;

	if (!push->traces || !count || otlp_post_state(push->traces) != POST_IDLE)
		return;
	if (count > options->batch_max)
		count = options->batch_max;
	buffer_init(&body, BODY_LIMIT);
	span_queue_first(push->queue, push->batch, count);
	encode_otlp_traces(&body, options->traces.format, &options->agent, push->batch, count);
	if (body.failed || otlp_post_start(push->traces, body.data, body.size))
		push->accounts.lost_refused += count;
	else
		push->under_way = count;
	span_queue_remove(push->queue, count);
	buffer_free(&body);
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
	buffer_init(&body, BODY_LIMIT);
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

	if (push->traces)
		otlp_post_tick(push->traces, now_ns, at_once);
	if (push->metrics)
		otlp_post_tick(push->metrics, now_ns, at_once);
	curl_multi_perform(push->multi, &running);
	take_results(push, now_ns);
}

static bool is_busy(const struct otlp_push *push)
{
	return (push->traces && otlp_post_state(push->traces) != POST_IDLE) ||
	       (push->metrics && otlp_post_state(push->metrics) != POST_IDLE);
}

void otlp_push_tick(struct otlp_push *push, uint64_t now_ns)
{
	if (is_busy(push))
		progress(push, now_ns, false);
	if (now_ns >= push->next_metrics_ns) {
		push->next_metrics_ns = now_ns + push->options->metric_interval_ms * 1000000;
		send_metrics(push);
	}
	if (now_ns >= push->next_traces_ns ||
	    span_queue_count(push->queue) >= push->options->batch_max) {
		push->next_traces_ns = now_ns + push->options->trace_delay_ms * 1000000;
		send_traces(push);
	}
}

/* What waits for a retry is tried at once, but only once: a receiver that asks for time gets it. */
void otlp_push_flush(struct otlp_push *push, uint64_t deadline_ns)
{
	bool at_once = true, told = false;
	uint64_t now_ns;

	do {
		/* The last word on the metrics may have to wait for the one before. */
		told = told || send_metrics(push);
		send_traces(push);
		curl_multi_poll(push->multi, NULL, 0, POLL_MS, NULL);
		now_ns = host_monotonic_ns();
		progress(push, now_ns, at_once);
		at_once = false;
	} while ((!told || is_busy(push) || span_queue_count(push->queue)) &&
		 now_ns < deadline_ns);
	push->accounts.lost_at_end += push->under_way + span_queue_count(push->queue);
	push->under_way = 0;
	span_queue_remove(push->queue, span_queue_count(push->queue));
	if (push->accounts.lost_at_end)
		fprintf(stderr, "seamark: OTLP: %llu spans could not be sent before the end\n",
			(unsigned long long)push->accounts.lost_at_end);
}

void otlp_push_accounts(const struct otlp_push *push, struct otlp_push_accounts *out)
{
	*out = push->accounts;
	out->waiting = push->under_way + span_queue_count(push->queue);
}
