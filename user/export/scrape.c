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

#include "user/export/answer.h"
#include "user/export/listen.h"
#include "user/export/page.h"

#define CONNECTIONS_MAX	32u
#define IDLE_SECONDS	30u
#define RUNS_MAX	32	/* of one turn: each writes once to each connection */
#define MEMORY_SIZE	((size_t)128 << 10)	/* of a connection; half is for what is sent */

struct scrape {
	struct scrape_options options;
	struct MHD_Daemon *daemon;
	char address[LISTEN_NAME_SIZE];
	struct answer_state state;
	int epoll_fd;
	int listen_fd;
};

/* A path that ends in a slash stands for all below it. */
static const struct {
	const char *path;
	answer_make *make;
} pages[] = {
	{ "/metrics", answer_metrics },
	{ "/api/v1/status", answer_status },
	{ "/api/v1/activity", answer_activity },
	{ "/api/v1/history", answer_history },
	{ "/api/v1/failures", answer_failures },
	{ "/api/v1/traces", answer_traces },
	{ "/api/v1/traces/", answer_trace },
	{ "/api/v1/diagnoses", answer_diagnoses },
	{ "/healthz", answer_health },
	{ "/readyz", answer_ready },
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

/* What follows the path; NULL: it is another. */
static const char *rest_of(const char *url, const char *path)
{
	size_t length = strlen(path);
	bool below = length > 1 && path[length - 1] == '/';

	if (strncmp(url, path, length) || (url[length] && !below))
		return NULL;
	return url + length;
}

/* Called once for the head of a request, and again for its end: the second call answers. */
static enum MHD_Result on_request(void *closure, struct MHD_Connection *connection,
				  const char *url, const char *method, const char *version,
				  const char *upload, size_t *upload_size, void **state)
{
	static char seen;
	struct scrape *scrape = closure;
	const struct page *page = page_find(url);

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
	if (page)
		return page_answer(page, connection);
	for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
		const char *rest = rest_of(url, pages[i].path);

		if (rest)
			return pages[i].make(&scrape->state, connection, rest);
	}
	return answer_text(connection, MHD_HTTP_NOT_FOUND,
			   "not here: /, /metrics, /healthz, /readyz, and under /api/v1/ status, "
			   "activity, history, failures, traces, diagnoses\n");
}

static int start(struct scrape *scrape)
{
	const union MHD_DaemonInfo *info;

	scrape->daemon = MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, scrape,
		MHD_OPTION_LISTEN_SOCKET, scrape->listen_fd,
		MHD_OPTION_CONNECTION_LIMIT, CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, MEMORY_SIZE,
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
	scrape->state.options = &scrape->options;
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

/* It wants to be run again where it could go on: nothing that can be waited for tells so. */
static bool can_go_on(struct scrape *scrape)
{
	MHD_UNSIGNED_LONG_LONG milliseconds = 0;

	return MHD_get_timeout(scrape->daemon, &milliseconds) == MHD_YES && !milliseconds;
}

bool scrape_run(struct scrape *scrape)
{
	bool more = true;

	for (int i = 0; i < RUNS_MAX && more; i++) {
		MHD_run(scrape->daemon);
		more = can_go_on(scrape);
	}
	return more;
}

const char *scrape_address(const struct scrape *scrape)
{
	return scrape->address;
}
