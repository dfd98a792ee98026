/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines are put together from pieces, without printf. */
#include "user/encode/openmetrics.h"

#include <string.h>

#include "user/encode/buckets.h"
#include "user/encode/prometheus.h"

#define NS_PER_SECOND	1000000000ULL

#define TAIL_SIZE	24	/* of a bound, of a count: copied whole, whatever is in it */

_Static_assert(TAIL_SIZE >= DIGITS_LINE, "a count has room");

/* How a bucket's line ends before its count. */
struct bound {
	char text[TAIL_SIZE];
	size_t size;
};

#define BOUND(text) { text "\"} ", sizeof(text) - 1 + 3 }

static const struct bound bounds[CLASSIC_BUCKETS] = {
	BOUND("9.5367431640625e-07"), BOUND("1.9073486328125e-06"), BOUND("3.814697265625e-06"),
	BOUND("7.62939453125e-06"), BOUND("1.52587890625e-05"), BOUND("3.0517578125e-05"),
	BOUND("6.103515625e-05"), BOUND("0.0001220703125"), BOUND("0.000244140625"),
	BOUND("0.00048828125"), BOUND("0.0009765625"), BOUND("0.001953125"),
	BOUND("0.00390625"), BOUND("0.0078125"), BOUND("0.015625"), BOUND("0.03125"),
	BOUND("0.0625"), BOUND("0.125"), BOUND("0.25"), BOUND("0.5"), BOUND("1.0"), BOUND("2.0"),
	BOUND("4.0"), BOUND("8.0"), BOUND("16.0"), BOUND("32.0"), BOUND("64.0"), BOUND("128.0"),
	BOUND("+Inf"),
};

const char *exposition_content_type(enum exposition exposition)
{
	static const char *const types[] = {
		[EXPOSITION_TEXT] = "text/plain; version=0.0.4; charset=utf-8",
		[EXPOSITION_OPENMETRICS] =
			"application/openmetrics-text; version=1.0.0; charset=utf-8",
		[EXPOSITION_PROTOBUF] = ("application/vnd.google.protobuf; "
			"proto=io.prometheus.client.MetricFamily; encoding=delimited"),
	};

	return types[exposition];
}

static void label_value(struct buffer *out, const char *value)
{
	size_t plain;

	for (;; value += plain + 1) {
		plain = strcspn(value, "\\\"\n");
		buffer_append(out, value, plain);
		if (!value[plain])
			return;
		buffer_string(out, value[plain] == '\n' ? "\\n" : value[plain] == '"' ? "\\\""
										      : "\\\\");
	}
}

/* {a="b",c="d" without the closing brace; nothing when there are no labels and none follow. */
static void labels(struct buffer *out, const struct series *series, bool more)
{
	if (!series->label_count && !more)
		return;
	buffer_byte(out, '{');
	for (size_t i = 0; i < series->label_count; i++) {
		if (i)
			buffer_byte(out, ',');
		buffer_string(out, series->labels[i].name);
		buffer_append(out, "=\"", 2);
		label_value(out, series->labels[i].value);
		buffer_byte(out, '"');
	}
	if (more && series->label_count)
		buffer_byte(out, ',');
}

static void sample_name(struct buffer *out, const struct series *series, const char *suffix)
{
	buffer_string(out, series->family->name);
	buffer_string(out, suffix);
	labels(out, series, false);
	buffer_append(out, "} ", series->label_count ? 2 : 0);
	if (!series->label_count)
		buffer_byte(out, ' ');
}

static void seconds(struct buffer *out, uint64_t ns)
{
	char digits[11] = ".000000000";
	uint64_t rest = ns % NS_PER_SECOND;

	buffer_unsigned(out, ns / NS_PER_SECOND);
	for (size_t i = 9; i > 0; i--, rest /= 10)
		digits[i] = (char)('0' + rest % 10);
	buffer_append(out, digits, 10);
}

