/* SPDX-License-Identifier: BSD-2-Clause */
/* Structs that are mostly zero, without their zeros: a fact takes a quarter of its size. */
#ifndef SEAMARK_PACKED_H
#define SEAMARK_PACKED_H

#include <stddef.h>
#include <stdint.h>

#define PACK_WORD	8	/* bytes: sizes are multiples of it */
/* The most that size bytes can take. */
#define PACKED_MAX(size)	((size) + 2 * ((size) / PACK_WORD / 255 + 2))

/* Returns the bytes written to out, which has room for PACKED_MAX(size). */
size_t pack(const void *from, size_t size, uint8_t *out);
/* Fills all size bytes of into; returns the bytes read. */
size_t unpack(const uint8_t *from, void *into, size_t size);

#endif
