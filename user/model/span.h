/* SPDX-License-Identifier: BSD-2-Clause */
/* Which trace and span a fact is, as W3C's Trace Context has them. */
#ifndef SEAMARK_SPAN_H
#define SEAMARK_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_ID_SIZE	16
#define SPAN_ID_SIZE	8

/* All zero bytes: none. */
struct span_context {
	uint8_t trace_id[TRACE_ID_SIZE];
	uint8_t span_id[SPAN_ID_SIZE];
	uint8_t parent_span_id[SPAN_ID_SIZE];
};

/* Of a trace or span: false when all bytes are zero. */
bool id_is_set(const uint8_t *bytes, size_t size);
/* Its hexadecimal digits into out, which holds 2 * size + 1 bytes. */
void id_text(const uint8_t *bytes, size_t size, char *out);

#endif
