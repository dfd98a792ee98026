/* SPDX-License-Identifier: BSD-2-Clause */
/* Grows by doubling up to the limit; fails once and stays failed until reset. */
#include "user/model/buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256
#define DIGITS_MAX 20

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

void buffer_expect(struct buffer *buffer, size_t size)
{
	if (size <= buffer->limit - buffer->size)
		make_room(buffer, size);
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
	if (!make_room(buffer, 1))
		return;
	buffer->data[buffer->size++] = (char)byte;
	buffer->data[buffer->size] = '\0';
}

/* value's last digits, the least one at end; where the first is. */
static char *put_digits(char *end, uint64_t value)
{
	do {
		*end-- = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	return end + 1;
}

void buffer_unsigned(struct buffer *buffer, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits) - 1;
	char *first = put_digits(end, value);

	buffer_append(buffer, first, (size_t)(end - first + 1));
}

void buffer_again(struct buffer *buffer, size_t from, size_t size)
{
	if (!size || !make_room(buffer, size))
		return;
	memcpy(buffer->data + buffer->size, buffer->data + from, size);
	buffer->size += size;
	buffer->data[buffer->size] = '\0';
}

char *buffer_room(struct buffer *buffer, size_t size)
{
	return make_room(buffer, size) ? buffer->data + buffer->size : NULL;
}

void buffer_filled(struct buffer *buffer, char *end)
{
	if (!end)
		return;
	*end = '\0';
	buffer->size = (size_t)(end - buffer->data);
}

size_t digits_line(char *line, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits) - 1;
	char *first = put_digits(end, value);
	size_t size = (size_t)(end - first + 1);

	memcpy(line, first, size);
	line[size] = '\n';
	return size + 1;
}

void buffer_line(struct buffer *buffer, const char *text, size_t size, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits) - 1;
	char *first = put_digits(end, value), *at;
	size_t digits_size = (size_t)(end - first + 1);

	if (!make_room(buffer, size + digits_size + 1))
		return;
	at = buffer->data + buffer->size;
	memcpy(at, text, size);
	memcpy(at + size, first, digits_size);
	at += size + digits_size;
	*at++ = '\n';
	*at = '\0';
	buffer->size += size + digits_size + 1;
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
