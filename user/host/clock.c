/* SPDX-License-Identifier: BSD-2-Clause */
/* Wall clock between two readings of the monotonic one: the tightest of three tries counts. */
#include "user/host/clock.h"

#include <errno.h>
#include <sys/timex.h>
#include <time.h>

#define TRIES 3

static uint64_t read_clock(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * 1000000000ULL + (uint64_t)now.tv_nsec;
}

uint64_t host_monotonic_ns(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

int64_t host_wall_offset_ns(void)
{
	uint64_t tightest = UINT64_MAX;
	int64_t offset = 0;

	for (int i = 0; i < TRIES; i++) {
		uint64_t before = host_monotonic_ns(), wall = read_clock(CLOCK_REALTIME);
		uint64_t after = host_monotonic_ns();

		if (after - before >= tightest)
			continue;
		tightest = after - before;
		offset = (int64_t)(wall - (before + (after - before) / 2));
	}
	return offset;
}

int host_clock_is_synchronised(void)
{
	struct timex state = { .modes = 0 };

	return adjtimex(&state) < 0 ? -errno : !(state.status & STA_UNSYNC);
}
