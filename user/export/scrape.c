/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libmicrohttpd without a thread of its own: it brings HTTP's rough edges (pipelining, chunks,
 * slow clients, limits), the loop stays ours.
 */
#include "user/export/scrape.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/encode/diagnoses.h"
#include "user/encode/negotiate.h"
#include "user/encode/openmetrics.h"
#include "user/export/gzip.h"
#include "user/export/listen.h"

#define CONNECTIONS_MAX	32u
#define IDLE_SECONDS	30u
#define BODY_LIMIT	(256u << 20)	/* bytes of one exposition */
#define GZIP_MIN	1024		/* bytes below which compression costs more than it saves */

struct scrape {
	struct scrape_options options;
	struct MHD_Daemon *daemon;
	char address[LISTEN_NAME_SIZE];
	size_t metrics_size;		/* of the last exposition */
	int epoll_fd;
	int listen_fd;
};

static const char landing_page[] =
	"<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
	"<title>Seamark</title></head>"
	"<body><h1>Seamark</h1><ul><li><a href=\"/metrics\">/metrics</a></li>"
	"<li><a href=\"/api/v1/diagnoses\">/api/v1/diagnoses</a></li>"
	"<li><a href=\"/healthz\">/healthz</a></li><li><a href=\"/readyz\">/readyz</a></li></ul>"
	"</body></html>\n";

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned int status,
			      const char *type, struct MHD_Response *response)
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

static enum MHD_Result answer_text(struct MHD_Connection *connection, unsigned int status,
				   const char *text)
{
	return answer(connection, status, "text/plain; charset=utf-8",
		      MHD_create_response_from_buffer(strlen(text), (void *)text,
						      MHD_RESPMEM_MUST_COPY));
}

static enum MHD_Result answer_landing(struct scrape *scrape, struct MHD_Connection *connection)
{
	(void)scrape;
	return answer(connection, MHD_HTTP_OK, "text/html; charset=utf-8",
		      MHD_create_response_from_buffer(sizeof(landing_page) - 1,
						      (void *)landing_page,
						      MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result answer_health(struct scrape *scrape, struct MHD_Connection *connection)
{
	(void)scrape;
	return answer_text(connection, MHD_HTTP_OK, "ok\n");
}

static enum MHD_Result answer_ready(struct scrape *scrape, struct MHD_Connection *connection)
{
	char why[256] = "not ready";
	size_t length;

	if (scrape->options.ready(scrape->options.ctx, why, sizeof(why) - 1))
		return answer_text(connection, MHD_HTTP_OK, "ready\n");
	length = strlen(why);
	why[length] = '\n';
	why[length + 1] = '\0';
	return answer_text(connection, MHD_HTTP_SERVICE_UNAVAILABLE, why);
}

static const char *header(struct MHD_Connection *connection, const char *name)
{
	return MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);
}

/* Compressed where it is wanted and worth it. Takes the body's memory. */
static struct MHD_Response *respond(struct MHD_Connection *connection, struct buffer *body)
{
	struct MHD_Response *response;
	size_t size = 0;
	void *small = NULL;

	if (body->size >= GZIP_MIN && negotiate_gzip(header(connection, "Accept-Encoding")))
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

static enum MHD_Result answer_metrics(struct scrape *scrape, struct MHD_Connection *connection)
{
	enum exposition exposition = negotiate_exposition(header(connection, "Accept"));
	struct MHD_Response *response;
	struct buffer body;

	if (scrape->options.refresh(scrape->options.ctx))
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "the kernel's counters could not be read\n");
	buffer_init(&body, BODY_LIMIT);
	buffer_expect(&body, scrape->metrics_size + scrape->metrics_size / 16);
	encode_metrics(&body, scrape->options.metrics(scrape->options.ctx), exposition);
	if (body.failed) {
		buffer_free(&body);
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "too many series for one answer: lower --series\n");
	}
	scrape->metrics_size = body.size;
	response = respond(connection, &body);
	if (response)
		MHD_add_response_header(response, "Vary", "Accept, Accept-Encoding");
	return answer(connection, MHD_HTTP_OK, exposition_content_type(exposition), response);
}

/* Made whole before the first byte leaves: a slow reader holds up nothing but its own copy. */
static enum MHD_Result answer_diagnoses(struct scrape *scrape, struct MHD_Connection *connection)
{
	struct MHD_Response *response;
	struct buffer body;

