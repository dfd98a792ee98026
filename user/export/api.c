/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * /api/v1: reads what is asked for, brings the numbers up to date and lets the encoders write.
 * Each answer is whole before its first byte leaves: a slow reader holds up nothing but its copy.
 */
#include <string.h>

#include "user/encode/api_activity.h"
#include "user/encode/api_failures.h"
#include "user/encode/api_history.h"
#include "user/encode/api_query.h"
#include "user/encode/api_status.h"
#include "user/encode/api_traces.h"
#include "user/encode/diagnoses.h"
#include "user/export/answer.h"

#define NS_PER_SECOND	1000000000ULL

struct parameters {
	struct api_parameter items[API_QUERY_MAX + 1];
	size_t count;
};

/* One more than are taken: then it is too many. */
static enum MHD_Result collect(void *closure, enum MHD_ValueKind kind, const char *name,
			       size_t name_size, const char *value, size_t value_size)
{
	struct parameters *parameters = closure;

	(void)kind;
	parameters->items[parameters->count++] = (struct api_parameter){
		strlen(name) == name_size ? name : "", value, value_size };
	return parameters->count <= API_QUERY_MAX ? MHD_YES : MHD_NO;
}

/* False: it was refused, with *result to be returned. */
static bool read_query(struct answer_state *state, struct MHD_Connection *connection,
		       struct api_rules rules, struct api_query *query, enum MHD_Result *result)
{
	struct parameters parameters = { .count = 0 };
	char error[API_ERROR_SIZE];

	rules.language = state->options->language(state->options->ctx);
	MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, collect, &parameters);
	if (api_query_read(&rules, parameters.items, parameters.count, query, error))
		return true;
	*result = answer_text(connection, MHD_HTTP_BAD_REQUEST, error);
	return false;
}

static enum MHD_Result answer_json(struct MHD_Connection *connection, struct buffer *body)
{
	struct MHD_Response *response;

	if (body->failed) {
		buffer_free(body);
		return answer_text(connection, MHD_HTTP_INTERNAL_SERVER_ERROR,
				   "no memory for the answer\n");
	}
	response = answer_respond(connection, body);
	if (response) {
		MHD_add_response_header(response, "Vary", "Accept-Encoding");
		MHD_add_response_header(response, "Cache-Control", "no-store");
	}
	return answer(connection, MHD_HTTP_OK, "application/json", response);
}

/* Up to date, where the kernel lets itself be asked; what was known before is told else. */
static void ask_now(struct answer_state *state, struct api_status *status)
{
	state->options->refresh(state->options->ctx);
	*status = (struct api_status){ .ready = false };
	state->options->status(state->options->ctx, status);
}

enum MHD_Result answer_status(struct answer_state *state, struct MHD_Connection *connection,
			      const char *rest)
{
	struct api_query query;
	struct api_status status;
	enum MHD_Result result;
	struct buffer body;

	(void)rest;
	if (!read_query(state, connection, (struct api_rules){ .takes = 0 }, &query, &result))
		return result;
	ask_now(state, &status);
	buffer_init(&body, BODY_LIMIT);
	encode_api_status(&body, &status, state->options->metrics(state->options->ctx));
	return answer_json(connection, &body);
}

/* The column in which the stretch begins; what is missing before it is not asked for. */
static uint64_t begin_of(const struct api_status *status, uint64_t seconds)
{
	uint64_t step = history_step_ns(status->history);
	uint64_t from = status->now_unix_ns - seconds * NS_PER_SECOND;

	return from - from % step;
}

