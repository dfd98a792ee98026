/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Classic buckets are powers of two of a second: each is a boundary of include/slots.h, so that the
 * cumulated counts are exact. Lines are put together from pieces, without printf.
 */
#include "user/encode/openmetrics.h"

#include <string.h>

#define NS_PER_SECOND	1000000000ULL
#define EXPONENT_MIN	(-20)
#define EXPONENT_MAX	7
#define BUCKETS		(EXPONENT_MAX - EXPONENT_MIN + 1)

/* How a bucket's line ends before its count. */
struct bound {
	const char *text;
	size_t size;
};

#define BOUND(text) { text "\"} ", sizeof(text) - 1 + 3 }

static const struct bound bounds[BUCKETS] = {
	BOUND("9.5367431640625e-07"), BOUND("1.9073486328125e-06"), BOUND("3.814697265625e-06"),
	BOUND("7.62939453125e-06"), BOUND("1.52587890625e-05"), BOUND("3.0517578125e-05"),
	BOUND("6.103515625e-05"), BOUND("0.0001220703125"), BOUND("0.000244140625"),
	BOUND("0.00048828125"), BOUND("0.0009765625"), BOUND("0.001953125"),
	BOUND("0.00390625"), BOUND("0.0078125"), BOUND("0.015625"), BOUND("0.03125"),
	BOUND("0.0625"), BOUND("0.125"), BOUND("0.25"), BOUND("0.5"), BOUND("1.0"), BOUND("2.0"),
	BOUND("4.0"), BOUND("8.0"), BOUND("16.0"), BOUND("32.0"), BOUND("64.0"), BOUND("128.0"),
};
static const struct bound infinite = BOUND("+Inf");

/* The slot whose upper bound is 2^exponent seconds. */
static int slot_of_exponent(int exponent)
{
	return exponent * (1 << SLOT_SCALE) - SLOT_INDEX_MIN;
}

const char *exposition_content_type(enum exposition exposition)
{
	return exposition == EXPOSITION_OPENMETRICS
		? "application/openmetrics-text; version=1.0.0; charset=utf-8"
		: "text/plain; version=0.0.4; charset=utf-8";
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

/* The bucket's line begins with size bytes of out, from there on. */
static void bucket(struct buffer *out, size_t from, size_t size, const struct bound *bound,
		   uint64_t count)
{
	buffer_line_again(out, from, size, bound->text, bound->size, count);
}

/* All buckets of a series begin alike: that is written before the first, and copied from there. */
static uint64_t buckets(struct buffer *out, const struct series *series)
{
	const struct histogram *value = series->histogram;
	size_t from = out->size, size;
	uint64_t count = 0;
	int slot = 0;

	buffer_string(out, series->family->name);
	buffer_string(out, "_bucket");
	labels(out, series, true);
	buffer_string(out, "le=\"");
	size = out->size - from;
	for (; slot <= slot_of_exponent(EXPONENT_MIN); slot++)
		count += value->slots[slot];
	buffer_append(out, bounds[0].text, bounds[0].size);
	buffer_unsigned(out, count);
	buffer_byte(out, '\n');
	for (int i = 1; i < BUCKETS; i++) {
		for (; slot <= slot_of_exponent(EXPONENT_MIN + i); slot++)
			count += value->slots[slot];
		bucket(out, from, size, &bounds[i], count);
	}
	for (; slot < SLOT_COUNT; slot++)
		count += value->slots[slot];
	bucket(out, from, size, &infinite, count);
	return count;
}

static void histogram(struct buffer *out, const struct series *series,
		      enum exposition exposition)
{
	uint64_t count = buckets(out, series);

	sample_name(out, series, "_sum");
	seconds(out, series->histogram->sum_ns);
	buffer_byte(out, '\n');
	value_line(out, series, "_count", count);
	created(out, series, exposition);
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

void encode_metrics(struct buffer *out, const struct metrics *metrics,
		    enum exposition exposition)
{
	for (size_t i = 0; i < metrics_family_count(metrics); i++) {
		const struct series *series = metrics_first(metrics, i);

		if (!series)
			continue;
		family_head(out, metrics_family(metrics, i), exposition);
		for (; series; series = series->next)
			series_lines(out, series, exposition);
	}
	if (exposition == EXPOSITION_OPENMETRICS)
		buffer_string(out, "# EOF\n");
}
