/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip, at the level where half of the time buys nearly all of the size. */
#ifndef SEAMARK_GZIP_H
#define SEAMARK_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/buffer.h"

/* A malloc()ed copy, compressed; NULL when out of memory. */
void *gzip(const void *bytes, size_t size, size_t *out_size);

/* The same in parts, each of which out gets as far as it has come; last: its end, too. */
struct gzip_parts;
struct gzip_parts *gzip_parts_new(void);	/* NULL: out of memory */
void gzip_parts_free(struct gzip_parts *parts);
bool gzip_part(struct gzip_parts *parts, const struct buffer *from, bool last, struct buffer *out);

/* All of it into out; false when it is damaged, cut short or larger than out may be. */
bool gunzip(const void *bytes, size_t size, struct buffer *out);

#endif
