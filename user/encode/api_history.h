/* SPDX-License-Identifier: BSD-2-Clause */
/* /api/v1/history: one kind of act over time, column by column, as a heat map wants it. */
#ifndef SEAMARK_ENCODE_API_HISTORY_H
#define SEAMARK_ENCODE_API_HISTORY_H

#include <stdbool.h>

#include "user/model/buffer.h"
#include "user/model/history.h"

/* The filter must name an event of the API. False: no memory. */
bool encode_api_history(struct buffer *out, const struct history *history, uint64_t from_unix_ns,
			uint64_t to_unix_ns, const struct history_filter *filter);

#endif
