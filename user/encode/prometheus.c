/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bucket i of schema 2 ends at 2^(i/4) seconds, OpenTelemetry's of the same index one later: slot s
 * is bucket SLOT_INDEX_MIN + s. Slot 0 is the zero bucket.
 */
#include "user/encode/prometheus.h"

#include <stdio.h>

#include "user/encode/buckets.h"
#include "user/encode/protobuf.h"

#define NS_PER_SECOND	1000000000ULL
#define NAME_MAX_SIZE	128

enum {
	FAMILY_NAME = 1,
	FAMILY_HELP = 2,
	FAMILY_TYPE = 3,
	FAMILY_METRIC = 4,
	FAMILY_UNIT = 5,
	METRIC_LABEL = 1,
	METRIC_GAUGE_VALUE = 2,
	METRIC_COUNTER_VALUE = 3,
	METRIC_HISTOGRAM_VALUE = 7,
	PAIR_NAME = 1,
	PAIR_VALUE = 2,
	NUMBER_VALUE = 1,
	COUNTER_CREATED = 3,
	HISTOGRAM_COUNT = 1,
	HISTOGRAM_SUM = 2,
	HISTOGRAM_BUCKET = 3,
	HISTOGRAM_SCHEMA = 5,
	HISTOGRAM_ZERO_THRESHOLD = 6,
	HISTOGRAM_ZERO_COUNT = 7,
	HISTOGRAM_SPAN = 12,
	HISTOGRAM_DELTA = 13,
	HISTOGRAM_CREATED = 15,
	BUCKET_COUNT = 1,
	BUCKET_BOUND = 2,
	BUCKET_EXEMPLAR = 3,
	SPAN_OFFSET = 1,
	SPAN_LENGTH = 2,
	EXEMPLAR_LABEL = 1,
	EXEMPLAR_VALUE = 2,
	EXEMPLAR_TIME = 3,
	TIME_SECONDS = 1,
	TIME_NANOS = 2,
};

static const uint8_t types[] = {
	[METRIC_COUNTER] = 0, [METRIC_GAUGE] = 1, [METRIC_INFO] = 1, [METRIC_HISTOGRAM] = 4,
};

static double in_seconds(uint64_t ns)
{
	return (double)ns / (double)NS_PER_SECOND;
}

static void pair(struct protobuf *writer, uint32_t number, const char *name, const char *value)
{
	protobuf_open(writer, number);
	protobuf_string(writer, PAIR_NAME, name);
	protobuf_string(writer, PAIR_VALUE, value);
	protobuf_close(writer);
}

static void moment(struct protobuf *writer, uint32_t number, uint64_t unix_ns)
{
	protobuf_open(writer, number);
	protobuf_unsigned(writer, TIME_SECONDS, unix_ns / NS_PER_SECOND);
	protobuf_unsigned(writer, TIME_NANOS, unix_ns % NS_PER_SECOND);
	protobuf_close(writer);
}

/*
 * At the classic buckets, where scrapers look also for those of native histograms. The list of
 * these itself is left out: Prometheus 2.53 reads it of a scrape's first series alone.
 */
static void exemplar(struct protobuf *writer, const struct exemplar *one)
{
	char trace[2 * TRACE_ID_SIZE + 1], span[2 * SPAN_ID_SIZE + 1];

	id_text(one->span.trace_id, TRACE_ID_SIZE, trace);
	id_text(one->span.span_id, SPAN_ID_SIZE, span);
	protobuf_open(writer, BUCKET_EXEMPLAR);
	pair(writer, EXEMPLAR_LABEL, "trace_id", trace);
	pair(writer, EXEMPLAR_LABEL, "span_id", span);
	protobuf_double(writer, EXEMPLAR_VALUE, in_seconds(one->duration_ns));
	moment(writer, EXEMPLAR_TIME, one->time_unix_ns);
	protobuf_close(writer);
}

static void classic_buckets(struct protobuf *writer, const struct series *series,
			    const struct histogram *histogram)
{
	uint64_t count = 0;
	uint32_t slot = 0;

	for (size_t i = 0; i < CLASSIC_BUCKETS; i++) {
		uint32_t first = slot, end = classic_end(i);
		const struct exemplar *one = series_exemplar(series, first, end);

		for (; slot < end; slot++)
			count += histogram->slots[slot];
		protobuf_open(writer, HISTOGRAM_BUCKET);
		protobuf_unsigned(writer, BUCKET_COUNT, count);
		protobuf_double(writer, BUCKET_BOUND, classic_bound(i));
		if (one)
			exemplar(writer, one);
		protobuf_close(writer);
	}
}

