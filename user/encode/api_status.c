/* SPDX-License-Identifier: BSD-2-Clause */
/* The families of seamark_self_*, put together as people ask for them. */
#include "user/encode/api_status.h"

#include <string.h>

#include "user/encode/api_parts.h"

static const char *label_of(const struct series *series, const char *name)
{
	const char *value = api_label(series, name);

	return value ? value : "";
}

static uint64_t sum_of(const struct metrics *metrics, const char *family, const char *label,
		       const char *value)
{
	uint64_t sum = 0;

	for (const struct series *one = api_family(metrics, family); one; one = one->next)
		if (!label || !strcmp(label_of(one, label), value))
			sum += one->value;
	return sum;
}

static void who(struct json *json, const struct api_status *status)
{
	api_text(json, "version", status->version);
	api_text(json, "architecture", status->architecture);
	api_text(json, "kernel", status->kernel);
	api_text(json, "host", status->host);
	json_time(json, "started", status->started_unix_ns);
	json_time(json, "now", status->now_unix_ns);
	json_bool(json, "ready", status->ready);
	if (!status->history)
		return;
	json_unsigned(json, "step_seconds", history_step_ns(status->history) / 1000000000);
	if (history_since(status->history))
		json_time(json, "history_since", history_since(status->history));
	json_unsigned(json, "history_bytes", history_bytes(status->history));
}

static void probes(struct json *json, const struct metrics *metrics)
{
	json_open(json, "probes", '[');
	for (const struct series *one = api_family(metrics, "seamark_self_probes"); one;
	     one = one->next) {
		json_open(json, NULL, '{');
		api_text(json, "name", api_label(one, "probe"));
		api_text(json, "state", api_label(one, "state"));
		api_text(json, "means", api_label(one, "means"));
		api_text(json, "reason", api_label(one, "reason"));
		json_close(json, '}');
	}
	json_close(json, ']');
}

static void series(struct json *json, const struct metrics *metrics)
{
	json_open(json, "series", '{');
	json_unsigned(json, "used", metrics_series_count(metrics));
	json_unsigned(json, "ceiling", metrics_ceiling(metrics));
	json_unsigned(json, "overflowed", metrics_overflowed(metrics));
	json_close(json, '}');
}

static void events(struct json *json, const struct metrics *metrics)
{
	static const char *const fates[] = { "exported", "absorbed", "sampled_out" };

	json_open(json, "events", '{');
	json_unsigned(json, "received", sum_of(metrics, "seamark_self_records", NULL, NULL));
	for (size_t i = 0; i < sizeof(fates) / sizeof(fates[0]); i++)
		json_unsigned(json, fates[i],
			      sum_of(metrics, "seamark_self_records", "fate", fates[i]));
	json_close(json, '}');
}

static void loss(struct json *json, const char *cause, const char *lane, uint64_t count)
{
	if (!count)
		return;
	json_open(json, NULL, '{');
	json_string(json, "cause", cause);
	api_text(json, "lane", lane);
	json_unsigned(json, "count", count);
	json_close(json, '}');
}

static bool is_same_loss(const struct series *one, const struct series *other)
{
	return !strcmp(label_of(one, "cause"), label_of(other, "cause")) &&
	       !strcmp(label_of(one, "lane"), label_of(other, "lane"));
}

/* Of all probes together, told with the first of them. */
static void lost_by_probes(struct json *json, const struct metrics *metrics)
{
	const struct series *first = api_family(metrics, "seamark_self_probe_lost"), *other;

	for (const struct series *one = first; one; one = one->next) {
		uint64_t count = 0;

		for (other = first; other != one && !is_same_loss(one, other);)
			other = other->next;
		if (other != one)
			continue;
		for (; other; other = other->next)
			count += is_same_loss(one, other) ? other->value : 0;
		loss(json, label_of(one, "cause"), api_label(one, "lane"), count);
	}
}

static void losses(struct json *json, const struct metrics *metrics)
{
	json_open(json, "losses", '[');
	lost_by_probes(json, metrics);
	loss(json, "missed", NULL, sum_of(metrics, "seamark_self_probe_missed", NULL, NULL));
	loss(json, "malformed", NULL,
	     sum_of(metrics, "seamark_self_records", "fate", "malformed"));
	json_close(json, ']');
}

static void exporter(struct json *json, const struct metrics *metrics, const struct series *taken)
{
	const char *name = label_of(taken, "exporter");

	json_open(json, NULL, '{');
	json_string(json, "name", name);
	json_unsigned(json, "taken", taken->value);
	json_unsigned(json, "waiting",
		      sum_of(metrics, "seamark_self_exporter_waiting", "exporter", name));
	json_open(json, "fates", '{');
	for (const struct series *one = api_family(metrics, "seamark_self_exporter_items"); one;
	     one = one->next)
		if (!strcmp(label_of(one, "exporter"), name))
			json_unsigned(json, label_of(one, "fate"), one->value);
	json_close(json, '}');
	json_close(json, '}');
}

static void exporters(struct json *json, const struct metrics *metrics)
{
	json_open(json, "exporters", '[');
	for (const struct series *one = api_family(metrics, "seamark_self_exporter_taken"); one;
	     one = one->next)
		exporter(json, metrics, one);
	json_close(json, ']');
}

void encode_api_status(struct buffer *out, const struct api_status *status,
		       const struct metrics *metrics)
{
	struct json json;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	who(&json, status);
	probes(&json, metrics);
	series(&json, metrics);
	events(&json, metrics);
	losses(&json, metrics);
	exporters(&json, metrics);
	json_unsigned(&json, "containers", sum_of(metrics, "seamark_container", NULL, NULL));
	json_close(&json, '}');
	buffer_byte(out, '\n');
}
