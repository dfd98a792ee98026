/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in columns, as a terminal counts them: Chinese characters take two. */
#ifndef SEAMARK_ENCODE_WRAP_H
#define SEAMARK_ENCODE_WRAP_H

#include <stddef.h>

#include "user/model/buffer.h"

/* Columns that the text takes. */
size_t text_columns(const char *text);
/* The text, and spaces up to that many columns. */
void encode_padded(struct buffer *out, const char *text, size_t columns);
/* The same; what is wider ends in dots. */
void encode_fitted(struct buffer *out, const char *text, size_t columns);
/*
 * The text from column at on, broken between words or Chinese characters before width; each
 * further line is indented. A word that is wider than a line stays whole: it may be a path or a
 * command to copy. A newline at the end.
 */
void encode_wrapped(struct buffer *out, const char *text, size_t at, size_t indent,
		    size_t width);

#endif
