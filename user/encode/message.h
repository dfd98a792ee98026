/* SPDX-License-Identifier: BSD-2-Clause */
/* A fact in words, as logs have it: what happened, why, and what mends it. */
#ifndef SEAMARK_ENCODE_MESSAGE_H
#define SEAMARK_ENCODE_MESSAGE_H

#include <stdbool.h>

#include "user/model/buffer.h"
#include "user/model/fact.h"

/* Lines: "bind [::]:80: missing_cap_net_bind_service", the explanation, "1. " and the first fix. */
void encode_message(struct buffer *out, const struct fact *fact);
/* How much it matters. */
enum message_level {
	MESSAGE_INFO,
	MESSAGE_NOTICE,		/* it took long */
	MESSAGE_WARNING,	/* it failed, and nobody meant it to */
};
enum message_level message_level(const struct fact *fact);

#endif
