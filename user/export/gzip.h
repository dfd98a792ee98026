/* SPDX-License-Identifier: BSD-2-Clause */
/* gzip, at the level where half of the time buys nearly all of the size. */
#ifndef SEAMARK_GZIP_H
#define SEAMARK_GZIP_H

#include <stddef.h>

/* A malloc()ed copy, compressed; NULL when out of memory. */
void *gzip(const void *bytes, size_t size, size_t *out_size);

#endif
