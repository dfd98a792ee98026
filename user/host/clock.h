/* SPDX-License-Identifier: BSD-2-Clause */
/* The host's clocks. Durations are never taken from the wall clock. */
#ifndef SEAMARK_HOST_CLOCK_H
#define SEAMARK_HOST_CLOCK_H

#include <stdint.h>

/* Does the kernel take its clock for right? 1, 0, or a negative errno. Only read, never set. */
int host_clock_is_synchronised(void);
uint64_t host_monotonic_ns(void);
/* What to add to CLOCK_MONOTONIC for the wall clock, now: it moves when the clock is set. */
int64_t host_wall_offset_ns(void);

#endif
