/* SPDX-License-Identifier: BSD-2-Clause */
/* containerd.services.containers.v1: GetContainerRequest and GetContainerResponse. */
#include "user/host/containerd_api.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "user/model/image.h"
#include "user/model/protobuf.h"

#define FRAME		5	/* before a message: not compressed, four bytes of length */
#define FIELD_CONTAINER	1	/* GetContainerResponse.container */
#define FIELD_ID	1	/* Container.id */
#define FIELD_IMAGE	3	/* Container.image */
#define TAG_ID		0x0a	/* GetContainerRequest.id, a text */
#define TEXT_SIZE	384

size_t containerd_api_question(const char *id, uint8_t out[CONTAINERD_QUESTION_SIZE])
{
	size_t length = strlen(id);

	/* Lengths below 128 are one byte. */
	if (FRAME + 2 + length > CONTAINERD_QUESTION_SIZE)
		return 0;
	memset(out, 0, FRAME);
	out[FRAME - 1] = (uint8_t)(2 + length);
	out[FRAME] = TAG_ID;
	out[FRAME + 1] = (uint8_t)length;
	memcpy(out + FRAME + 2, id, length);
	return FRAME + 2 + length;
}

/* Empty where it has no room, or holds what ends a text. */
static void copy(struct protobuf text, char into[TEXT_SIZE])
{
	into[0] = '\0';
	if (text.left >= TEXT_SIZE || memchr(text.at, '\0', text.left))
		return;
	memcpy(into, text.at, text.left);
	into[text.left] = '\0';
}

static int take_container(struct protobuf container, struct record_container *names)
{
	char id[TEXT_SIZE] = "", image[TEXT_SIZE] = "";
	struct protobuf_field field;

	while (container.left) {
		if (!protobuf_take(&container, &field))
			return -EINVAL;
		if (field.number == FIELD_ID && field.is_length)
			copy(field.content, id);
		if (field.number == FIELD_IMAGE && field.is_length)
			copy(field.content, image);
	}
	if (strcmp(id, names->id) || !image[0])
		return -ENOENT;
	if (!names->image_name[0])
		image_split(image, names->image_name, sizeof(names->image_name),
			    names->image_tag, sizeof(names->image_tag));
	return names->image_name[0] ? 0 : -ENOENT;
}

/* What four bytes say stands behind them. */
static bool take_frame(const uint8_t *bytes, size_t size, struct protobuf *out)
{
	if (size < FRAME || bytes[0])
		return false;
	*out = (struct protobuf){ bytes + FRAME, size - FRAME };
	return out->left == ((uint32_t)bytes[1] << 24 | (uint32_t)bytes[2] << 16 |
			     (uint32_t)bytes[3] << 8 | bytes[4]);
}

int containerd_api_read(const uint8_t *bytes, size_t size, struct record_container *names)
{
	struct protobuf message;
	struct protobuf_field field;

	/* An error has no message, only trailers. */
	if (!size)
		return -ENOENT;
	if (!take_frame(bytes, size, &message))
		return -EINVAL;
	while (message.left) {
		if (!protobuf_take(&message, &field))
			return -EINVAL;
		if (field.number == FIELD_CONTAINER && field.is_length)
			return take_container(field.content, names);
	}
	return -ENOENT;
}