static void created(struct buffer *out, const struct series *series, enum exposition exposition)
{
	if (exposition != EXPOSITION_OPENMETRICS || !series->created_unix_ns)
		return;
	sample_name(out, series, "_created");
	seconds(out, series->created_unix_ns);
	buffer_byte(out, '\n');
}

static void value_line(struct buffer *out, const struct series *series, const char *suffix,
		       uint64_t value)
{
	sample_name(out, series, suffix);
	buffer_unsigned(out, value);
	buffer_byte(out, '\n');
}

/* Behind the line of bucket i, where one of its acts is known. */
static void exemplar(struct buffer *out, const struct series *series, size_t i)
{
	const struct exemplar *one = series_exemplar(series, i ? classic_end(i - 1) : 0,
						     classic_end(i));
	char trace[2 * TRACE_ID_SIZE + 1], span[2 * SPAN_ID_SIZE + 1];

	if (!one || out->failed)
		return;
	id_text(one->span.trace_id, TRACE_ID_SIZE, trace);
	id_text(one->span.span_id, SPAN_ID_SIZE, span);
	out->size--;
	buffer_printf(out, " # {trace_id=\"%s\",span_id=\"%s\"} ", trace, span);
	seconds(out, one->duration_ns);
	buffer_byte(out, ' ');
	seconds(out, one->time_unix_ns);
	buffer_byte(out, '\n');
}

/* Where out holds what all lines of a histogram have alike, from its first one on. */
struct alike {
	size_t labels;		/* {a="b" without the closing brace */
	size_t labels_size;
	size_t bucket;		/* the line of a bucket, up to its bound */
	size_t bucket_size;
};

static void begin_buckets(struct buffer *out, const struct series *series, struct alike *alike)
{
	alike->bucket = out->size;
	buffer_string(out, series->family->name);
	buffer_string(out, "_bucket");
	alike->labels = out->size;
	labels(out, series, false);
	alike->labels_size = out->size - alike->labels;
	buffer_byte(out, series->label_count ? ',' : '{');
	buffer_string(out, "le=\"");
	alike->bucket_size = out->size - alike->bucket;
}

/* The acts of bucket i and all before it, of which *cell is the first that is not in count. */
static uint64_t count_bucket(const struct durations *value, size_t i, uint16_t *cell,
			     uint64_t count)
{
	for (; *cell < value->used && value->cells[*cell].slot < classic_end(i); ++*cell)
		count += value->cells[*cell].count;
	return count;
}

static uint64_t buckets_with_exemplars(struct buffer *out, const struct series *series,
				       const struct alike *alike)
{
	uint64_t count = 0;
	uint16_t cell = 0;

	for (size_t i = 0; i < CLASSIC_BUCKETS; i++) {
		count = count_bucket(series->durations, i, &cell, count);
		if (i)
			buffer_again(out, alike->bucket, alike->bucket_size);
		buffer_line(out, bounds[i].text, bounds[i].size, count);
		exemplar(out, series, i);
	}
	return count;
}

/* Most of what a scrape is: in room for all of them, and a count is written out when it changes. */
static uint64_t buckets(struct buffer *out, const struct series *series, const struct alike *alike)
{
	char *at = buffer_room(out, CLASSIC_BUCKETS * (alike->bucket_size + 2 * TAIL_SIZE));
	const char *head = at ? at - alike->bucket_size : NULL;
	uint64_t count = 0, written = UINT64_MAX;
	size_t digits_size = 0;
	char digits[TAIL_SIZE] = "";
	uint16_t cell = 0;

	for (size_t i = 0; at && i < CLASSIC_BUCKETS; i++) {
		count = count_bucket(series->durations, i, &cell, count);
		if (count != written)
			digits_size = digits_line(digits, count);
		written = count;
		if (i) {
			memcpy(at, head, alike->bucket_size);
			at += alike->bucket_size;
		}
		memcpy(at, bounds[i].text, TAIL_SIZE);
		memcpy(at + bounds[i].size, digits, TAIL_SIZE);
		at += bounds[i].size + digits_size;
	}
	buffer_filled(out, at);
	return count;
}