static uint64_t later(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

/* What both answers from the history begin with. */
struct stretch {
	struct api_query query;
	struct api_status status;
	uint64_t from_unix_ns;		/* asked for */
	uint64_t since_unix_ns;		/* from then on there is something */
};

/* False: *result is to be returned. */
static bool read_stretch(struct answer_state *state, struct MHD_Connection *connection,
			 struct api_rules rules, struct stretch *out, enum MHD_Result *result)
{
	if (!read_query(state, connection, rules, &out->query, result))
		return false;
	ask_now(state, &out->status);
	if (!out->status.history) {
		*result = answer_text(connection, MHD_HTTP_NOT_FOUND,
				      "no history is kept: the agent runs with --history 0\n");
		return false;
	}
	out->from_unix_ns = begin_of(&out->status, out->query.seconds);
	out->since_unix_ns = later(out->from_unix_ns, history_since(out->status.history));
	return true;
}

enum MHD_Result answer_activity(struct answer_state *state, struct MHD_Connection *connection,
				const char *rest)
{
	const struct api_rules rules = { .takes = API_TAKES_SECONDS, .seconds = 60 };
	struct activity *activity;
	struct stretch stretch;
	enum MHD_Result result;
	struct buffer body;

	(void)rest;
	if (!read_stretch(state, connection, rules, &stretch, &result))
		return result;
	buffer_init(&body, BODY_LIMIT);
	activity = activity_new();
	if (activity && !history_fold(stretch.status.history, stretch.from_unix_ns, UINT64_MAX,
				      NULL, activity))
		encode_api_activity(&body, activity, stretch.since_unix_ns,
				    stretch.status.now_unix_ns,
				    state->options->metrics(state->options->ctx));
	else
		body.failed = true;
	activity_free(activity);
	return answer_json(connection, &body);
}

enum MHD_Result answer_history(struct answer_state *state, struct MHD_Connection *connection,
			       const char *rest)
{
	const struct api_rules rules = { .takes = API_TAKES_EVENT | API_TAKES_WHO |
						  API_TAKES_SECONDS, .seconds = 3600 };
	struct history_filter filter;
	struct stretch stretch;
	enum MHD_Result result;
	struct buffer body;

	(void)rest;
	if (!read_stretch(state, connection, rules, &stretch, &result))
		return result;
	filter = (struct history_filter){ .kind = stretch.query.event, .who = stretch.query.who };
	buffer_init(&body, BODY_LIMIT);
	if (!encode_api_history(&body, stretch.status.history, stretch.since_unix_ns,
				stretch.status.now_unix_ns, &filter))
		body.failed = true;
	return answer_json(connection, &body);
}

enum MHD_Result answer_failures(struct answer_state *state, struct MHD_Connection *connection,
				const char *rest)
{
	const struct api_rules rules = { .takes = API_TAKES_LIMIT | API_TAKES_LANGUAGE,
					 .limit = 100, .limit_max = RECENT_FAILURES };
	struct api_query query;
	enum MHD_Result result;
	struct buffer body;

	(void)rest;
	if (!read_query(state, connection, rules, &query, &result))
		return result;
	buffer_init(&body, BODY_LIMIT);
	encode_api_failures(&body, state->options->recent, query.limit, query.language);
	return answer_json(connection, &body);
}

enum MHD_Result answer_traces(struct answer_state *state, struct MHD_Connection *connection,
			      const char *rest)
{
	const struct api_rules rules = { .takes = API_TAKES_LIMIT | API_TAKES_LANGUAGE,
					 .limit = 50, .limit_max = RECENT_TRACES };
	struct api_query query;
	enum MHD_Result result;
	struct buffer body;

	(void)rest;
	if (!read_query(state, connection, rules, &query, &result))
		return result;
	buffer_init(&body, BODY_LIMIT);
	encode_api_traces(&body, state->options->recent, query.limit);
	return answer_json(connection, &body);
}

enum MHD_Result answer_trace(struct answer_state *state, struct MHD_Connection *connection,
			     const char *rest)
{
	const struct api_rules rules = { .takes = API_TAKES_LANGUAGE };
	const struct recent_trace *trace = NULL;
	uint8_t id[TRACE_ID_SIZE];
	struct api_query query;
	enum MHD_Result result;
	struct buffer body;

	if (!read_query(state, connection, rules, &query, &result))
		return result;
	if (api_trace_id(rest, id))
		trace = recent_find_trace(state->options->recent, id);
	if (!trace)
		return answer_text(connection, MHD_HTTP_NOT_FOUND,
				   "no such trace, or no more: /api/v1/traces has the last\n");
	buffer_init(&body, BODY_LIMIT);
	encode_api_trace(&body, trace, query.language);
	return answer_json(connection, &body);
}

enum MHD_Result answer_diagnoses(struct answer_state *state, struct MHD_Connection *connection,
				 const char *rest)
{
	const struct api_rules rules = { .takes = API_TAKES_LANGUAGE };
	struct api_query query;
	enum MHD_Result result;
	struct buffer body;

	(void)rest;
	if (!read_query(state, connection, rules, &query, &result))
		return result;
	buffer_init(&body, BODY_LIMIT);
	encode_diagnoses(&body, state->options->diagnosis(state->options->ctx), query.language);
	return answer_json(connection, &body);
}
