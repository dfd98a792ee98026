/* SPDX-License-Identifier: BSD-2-Clause */
/* Civil dates, UTC, without asking libc's time zone. */
#ifndef SEAMARK_DATE_H
#define SEAMARK_DATE_H

#include <stdint.h>

struct date {
	int64_t year;
	unsigned int month;	/* 1..12 */
	unsigned int day;	/* 1..31 */
};

/* Any number of seconds since 1970, also before. */
struct date date_of_unix(int64_t seconds);

#endif
