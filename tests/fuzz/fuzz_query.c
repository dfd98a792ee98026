/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as the parameters of a request: refused with one plain line, or taken within bounds. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "user/encode/api_query.h"

/* Claims what the parser promised; a broken promise is a crash. */
#define PROMISED(condition)	do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Lines "name=value"; a NUL in a name ends it, as it does for who splits the request. */
static size_t split(char *text, size_t size, struct api_parameter *out)
{
	char *at = text, *end = text + size;
	size_t count = 0;

	while (at < end && count <= API_QUERY_MAX) {
		char *line = memchr(at, '\n', (size_t)(end - at));
		char *stop = line ? line : end, *equals = memchr(at, '=', (size_t)(stop - at));

		*stop = '\0';
		out[count] = (struct api_parameter){ .name = at };
		if (equals) {
			*equals = '\0';
			out[count].value = equals + 1;
			out[count].value_size = (size_t)(stop - equals - 1);
		}
		count++;
		at = stop + 1;
	}
	return count;
}

static void check_taken(const struct api_rules *rules, const struct api_query *query)
{
	const char *const names[] = { query->who.container_id, query->who.unit,
				      query->who.program };

	PROMISED(query->seconds >= 1 && query->seconds <= API_SECONDS_MAX);
	PROMISED(query->limit >= 1 && query->limit <= rules->limit_max);
	PROMISED(query->language <= LANGUAGE_CHINESE);
	PROMISED(!(rules->takes & API_TAKES_EVENT) == !query->event);
	PROMISED(!query->event || api_event_name(query->event));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		PROMISED(!names[i] || (*names[i] && strlen(names[i]) < ACTOR_KEY_MAX));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct api_parameter parameters[API_QUERY_MAX + 1];
	struct api_rules rules = { .seconds = 60, .limit = 50, .limit_max = 200 };
	char error[API_ERROR_SIZE] = "";
	uint8_t id[TRACE_ID_SIZE];
	struct api_query query;
	size_t count;
	char *text;

	if (!size)
		return 0;
	rules.takes = data[0] & 31;
	text = malloc(size);
	if (!text)
		return 0;
	memcpy(text, data + 1, size - 1);
	text[size - 1] = '\0';
	api_trace_id(text, id);
	count = split(text, size - 1, parameters);
	if (api_query_read(&rules, parameters, count, &query, error)) {
		check_taken(&rules, &query);
	} else {
		size_t length = strnlen(error, sizeof(error));

		PROMISED(length > 1 && length < sizeof(error) && error[length - 1] == '\n');
		for (size_t i = 0; i + 1 < length; i++)
			PROMISED(error[i] >= ' ' && error[i] < 0x7f);
	}
	free(text);
	return 0;
}
