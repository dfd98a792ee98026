/* SPDX-License-Identifier: BSD-2-Clause */
/* Series for a scrape: OpenMetrics 1.0, Prometheus' text format 0.0.4, and its protobuf. */
#ifndef SEAMARK_ENCODE_OPENMETRICS_H
#define SEAMARK_ENCODE_OPENMETRICS_H

#include "user/model/buffer.h"
#include "user/model/metric.h"

enum exposition {
	EXPOSITION_TEXT,
	EXPOSITION_OPENMETRICS,
	EXPOSITION_PROTOBUF,
};

const char *exposition_content_type(enum exposition exposition);
/* How far an exposition in text has come; all zero bytes: it has not begun. */
struct encode_walk {
	struct metrics_walk series;
	const struct metric_family *family;
};
/* From there on, until out has limit bytes or a series more. True: that was the end. */
bool encode_metrics_part(struct buffer *out, const struct metrics *metrics,
			 enum exposition exposition, struct encode_walk *walk, size_t limit);
/* Families without series are left out. */
void encode_metrics(struct buffer *out, const struct metrics *metrics,
		    enum exposition exposition);

#endif
