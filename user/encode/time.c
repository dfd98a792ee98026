/* SPDX-License-Identifier: BSD-2-Clause */
/* Nanoseconds since 1970 as a date and a time of day. */
#include "user/encode/time.h"

#include <stdio.h>

#include "user/model/date.h"

#define NS_PER_SECOND	1000000000ULL
#define DAY_SECONDS	86400ULL

void time_text(uint64_t unix_ns, char out[TIME_TEXT])
{
	uint64_t seconds = unix_ns / NS_PER_SECOND, of_day = seconds % DAY_SECONDS;
	struct date date = date_of_unix((int64_t)seconds);

	snprintf(out, TIME_TEXT, "%04lld-%02u-%02uT%02u:%02u:%02u.%09uZ",
		 (long long)date.year, date.month,
		 date.day, (unsigned int)(of_day / 3600), (unsigned int)(of_day / 60 % 60),
		 (unsigned int)(of_day % 60), (unsigned int)(unix_ns % NS_PER_SECOND));
}

void time_of_day(uint64_t unix_ns, char out[TIME_TEXT])
{
	uint64_t of_day = unix_ns / NS_PER_SECOND % DAY_SECONDS;

	snprintf(out, TIME_TEXT, "%02u:%02u:%02u.%03u", (unsigned int)(of_day / 3600),
		 (unsigned int)(of_day / 60 % 60), (unsigned int)(of_day % 60),
		 (unsigned int)(unix_ns % NS_PER_SECOND / 1000000));
}

void duration_text(uint64_t duration_ns, char out[TIME_TEXT])
{
	if (duration_ns < 1000)
		snprintf(out, TIME_TEXT, "%u ns", (unsigned int)duration_ns);
	else if (duration_ns < 1000000)
		snprintf(out, TIME_TEXT, "%.1f us", (double)duration_ns / 1e3);
	else if (duration_ns < NS_PER_SECOND)
		snprintf(out, TIME_TEXT, "%.1f ms", (double)duration_ns / 1e6);
	else
		snprintf(out, TIME_TEXT, "%.2f s", (double)duration_ns / 1e9);
}

void encode_time(struct buffer *out, uint64_t unix_ns)
{
	char text[TIME_TEXT];

	time_text(unix_ns, text);
	buffer_string(out, text);
}
