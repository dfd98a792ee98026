/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip, at the level where half of the time buys nearly all of the size. */
#ifndef SEAMARK_GZIP_H
#define SEAMARK_GZIP_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/buffer.h"

/* A malloc()ed copy, compressed; NULL when out of memory. */
void *gzip(const void *bytes, size_t size, size_t *out_size);

/* All of it into out; false when it is damaged, cut short or larger than out may be. */
bool gunzip(const void *bytes, size_t size, struct buffer *out);

#endif
