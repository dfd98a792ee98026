/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of parameters; each value is checked to its end before it is believed. */
#include "user/encode/api_query.h"

#include <stdio.h>
#include <string.h>

#define DIGITS_MAX	4	/* of 3600 */

static const struct {
	enum event_kind kind;
	const char *name;
} events[] = {
	{ EVENT_CONNECT, "connect" },
	{ EVENT_BIND, "bind" },
	{ EVENT_TLS_HANDSHAKE, "tls.handshake" },
	{ EVENT_SYSCALL_SLOW, "syscalls" },
};

const char *api_event_name(enum event_kind kind)
{
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (events[i].kind == kind)
			return events[i].name;
	return NULL;
}

static bool is_text(const struct api_parameter *parameter, const char *text)
{
	return parameter->value_size == strlen(text) &&
	       !memcmp(parameter->value, text, parameter->value_size);
}

static bool read_number(const struct api_parameter *parameter, uint64_t maximum, uint64_t *out)
{
	uint64_t value = 0;

	if (parameter->value_size > DIGITS_MAX)
		return false;
	for (size_t i = 0; i < parameter->value_size; i++) {
		if (parameter->value[i] < '0' || parameter->value[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(parameter->value[i] - '0');
	}
	if (!value || value > maximum)
		return false;
	*out = value;
	return true;
}

static bool read_seconds(const struct api_rules *rules, const struct api_parameter *parameter,
			 struct api_query *out)
{
	(void)rules;
	return read_number(parameter, API_SECONDS_MAX, &out->seconds);
}

static bool read_limit(const struct api_rules *rules, const struct api_parameter *parameter,
		       struct api_query *out)
{
	return read_number(parameter, rules->limit_max, &out->limit);
}

static bool read_event(const struct api_rules *rules, const struct api_parameter *parameter,
		       struct api_query *out)
{
	(void)rules;
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (is_text(parameter, events[i].name)) {
			out->event = events[i].kind;
			return true;
		}
	return false;
}

static bool read_language(const struct api_rules *rules, const struct api_parameter *parameter,
			  struct api_query *out)
{
	(void)rules;
	out->language = is_text(parameter, "zh") ? LANGUAGE_CHINESE : LANGUAGE_ENGLISH;
	return out->language == LANGUAGE_CHINESE || is_text(parameter, "en");
}

/* Any name may be asked for: what nobody has, nobody is. A NUL within would cut it short. */
static bool read_name(const struct api_parameter *parameter, const char **out)
{
	*out = parameter->value;
	return parameter->value_size && parameter->value_size < ACTOR_KEY_MAX &&
	       !memchr(parameter->value, '\0', parameter->value_size);
}

static bool read_container(const struct api_rules *rules, const struct api_parameter *parameter,
			   struct api_query *out)
{
	(void)rules;
	return read_name(parameter, &out->who.container_id);
}

static bool read_unit(const struct api_rules *rules, const struct api_parameter *parameter,
		      struct api_query *out)
{
	(void)rules;
	return read_name(parameter, &out->who.unit);
}

static bool read_program(const struct api_rules *rules, const struct api_parameter *parameter,
			 struct api_query *out)
{
	(void)rules;
	return read_name(parameter, &out->who.program);
}

static const struct {
	const char *name;
	enum api_parameters bit;
	const char *allowed;	/* NULL: told by the rules */
	bool (*read)(const struct api_rules *rules, const struct api_parameter *parameter,
		     struct api_query *out);
} table[] = {
	{ "seconds", API_TAKES_SECONDS, "1 to 3600", read_seconds },
	{ "limit", API_TAKES_LIMIT, NULL, read_limit },
	{ "event", API_TAKES_EVENT, "connect, bind, tls.handshake or syscalls", read_event },
	{ "container", API_TAKES_WHO, "the id of a container", read_container },
	{ "unit", API_TAKES_WHO, "the name of a systemd unit", read_unit },
	{ "program", API_TAKES_WHO, "the name of a program", read_program },
	{ "lang", API_TAKES_LANGUAGE, "en or zh", read_language },
};

#define TABLE_COUNT (sizeof(table) / sizeof(table[0]))

static void say_value(const struct api_rules *rules, size_t row, char error[API_ERROR_SIZE])
{
	if (table[row].allowed)
		snprintf(error, API_ERROR_SIZE, "%s: %s\n", table[row].name, table[row].allowed);
	else
		snprintf(error, API_ERROR_SIZE, "%s: 1 to %llu\n", table[row].name,
			 (unsigned long long)rules->limit_max);
}

static void say_names(const struct api_rules *rules, char error[API_ERROR_SIZE])
{
	int used = snprintf(error, API_ERROR_SIZE, "each at most once:");

	for (size_t row = 0; row < TABLE_COUNT; row++)
		if (table[row].bit & rules->takes)
			used += snprintf(error + used, API_ERROR_SIZE - (size_t)used, " %s",
					 table[row].name);
	if (!rules->takes)
		used = snprintf(error, API_ERROR_SIZE, "no parameters here");
	snprintf(error + used, API_ERROR_SIZE - (size_t)used, "\n");
}

static size_t row_of(const struct api_rules *rules, const struct api_parameter *parameter)
{
	size_t row = 0;

	while (row < TABLE_COUNT && (!(table[row].bit & rules->takes) ||
				     strcmp(table[row].name, parameter->name)))
		row++;
	return row;
}

bool api_query_read(const struct api_rules *rules, const struct api_parameter *parameters,
		    size_t count, struct api_query *out, char error[API_ERROR_SIZE])
{
	bool seen[TABLE_COUNT] = { false };

	*out = (struct api_query){ .seconds = rules->seconds, .limit = rules->limit,
				   .language = rules->language };
	for (size_t i = 0; i < count; i++) {
		size_t row = row_of(rules, &parameters[i]);

		if (row == TABLE_COUNT || seen[row]) {
			say_names(rules, error);
			return false;
		}
		seen[row] = true;
		if (!parameters[i].value || !table[row].read(rules, &parameters[i], out)) {
			say_value(rules, row, error);
			return false;
		}
	}
	if ((rules->takes & API_TAKES_EVENT) && !out->event) {
		say_value(rules, 2, error);
		return false;
	}
	return true;
}

static int digit_of(char character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	return character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
}

bool api_trace_id(const char *text, uint8_t out[TRACE_ID_SIZE])
{
	for (size_t i = 0; i < TRACE_ID_SIZE; i++) {
		int high = digit_of(text[2 * i]);
		int low = high < 0 ? -1 : digit_of(text[2 * i + 1]);

		if (low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return !text[2 * TRACE_ID_SIZE];
}
