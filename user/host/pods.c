/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One list at a time, not more than one a second. One that fails is asked for again later and
 * later. The token is read anew for each, since Kubernetes replaces it every hour; it is sent to
 * nobody in clear.
 */
#include "user/host/pods.h"

#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/model/version.h"

#define INTERVAL_NS	1000000000ULL
#define PAUSE_FIRST_NS	(2ULL * 1000000000)
#define PAUSE_MAX_NS	(60ULL * 1000000000)
#define CONNECT_MS	2000L
#define TIMEOUT_MS	15000L
#define LIST_SIZE_MAX	(128u << 20)
#define REFUSAL_SIZE_MAX (1u << 20)
#define TOKEN_SIZE_MAX	16384
#define URL_SIZE	1024
#define KUBELET_PATH	"/pods"

struct pods {
	struct pods_options options;
	char url[URL_SIZE];
	bool is_secure;			/* https: the token may go there */
	struct pod_list *list;
	CURLM *multi;
	CURL *easy;
	bool runs;
	bool wanted;
	int broken;			/* of the list under way: why it is not read on */
	size_t size;			/* of the list under way */
	uint64_t next_ns;
	uint64_t pause_ns;
	bool fails;
	char said[512];			/* the last notice */
	char problem[CURL_ERROR_SIZE];
	struct pods_accounts accounts;
};

/* Less than it was given ends the transfer. */
static size_t take_bytes(char *bytes, size_t one, size_t count, void *closure)
{
	struct pods *pods = closure;
	size_t size = one * count;
	long status = 0;

	curl_easy_getinfo(pods->easy, CURLINFO_RESPONSE_CODE, &status);
	/* What it says of a refusal is not looked at. */
	if (status != 200)
		return (pods->size += size) <= REFUSAL_SIZE_MAX ? size : 0;
	pods->size += size;
	pods->broken = -EFBIG;
	if (pods->size <= LIST_SIZE_MAX)
		pods->broken = pod_list_feed(pods->list, bytes, size);
	return pods->broken ? 0 : size;
}

static char *part(CURLU *url, CURLUPart which)
{
	char *text = NULL;

	return curl_url_get(url, which, &text, 0) ? NULL : text;
}

/* False: it can't be asked. */
static bool take_url(struct pods *pods, CURLU *url)
{
	char *scheme = part(url, CURLUPART_SCHEME), *user = part(url, CURLUPART_USER);
	char *path = part(url, CURLUPART_PATH), *whole = NULL;
	bool good = scheme && path && !user;

	pods->is_secure = scheme && !strcmp(scheme, "https");
	good = good && (pods->is_secure || !strcmp(scheme, "http"));
	if (good && !strcmp(path, "/"))
		good = !curl_url_set(url, CURLUPART_PATH, KUBELET_PATH, 0);
	if (good)
		whole = part(url, CURLUPART_URL);
	good = whole && strlen(whole) < sizeof(pods->url);
	if (good)
		strcpy(pods->url, whole);
	curl_free(scheme);
	curl_free(user);
	curl_free(path);
	curl_free(whole);
	return good;
}

static int read_url(struct pods *pods, char *error, size_t error_size)
{
	CURLU *url = curl_url();
	bool good = url && !curl_url_set(url, CURLUPART_URL, pods->options.url, 0) &&
		    take_url(pods, url);

	curl_url_cleanup(url);
	if (good)
		return 0;
	snprintf(error, error_size, "'%s' is no address of pods: give --pods a kubelet's, like "
		 "https://127.0.0.1:10250, or the API server's whole, like https://HOST/api/v1/pods"
		 "?fieldSelector=spec.nodeName%%3DNODE, without a password in it",
		 pods->options.url);
	return -EINVAL;
}

int pods_check(const struct pods_options *options, char *error, size_t error_size)
{
	struct pods pods = { .options = *options };

	return read_url(&pods, error, error_size);
}

static bool is_there(const char *path)
{
	return !access(path, R_OK);
}

/* What a pod is given counts where nothing else was named. */
static void fill_options(struct pods_options *options)
{
	if (!options->token_file && is_there(PODS_ACCOUNT "token"))
		options->token_file = PODS_ACCOUNT "token";
	if (!options->ca_file && is_there(PODS_ACCOUNT "ca.crt"))
		options->ca_file = PODS_ACCOUNT "ca.crt";
}

