/* SPDX-License-Identifier: BSD-2-Clause */
/* /api/v1/activity: what each program of each container did in the last seconds. */
#ifndef SEAMARK_ENCODE_API_ACTIVITY_H
#define SEAMARK_ENCODE_API_ACTIVITY_H

#include "user/model/activity.h"
#include "user/model/buffer.h"
#include "user/model/metric.h"

#define API_CALLS_MAX		20	/* of a row, the costliest */
#define API_TOTAL_CALLS_MAX	50

/* metrics: for the names of containers. */
void encode_api_activity(struct buffer *out, const struct activity *activity,
			 uint64_t from_unix_ns, uint64_t to_unix_ns, const struct metrics *metrics);

#endif
