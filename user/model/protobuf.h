/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads as much of protobuf as names take: messages and texts, nothing copied. */
#ifndef SEAMARK_MODEL_PROTOBUF_H
#define SEAMARK_MODEL_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What of a message is still to be read. */
struct protobuf {
	const uint8_t *at;
	size_t left;
};

struct protobuf_field {
	uint64_t number;
	struct protobuf content;	/* of a message or text; else empty */
	bool is_length;
};

/* Takes the next field of what is left. False at something that is no field. */
bool protobuf_take(struct protobuf *message, struct protobuf_field *out);

#endif