static void set_options(struct pods *pods)
{
	CURL *easy = pods->easy;

	curl_easy_setopt(easy, CURLOPT_URL, pods->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, pods->is_secure ? "https" : "http");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	curl_easy_setopt(easy, CURLOPT_PROXY, "");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, CONNECT_MS);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, TIMEOUT_MS);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_bytes);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, pods);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, pods->problem);
	curl_easy_setopt(easy, CURLOPT_ACCEPT_ENCODING, "gzip");
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "seamark/" SEAMARK_VERSION);
	curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (pods->options.ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, pods->options.ca_file);
	if (pods->options.unverified) {
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
		curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
	}
}

int pods_new(const struct pods_options *options, pod_take take, void *context, struct pods **out,
	     char *error, size_t error_size)
{
	struct pods *pods = calloc(1, sizeof(*pods));
	int result;

	if (!pods)
		return -ENOMEM;
	pods->options = *options;
	fill_options(&pods->options);
	result = read_url(pods, error, error_size);
	pods->list = pod_list_new(take, context);
	if (!result && !curl_global_init(CURL_GLOBAL_DEFAULT))
		pods->easy = curl_easy_init();
	if (!result && (!pods->list || !pods->easy))
		result = -ENOMEM;
	if (result) {
		pods_free(pods);
		return result;
	}
	set_options(pods);
	*out = pods;
	return 0;
}

void pods_free(struct pods *pods)
{
	if (!pods)
		return;
	if (pods->runs)
		curl_multi_remove_handle(pods->multi, pods->easy);
	curl_easy_cleanup(pods->easy);
	if (pods->multi)
		curl_multi_cleanup(pods->multi);
	pod_list_free(pods->list);
	free(pods);
}

/* Said once, and again when something else was the matter meanwhile. */
static void say(struct pods *pods, const char *sentence)
{
	if (strcmp(sentence, pods->said) && pods->options.notice && *sentence)
		pods->options.notice(sentence);
	snprintf(pods->said, sizeof(pods->said), "%s", sentence);
}

static void say_failure(struct pods *pods, const char *what)
{
	char sentence[sizeof(pods->said)];

	snprintf(sentence, sizeof(sentence), "names of pods and deployments may stay missing, for "
		 "%.128s did not tell them: %.250s", pods->url, what);
	say(pods, sentence);
}

static bool is_of_token(unsigned char byte)
{
	return byte > ' ' && byte < 0x7f;
}

