/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing byte buffer born with a maximum. Once a write does not fit, the buffer is failed: later
 * writes do nothing, so that a whole document needs one check at its end.
 */
#ifndef SEAMARK_BUFFER_H
#define SEAMARK_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buffer {
	char *data;		/* NUL-terminated when not failed and size > 0 */
	size_t size;		/* bytes in use, the NUL not counted */
	size_t capacity;
	size_t limit;		/* bytes; never exceeded */
	bool failed;
};

void buffer_init(struct buffer *buffer, size_t limit);
void buffer_free(struct buffer *buffer);
/* Empties without giving memory back; a failed buffer works again. */
void buffer_reset(struct buffer *buffer);
/* So much is likely to come: room for it is made at once. A wrong guess costs memory alone. */
void buffer_expect(struct buffer *buffer, size_t size);
void buffer_append(struct buffer *buffer, const void *bytes, size_t size);
void buffer_string(struct buffer *buffer, const char *string);
void buffer_byte(struct buffer *buffer, uint8_t byte);
void buffer_unsigned(struct buffer *buffer, uint64_t value);	/* decimal */
/* Its own size bytes from there on once more: what many lines have alike is made once. */
void buffer_again(struct buffer *buffer, size_t from, size_t size);
/*
 * Room for size bytes and a NUL behind what there is, to be written by hand: buffer_filled() says
 * up to where. NULL: the buffer is failed.
 */
char *buffer_room(struct buffer *buffer, size_t size);
void buffer_filled(struct buffer *buffer, char *end);
/* value in decimal and a newline into line, which has room for DIGITS_LINE; how many bytes. */
#define DIGITS_LINE 21
size_t digits_line(char *line, uint64_t value);
/* text, value in decimal, a newline. */
void buffer_line(struct buffer *buffer, const char *text, size_t size, uint64_t value);
void buffer_printf(struct buffer *buffer, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
