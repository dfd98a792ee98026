/* SPDX-License-Identifier: BSD-2-Clause */
/* A socket whose daemon failed is left alone for a while, longer each time. */
#include "user/host/runtime_socket.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/host/containerd_api.h"
#include "user/host/runtime_json.h"
#include "user/model/version.h"

#define ASKED_MAX	8
#define ANSWER_MAX	(256u * 1024)	/* bytes; Docker's has some 10 KB */
#define TIMEOUT_MS	1000L
#define PAUSE_FIRST_NS	(5ULL * 1000000000)
#define PAUSE_MAX_NS	(300ULL * 1000000000)

struct pause {
	uint64_t until_ns;
	uint64_t length_ns;
};

struct runtime_socket {
	const struct runtime_files *files;
	CURLM *multi;
	CURL *easy;
	bool runs;
	struct record_container names;	/* of the question */
	struct runtime_daemon daemons[ASKED_MAX];
	size_t count;
	size_t at;			/* the one that is asked */
	bool failed;			/* one of them, at this question */
	struct pause pauses[RUNTIME_DAEMONS_MAX];
	struct curl_slist *headers;	/* of a question to containerd */
	uint8_t question[CONTAINERD_QUESTION_SIZE];
	char *answer;
	size_t size;
	struct runtime_socket_accounts accounts;
};

/* Less than it was given ends the transfer. */
static size_t take_bytes(char *bytes, size_t one, size_t count, void *closure)
{
	struct runtime_socket *socket = closure;
	size_t size = one * count;

	if (size > ANSWER_MAX - socket->size)
		return 0;
	memcpy(socket->answer + socket->size, bytes, size);
	socket->size += size;
	return size;
}

struct runtime_socket *runtime_socket_new(const struct runtime_files *files)
{
	struct runtime_socket *socket = calloc(1, sizeof(*socket));

	if (!socket)
		return NULL;
	socket->files = files;
	socket->answer = malloc(ANSWER_MAX);
	if (!socket->answer) {
		runtime_socket_free(socket);
		return NULL;
	}
	return socket;
}

static void close_sockets(struct runtime_socket *socket)
{
	for (size_t i = 0; i < socket->count; i++)
		close(socket->daemons[i].socket);
	socket->count = 0;
}

void runtime_socket_free(struct runtime_socket *socket)
{
	if (!socket)
		return;
	if (socket->runs)
		curl_multi_remove_handle(socket->multi, socket->easy);
	curl_easy_cleanup(socket->easy);
	if (socket->multi)
		curl_multi_cleanup(socket->multi);
	curl_slist_free_all(socket->headers);
	close_sockets(socket);
	free(socket->answer);
	free(socket);
}

