/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where OTLP goes and how, from the standard OTEL_* variables: opentelemetry-specification,
 * protocol/exporter.md and configuration/sdk-environment-variables.md.
 */
#ifndef SEAMARK_OTLP_ENVIRONMENT_H
#define SEAMARK_OTLP_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/encode/otlp.h"

#define OTLP_TEXT_SIZE	1024
#define OTLP_HEADERS_MAX 16
#define OTLP_BODY_LIMIT	(64u << 20)	/* bytes; what receivers take at most */

/* Of one signal. Empty strings: not given. */
struct otlp_signal {
	bool enabled;
	enum otlp_format format;
	bool gzip;
	uint64_t timeout_ms;
	char url[OTLP_TEXT_SIZE];		/* whole, with the signal's path */
	char certificate[OTLP_TEXT_SIZE];	/* authorities to trust */
	char client_key[OTLP_TEXT_SIZE];
	char client_certificate[OTLP_TEXT_SIZE];
	size_t header_count;
	char headers[OTLP_HEADERS_MAX][OTLP_TEXT_SIZE];	/* "Name: value" */
};

/* Of spans or log records. */
struct otlp_batching {
	uint64_t delay_ms;		/* at most that long until they go out */
	size_t queue_max;		/* waiting */
	size_t batch_max;		/* in a request */
};

struct otlp_options {
	bool enabled;			/* at least one of the signals */
	struct otlp_signal traces;
	struct otlp_signal logs;
	struct otlp_signal metrics;
	struct otlp_metrics_style metrics_style;
	struct otlp_batching span_batching;
	struct otlp_batching log_batching;
	uint64_t metric_interval_ms;
	const char *spool;		/* set by the caller, afterwards; NULL: none */
	uint64_t spool_bytes;		/* of each signal at most */
	struct otlp_agent agent;	/* its strings point into texts */
	char host_name[256];
	char texts[4096];
};

/*
 * url: of --otlp, stands before OTEL_EXPORTER_OTLP_ENDPOINT; NULL: the variables alone. options
 * must not be copied afterwards. Negative errno and a sentence naming the variable in error.
 */
int otlp_options_read(struct otlp_options *options, const char *url, char *error,
		      size_t error_size);

#endif
