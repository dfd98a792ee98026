/* SPDX-License-Identifier: BSD-2-Clause */
/* A socket's owner and address, in words. */
#include <stdio.h>
#include <string.h>

#include "user/host/process.h"
#include "user/pipeline/gather.h"
#include "user/probe/endpoint.h"

#define PATH_SIZE 4096

void owner_name(uint32_t pid, char program[OWNER_PROGRAM], char container[OWNER_CONTAINER])
{
	char path[PATH_SIZE];
	const char *slash;

	if (process_exe_path(pid, path, sizeof(path)) > 0) {
		slash = strrchr(path, '/');
		snprintf(program, OWNER_PROGRAM, "%.63s", slash ? slash + 1 : path);
	}
	process_container_id((pid_t)pid, container, OWNER_CONTAINER);
}

void socket_address(const struct socket_entry *entry, char out[OWNER_ADDRESS])
{
	struct event_endpoint endpoint = { .family = entry->family, .port = entry->port };
	char text[ENDPOINT_TEXT];

	memcpy(endpoint.address, entry->address, sizeof(endpoint.address));
	endpoint_text(&endpoint, text);
	snprintf(out, OWNER_ADDRESS, "%.127s", text);
}
