/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * With a spool, a request whose first try failed is kept there while it is tried again, and so is
 * what comes meanwhile once it makes up a batch. Whatever is in the spool goes out first.
 */
#include "user/export/fact_lane.h"

#include <stdlib.h>
#include <string.h>

#include "user/export/span_queue.h"

#define SPILL_PAUSE_NS	1000000000ULL

struct fact_lane {
	const struct otlp_signal *signal;
	const struct otlp_batching *batching;
	const struct otlp_agent *agent;
	fact_encode encode;
	struct otlp_post *post;
	struct span_queue *queue;
	const struct fact **batch;
	size_t under_way;		/* facts in the request that runs or waits */
	struct buffer body;		/* of that request */
	struct spool *spool;		/* NULL: none */
	uint64_t kept_as;		/* under way, by its number in the spool; 0: not in it */
	uint64_t spill_ns;		/* not before: the disk was full */
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
	buffer_init(&lane->body, OTLP_BODY_LIMIT);
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
	buffer_free(&lane->body);
	spool_close(lane->spool);
	free(lane);
}

static uint64_t spooled(const struct fact_lane *lane)
{
	struct spool_accounts accounts = { .waiting = 0 };

	if (lane->spool)
		spool_accounts(lane->spool, &accounts);
	return accounts.waiting;
}

void fact_lane_set_spool(struct fact_lane *lane, struct spool *spool)
{
	lane->spool = spool;
	lane->accounts.taken += spooled(lane);
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

static void keep_under_way(struct fact_lane *lane)
{
	if (!lane->spool || !lane->under_way || lane->kept_as)
		return;
	lane->kept_as = spool_add(lane->spool, lane->body.data, lane->body.size, lane->under_way);
	spool_hold(lane->spool, lane->kept_as);
}

/* The oldest of the queue, as a request; how many facts. They stay in the queue. */
static size_t encode_batch(struct fact_lane *lane)
{
	size_t count = span_queue_count(lane->queue);

	if (count > lane->batching->batch_max)
		count = lane->batching->batch_max;
	buffer_reset(&lane->body);
	span_queue_first(lane->queue, lane->batch, count);
	lane->encode(&lane->body, lane->signal->format, lane->agent, lane->batch, count);
	return count;
}

static void send_body(struct fact_lane *lane, size_t count)
{
	if (lane->body.failed ||
	    otlp_post_start(lane->post, lane->body.data, lane->body.size)) {
		lane->accounts.lost_refused += count;
		if (lane->kept_as)
			spool_remove(lane->spool, lane->kept_as);
		lane->kept_as = 0;
	} else {
		lane->under_way = count;
	}
}

static void send_batch(struct fact_lane *lane)
{
	uint64_t count = 0;

	if (otlp_post_state(lane->post) != POST_IDLE)
		return;
	lane->kept_as = lane->spool ? spool_first(lane->spool, &lane->body, &count) : 0;
	if (lane->kept_as) {
		send_body(lane, count);
	} else if (span_queue_count(lane->queue)) {
		count = encode_batch(lane);
		send_body(lane, count);
		span_queue_remove(lane->queue, count);
	}
	if (!lane->spool)
		buffer_free(&lane->body);
}

/* False: the disk took no more. */
static bool spill_batch(struct fact_lane *lane)
{
	size_t count = encode_batch(lane);

	if (lane->body.failed || !spool_add(lane->spool, lane->body.data, lane->body.size, count))
		return false;
	span_queue_remove(lane->queue, count);
	return true;
}

/* While the receiver is away, or so slow that the queue would not last. */
static void spill(struct fact_lane *lane, uint64_t now_ns)
{
	size_t count = span_queue_count(lane->queue);
	bool away = otlp_post_state(lane->post) == POST_WAITING;

	if (!lane->spool || now_ns < lane->spill_ns || count < lane->batching->batch_max ||
	    (!away && count < lane->batching->queue_max / 2))
		return;
	/* What is under way must be in the spool before its body's room is used. */
	keep_under_way(lane);
	if ((lane->under_way && !lane->kept_as) || !spill_batch(lane))
		lane->spill_ns = now_ns + SPILL_PAUSE_NS;
}

void fact_lane_send(struct fact_lane *lane, uint64_t now_ns, bool at_once)
{
	if (!lane)
		return;
	spill(lane, now_ns);
	if (spooled(lane))
		send_batch(lane);
	if (!at_once && now_ns < lane->next_ns &&
	    span_queue_count(lane->queue) < lane->batching->batch_max)
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

	if (!outcome->done) {
		keep_under_way(lane);
		return;
	}
	if (outcome->taken) {
		lane->accounts.sent += lane->under_way - rejected;
		lane->accounts.rejected += rejected;
	} else {
		lane->accounts.lost_refused += lane->under_way;
	}
	if (lane->kept_as)
		spool_remove(lane->spool, lane->kept_as);
	lane->kept_as = 0;
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

static uint64_t in_memory(const struct fact_lane *lane)
{
	return (lane->kept_as ? 0 : lane->under_way) + span_queue_count(lane->queue);
}

bool fact_lane_has_more(const struct fact_lane *lane)
{
	return lane && in_memory(lane);
}

uint64_t fact_lane_give_up(struct fact_lane *lane)
{
	uint64_t lost;

	if (!lane)
		return 0;
	keep_under_way(lane);
	if (lane->spool && (!lane->under_way || lane->kept_as))
		while (span_queue_count(lane->queue) && spill_batch(lane))
			;
	lost = in_memory(lane);
	lane->accounts.lost_at_end += lost;
	lane->under_way = lane->kept_as ? lane->under_way : 0;
	span_queue_remove(lane->queue, span_queue_count(lane->queue));
	return lost;
}

void fact_lane_accounts(const struct fact_lane *lane, struct otlp_push_accounts *out)
{
	struct spool_accounts spool = { .waiting = 0 };

	memset(out, 0, sizeof(*out));
	if (!lane)
		return;
	*out = lane->accounts;
	if (lane->spool)
		spool_accounts(lane->spool, &spool);
	out->lost_spool_full = spool.full;
	out->lost_damaged = spool.damaged;
	out->waiting = in_memory(lane) + spool.waiting;
}