/* Its size without what follows it, as a text; negative errno. It goes into a header. */
static ssize_t read_token(const char *path, char token[TOKEN_SIZE_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t size, end = 0;

	if (fd < 0)
		return -errno;
	size = read(fd, token, TOKEN_SIZE_MAX - 1);
	if (size < 0)
		size = -errno;
	close(fd);
	while (end < size && is_of_token((unsigned char)token[end]))
		end++;
	for (ssize_t i = end; i < size; i++)
		if (token[i] != '\n' && token[i] != '\r' && token[i] != ' ')
			return -EINVAL;
	if (size >= 0)
		token[end] = '\0';
	return size < 0 ? size : end ? end : -EINVAL;
}

/* False: there ought to be one, and it can't be read. */
static bool set_token(struct pods *pods)
{
	char token[TOKEN_SIZE_MAX], what[256];
	ssize_t size;

	if (!pods->options.token_file || !pods->is_secure)
		return true;
	size = read_token(pods->options.token_file, token);
	if (size < 0) {
		snprintf(what, sizeof(what), "its token %.100s can't be read: %s; name the right "
			 "one with --pods-token", pods->options.token_file,
			 size == -EINVAL ? "it holds no token" : strerror((int)-size));
		say_failure(pods, what);
		return false;
	}
	curl_easy_setopt(pods->easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
	curl_easy_setopt(pods->easy, CURLOPT_XOAUTH2_BEARER, token);
	return true;
}

static void fail(struct pods *pods, uint64_t now_ns)
{
	pods->fails = true;
	pods->wanted = true;
	pods->accounts.failed++;
	pods->pause_ns = pods->pause_ns ? pods->pause_ns * 2 : PAUSE_FIRST_NS;
	if (pods->pause_ns > PAUSE_MAX_NS)
		pods->pause_ns = PAUSE_MAX_NS;
	pods->next_ns = now_ns + pods->pause_ns;
}

/*
 * The descriptors of a multi handle are made for the first question only: an exec would hand them
 * on, and by then a command under observation has begun.
 */
static void begin(struct pods *pods, uint64_t now_ns)
{
	if (!pods->multi)
		pods->multi = curl_multi_init();
	pods->problem[0] = '\0';
	pods->broken = 0;
	pods->size = 0;
	pod_list_begin(pods->list);
	pods->wanted = false;
	pods->runs = pods->multi && set_token(pods) &&
		     !curl_multi_add_handle(pods->multi, pods->easy);
	if (!pods->runs)
		fail(pods, now_ns);
}

static void say_status(struct pods *pods, long status)
{
	char what[256];

	if (status == 401)
		snprintf(what, sizeof(what), "HTTP 401: it wants a token that it knows; name a "
			 "service account's with --pods-token%s", pods->is_secure ? "" :
			 ", and give an https address, for none is sent in clear");
	else if (status == 403)
		snprintf(what, sizeof(what), "HTTP 403: the service account may not ask; allow it "
			 "'get' on 'nodes/pods' for a kubelet (before Kubernetes 1.33: on "
			 "'nodes/proxy'), or 'list' on 'pods' for the API server");
	else
		snprintf(what, sizeof(what), "HTTP %ld; give --pods the address of a list of pods",
			 status);
	say_failure(pods, what);
}

static void say_transfer(struct pods *pods, CURLcode code)
{
	char what[CURL_ERROR_SIZE + 128];

	if (pods->broken == -EINVAL)
		snprintf(what, sizeof(what), "its answer is no list of pods; give --pods the "
			 "address of one");
	else if (pods->broken)
		snprintf(what, sizeof(what), "its answer is too large: %s",
			 strerror(-pods->broken));
	else
		snprintf(what, sizeof(what), "%s%s",
			 pods->problem[0] ? pods->problem : curl_easy_strerror(code),
			 code == CURLE_PEER_FAILED_VERIFICATION ?
			 "; name its authority with --pods-ca" : "");
	say_failure(pods, what);
}

static bool is_good(struct pods *pods, CURLcode code)
{
	long status = 0;

	curl_easy_getinfo(pods->easy, CURLINFO_RESPONSE_CODE, &status);
	if (status && status != 200) {
		say_status(pods, status);
		return false;
	}
	if (code == CURLE_OK && !pods->broken && pod_list_is_whole(pods->list))
		return true;
	if (code == CURLE_OK)
		pods->broken = -EINVAL;
	say_transfer(pods, code);
	return false;
}

static void end(struct pods *pods, CURLcode code, uint64_t now_ns)
{
	if (!is_good(pods, code)) {
		fail(pods, now_ns);
		return;
	}
	say(pods, "");
	pods->fails = false;
	pods->pause_ns = 0;
	pods->next_ns = now_ns + INTERVAL_NS;
	if (pod_list_unreadable(pods->list))
		pods->accounts.partial++;
	else
		pods->accounts.whole++;
	pod_list_begin(pods->list);
}

void pods_want(struct pods *pods)
{
	pods->wanted = true;
}

void pods_turn(struct pods *pods, uint64_t now_ns)
{
	CURLMsg *message;
	CURLcode code;
	int running, left;

	if (!pods->runs && pods->wanted && now_ns >= pods->next_ns)
		begin(pods, now_ns);
	if (!pods->runs)
		return;
	curl_multi_perform(pods->multi, &running);
	message = curl_multi_info_read(pods->multi, &left);
	if (!message || message->msg != CURLMSG_DONE)
		return;
	code = message->data.result;
	curl_multi_remove_handle(pods->multi, pods->easy);
	pods->runs = false;
	end(pods, code, now_ns);
}

bool pods_fail(const struct pods *pods)
{
	return pods->fails;
}

void pods_accounts(const struct pods *pods, struct pods_accounts *out)
{
	*out = pods->accounts;
}
