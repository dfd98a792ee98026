/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/PID/environ, maps and mem. */
#include "user/host/process_words.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/host/environment.h"
#include "user/host/text_file.h"
#include "user/model/process_context.h"
#include "user/model/service.h"

#define MAPS_LIMIT (256u * 1024)	/* bytes */

int process_words_of_environment(pid_t pid, struct service_words *out)
{
	static const char *const names[] = { SERVICE_VARIABLE_NAME, SERVICE_VARIABLE_ATTRIBUTES };
	char *values[2];
	int result = environment_read(pid, names, values, 2);

	if (!result)
		service_of_variables(values[0], values[1], out);
	free(values[0]);
	free(values[1]);
	return result;
}

static bool find_mapping(pid_t pid, uint64_t *address)
{
	char path[32], *maps;
	bool is_found = false;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps = text_file_read(path, MAPS_LIMIT);
	for (const char *line = maps; line && *line && !is_found;) {
		size_t length = strcspn(line, "\n");

		is_found = process_context_mapping(line, length, address);
		line += length + (line[length] == '\n');
	}
	free(maps);
	return is_found;
}

static int read_header(int memory, uint64_t address, struct process_context *out)
{
	uint8_t bytes[PROCESS_CONTEXT_HEADER];

	if (pread(memory, bytes, sizeof(bytes), (off_t)address) != sizeof(bytes))
		return -ENOENT;
	return process_context_header(bytes, out);
}

/* The payload counts when it was not written to meanwhile. */
static int read_context(int memory, uint64_t address, struct service_words *out)
{
	struct process_context before, after;
	uint8_t *payload;
	int result = -ENOENT;

	if (read_header(memory, address, &before))
		return -ENOENT;
	payload = malloc(before.size + 1u);
	if (!payload)
		return -ENOMEM;
	if (pread(memory, payload, before.size, (off_t)before.payload) == before.size &&
	    !read_header(memory, address, &after) && after.published_ns == before.published_ns)
		result = process_context_read(payload, before.size, out);
	free(payload);
	return result;
}

int process_words_of_context(pid_t pid, struct service_words *out)
{
	uint64_t address;
	char path[32];
	int memory, result;

	if (!find_mapping(pid, &address))
		return -ENOENT;
	snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	memory = open(path, O_RDONLY | O_CLOEXEC);
	if (memory < 0)
		return -errno;
	result = read_context(memory, address, out);
	close(memory);
	return result;
}
