/* SPDX-License-Identifier: BSD-2-Clause */
/* The endpoint: metrics, the API, health and readiness by HTTP, in the caller's own loop. */
#ifndef SEAMARK_SCRAPE_H
#define SEAMARK_SCRAPE_H

#include <stdbool.h>
#include <stddef.h>

#include "user/encode/api_status.h"
#include "user/model/metric.h"
#include "user/verdict/diagnosis.h"
#include "user/verdict/recent.h"

struct scrape;

struct scrape_options {
	const char *address;		/* as listen_open() takes it */
	void *ctx;			/* of the calls below */
	int (*refresh)(void *ctx);	/* before each answer that has numbers */
	struct metrics *(*metrics)(void *ctx);
	struct diagnosis *(*diagnosis)(void *ctx);
	const struct recent *recent;	/* outlives this */
	enum language (*language)(void *ctx);	/* of texts, unless another is asked for */
	void (*status)(void *ctx, struct api_status *out);
	/* False: not ready, with the reason in why. */
	bool (*ready)(void *ctx, char *why, size_t size);
};

/* Negative errno and a sentence in error. */
int scrape_open(const struct scrape_options *options, struct scrape **out, char *error,
		size_t error_size);
void scrape_close(struct scrape *scrape);
/* Readable when there is something to do. */
int scrape_fd(const struct scrape *scrape);
/* Does a turn's worth of what can be done without waiting; true: there is more of it. */
bool scrape_run(struct scrape *scrape);
/* "127.0.0.1:9435": with the port that was really given. */
const char *scrape_address(const struct scrape *scrape);

#endif