/* One stretch from the first slot that holds something to the last; counts as differences. */
static void native_buckets(struct protobuf *writer, const struct histogram *histogram)
{
	int first = 1, last = SLOT_COUNT - 1;
	uint64_t before = 0;

	while (first < SLOT_COUNT && !histogram->slots[first])
		first++;
	while (last > first && !histogram->slots[last])
		last--;
	/* Also of none: without it an empty histogram would count as a classic one. */
	protobuf_open(writer, HISTOGRAM_SPAN);
	protobuf_signed(writer, SPAN_OFFSET, first < SLOT_COUNT ? SLOT_INDEX_MIN + first : 0);
	protobuf_unsigned(writer, SPAN_LENGTH, first < SLOT_COUNT ? last - first + 1 : 0);
	protobuf_close(writer);
	if (first == SLOT_COUNT)
		return;
	protobuf_open(writer, HISTOGRAM_DELTA);
	for (int slot = first; slot <= last; slot++) {
		protobuf_packed_signed(writer, (int64_t)(histogram->slots[slot] - before));
		before = histogram->slots[slot];
	}
	protobuf_close(writer);
}

static void histogram_value(struct protobuf *writer, const struct series *series)
{
	struct histogram histogram;

	durations_expand(series->durations, &histogram);
	protobuf_open(writer, METRIC_HISTOGRAM_VALUE);
	protobuf_unsigned(writer, HISTOGRAM_COUNT, histogram_count(&histogram));
	protobuf_double(writer, HISTOGRAM_SUM, in_seconds(histogram.sum_ns));
	classic_buckets(writer, series, &histogram);
	protobuf_signed(writer, HISTOGRAM_SCHEMA, SLOT_SCALE);
	protobuf_double(writer, HISTOGRAM_ZERO_THRESHOLD, SLOT_ZERO_SECONDS);
	protobuf_unsigned(writer, HISTOGRAM_ZERO_COUNT, histogram.slots[0]);
	native_buckets(writer, &histogram);
	if (series->created_unix_ns)
		moment(writer, HISTOGRAM_CREATED, series->created_unix_ns);
	protobuf_close(writer);
}

static void number_value(struct protobuf *writer, const struct series *series)
{
	bool is_counter = series->family->type == METRIC_COUNTER;

	protobuf_open(writer, is_counter ? METRIC_COUNTER_VALUE : METRIC_GAUGE_VALUE);
	protobuf_double(writer, NUMBER_VALUE, (double)series->value);
	if (is_counter && series->created_unix_ns)
		moment(writer, COUNTER_CREATED, series->created_unix_ns);
	protobuf_close(writer);
}

static void metric(struct protobuf *writer, const struct series *series)
{
	protobuf_open(writer, FAMILY_METRIC);
	for (size_t i = 0; i < series->label_count; i++)
		pair(writer, METRIC_LABEL, series->labels[i].name, series->labels[i].value);
	if (series->durations)
		histogram_value(writer, series);
	else
		number_value(writer, series);
	protobuf_close(writer);
}

/* As the text format has it: the suffix belongs to the name. */
static void family_head(struct protobuf *writer, const struct metric_family *family)
{
	char name[NAME_MAX_SIZE];

	snprintf(name, sizeof(name), "%s%s", family->name,
		 family->type == METRIC_COUNTER ? "_total" :
		 family->type == METRIC_INFO ? "_info" : "");
	protobuf_string(writer, FAMILY_NAME, name);
	protobuf_string(writer, FAMILY_HELP, family->help);
	protobuf_unsigned(writer, FAMILY_TYPE, types[family->type]);
	if (*family->unit)
		protobuf_string(writer, FAMILY_UNIT, family->unit);
}

void encode_prometheus(struct buffer *out, const struct metrics *metrics)
{
	struct protobuf writer;

	protobuf_begin(&writer, out);
	for (size_t i = 0; i < metrics_family_count(metrics); i++) {
		const struct series *series = metrics_first(metrics, i);

		if (!series)
			continue;
		protobuf_open_bare(&writer);
		family_head(&writer, metrics_family(metrics, i));
		for (; series; series = series->next)
			metric(&writer, series);
		protobuf_close(&writer);
	}
}
