/* SPDX-License-Identifier: BSD-2-Clause */
/* A signal made of facts on its way to the receiver: a bounded queue, one request under way. */
#ifndef SEAMARK_FACT_LANE_H
#define SEAMARK_FACT_LANE_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stdint.h>

#include "user/export/otlp_environment.h"
#include "user/export/otlp_post.h"
#include "user/export/otlp_push.h"
#include "user/export/spool.h"
#include "user/model/fact.h"
#include "user/model/names.h"

typedef void (*fact_encode)(struct buffer *out, enum otlp_format format,
			    const struct otlp_agent *agent, const struct fact *const *facts,
			    size_t count);

struct fact_lane;

/* signal, batching and agent must live as long. NULL when out of memory. */
struct fact_lane *fact_lane_new(const struct otlp_signal *signal,
				const struct otlp_batching *batching,
				const struct otlp_agent *agent, fact_encode encode, CURLM *multi);
/* Takes the spool over. What it holds already counts as taken. */
void fact_lane_set_spool(struct fact_lane *lane, struct spool *spool);
/* NULL is fine, here and below, where a signal is not wanted. */
void fact_lane_free(struct fact_lane *lane);
void fact_lane_add(struct fact_lane *lane, const struct fact *fact);
/* One that is not to be sent. */
void fact_lane_skip(struct fact_lane *lane);
void fact_lane_name(struct fact_lane *lane, const struct names *names, const struct named *who);
/* Sends a batch when it is full or its time has come; at_once: also one that is neither. */
void fact_lane_send(struct fact_lane *lane, uint64_t now_ns, bool at_once);
/* Tries again what waits for that, when its time has come or at once. */
void fact_lane_retry(struct fact_lane *lane, uint64_t now_ns, bool at_once);
/* A transfer has ended; false: it was none of this lane's. */
bool fact_lane_ended(struct fact_lane *lane, CURL *easy, CURLcode code, uint64_t now_ns,
		     struct post_outcome *out);
/* Has it a request under way, or one that is to be tried again? */
bool fact_lane_is_busy(const struct fact_lane *lane);
/* Facts that are nowhere but in memory? */
bool fact_lane_has_more(const struct fact_lane *lane);
/* At the end: what waits goes into the spool, or is lost; how many were. */
uint64_t fact_lane_give_up(struct fact_lane *lane);
void fact_lane_accounts(const struct fact_lane *lane, struct otlp_push_accounts *out);

#endif
