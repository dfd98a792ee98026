/* SPDX-License-Identifier: BSD-2-Clause */
/* Families as metrics. Numbers are those of opentelemetry/proto/metrics/v1. */
#include <string.h>

#include "user/encode/buckets.h"
#include "user/encode/otlp_resource.h"

#define NS_PER_SECOND	1e9

enum {
	RESOURCE_METRICS = 1,
	SCOPE_METRICS = 2,
	METRICS = 2,
	METRIC_NAME = 1,
	METRIC_DESCRIPTION = 2,
	METRIC_UNIT = 3,
	METRIC_GAUGE_DATA = 5,
	METRIC_SUM_DATA = 7,
	METRIC_EXPLICIT = 9,
	METRIC_EXPONENTIAL = 10,
	DATA_POINTS = 1,
	TEMPORALITY = 2,
	TEMPORALITY_DELTA = 1,
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
	POINT_EXEMPLARS = 11,
	POINT_ZERO_THRESHOLD = 14,
	EXPLICIT_COUNTS = 6,
	EXPLICIT_BOUNDS = 7,
	EXPLICIT_EXEMPLARS = 8,
	EXPLICIT_ATTRIBUTES = 9,
	EXEMPLAR_TIME = 2,
	EXEMPLAR_VALUE = 3,
	EXEMPLAR_SPAN_ID = 4,
	EXEMPLAR_TRACE_ID = 5,
	BUCKETS_OFFSET = 1,
	BUCKETS_COUNTS = 2,
};

struct period {
	const struct otlp_metrics_style *style;
	uint64_t start_unix_ns;
	uint64_t now_unix_ns;
};

/* What is told of a series. */
struct told {
	uint64_t value;
	struct histogram histogram;
};

static void labels(struct otlp_writer *writer, uint32_t number, const struct series *series)
{
	otlp_list(writer, "attributes");
	for (size_t i = 0; i < series->label_count; i++)
		otlp_attribute_text(writer, number, series->labels[i].otlp_name,
				    series->labels[i].value);
	otlp_list_end(writer);
}

/* What came to be later than what was told before begins there. */
static uint64_t start_of(const struct series *series, const struct period *period)
{
	if (!series->created_unix_ns || (period->style->differences &&
					 series->created_unix_ns < period->start_unix_ns))
		return period->start_unix_ns;
	return series->created_unix_ns;
}

static bool is_told(const struct series *series, const struct period *period, struct told *out)
{
	if (period->style->differences && (series->family->type == METRIC_COUNTER ||
					   series->family->type == METRIC_HISTOGRAM))
		return series_untold(series, &out->value, &out->histogram);
	out->value = series->value;
	if (series->durations)
		durations_expand(series->durations, &out->histogram);
	return true;
}

