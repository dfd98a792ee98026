/* SPDX-License-Identifier: BSD-2-Clause */
/* A signal's own variable stands before the common one; --otlp before both endpoints. */
#include "user/export/otlp_environment.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "user/model/pair.h"
#include "user/model/version.h"

#define PREFIX "OTEL_EXPORTER_OTLP_"

struct reader {
	char *error;
	size_t error_size;
	int result;
};

static void fail(struct reader *reader, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void fail(struct reader *reader, const char *format, ...)
{
	va_list arguments;

	if (reader->result)
		return;
	va_start(arguments, format);
	vsnprintf(reader->error, reader->error_size, format, arguments);
	va_end(arguments);
	reader->result = -EINVAL;
}

/* An empty variable counts as not set: so says the specification. */
static const char *variable(const char *name)
{
	const char *value = getenv(name);

	return value && *value ? value : NULL;
}

/* OTEL_EXPORTER_OTLP_TRACES_name, else OTEL_EXPORTER_OTLP_name. */
static const char *signal_variable(const char *signal, const char *name)
{
	char full[96];
	const char *value;

	snprintf(full, sizeof(full), PREFIX "%s_%s", signal, name);
	value = variable(full);
	if (value)
		return value;
	snprintf(full, sizeof(full), PREFIX "%s", name);
	return variable(full);
}

static uint64_t number(struct reader *reader, const char *name, const char *value,
		       uint64_t otherwise, uint64_t maximum)
{
	unsigned long long result;
	char *end;

	if (!value)
		return otherwise;
	errno = 0;
	result = strtoull(value, &end, 10);
	if (errno || *end || *value == '-' || !result || result > maximum)
		fail(reader, "%s is '%s': a whole number from 1 to %llu is needed", name, value,
		     (unsigned long long)maximum);
	return result;
}

static void copy(struct reader *reader, char out[OTLP_TEXT_SIZE], const char *value,
		 const char *name)
{
	if (value && (size_t)snprintf(out, OTLP_TEXT_SIZE, "%s", value) >= OTLP_TEXT_SIZE)
		fail(reader, "%s is longer than %d bytes", name, OTLP_TEXT_SIZE - 1);
}

static bool is_http(const char *url)
{
	return (!strncasecmp(url, "http://", 7) && url[7]) ||
	       (!strncasecmp(url, "https://", 8) && url[8]);
}

/* The base gets the signal's path behind it; a signal's own endpoint is used as it is. */
static void read_url(struct reader *reader, struct otlp_signal *out, const char *base,
		     const char *signal, const char *path)
{
	char name[96];
	const char *own;

	snprintf(name, sizeof(name), PREFIX "%s_ENDPOINT", signal);
	own = variable(name);
	if (base || !own) {
		own = base ? base : variable(PREFIX "ENDPOINT");
		if (!own)
			return;
		snprintf(out->url, sizeof(out->url), "%s%sv1/%s", own,
			 *own && own[strlen(own) - 1] == '/' ? "" : "/", path);
	} else {
		copy(reader, out->url, own, name);
	}
	if (!is_http(own) || strlen(own) > OTLP_TEXT_SIZE - 32)
		fail(reader, "'%s' is no OTLP endpoint: http://HOST:4318 or https://HOST:4318 is "
		     "needed", own);
	out->enabled = true;
}

static void read_format(struct reader *reader, struct otlp_signal *out, const char *signal)
{
	const char *protocol = signal_variable(signal, "PROTOCOL");
	const char *compression = signal_variable(signal, "COMPRESSION");

	out->format = OTLP_PROTOBUF;
	if (protocol && !strcmp(protocol, "http/json"))
		out->format = OTLP_JSON;
	else if (protocol && strcmp(protocol, "http/protobuf"))
		fail(reader, PREFIX "PROTOCOL is '%s': Seamark speaks http/protobuf and http/json; "
		     "gRPC receivers listen for HTTP on port 4318", protocol);
	out->gzip = !compression || !strcmp(compression, "gzip");
	if (!out->gzip && strcmp(compression, "none"))
		fail(reader, PREFIX "COMPRESSION is '%s': gzip or none is needed", compression);
}

/* The next key=value of a comma-separated list, decoded. False at the end or when malformed. */
static bool next_pair(struct reader *reader, const char **text, const char *name, char *key,
		      char *value, size_t size)
{
	int result = pair_next(text, key, value, size);

	if (result == -EINVAL)
		fail(reader, "%s must be a list key=value,key=value", name);
	else if (result < 0)
		fail(reader, "%s has an entry that is too long or holds control characters", name);
	return result > 0;
}

static void read_headers(struct reader *reader, struct otlp_signal *out, const char *signal)
{
	const char *text = signal_variable(signal, "HEADERS");
	char key[OTLP_TEXT_SIZE / 2], value[OTLP_TEXT_SIZE / 2];

	while (text && next_pair(reader, &text, PREFIX "HEADERS", key, value, sizeof(key))) {
		if (out->header_count == OTLP_HEADERS_MAX) {
			fail(reader, PREFIX "HEADERS has more than %d headers", OTLP_HEADERS_MAX);
			return;
		}
		snprintf(out->headers[out->header_count++], OTLP_TEXT_SIZE, "%.500s: %.500s", key,
			 value);
	}
}

static void read_signal(struct reader *reader, struct otlp_signal *out, const char *base,
			const char *signal, const char *path)
{
	char name[64];
	const char *exporter;

	read_url(reader, out, base, signal, path);
	read_format(reader, out, signal);
	read_headers(reader, out, signal);
	out->timeout_ms = number(reader, PREFIX "TIMEOUT", signal_variable(signal, "TIMEOUT"),
				 10000, 600000);
	copy(reader, out->certificate, signal_variable(signal, "CERTIFICATE"),
	     PREFIX "CERTIFICATE");
	copy(reader, out->client_key, signal_variable(signal, "CLIENT_KEY"), PREFIX "CLIENT_KEY");
	copy(reader, out->client_certificate, signal_variable(signal, "CLIENT_CERTIFICATE"),
	     PREFIX "CLIENT_CERTIFICATE");
	snprintf(name, sizeof(name), "OTEL_%s_EXPORTER", signal);
	exporter = variable(name);
	if (exporter && !strcmp(exporter, "none"))
		out->enabled = false;
}

/* Which of two words a variable has, in whatever case; the first is what it is when not set. */
static bool is_second(struct reader *reader, const char *name, const char *first,
		      const char *second)
{
	const char *value = variable(name);

	if (value && !strcasecmp(value, second))
		return true;
	if (value && strcasecmp(value, first))
		fail(reader, "%s is '%s': %s or %s is needed", name, value, first, second);
	return false;
}

static void read_style(struct reader *reader, struct otlp_options *options)
{
	static const char temporality[] = PREFIX "METRICS_TEMPORALITY_PREFERENCE";
	static const char aggregation[] = PREFIX "METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
	struct otlp_metrics_style *style = &options->metrics_style;
	const char *preference = variable(temporality);

	style->format = options->metrics.format;
	/* Both tell counters and histograms by differences, and Seamark has nothing else. */
	if (preference && !strcasecmp(preference, "lowmemory"))
		style->differences = true;
	else
		style->differences = is_second(reader, temporality, "cumulative", "delta");
	style->explicit_buckets = is_second(reader, aggregation,
					    "base2_exponential_bucket_histogram",
					    "explicit_bucket_histogram");
}

/* Keeps a copy for the options' life; NULL when there is no room. */
static const char *keep(struct otlp_options *options, size_t *used, const char *text)
{
	size_t size = strlen(text) + 1;
	char *at = options->texts + *used;

	if (size > sizeof(options->texts) - *used)
		return NULL;
	memcpy(at, text, size);
	*used += size;
	return at;
}

static void read_resource(struct reader *reader, struct otlp_options *options)
{
	const char *text = variable("OTEL_RESOURCE_ATTRIBUTES");
	const char *name = variable("OTEL_SERVICE_NAME");
	struct otlp_agent *agent = &options->agent;
	char key[OTLP_TEXT_SIZE / 2], value[OTLP_TEXT_SIZE / 2];
	size_t used = 0;

	agent->service_name = "seamark";
	while (text && agent->pair_count < OTLP_PAIRS_MAX &&
	       next_pair(reader, &text, "OTEL_RESOURCE_ATTRIBUTES", key, value, sizeof(key))) {
		struct otlp_pair *pair = &agent->pairs[agent->pair_count];

		pair->key = keep(options, &used, key);
		pair->value = keep(options, &used, value);
		if (!pair->key || !pair->value)
			fail(reader, "OTEL_RESOURCE_ATTRIBUTES is too long");
		else if (!strcmp(key, "service.name"))
			agent->service_name = pair->value;
		else
			agent->pair_count++;
	}
	if (name)
		agent->service_name = keep(options, &used, name) ?: "seamark";
	if (!gethostname(options->host_name, sizeof(options->host_name) - 1))
		agent->host_name = options->host_name;
	agent->version = SEAMARK_VERSION;
}

/* Most receivers of spans take no logs, and complain: only where somebody asked for them. */
static bool are_logs_wanted(void)
{
	const char *exporter = variable("OTEL_LOGS_EXPORTER");

	return exporter ? !strcmp(exporter, "otlp") : variable(PREFIX "LOGS_ENDPOINT") != NULL;
}

/* OTEL_BSP_*: of spans; OTEL_BLRP_*: of log records. */
static void read_batching(struct reader *reader, struct otlp_batching *out, const char *whose,
			  uint64_t delay_ms)
{
	char name[64];

	snprintf(name, sizeof(name), "OTEL_%s_SCHEDULE_DELAY", whose);
	out->delay_ms = number(reader, name, variable(name), delay_ms, 3600000);
	snprintf(name, sizeof(name), "OTEL_%s_MAX_QUEUE_SIZE", whose);
	out->queue_max = number(reader, name, variable(name), 2048, 65536);
	snprintf(name, sizeof(name), "OTEL_%s_MAX_EXPORT_BATCH_SIZE", whose);
	out->batch_max = number(reader, name, variable(name), 512, 65536);
	if (out->batch_max > out->queue_max)
		out->batch_max = out->queue_max;
}

int otlp_options_read(struct otlp_options *options, const char *url, char *error,
		      size_t error_size)
{
	struct reader reader = { error, error_size, 0 };
	const char *disabled = variable("OTEL_SDK_DISABLED");

	memset(options, 0, sizeof(*options));
	read_signal(&reader, &options->traces, url, "TRACES", "traces");
	read_signal(&reader, &options->metrics, url, "METRICS", "metrics");
	read_signal(&reader, &options->logs, url, "LOGS", "logs");
	options->logs.enabled = options->logs.enabled && are_logs_wanted();
	read_style(&reader, options);
	read_resource(&reader, options);
	read_batching(&reader, &options->span_batching, "BSP", 5000);
	read_batching(&reader, &options->log_batching, "BLRP", 1000);
	options->metric_interval_ms = number(&reader, "OTEL_METRIC_EXPORT_INTERVAL",
					     variable("OTEL_METRIC_EXPORT_INTERVAL"), 60000,
					     86400000);
	if (disabled && !strcasecmp(disabled, "true"))
		options->traces.enabled = options->logs.enabled = options->metrics.enabled = false;
	options->enabled = options->traces.enabled || options->logs.enabled ||
			   options->metrics.enabled;
	/* Without an endpoint nothing is pushed: then other tools' variables are none of ours. */
	return options->enabled ? reader.result : 0;
}
