/* SPDX-License-Identifier: BSD-2-Clause */
/* Spans, log records and metrics as OTLP requests, as protobuf or JSON. */
#ifndef SEAMARK_ENCODE_OTLP_H
#define SEAMARK_ENCODE_OTLP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/buffer.h"
#include "user/model/fact.h"
#include "user/model/metric.h"

enum otlp_format {
	OTLP_PROTOBUF,
	OTLP_JSON,
};

#define OTLP_PAIRS_MAX 32

/* Who sends. Strings owned by the caller; NULL or empty: left out. */
struct otlp_agent {
	const char *service_name;	/* of the agent's own metrics */
	const char *version;
	const char *host_name;
	size_t pair_count;		/* of OTEL_RESOURCE_ATTRIBUTES */
	struct otlp_pair {
		const char *key;
		const char *value;
	} pairs[OTLP_PAIRS_MAX];
};

const char *otlp_content_type(enum otlp_format format);

/* An ExportTraceServiceRequest; facts of one resource stand together. Nothing when count is 0. */
void encode_otlp_traces(struct buffer *out, enum otlp_format format,
			const struct otlp_agent *agent, const struct fact *const *facts,
			size_t count);
/* The same facts as an ExportLogsServiceRequest: in words, with the ids of their spans. */
void encode_otlp_logs(struct buffer *out, enum otlp_format format, const struct otlp_agent *agent,
		      const struct fact *const *facts, size_t count);

/* How a receiver wants its metrics. */
struct otlp_metrics_style {
	enum otlp_format format;
	bool explicit_buckets;		/* powers of two instead of exponential histograms */
	bool differences;		/* what series_untold(), instead of all since the start */
};

/*
 * An ExportMetricsServiceRequest, of what was counted since start. Exponential histograms have
 * scale 2; the last slot's observations, longer than 2^7.5 s, stand in the bucket behind it.
 */
void encode_otlp_metrics(struct buffer *out, const struct otlp_metrics_style *style,
			 const struct otlp_agent *agent, const struct metrics *metrics,
			 uint64_t start_unix_ns, uint64_t now_unix_ns);

/* What a receiver did not take, by its answer's body; 0: it took all, or the body is not ours. */
uint64_t otlp_rejected(enum otlp_format format, const void *body, size_t size, char *message,
		       size_t message_size);

#endif
