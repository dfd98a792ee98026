/* SPDX-License-Identifier: BSD-2-Clause */
/* Grows by doubling up to the limit; fails once and stays failed until reset. */
#include "user/model/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

void buffer_init(struct buffer *buffer, size_t limit)
{
	memset(buffer, 0, sizeof(*buffer));
	buffer->limit = limit;
}

void buffer_free(struct buffer *buffer)
{
	free(buffer->data);
	buffer_init(buffer, buffer->limit);
}

void buffer_reset(struct buffer *buffer)
{
	buffer->size = 0;
	buffer->failed = false;
}

/* Room for size more bytes and a NUL. */
static bool make_room(struct buffer *buffer, size_t size)
{
	size_t wanted = buffer->capacity ? buffer->capacity : FIRST_CAPACITY;
	char *data;

	if (buffer->failed || size > buffer->limit - buffer->size) {
		buffer->failed = true;
		return false;
	}
	if (buffer->size + size < buffer->capacity)
		return true;
	while (wanted <= buffer->size + size)
		wanted *= 2;
	data = realloc(buffer->data, wanted);
	if (!data) {
		buffer->failed = true;
		return false;
	}
	buffer->data = data;
	buffer->capacity = wanted;
	return true;
}

void buffer_append(struct buffer *buffer, const void *bytes, size_t size)
{
	if (!size || !make_room(buffer, size))
		return;
	memcpy(buffer->data + buffer->size, bytes, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
}

void buffer_string(struct buffer *buffer, const char *string)
{
	buffer_append(buffer, string, strlen(string));
}

void buffer_byte(struct buffer *buffer, uint8_t byte)
{
	buffer_append(buffer, &byte, 1);
}

void buffer_unsigned(struct buffer *buffer, uint64_t value)
{
	char digits[20];
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	buffer_append(buffer, digits + at, sizeof(digits) - at);
}

void buffer_printf(struct buffer *buffer, const char *format, ...)
{
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	if (size <= 0 || !make_room(buffer, (size_t)size))
		return;
	va_start(arguments, format);
	vsnprintf(buffer->data + buffer->size, (size_t)size + 1, format, arguments);
	va_end(arguments);
	buffer->size += (size_t)size;
}