static void sample_name_again(struct buffer *out, const struct series *series, const char *suffix,
			      const struct alike *alike)
{
	buffer_string(out, series->family->name);
	buffer_string(out, suffix);
	buffer_again(out, alike->labels, alike->labels_size);
	buffer_append(out, "} ", series->label_count ? 2 : 0);
	if (!series->label_count)
		buffer_byte(out, ' ');
}

static void histogram(struct buffer *out, const struct series *series,
		      enum exposition exposition)
{
	bool exemplars = series->exemplars && exposition == EXPOSITION_OPENMETRICS;
	struct alike alike;
	uint64_t count;

	begin_buckets(out, series, &alike);
	count = exemplars ? buckets_with_exemplars(out, series, &alike)
			  : buckets(out, series, &alike);
	sample_name_again(out, series, "_sum", &alike);
	seconds(out, series->durations->sum_ns);
	buffer_byte(out, '\n');
	sample_name_again(out, series, "_count", &alike);
	buffer_line(out, "", 0, count);
	if (exposition != EXPOSITION_OPENMETRICS || !series->created_unix_ns)
		return;
	sample_name_again(out, series, "_created", &alike);
	seconds(out, series->created_unix_ns);
	buffer_byte(out, '\n');
}

static void series_lines(struct buffer *out, const struct series *series,
			 enum exposition exposition)
{
	switch (series->family->type) {
	case METRIC_COUNTER:
		value_line(out, series, "_total", series->value);
		created(out, series, exposition);
		break;
	case METRIC_GAUGE:
		value_line(out, series, "", series->value);
		break;
	case METRIC_INFO:
		value_line(out, series, "_info", 1);
		break;
	case METRIC_HISTOGRAM:
		histogram(out, series, exposition);
		break;
	}
}

static const char *suffix_of(const struct metric_family *family, enum exposition exposition)
{
	if (exposition == EXPOSITION_OPENMETRICS)
		return "";
	return family->type == METRIC_COUNTER ? "_total" : family->type == METRIC_INFO ? "_info"
										       : "";
}

static void metadata(struct buffer *out, const struct metric_family *family, const char *kind,
		     const char *text, enum exposition exposition)
{
	buffer_string(out, "# ");
	buffer_string(out, kind);
	buffer_byte(out, ' ');
	buffer_string(out, family->name);
	buffer_string(out, suffix_of(family, exposition));
	buffer_byte(out, ' ');
	buffer_string(out, text);
	buffer_byte(out, '\n');
}

static void family_head(struct buffer *out, const struct metric_family *family,
			enum exposition exposition)
{
	static const char *const types[] = { "counter", "gauge", "histogram", "info" };
	const char *type = types[family->type];

	if (exposition == EXPOSITION_TEXT) {
		metadata(out, family, "HELP", family->help, exposition);
		metadata(out, family, "TYPE", family->type == METRIC_INFO ? "gauge" : type,
			 exposition);
		return;
	}
	metadata(out, family, "TYPE", type, exposition);
	if (*family->unit)
		metadata(out, family, "UNIT", family->unit, exposition);
	metadata(out, family, "HELP", family->help, exposition);
}

bool encode_metrics_part(struct buffer *out, const struct metrics *metrics,
			 enum exposition exposition, struct encode_walk *walk, size_t limit)
{
	while (out->size < limit && !out->failed) {
		const struct series *series = metrics_walk_next(metrics, &walk->series);

		if (!series) {
			if (exposition == EXPOSITION_OPENMETRICS)
				buffer_string(out, "# EOF\n");
			return true;
		}
		if (series->family != walk->family)
			family_head(out, series->family, exposition);
		walk->family = series->family;
		series_lines(out, series, exposition);
	}
	return false;
}

void encode_metrics(struct buffer *out, const struct metrics *metrics,
		    enum exposition exposition)
{
	struct encode_walk walk = { .family = NULL };

	if (exposition == EXPOSITION_PROTOBUF)
		encode_prometheus(out, metrics);
	else
		encode_metrics_part(out, metrics, exposition, &walk, SIZE_MAX);
}
