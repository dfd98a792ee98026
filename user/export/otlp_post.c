/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Retries what the protocol says may be retried (no connection, 429, 502, 503, 504), later and
 * later, or when the receiver says; everything else is final.
 */
#include "user/export/otlp_post.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "user/export/gzip.h"
#include "user/model/version.h"

#define ANSWER_MAX	(64u * 1024)	/* bytes of an answer that are looked at */
#define DELAY_FIRST_NS	1000000000ULL
#define DELAY_MAX_NS	30000000000ULL
#define RETRY_AFTER_MAX	300		/* seconds; a receiver can't silence us for longer */
#define REDIRECTS_NONE	0L

struct otlp_post {
	const struct otlp_signal *signal;
	CURLM *multi;
	CURL *easy;
	struct curl_slist *headers;
	enum post_state state;
	void *body;
	size_t size;
	uint64_t delay_ns;
	uint64_t next_ns;
	char answer[ANSWER_MAX];
	size_t answer_size;
	char problem[CURL_ERROR_SIZE];
};

/* What is beyond the limit is read and forgotten: a long answer is no reason to send again. */
static size_t take_answer(char *bytes, size_t one, size_t count, void *closure)
{
	struct otlp_post *post = closure;
	size_t size = one * count, room = ANSWER_MAX - post->answer_size;

	memcpy(post->answer + post->answer_size, bytes, size < room ? size : room);
	post->answer_size += size < room ? size : room;
	return size;
}

static int add_header(struct otlp_post *post, const char *text)
{
	struct curl_slist *longer = curl_slist_append(post->headers, text);

	if (!longer)
		return -ENOMEM;
	post->headers = longer;
	return 0;
}

static int add_headers(struct otlp_post *post)
{
	char type[64];
	int result;

	snprintf(type, sizeof(type), "Content-Type: %s", otlp_content_type(post->signal->format));
	result = add_header(post, type);
	/* A question before every body would cost a round trip. */
	if (!result)
		result = add_header(post, "Expect:");
	if (!result && post->signal->gzip)
		result = add_header(post, "Content-Encoding: gzip");
	for (size_t i = 0; !result && i < post->signal->header_count; i++)
		result = add_header(post, post->signal->headers[i]);
	return result;
}

static void set_security(CURL *easy, const struct otlp_signal *signal)
{
	if (signal->certificate[0])
		curl_easy_setopt(easy, CURLOPT_CAINFO, signal->certificate);
	if (signal->client_certificate[0])
		curl_easy_setopt(easy, CURLOPT_SSLCERT, signal->client_certificate);
	if (signal->client_key[0])
		curl_easy_setopt(easy, CURLOPT_SSLKEY, signal->client_key);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
}

static int set_options(struct otlp_post *post)
{
	const struct otlp_signal *signal = post->signal;
	CURL *easy = post->easy;

	if (add_headers(post))
		return -ENOMEM;
	curl_easy_setopt(easy, CURLOPT_URL, signal->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, post->headers);
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, REDIRECTS_NONE);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, (long)signal->timeout_ms);
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_answer);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, post);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, post->problem);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "seamark/" SEAMARK_VERSION);
	set_security(easy, signal);
	return 0;
}

struct otlp_post *otlp_post_new(const struct otlp_signal *signal, CURLM *multi)
{
	struct otlp_post *post = calloc(1, sizeof(*post));

	if (!post)
		return NULL;
	post->signal = signal;
	post->multi = multi;
	post->easy = curl_easy_init();
	if (!post->easy || set_options(post)) {
		otlp_post_free(post);
		return NULL;
	}
	return post;
}

void otlp_post_free(struct otlp_post *post)
{
	if (!post)
		return;
	otlp_post_drop(post);
	curl_easy_cleanup(post->easy);
	curl_slist_free_all(post->headers);
	free(post);
}

enum post_state otlp_post_state(const struct otlp_post *post)
{
	return post->state;
}

static void run(struct otlp_post *post)
{
	post->answer_size = 0;
	post->problem[0] = '\0';
	post->state = curl_multi_add_handle(post->multi, post->easy) ? POST_WAITING
								     : POST_RUNNING;
}

