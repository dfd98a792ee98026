/* SPDX-License-Identifier: BSD-2-Clause */
/* Tags, numbers of variable length, and what lengths stand before. */
#include "user/model/protobuf.h"

#define WIRE_VARINT	0
#define WIRE_FIXED64	1
#define WIRE_LENGTH	2
#define WIRE_FIXED32	5

static bool take_varint(struct protobuf *bytes, uint64_t *out)
{
	*out = 0;
	for (unsigned int shift = 0; shift < 64 && bytes->left; shift += 7) {
		uint8_t byte = *bytes->at++;

		bytes->left--;
		*out |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static bool skip(struct protobuf *bytes, uint64_t size)
{
	if (size > bytes->left)
		return false;
	bytes->at += size;
	bytes->left -= size;
	return true;
}

bool protobuf_take(struct protobuf *bytes, struct protobuf_field *out)
{
	uint64_t tag, size;

	if (!take_varint(bytes, &tag))
		return false;
	out->number = tag >> 3;
	out->is_length = (tag & 7) == WIRE_LENGTH;
	out->content = (struct protobuf){ bytes->at, 0 };
	switch (tag & 7) {
	case WIRE_VARINT:
		return out->number && take_varint(bytes, &size);
	case WIRE_FIXED64:
		return out->number && skip(bytes, 8);
	case WIRE_FIXED32:
		return out->number && skip(bytes, 4);
	case WIRE_LENGTH:
		if (!out->number || !take_varint(bytes, &size))
			return false;
		out->content.at = bytes->at;
		out->content.left = size;
		return skip(bytes, size);
	default:
		return false;
	}
}
