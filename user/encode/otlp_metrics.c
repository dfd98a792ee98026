/* SPDX-License-Identifier: BSD-2-Clause */
/* Families as metrics, cumulative. Numbers are those of opentelemetry/proto/metrics/v1. */
#include <string.h>

#include "user/encode/otlp_resource.h"

#define NS_PER_SECOND	1e9
#define ZERO_THRESHOLD	(1.0 / (1 << 24))	/* seconds: slot 0 ends here */

enum {
	RESOURCE_METRICS = 1,
	SCOPE_METRICS = 2,
	METRICS = 2,
	METRIC_NAME = 1,
	METRIC_DESCRIPTION = 2,
	METRIC_UNIT = 3,
	METRIC_GAUGE_DATA = 5,
	METRIC_SUM_DATA = 7,
	METRIC_EXPONENTIAL = 10,
	DATA_POINTS = 1,
	TEMPORALITY = 2,
	TEMPORALITY_CUMULATIVE = 2,
	MONOTONIC = 3,
	NUMBER_START = 2,
	NUMBER_TIME = 3,
	NUMBER_INT = 6,
	NUMBER_ATTRIBUTES = 7,
	POINT_ATTRIBUTES = 1,
	POINT_START = 2,
	POINT_TIME = 3,
	POINT_COUNT = 4,
	POINT_SUM = 5,
	POINT_SCALE = 6,
	POINT_ZERO_COUNT = 7,
	POINT_POSITIVE = 8,
	POINT_ZERO_THRESHOLD = 14,
	BUCKETS_OFFSET = 1,
	BUCKETS_COUNTS = 2,
};

struct period {
	uint64_t start_unix_ns;
	uint64_t now_unix_ns;
};

static void labels(struct otlp_writer *writer, uint32_t number, const struct series *series)
{
	otlp_list(writer, "attributes");
	for (size_t i = 0; i < series->label_count; i++)
		otlp_attribute_text(writer, number, series->labels[i].otlp_name,
				    series->labels[i].value);
	otlp_list_end(writer);
}

static uint64_t start_of(const struct series *series, const struct period *period)
{
	return series->created_unix_ns ? series->created_unix_ns : period->start_unix_ns;
}

static void number_point(struct otlp_writer *writer, const struct series *series,
			 const struct period *period)
{
	otlp_open(writer, DATA_POINTS, NULL);
	if (series->family->type == METRIC_COUNTER)
		otlp_fixed64(writer, NUMBER_START, "startTimeUnixNano", start_of(series, period));
	otlp_fixed64(writer, NUMBER_TIME, "timeUnixNano", period->now_unix_ns);
	otlp_fixed64(writer, NUMBER_INT, "asInt", series->value);
	labels(writer, NUMBER_ATTRIBUTES, series);
	otlp_close(writer);
}

/* Only the slots between the first and the last that hold something. */
static void buckets(struct otlp_writer *writer, const struct histogram *histogram)
{
	int first = 1, last = SLOT_COUNT - 1;

	while (first < SLOT_COUNT && !histogram->slots[first])
		first++;
	while (last > first && !histogram->slots[last])
		last--;
	otlp_open(writer, POINT_POSITIVE, "positive");
	if (first < SLOT_COUNT) {
		otlp_sint32(writer, BUCKETS_OFFSET, "offset", SLOT_INDEX_MIN + first - 1);
		otlp_counts(writer, BUCKETS_COUNTS, "bucketCounts", histogram->slots + first,
			    (size_t)(last - first + 1));
	}
	otlp_close(writer);
}

static void histogram_point(struct otlp_writer *writer, const struct series *series,
			    const struct period *period)
{
	const struct histogram *histogram = series->histogram;

	otlp_open(writer, DATA_POINTS, NULL);
	labels(writer, POINT_ATTRIBUTES, series);
	otlp_fixed64(writer, POINT_START, "startTimeUnixNano", start_of(series, period));
	otlp_fixed64(writer, POINT_TIME, "timeUnixNano", period->now_unix_ns);
	otlp_fixed64(writer, POINT_COUNT, "count", histogram_count(histogram));
	otlp_double(writer, POINT_SUM, "sum", (double)histogram->sum_ns / NS_PER_SECOND);
	otlp_sint32(writer, POINT_SCALE, "scale", SLOT_SCALE);
	otlp_fixed64(writer, POINT_ZERO_COUNT, "zeroCount", histogram->slots[0]);
	buckets(writer, histogram);
	otlp_double(writer, POINT_ZERO_THRESHOLD, "zeroThreshold", ZERO_THRESHOLD);
	otlp_close(writer);
}

static void open_data(struct otlp_writer *writer, enum metric_type type)
{
	switch (type) {
	case METRIC_COUNTER:
		otlp_open(writer, METRIC_SUM_DATA, "sum");
		break;
	case METRIC_HISTOGRAM:
		otlp_open(writer, METRIC_EXPONENTIAL, "exponentialHistogram");
		break;
	default:
		otlp_open(writer, METRIC_GAUGE_DATA, "gauge");
	}
	otlp_list(writer, "dataPoints");
}

static void close_data(struct otlp_writer *writer, enum metric_type type)
{
	otlp_list_end(writer);
	if (type == METRIC_COUNTER || type == METRIC_HISTOGRAM)
		otlp_enum(writer, TEMPORALITY, "aggregationTemporality", TEMPORALITY_CUMULATIVE);
	if (type == METRIC_COUNTER)
		otlp_bool(writer, MONOTONIC, "isMonotonic", true);
	otlp_close(writer);
}

static void metric(struct otlp_writer *writer, const struct metric_family *family,
		   const struct series *series, const struct period *period)
{
	otlp_open(writer, METRICS, NULL);
	otlp_string(writer, METRIC_NAME, "name", family->otlp_name);
	otlp_string(writer, METRIC_DESCRIPTION, "description", family->help);
	otlp_string(writer, METRIC_UNIT, "unit", family->otlp_unit);
	open_data(writer, family->type);
	for (; series; series = series->next) {
		if (family->type == METRIC_HISTOGRAM)
			histogram_point(writer, series, period);
		else
			number_point(writer, series, period);
	}
	close_data(writer, family->type);
	otlp_close(writer);
}

void encode_otlp_metrics(struct buffer *out, enum otlp_format format,
			 const struct otlp_agent *agent, const struct metrics *metrics,
			 uint64_t start_unix_ns, uint64_t now_unix_ns)
{
	const struct period period = { start_unix_ns, now_unix_ns };
	struct otlp_writer writer;

	otlp_begin(&writer, out, format);
	otlp_list(&writer, "resourceMetrics");
	otlp_open(&writer, RESOURCE_METRICS, NULL);
	otlp_resource(&writer, agent, NULL);
	otlp_list(&writer, "scopeMetrics");
	otlp_open(&writer, SCOPE_METRICS, NULL);
	otlp_scope(&writer, agent);
	otlp_list(&writer, "metrics");
	for (size_t i = 0; i < metrics_family_count(metrics); i++)
		if (metrics_first(metrics, i))
			metric(&writer, metrics_family(metrics, i), metrics_first(metrics, i),
			       &period);
	otlp_list_end(&writer);
	otlp_close(&writer);
	otlp_list_end(&writer);
	otlp_close(&writer);
	otlp_list_end(&writer);
	otlp_end(&writer);
}
