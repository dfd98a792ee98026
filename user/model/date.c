/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The Gregorian rule in eras of 400 years, which have 146097 days each and begin in March: so the
 * leap day is an era's, a century's and a year's last.
 */
#include "user/model/date.h"

#define DAY_SECONDS	86400
#define ERA_DAYS	146097
#define MARCH_OF_YEAR_0	719468	/* days before 1970 */

struct date date_of_unix(int64_t seconds)
{
	int64_t days = seconds / DAY_SECONDS - (seconds % DAY_SECONDS < 0) + MARCH_OF_YEAR_0;
	int64_t era = days / ERA_DAYS - (days % ERA_DAYS < 0);
	unsigned int of_era = (unsigned int)(days - era * ERA_DAYS);
	unsigned int leap_days = of_era / 1460 - of_era / 36524 + of_era / 146096;
	unsigned int year = (of_era - leap_days) / 365;
	unsigned int of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned int month = (5 * of_year + 2) / 153;	/* 0: March */
	struct date date;

	date.month = month < 10 ? month + 3 : month - 9;
	date.year = (int64_t)year + era * 400 + (date.month <= 2);
	date.day = of_year - (153 * month + 2) / 5 + 1;
	return date;
}
