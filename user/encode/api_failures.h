/* SPDX-License-Identifier: BSD-2-Clause */
/* /api/v1/failures: the last failures, each as its line among the facts has it. */
#ifndef SEAMARK_ENCODE_API_FAILURES_H
#define SEAMARK_ENCODE_API_FAILURES_H

#include "user/model/buffer.h"
#include "user/verdict/recent.h"

void encode_api_failures(struct buffer *out, const struct recent *recent, size_t limit,
			 enum language language);

#endif
