/* SPDX-License-Identifier: BSD-2-Clause */
/* The names of events and outcomes. */
#include "user/model/fact.h"

#include <string.h>

static const char *const kinds[EVENT_MAX] = {
	[EVENT_PROCESS_START] = "process.start",
	[EVENT_PROCESS_EXIT] = "process.exit",
	[EVENT_BIND] = "bind",
	[EVENT_LISTEN] = "listen",
	[EVENT_CONNECT] = "connect",
	[EVENT_TLS_HANDSHAKE] = "tls.handshake",
	[EVENT_SYSCALL_SLOW] = "syscall.slow",
};

const char *event_kind_name(enum event_kind kind)
{
	return kind < EVENT_MAX ? kinds[kind] : NULL;
}

enum event_kind event_kind_of_name(const char *name)
{
	for (int kind = EVENT_NONE + 1; kind < EVENT_MAX; kind++)
		if (kinds[kind] && !strcmp(kinds[kind], name))
			return kind;
	return EVENT_NONE;
}

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[OUTCOME_MAX] = {
		[OUTCOME_OK] = "ok",
		[OUTCOME_ERROR] = "error",
		[OUTCOME_CANCELLED] = "cancelled",
	};

	return outcome < OUTCOME_MAX ? names[outcome] : "error";
}

bool id_is_set(const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (bytes[i])
			return true;
	return false;
}
