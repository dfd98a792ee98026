/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that fit a narrow column and can be compared at a glance. */
#ifndef SEAMARK_ENCODE_TOP_UNITS_H
#define SEAMARK_ENCODE_TOP_UNITS_H

#include <stdint.h>

#define UNIT_TEXT	8

/* "-" for none, "<0.1", "3.1", "340", "12.3k", "1.2M": five columns at most. */
void rate_text(uint64_t count, uint64_t span_ns, char out[UNIT_TEXT]);
/* "-" for none, "840 ns", "1.2 ms", "12 s", "34 min": six columns at most. */
void brief_duration_text(uint64_t duration_ns, char out[UNIT_TEXT]);

#endif