int otlp_post_start(struct otlp_post *post, const void *body, size_t size)
{
	void *copy = post->signal->gzip ? gzip(body, size, &post->size) : malloc(size);

	if (!copy)
		return -ENOMEM;
	if (!post->signal->gzip) {
		memcpy(copy, body, size);
		post->size = size;
	}
	free(post->body);
	post->body = copy;
	curl_easy_setopt(post->easy, CURLOPT_POSTFIELDS, post->body);
	curl_easy_setopt(post->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)post->size);
	if (post->state == POST_WAITING)
		return 0;
	post->delay_ns = DELAY_FIRST_NS;
	run(post);
	return 0;
}

void otlp_post_tick(struct otlp_post *post, uint64_t now_ns, bool at_once)
{
	if (post->state == POST_WAITING && (at_once || now_ns >= post->next_ns))
		run(post);
}

bool otlp_post_drop(struct otlp_post *post)
{
	bool had = post->body != NULL;

	if (post->state == POST_RUNNING)
		curl_multi_remove_handle(post->multi, post->easy);
	free(post->body);
	post->body = NULL;
	post->state = POST_IDLE;
	return had;
}

static bool may_retry(CURLcode code, long status)
{
	if (code == CURLE_OK)
		return status == 429 || status == 502 || status == 503 || status == 504;
	/* What was sent to the wrong kind of peer, or to one that can't be trusted, stays wrong. */
	return code != CURLE_URL_MALFORMAT && code != CURLE_UNSUPPORTED_PROTOCOL &&
	       code != CURLE_PEER_FAILED_VERIFICATION && code != CURLE_SSL_CACERT_BADFILE &&
	       code != CURLE_SSL_CERTPROBLEM;
}

/* Half of the delay is drawn by lot, so that many agents don't come back at once. */
static void wait_for_retry(struct otlp_post *post, uint64_t now_ns)
{
	curl_off_t after = 0;
	uint64_t delay_ns = post->delay_ns, lot = 0;

	if (getrandom(&lot, sizeof(lot), GRND_NONBLOCK) == sizeof(lot))
		delay_ns = delay_ns / 2 + lot % (delay_ns / 2);
	curl_easy_getinfo(post->easy, CURLINFO_RETRY_AFTER, &after);
	if (after > RETRY_AFTER_MAX)
		after = RETRY_AFTER_MAX;
	if (after > 0)
		delay_ns = (uint64_t)after * 1000000000ULL;
	post->next_ns = now_ns + delay_ns;
	post->delay_ns = post->delay_ns * 2 < DELAY_MAX_NS ? post->delay_ns * 2 : DELAY_MAX_NS;
	post->state = POST_WAITING;
}

static void say_why(const struct otlp_post *post, CURLcode code, long status,
		    struct post_outcome *out)
{
	if (code != CURLE_OK)
		snprintf(out->why, sizeof(out->why), "%.100s: %.120s", post->signal->url,
			 post->problem[0] ? post->problem : curl_easy_strerror(code));
	else if (status < 200 || status > 299)
		snprintf(out->why, sizeof(out->why), "%.100s answered %ld", post->signal->url,
			 status);
}

bool otlp_post_ended(struct otlp_post *post, CURL *easy, CURLcode code, uint64_t now_ns,
		     struct post_outcome *out)
{
	char message[128];
	long status = 0;

	if (easy != post->easy)
		return false;
	memset(out, 0, sizeof(*out));
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
	curl_multi_remove_handle(post->multi, post->easy);
	post->state = POST_IDLE;
	say_why(post, code, status, out);
	if (out->why[0] && may_retry(code, status)) {
		wait_for_retry(post, now_ns);
		return true;
	}
	out->done = true;
	out->taken = !out->why[0];
	if (out->taken)
		out->rejected = otlp_rejected(post->signal->format, post->answer,
					      post->answer_size, message, sizeof(message));
	if (out->rejected)
		snprintf(out->why, sizeof(out->why), "%.100s did not take %llu: %.100s",
			 post->signal->url, (unsigned long long)out->rejected, message);
	otlp_post_drop(post);
	return true;
}
