/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A long exposition is made as the connection takes it, in parts that the processor still has at
 * hand, and takes as much memory as one of these. Each series is of one moment, but not all of the
 * same.
 */
#include <stdlib.h>
#include <string.h>

#include "user/export/answer.h"
#include "user/export/gzip.h"

#define PART_SIZE	(256u << 10)	/* bytes */
#define BLOCK_SIZE	(64u << 10)	/* of memory that libmicrohttpd asks with */

struct parts {
	struct metrics *metrics;
	enum exposition exposition;
	struct encode_walk walk;
	struct buffer text;		/* one part */
	struct gzip_parts *gzip;	/* NULL: as it is */
	struct buffer small;		/* that part, compressed */
	size_t given;			/* bytes of it */
	bool ended;
};

static void free_parts(void *closure)
{
	struct parts *parts = closure;

	metrics_walk_end(parts->metrics, &parts->walk.series);
	gzip_parts_free(parts->gzip);
	buffer_free(&parts->text);
	buffer_free(&parts->small);
	free(parts);
}

/* What text holds, in the form in which it is given. */
static bool ready_part(struct parts *parts)
{
	parts->given = 0;
	if (!parts->gzip)
		return !parts->text.failed;
	buffer_reset(&parts->small);
	return !parts->text.failed &&
	       gzip_part(parts->gzip, &parts->text, parts->ended, &parts->small);
}

static bool next_part(struct parts *parts)
{
	buffer_reset(&parts->text);
	parts->ended = encode_metrics_part(&parts->text, parts->metrics, parts->exposition,
					   &parts->walk, PART_SIZE);
	return ready_part(parts);
}

static ssize_t give(void *closure, uint64_t at, char *to, size_t room)
{
	struct parts *parts = closure;
	const struct buffer *from = parts->gzip ? &parts->small : &parts->text;
	size_t size;

	(void)at;
	/* Of little text nothing may come out of the compressor yet. */
	while (parts->given == from->size) {
		if (parts->ended)
			return MHD_CONTENT_READER_END_OF_STREAM;
		if (!next_part(parts))
			return MHD_CONTENT_READER_END_WITH_ERROR;
	}
	size = from->size - parts->given < room ? from->size - parts->given : room;
	memcpy(to, from->data + parts->given, size);
	parts->given += size;
	return (ssize_t)size;
}

/* Takes the memory of body. */
static struct parts *new_parts(struct answer_state *state, enum exposition exposition,
			       const struct encode_walk *walk, struct buffer *body, bool gzip)
{
	struct parts *parts = calloc(1, sizeof(*parts));

	if (!parts) {
		buffer_free(body);
		return NULL;
	}
	parts->metrics = state->options->metrics(state->options->ctx);
	parts->exposition = exposition;
	parts->text = *body;
	parts->walk = *walk;
	buffer_init(&parts->small, BODY_LIMIT);
	parts->gzip = gzip ? gzip_parts_new() : NULL;
	metrics_walk_begin(parts->metrics, &parts->walk.series);
	if ((!gzip || parts->gzip) && ready_part(parts))
		return parts;
	free_parts(parts);
	return NULL;
}

struct MHD_Response *answer_in_parts(struct answer_state *state, struct MHD_Connection *connection,
				     enum exposition exposition, const struct encode_walk *walk,
				     struct buffer *body)
{
	bool gzip = answer_takes_gzip(connection);
	struct parts *parts = new_parts(state, exposition, walk, body, gzip);
	struct MHD_Response *response;

	if (!parts)
		return NULL;
	response = MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, BLOCK_SIZE, give, parts,
						     free_parts);
	if (!response)
		free_parts(parts);
	else if (gzip)
		MHD_add_response_header(response, "Content-Encoding", "gzip");
	return response;
}