static void set_up(struct runtime_socket *socket)
{
	curl_easy_setopt(socket->easy, CURLOPT_PROTOCOLS_STR, "http");
	curl_easy_setopt(socket->easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(socket->easy, CURLOPT_PROXY, "");
	curl_easy_setopt(socket->easy, CURLOPT_FORBID_REUSE, 1L);
	curl_easy_setopt(socket->easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(socket->easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(socket->easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(socket->easy, CURLOPT_WRITEDATA, socket);
	curl_easy_setopt(socket->easy, CURLOPT_USERAGENT, "seamark/" SEAMARK_VERSION);
}

/*
 * Made for the first question only: most agents never ask, and a start without costs less. What
 * opens descriptors that an exec would hand on comes when a command under observation has begun.
 */
static bool has_handles(struct runtime_socket *socket)
{
	if (!socket->easy && !curl_global_init(CURL_GLOBAL_DEFAULT)) {
		socket->easy = curl_easy_init();
		if (socket->easy)
			set_up(socket);
	}
	if (!socket->multi)
		socket->multi = curl_multi_init();
	return socket->easy && socket->multi;
}

static struct pause *pause_of(struct runtime_socket *socket)
{
	return &socket->pauses[socket->daemons[socket->at].place];
}

/* Its id becomes a part of the URL. */
static bool ask_docker(struct runtime_socket *socket)
{
	char url[160];

	if (socket->names.id[strspn(socket->names.id, "0123456789abcdef")])
		return false;
	snprintf(url, sizeof(url), "http://localhost/containers/%s/json", socket->names.id);
	curl_easy_setopt(socket->easy, CURLOPT_URL, url);
	curl_easy_setopt(socket->easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_NONE);
	curl_easy_setopt(socket->easy, CURLOPT_HTTPHEADER, NULL);
	curl_easy_setopt(socket->easy, CURLOPT_HTTPGET, 1L);
	return true;
}

static bool add_header(struct curl_slist **headers, const char *header)
{
	struct curl_slist *longer = curl_slist_append(*headers, header);

	if (longer)
		*headers = longer;
	return longer;
}

/* The image is all that it adds. gRPC is a POST of HTTP/2, from the first byte on. */
static bool ask_containerd(struct runtime_socket *socket, const char *name_space)
{
	size_t size = containerd_api_question(socket->names.id, socket->question);
	char header[96];

	if (socket->names.image_name[0])
		return false;
	snprintf(header, sizeof(header), "containerd-namespace: %s", name_space);
	curl_slist_free_all(socket->headers);
	socket->headers = NULL;
	if (!size || !add_header(&socket->headers, "Content-Type: " CONTAINERD_API_TYPE) ||
	    !add_header(&socket->headers, "TE: trailers") || !add_header(&socket->headers, header))
		return false;
	curl_easy_setopt(socket->easy, CURLOPT_URL, "http://localhost" CONTAINERD_API_PATH);
	curl_easy_setopt(socket->easy, CURLOPT_HTTP_VERSION,
			 (long)CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE);
	curl_easy_setopt(socket->easy, CURLOPT_HTTPHEADER, socket->headers);
	curl_easy_setopt(socket->easy, CURLOPT_POSTFIELDSIZE, (long)size);
	curl_easy_setopt(socket->easy, CURLOPT_POSTFIELDS, socket->question);
	return true;
}

static bool ask_one(struct runtime_socket *socket, uint64_t now_ns)
{
	const struct runtime_daemon *daemon = &socket->daemons[socket->at];
	char path[40];

	if (pause_of(socket)->until_ns > now_ns)
		return false;
	/* By the descriptor: the name may be another's by now. */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", daemon->socket);
	curl_easy_setopt(socket->easy, CURLOPT_UNIX_SOCKET_PATH, path);
	if (daemon->kind == RUNTIME_DAEMON_DOCKER ? !ask_docker(socket) :
						    !ask_containerd(socket, daemon->name_space))
		return false;
	socket->size = 0;
	socket->runs = !curl_multi_add_handle(socket->multi, socket->easy);
	return socket->runs;
}

/* The one at hand, or the next that can be asked and is not left alone; false: none is left. */
static bool ask_next(struct runtime_socket *socket, uint64_t now_ns)
{
	if (socket->at < socket->count && !has_handles(socket))
		return false;
	while (socket->at < socket->count && !ask_one(socket, now_ns))
		socket->at++;
	return socket->at < socket->count;
}

int runtime_socket_ask(struct runtime_socket *socket, const struct record_container *names,
		       uint64_t now_ns)
{
	if (socket->runs)
		return -EBUSY;
	socket->names = *names;
	socket->count = runtime_files_daemons(socket->files, names->id, socket->daemons, ASKED_MAX);
	socket->at = 0;
	socket->failed = false;
	if (!ask_next(socket, now_ns)) {
		close_sockets(socket);
		return -ENOENT;
	}
	socket->accounts.asked++;
	return 0;
}

static void leave_alone(struct pause *pause, uint64_t now_ns)
{
	pause->length_ns = pause->length_ns ? pause->length_ns * 2 : PAUSE_FIRST_NS;
	if (pause->length_ns > PAUSE_MAX_NS)
		pause->length_ns = PAUSE_MAX_NS;
	pause->until_ns = now_ns + pause->length_ns;
}

/* -ENOENT: it does not know the container. */
static int read_answer(struct runtime_socket *socket)
{
	long status = 0;

	curl_easy_getinfo(socket->easy, CURLINFO_RESPONSE_CODE, &status);
	if (socket->daemons[socket->at].kind == RUNTIME_DAEMON_CONTAINERD)
		return status != 200 ? -EINVAL :
		       containerd_api_read((const uint8_t *)socket->answer, socket->size,
					   &socket->names);
	if (status != 200)
		return status == 404 ? -ENOENT : -EINVAL;
	/* One that tells of another container is no better than one that fails. */
	return runtime_json_read(RUNTIME_DOCKER, socket->answer, socket->size, &socket->names) ?
	       -EINVAL : 0;
}

/* True when the daemon knew the container. */
static bool take_answer(struct runtime_socket *socket, CURLcode code, uint64_t now_ns)
{
	struct pause *pause = pause_of(socket);
	int result = code == CURLE_OK ? read_answer(socket) : -EINVAL;

	if (!result || result == -ENOENT) {
		pause->length_ns = 0;
	} else {
		socket->failed = true;
		leave_alone(pause, now_ns);
	}
	return !result;
}

static void end_question(struct runtime_socket *socket, bool is_known)
{
	if (is_known)
		socket->accounts.answered++;
	else if (socket->failed)
		socket->accounts.failed++;
	else
		socket->accounts.unknown++;
	close_sockets(socket);
}

bool runtime_socket_turn(struct runtime_socket *socket, uint64_t now_ns,
			 struct record_container *out)
{
	CURLMsg *message;
	int running, left;
	bool is_known;

	if (!socket->runs)
		return false;
	curl_multi_perform(socket->multi, &running);
	message = curl_multi_info_read(socket->multi, &left);
	if (!message || message->msg != CURLMSG_DONE)
		return false;
	is_known = take_answer(socket, message->data.result, now_ns);
	curl_multi_remove_handle(socket->multi, socket->easy);
	socket->runs = false;
	socket->at++;
	if (!is_known && ask_next(socket, now_ns))
		return false;
	end_question(socket, is_known);
	*out = socket->names;
	return true;
}

void runtime_socket_accounts(const struct runtime_socket *socket,
			     struct runtime_socket_accounts *out)
{
	*out = socket->accounts;
}
