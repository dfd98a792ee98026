/* SPDX-License-Identifier: BSD-2-Clause */
/* One object a row, the total as one more; what did not happen is left out. */
#include "user/encode/api_activity.h"

#include "user/encode/api_parts.h"
#include "user/model/fact.h"
#include "user/model/syscall_name.h"

static void acts(struct json *json, const struct activity_act *all)
{
	json_open(json, "acts", '{');
	for (int kind = 0; kind < ACTIVITY_KINDS; kind++) {
		const struct activity_act *act = &all[kind];
		uint64_t count = 0;

		for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
			count += act->by_outcome[outcome];
		if (!count)
			continue;
		json_open(json, activity_kind_name(kind), '{');
		for (int outcome = 0; outcome < OUTCOME_MAX; outcome++)
			json_unsigned(json, outcome_name(outcome), act->by_outcome[outcome]);
		api_quantile(json, "p50_ns", &act->durations, 0.5);
		api_quantile(json, "p90_ns", &act->durations, 0.9);
		api_quantile(json, "p99_ns", &act->durations, 0.99);
		json_close(json, '}');
	}
	json_close(json, '}');
}

static void calls(struct json *json, const struct activity_row *row, size_t most)
{
	json_open(json, "calls", '[');
	for (size_t i = 0; i < row->call_count && i < most; i++) {
		const struct activity_call *call = &row->calls[i];

		json_open(json, NULL, '{');
		json_string(json, "name", call->name);
		json_unsigned(json, "count", durations_count(&call->durations));
		json_unsigned(json, "errors", call->errors);
		json_bool(json, "waits", syscall_name_waits(call->name));
		json_unsigned(json, "sum_ns", call->durations.sum_ns);
		api_quantile(json, "p50_ns", &call->durations, 0.5);
		api_quantile(json, "p99_ns", &call->durations, 0.99);
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void one_row(struct json *json, const struct activity_row *row,
		    const struct api_containers *containers)
{
	json_open(json, NULL, '{');
	api_container(json, containers, row->who.container_id);
	api_text(json, "unit", row->who.unit);
	api_text(json, "program", row->who.program);
	acts(json, row->acts);
	calls(json, row, API_CALLS_MAX);
	json_close(json, '}');
}

void encode_api_activity(struct buffer *out, const struct activity *activity,
			 uint64_t from_unix_ns, uint64_t to_unix_ns, const struct metrics *metrics)
{
	const struct activity_row *total = activity_total(activity);
	struct api_containers containers;
	struct json json;

	api_containers_init(&containers, metrics);
	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_time(&json, "from", from_unix_ns);
	json_time(&json, "to", to_unix_ns);
	json_open(&json, "rows", '[');
	for (size_t i = 0; i < activity_count(activity); i++)
		one_row(&json, activity_row(activity, i), &containers);
	json_close(&json, ']');
	json_open(&json, "total", '{');
	acts(&json, total->acts);
	calls(&json, total, API_TOTAL_CALLS_MAX);
	json_close(&json, '}');
	json_close(&json, '}');
	buffer_byte(out, '\n');
	api_containers_free(&containers);
}
