/* SPDX-License-Identifier: BSD-2-Clause */
/* Columns that fit a terminal, colours that only underline what the words say. */
#include "user/encode/table.h"

#include <stdio.h>
#include <string.h>

#include "user/encode/time.h"

#define COLOUR_OK	"\033[32m"
#define COLOUR_ERROR	"\033[31m"
#define COLOUR_CANCEL	"\033[33m"
#define COLOUR_BOLD	"\033[1m"
#define WHAT_WIDTH	44

const char *table_colour(enum outcome outcome)
{
	return outcome == OUTCOME_OK ? COLOUR_OK : outcome == OUTCOME_ERROR ? COLOUR_ERROR
									    : COLOUR_CANCEL;
}

void table_bold(struct buffer *out, bool colour, const char *text)
{
	buffer_printf(out, "%s%s%s", colour ? COLOUR_BOLD : "", text, colour ? COLOUR_END : "");
}

void encode_fact_header(struct buffer *out, bool colour)
{
	char row[160];

	snprintf(row, sizeof(row), "%-12s %-13s %-9s %-24s %-*s %10s  %s", "TIME (UTC)", "EVENT",
		 "OUTCOME", "PROGRAM", WHAT_WIDTH, "WHAT", "DURATION", "WHY");
	table_bold(out, colour, row);
	buffer_byte(out, '\n');
}

const char *table_what(const struct fact *fact)
{
	const char *path = attributes_string(&fact->attributes, ATTRIBUTE_PROCESS_EXECUTABLE_PATH);

	return fact->name[0] ? fact->name : path ? path : "";
}

static void program_of(const struct fact *fact, char *out, size_t size)
{
	const char *name = attributes_string(&fact->attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME);
	char pid[16];

	snprintf(pid, sizeof(pid), "[%u]", fact->tgid);
	snprintf(out, size, "%.*s%s", (int)(24 - strlen(pid)), name ? name : "?", pid);
}

static const char *why_of(const struct fact *fact)
{
	const char *type = attributes_string(&fact->attributes, ATTRIBUTE_ERROR_TYPE);

	if (fact->verdict)
		return fact->verdict->cause;
	return type ? type : "";
}

void encode_fact_row(struct buffer *out, const struct fact *fact, bool colour)
{
	char time[TIME_TEXT], duration[TIME_TEXT], program[48];

	time_of_day(fact->time_unix_ns, time);
	duration_text(fact->duration_ns, duration);
	program_of(fact, program, sizeof(program));
	buffer_printf(out, "%-12s %-13s %s%-9s%s %-24s %-*s %10s  %s\n", time,
		      event_kind_name(fact->kind), colour ? table_colour(fact->outcome) : "",
		      outcome_name(fact->outcome), colour ? COLOUR_END : "", program, WHAT_WIDTH,
		      table_what(fact), duration, why_of(fact));
}
