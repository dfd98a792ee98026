/* SPDX-License-Identifier: BSD-2-Clause */
/* What the answers of the endpoint are made with. */
#ifndef SEAMARK_ANSWER_H
#define SEAMARK_ANSWER_H

#include <microhttpd.h>

#include "user/encode/openmetrics.h"
#include "user/export/scrape.h"
#include "user/model/buffer.h"

#define BODY_LIMIT	(256u << 20)	/* bytes of one answer */

/* What the last exposition took; answers are made by one thread. */
struct answer_state {
	const struct scrape_options *options;
	size_t metrics_size;
};

/* An answer. rest: of the path, behind a prefix; else empty. */
typedef enum MHD_Result answer_make(struct answer_state *state, struct MHD_Connection *connection,
				    const char *rest);

/* Queues and releases the response; NULL: there was no memory. */
enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, const char *type,
		       struct MHD_Response *response);
enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned int status,
			    const char *text);
/* Compressed where it is wanted and worth it. Takes the body's memory. */
struct MHD_Response *answer_respond(struct MHD_Connection *connection, struct buffer *body);
/*
 * An exposition in text that is longer than body, with which it begins: made in parts, as they are
 * sent. Takes the body's memory; walk is copied. NULL: there was no memory.
 */
struct MHD_Response *answer_in_parts(struct answer_state *state, struct MHD_Connection *connection,
				     enum exposition exposition, const struct encode_walk *walk,
				     struct buffer *body);
bool answer_takes_gzip(struct MHD_Connection *connection);
/* NULL: the request has none. */
const char *answer_header(struct MHD_Connection *connection, const char *name);

/* /metrics, /healthz, /readyz */
answer_make answer_metrics, answer_health, answer_ready;
/* /api/v1/... */
answer_make answer_status, answer_activity, answer_history, answer_failures, answer_traces,
	    answer_trace, answer_diagnoses;

#endif
