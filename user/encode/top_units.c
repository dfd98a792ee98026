/* SPDX-License-Identifier: BSD-2-Clause */
/* Two or three digits, then the next unit; what would be rounded up to it is of it already. */
#include "user/encode/top_units.h"

#include <stdio.h>

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

void rate_text(uint64_t count, uint64_t span_ns, char out[UNIT_TEXT])
{
	static const char units[] = { ' ', 'k', 'M', 'G' };
	double rate = span_ns ? (double)count * 1e9 / (double)span_ns : 0;
	size_t unit = 0;

	if (!count || !span_ns) {
		snprintf(out, UNIT_TEXT, "-");
		return;
	}
	if (rate < 0.05) {
		snprintf(out, UNIT_TEXT, "<0.1");
		return;
	}
	for (; rate >= 999.5 && unit + 1 < COUNT(units); unit++)
		rate /= 1000;
	if (rate > 9999)
		rate = 9999;
	snprintf(out, UNIT_TEXT, rate < (unit ? 99.95 : 9.95) ? "%.1f%.*s" : "%.0f%.*s", rate,
		 unit ? 1 : 0, &units[unit]);
}

void brief_duration_text(uint64_t duration_ns, char out[UNIT_TEXT])
{
	static const struct {
		double ns;		/* of one */
		double limit;		/* of them; from there on it is the next one's */
		const char *name;
	} units[] = {
		{ 1, 999.5, "ns" }, { 1e3, 999.5, "us" }, { 1e6, 999.5, "ms" },
		{ 1e9, 999.5, "s" }, { 60e9, 599.5, "min" }, { 3600e9, 999.5, "h" },
	};
	double value = (double)duration_ns;
	size_t unit = 0;

	if (!duration_ns) {
		snprintf(out, UNIT_TEXT, "-");
		return;
	}
	while (unit + 1 < COUNT(units) && value >= units[unit].limit * units[unit].ns)
		unit++;
	value /= units[unit].ns;
	if (value > 999)
		value = 999;
	snprintf(out, UNIT_TEXT, unit && unit < 4 && value < 9.95 ? "%.1f %s" : "%.0f %s", value,
		 units[unit].name);
}