	buffer_init(&body, BODY_LIMIT);
	encode_diagnoses(&body, scrape->options.diagnosis(scrape->options.ctx));
	if (body.failed) {
		buffer_free(&body);
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "no memory for the answer\n");
	}
	response = respond(connection, &body);
	if (response) {
		MHD_add_response_header(response, "Vary", "Accept-Encoding");
		MHD_add_response_header(response, "Cache-Control", "no-store");
	}
	return answer(connection, MHD_HTTP_OK, "application/json", response);
}

static const struct {
	const char *path;
	enum MHD_Result (*answer)(struct scrape *scrape, struct MHD_Connection *connection);
} pages[] = {
	{ "/metrics", answer_metrics },
	{ "/api/v1/diagnoses", answer_diagnoses },
	{ "/healthz", answer_health },
	{ "/readyz", answer_ready },
	{ "/", answer_landing },
};

static enum MHD_Result refuse_method(struct MHD_Connection *connection)
{
	static const char text[] = "only GET and HEAD\n";
	struct MHD_Response *response = MHD_create_response_from_buffer(
		sizeof(text) - 1, (void *)text, MHD_RESPMEM_PERSISTENT);

	if (response)
		MHD_add_response_header(response, "Allow", "GET, HEAD");
	return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8",
		      response);
}

/* Called once for the head of a request, and again for its end: the second call answers. */
static enum MHD_Result on_request(void *closure, struct MHD_Connection *connection,
				  const char *url, const char *method, const char *version,
				  const char *upload, size_t *upload_size, void **state)
{
	static char seen;
	struct scrape *scrape = closure;

	(void)version;
	(void)upload;
	if (!*state) {
		*state = &seen;
		return MHD_YES;
	}
	if (*upload_size) {
		*upload_size = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") && strcmp(method, "HEAD"))
		return refuse_method(connection);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (!strcmp(url, pages[i].path))
			return pages[i].answer(scrape, connection);
	return answer_text(connection, MHD_HTTP_NOT_FOUND,
			   "not here: /metrics, /api/v1/diagnoses, /healthz, /readyz\n");
}

static int start(struct scrape *scrape)
{
	const union MHD_DaemonInfo *info;

	scrape->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, scrape,
		MHD_OPTION_LISTEN_SOCKET, scrape->listen_fd,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_END);
	if (!scrape->daemon)
		return -EIO;
	info = MHD_get_daemon_info(scrape->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return -EIO;
	scrape->epoll_fd = info->epoll_fd;
	return 0;
}

int scrape_open(const struct scrape_options *options, struct scrape **out, char *error,
		size_t error_size)
{
	struct scrape *scrape = calloc(1, sizeof(*scrape));
	int result;

	if (!scrape)
		return -ENOMEM;
	scrape->options = *options;
	scrape->listen_fd = listen_open(options->address, scrape->address, error, error_size);
	result = scrape->listen_fd < 0 ? scrape->listen_fd : start(scrape);
	if (result == -EIO)
		snprintf(error, error_size, "the HTTP server could not be started");
	if (result) {
		scrape_close(scrape);
		return result;
	}
	*out = scrape;
	return 0;
}

void scrape_close(struct scrape *scrape)
{
	if (!scrape)
		return;
	if (scrape->daemon)
		MHD_stop_daemon(scrape->daemon);	/* closes the socket, too */
	else if (scrape->listen_fd >= 0)
		close(scrape->listen_fd);
	free(scrape);
}

int scrape_fd(const struct scrape *scrape)
{
	return scrape->epoll_fd;
}

void scrape_run(struct scrape *scrape)
{
	MHD_run(scrape->daemon);
}

const char *scrape_address(const struct scrape *scrape)
{
	return scrape->address;
}
