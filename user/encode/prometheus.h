/* SPDX-License-Identifier: BSD-2-Clause */
/* Series for a scrape as protobuf, for what text can't say: native histograms. */
#ifndef SEAMARK_ENCODE_PROMETHEUS_H
#define SEAMARK_ENCODE_PROMETHEUS_H

#include "user/model/buffer.h"
#include "user/model/metric.h"

/*
 * A stream of io.prometheus.client.MetricFamily, each behind its length (prometheus/client_model,
 * metrics.proto). Histograms are native ones of schema 2, each slot a bucket, and have the classic
 * buckets of the other expositions as well: who scrapes takes those that it wants. Families without
 * series are left out.
 */
void encode_prometheus(struct buffer *out, const struct metrics *metrics);

#endif
