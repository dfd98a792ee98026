/* SPDX-License-Identifier: BSD-2-Clause */
/* Moments and durations in text, without asking libc's time zone. */
#ifndef SEAMARK_ENCODE_TIME_H
#define SEAMARK_ENCODE_TIME_H

#include <stdint.h>

#include "user/model/buffer.h"

#define TIME_TEXT 40

/* "2026-01-02T03:04:05.123456789Z" */
void time_text(uint64_t unix_ns, char out[TIME_TEXT]);
/* "03:04:05.123" */
void time_of_day(uint64_t unix_ns, char out[TIME_TEXT]);
/* "1.2 ms" */
void duration_text(uint64_t duration_ns, char out[TIME_TEXT]);
void encode_time(struct buffer *out, uint64_t unix_ns);

#endif
