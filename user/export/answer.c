/* SPDX-License-Identifier: BSD-2-Clause */
/* Responses of libmicrohttpd: headers that all have, compression, and what the scrape gets. */
#include "user/export/answer.h"

#include <stdlib.h>
#include <string.h>

#include "user/encode/negotiate.h"
#include "user/export/gzip.h"

#define GZIP_MIN	1024	/* bytes below which compression costs more than it saves */
#define WHOLE_MAX	(2u << 20)	/* bytes of an exposition that is made before it is sent */

enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status, const char *type,
		       struct MHD_Response *response)
{
	enum MHD_Result result;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Content-Type", type);
	MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
	result = MHD_queue_response(connection, status, response);
	MHD_destroy_response(response);
	return result;
}

enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned int status,
			    const char *text)
{
	return answer(connection, status, "text/plain; charset=utf-8",
		      MHD_create_response_from_buffer(strlen(text), (void *)text,
						      MHD_RESPMEM_MUST_COPY));
}

const char *answer_header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

bool answer_takes_gzip(struct MHD_Connection *connection)
{
	return negotiate_gzip(answer_header(connection, "Accept-Encoding"));
}

struct MHD_Response *answer_respond(struct MHD_Connection *connection, struct buffer *body)
{
	struct MHD_Response *response;
	size_t size = 0;
	void *small = NULL;

	if (body->size >= GZIP_MIN && answer_takes_gzip(connection))
		small = gzip(body->data, body->size, &size);
	if (!small) {
		response = MHD_create_response_from_buffer(body->size, body->data,
							   MHD_RESPMEM_MUST_FREE);
		if (!response)
			buffer_free(body);
		return response;
	}
	buffer_free(body);
	response = MHD_create_response_from_buffer(size, small, MHD_RESPMEM_MUST_FREE);
	if (!response)
		free(small);
	else
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	return response;
}

enum MHD_Result answer_metrics(struct answer_state *state, struct MHD_Connection *connection,
			       const char *rest)
{
	const struct scrape_options *options = state->options;
	enum exposition exposition = negotiate_exposition(answer_header(connection, "Accept"));
	struct encode_walk walk = { .family = NULL };
	struct MHD_Response *response;
	struct buffer body;
	bool ended = true;

	(void)rest;
	if (options->refresh(options->ctx))
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "the kernel's counters could not be read\n");
	buffer_init(&body, BODY_LIMIT);
	buffer_expect(&body, state->metrics_size + state->metrics_size / 16);
	if (exposition == EXPOSITION_PROTOBUF)
		encode_metrics(&body, options->metrics(options->ctx), exposition);
	else
		ended = encode_metrics_part(&body, options->metrics(options->ctx), exposition,
					    &walk, WHOLE_MAX);
	if (body.failed) {
		buffer_free(&body);
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "too many series for one answer: lower --series\n");
	}
	state->metrics_size = body.size;
	response = ended ? answer_respond(connection, &body)
			 : answer_in_parts(state, connection, exposition, &walk, &body);
	if (response)
		MHD_add_response_header(response, "Vary", "Accept, Accept-Encoding");
	return answer(connection, MHD_HTTP_OK, exposition_content_type(exposition), response);
}

enum MHD_Result answer_health(struct answer_state *state, struct MHD_Connection *connection,
			      const char *rest)
{
	(void)state;
	(void)rest;
	return answer_text(connection, MHD_HTTP_OK, "ok\n");
}

enum MHD_Result answer_ready(struct answer_state *state, struct MHD_Connection *connection,
			     const char *rest)
{
	char why[256] = "not ready";
	size_t length;

	(void)rest;
	if (state->options->ready(state->options->ctx, why, sizeof(why) - 1))
		return answer_text(connection, MHD_HTTP_OK, "ready\n");
	length = strlen(why);
	why[length] = '\n';
	why[length + 1] = '\0';
	return answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE, why);
}
