/* SPDX-License-Identifier: BSD-2-Clause */
/* One signal's way to its receiver: one request at a time, by libcurl, without waiting. */
#ifndef SEAMARK_OTLP_POST_H
#define SEAMARK_OTLP_POST_H

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/export/otlp_environment.h"

struct otlp_post;

enum post_state {
	POST_IDLE,		/* takes a new body */
	POST_WAITING,		/* has one that must be tried again later */
	POST_RUNNING,
};

/* What became of a body. */
struct post_outcome {
	bool done;		/* nothing more will happen to it */
	bool taken;		/* the receiver has it */
	uint64_t rejected;	/* of its entries, those that the receiver did not take */
	char why[256];		/* empty when all is well */
};

/* signal must live as long. NULL when out of memory. */
struct otlp_post *otlp_post_new(const struct otlp_signal *signal, CURLM *multi);
void otlp_post_free(struct otlp_post *post);

enum post_state otlp_post_state(const struct otlp_post *post);
/*
 * Takes a copy, compressed where that is wanted; not while one is running. Where one waits for its
 * next try, the new one takes its place and waits in its stead. Negative errno.
 */
int otlp_post_start(struct otlp_post *post, const void *body, size_t size);
/* Tries again what waits, when its time has come or when asked to at once. */
void otlp_post_tick(struct otlp_post *post, uint64_t now_ns, bool at_once);
/* A transfer of multi has ended; false when it is none of this post's. */
bool otlp_post_ended(struct otlp_post *post, CURL *easy, CURLcode code, uint64_t now_ns,
		     struct post_outcome *out);
/* Gives up what it has; true when there was something. */
bool otlp_post_drop(struct otlp_post *post);

#endif
