/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/export/fact_lane.h"

#include <stdlib.h>
#include <string.h>

#include "user/export/span_queue.h"

struct fact_lane {
	const struct otlp_signal *signal;
	const struct otlp_batching *batching;
	const struct otlp_agent *agent;
	fact_encode encode;
	struct otlp_post *post;
	struct span_queue *queue;
	const struct fact **batch;
	size_t under_way;		/* facts in the request that runs or waits */
	uint64_t next_ns;
	struct otlp_push_accounts accounts;
};

struct fact_lane *fact_lane_new(const struct otlp_signal *signal,
				const struct otlp_batching *batching,
				const struct otlp_agent *agent, fact_encode encode, CURLM *multi)
{
	struct fact_lane *lane = calloc(1, sizeof(*lane));

	if (!lane)
		return NULL;
	lane->signal = signal;
	lane->batching = batching;
	lane->agent = agent;
	lane->encode = encode;
	lane->post = otlp_post_new(signal, multi);
	lane->queue = span_queue_new(batching->queue_max);
	lane->batch = calloc(batching->batch_max, sizeof(*lane->batch));
	if (lane->post && lane->queue && lane->batch)
		return lane;
	fact_lane_free(lane);
	return NULL;
}

void fact_lane_free(struct fact_lane *lane)
{
	if (!lane)
		return;
	otlp_post_free(lane->post);
	span_queue_free(lane->queue);
	free(lane->batch);
	free(lane);
}

void fact_lane_add(struct fact_lane *lane, const struct fact *fact)
{
	if (!lane)
		return;
	lane->accounts.taken++;
	if (!span_queue_add(lane->queue, fact))
		lane->accounts.lost_queue_full++;
}

void fact_lane_skip(struct fact_lane *lane)
{
	if (!lane)
		return;
	lane->accounts.taken++;
	lane->accounts.sampled_out++;
}

void fact_lane_name(struct fact_lane *lane, const struct names *names, const struct named *who)
{
	if (lane)
		span_queue_name(lane->queue, names, who);
}

static void send_batch(struct fact_lane *lane)
{
	size_t count = span_queue_count(lane->queue);
	struct buffer body;

	if (!count || otlp_post_state(lane->post) != POST_IDLE)
		return;
	if (count > lane->batching->batch_max)
		count = lane->batching->batch_max;
	buffer_init(&body, OTLP_BODY_LIMIT);
	span_queue_first(lane->queue, lane->batch, count);
	lane->encode(&body, lane->signal->format, lane->agent, lane->batch, count);
	if (body.failed || otlp_post_start(lane->post, body.data, body.size))
		lane->accounts.lost_refused += count;
	else
		lane->under_way = count;
	span_queue_remove(lane->queue, count);
	buffer_free(&body);
}

void fact_lane_send(struct fact_lane *lane, uint64_t now_ns, bool at_once)
{
	if (!lane || (!at_once && now_ns < lane->next_ns &&
		      span_queue_count(lane->queue) < lane->batching->batch_max))
		return;
	/* The first waits its time, too. */
	if (at_once || lane->next_ns)
		send_batch(lane);
	lane->next_ns = now_ns + lane->batching->delay_ms * 1000000;
}

void fact_lane_retry(struct fact_lane *lane, uint64_t now_ns, bool at_once)
{
	if (lane)
		otlp_post_tick(lane->post, now_ns, at_once);
}

static void account(struct fact_lane *lane, const struct post_outcome *outcome)
{
	uint64_t rejected = outcome->rejected < lane->under_way ? outcome->rejected
								: lane->under_way;

	if (!outcome->done)
		return;
	if (outcome->taken) {
		lane->accounts.sent += lane->under_way - rejected;
		lane->accounts.rejected += rejected;
	} else {
		lane->accounts.lost_refused += lane->under_way;
	}
	lane->under_way = 0;
}

bool fact_lane_ended(struct fact_lane *lane, CURL *easy, CURLcode code, uint64_t now_ns,
		     struct post_outcome *out)
{
	if (!lane || !otlp_post_ended(lane->post, easy, code, now_ns, out))
		return false;
	account(lane, out);
	return true;
}

bool fact_lane_is_busy(const struct fact_lane *lane)
{
	return lane && otlp_post_state(lane->post) != POST_IDLE;
}

size_t fact_lane_waiting(const struct fact_lane *lane)
{
	return lane ? lane->under_way + span_queue_count(lane->queue) : 0;
}

uint64_t fact_lane_give_up(struct fact_lane *lane)
{
	uint64_t lost = fact_lane_waiting(lane);

	if (!lane)
		return 0;
	lane->accounts.lost_at_end += lost;
	lane->under_way = 0;
	span_queue_remove(lane->queue, span_queue_count(lane->queue));
	return lost;
}

void fact_lane_accounts(const struct fact_lane *lane, struct otlp_push_accounts *out)
{
	memset(out, 0, sizeof(*out));
	if (!lane)
		return;
	*out = lane->accounts;
	out->waiting = fact_lane_waiting(lane);
}
