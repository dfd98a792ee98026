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
/* Families without series are left out. */
void encode_metrics(struct buffer *out, const struct metrics *metrics,
		    enum exposition exposition);

#endif
