/* SPDX-License-Identifier: BSD-2-Clause */
/* /api/v1/status: the agent about itself, in one look. */
#ifndef SEAMARK_ENCODE_API_STATUS_H
#define SEAMARK_ENCODE_API_STATUS_H

#include <stdbool.h>
#include <stdint.h>

#include "user/model/buffer.h"
#include "user/model/history.h"
#include "user/model/metric.h"

/* Empty or NULL: not known. */
struct api_status {
	const char *version;
	const char *architecture;
	const char *kernel;
	const char *host;
	uint64_t started_unix_ns;
	uint64_t now_unix_ns;
	bool ready;
	const struct history *history;	/* NULL: none is kept */
};

/* metrics: refreshed just now; probes, accounts and exporters are told by them. */
void encode_api_status(struct buffer *out, const struct api_status *status,
		       const struct metrics *metrics);

#endif