static void number_point(struct otlp_writer *writer, const struct series *series,
			 const struct told *told, const struct period *period)
{
	otlp_open(writer, DATA_POINTS, NULL);
	if (series->family->type == METRIC_COUNTER)
		otlp_fixed64(writer, NUMBER_START, "startTimeUnixNano", start_of(series, period));
	otlp_fixed64(writer, NUMBER_TIME, "timeUnixNano", period->now_unix_ns);
	otlp_fixed64(writer, NUMBER_INT, "asInt", told->value);
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

static void exemplars(struct otlp_writer *writer, uint32_t number, const struct series *series)
{
	if (!series->exemplar_count)
		return;
	otlp_list(writer, "exemplars");
	for (size_t i = 0; i < series->exemplar_count; i++) {
		const struct exemplar *one = &series->exemplars[i];

		otlp_open(writer, number, NULL);
		otlp_fixed64(writer, EXEMPLAR_TIME, "timeUnixNano", one->time_unix_ns);
		otlp_double(writer, EXEMPLAR_VALUE, "asDouble",
			    (double)one->duration_ns / NS_PER_SECOND);
		otlp_id(writer, EXEMPLAR_SPAN_ID, "spanId", one->span.span_id, SPAN_ID_SIZE);
		otlp_id(writer, EXEMPLAR_TRACE_ID, "traceId", one->span.trace_id, TRACE_ID_SIZE);
		otlp_close(writer);
	}
	otlp_list_end(writer);
}

static void point_head(struct otlp_writer *writer, const struct series *series,
		       const struct histogram *histogram, const struct period *period)
{
	otlp_fixed64(writer, POINT_START, "startTimeUnixNano", start_of(series, period));
	otlp_fixed64(writer, POINT_TIME, "timeUnixNano", period->now_unix_ns);
	otlp_fixed64(writer, POINT_COUNT, "count", histogram_count(histogram));
	otlp_double(writer, POINT_SUM, "sum", (double)histogram->sum_ns / NS_PER_SECOND);
}

static void exponential_point(struct otlp_writer *writer, const struct series *series,
			      const struct histogram *histogram, const struct period *period)
{
	otlp_open(writer, DATA_POINTS, NULL);
	labels(writer, POINT_ATTRIBUTES, series);
	point_head(writer, series, histogram, period);
	otlp_sint32(writer, POINT_SCALE, "scale", SLOT_SCALE);
	otlp_fixed64(writer, POINT_ZERO_COUNT, "zeroCount", histogram->slots[0]);
	buckets(writer, histogram);
	exemplars(writer, POINT_EXEMPLARS, series);
	otlp_double(writer, POINT_ZERO_THRESHOLD, "zeroThreshold", SLOT_ZERO_SECONDS);
	otlp_close(writer);
}

static void explicit_point(struct otlp_writer *writer, const struct series *series,
			   const struct histogram *histogram, const struct period *period)
{
	uint64_t counts[CLASSIC_BUCKETS] = { 0 };
	double bounds[CLASSIC_BUCKETS];
	uint32_t slot = 0;

	for (size_t i = 0; i < CLASSIC_BUCKETS; i++) {
		bounds[i] = classic_bound(i);
		for (; slot < classic_end(i); slot++)
			counts[i] += histogram->slots[slot];
	}
	otlp_open(writer, DATA_POINTS, NULL);
	point_head(writer, series, histogram, period);
	otlp_fixed64s(writer, EXPLICIT_COUNTS, "bucketCounts", counts, CLASSIC_BUCKETS);
	otlp_doubles(writer, EXPLICIT_BOUNDS, "explicitBounds", bounds, CLASSIC_BUCKETS - 1);
	exemplars(writer, EXPLICIT_EXEMPLARS, series);
	labels(writer, EXPLICIT_ATTRIBUTES, series);
	otlp_close(writer);
}

static void data_point(struct otlp_writer *writer, const struct series *series,
		       const struct period *period)
{
	struct told told;

	if (!is_told(series, period, &told))
		return;
	if (series->family->type != METRIC_HISTOGRAM)
		number_point(writer, series, &told, period);
	else if (period->style->explicit_buckets)
		explicit_point(writer, series, &told.histogram, period);
	else
		exponential_point(writer, series, &told.histogram, period);
}

static void open_data(struct otlp_writer *writer, enum metric_type type,
		      const struct otlp_metrics_style *style)
{
	switch (type) {
	case METRIC_COUNTER:
		otlp_open(writer, METRIC_SUM_DATA, "sum");
		break;
	case METRIC_HISTOGRAM:
		if (style->explicit_buckets)
			otlp_open(writer, METRIC_EXPLICIT, "histogram");
		else
			otlp_open(writer, METRIC_EXPONENTIAL, "exponentialHistogram");
		break;
	default:
		otlp_open(writer, METRIC_GAUGE_DATA, "gauge");
	}
	otlp_list(writer, "dataPoints");
}

static void close_data(struct otlp_writer *writer, enum metric_type type,
		       const struct otlp_metrics_style *style)
{
	otlp_list_end(writer);
	if (type == METRIC_COUNTER || type == METRIC_HISTOGRAM)
		otlp_enum(writer, TEMPORALITY, "aggregationTemporality",
			  style->differences ? TEMPORALITY_DELTA : TEMPORALITY_CUMULATIVE);
	if (type == METRIC_COUNTER)
		otlp_bool(writer, MONOTONIC, "isMonotonic", true);
	otlp_close(writer);
}

static void metric(struct otlp_writer *writer, const struct metric_family *family,
		   const struct series *series, const struct period *period)
{
	struct told told;

	while (series && !is_told(series, period, &told))
		series = series->next;
	if (!series)
		return;
	otlp_open(writer, METRICS, NULL);
	otlp_string(writer, METRIC_NAME, "name", family->otlp_name);
	otlp_string(writer, METRIC_DESCRIPTION, "description", family->help);
	otlp_string(writer, METRIC_UNIT, "unit", family->otlp_unit);
	open_data(writer, family->type, period->style);
	for (; series; series = series->next)
		data_point(writer, series, period);
	close_data(writer, family->type, period->style);
	otlp_close(writer);
}

void encode_otlp_metrics(struct buffer *out, const struct otlp_metrics_style *style,
			 const struct otlp_agent *agent, const struct metrics *metrics,
			 uint64_t start_unix_ns, uint64_t now_unix_ns)
{
	const struct period period = { style, start_unix_ns, now_unix_ns };
	struct otlp_writer writer;

	otlp_begin(&writer, out, style->format);
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
