/* SPDX-License-Identifier: BSD-2-Clause */
/* /api/v1/traces and /api/v1/traces/ID: the last traces in one line each, and one in whole. */
#ifndef SEAMARK_ENCODE_API_TRACES_H
#define SEAMARK_ENCODE_API_TRACES_H

#include "user/model/buffer.h"
#include "user/verdict/recent.h"

void encode_api_traces(struct buffer *out, const struct recent *recent, size_t limit);
void encode_api_trace(struct buffer *out, const struct recent_trace *trace,
		      enum language language);

#endif
