/* SPDX-License-Identifier: BSD-2-Clause */
/* A thread that lets another one wait in read(2), however slow the machine is. */
#ifndef SEAMARK_TESTS_LATE_H
#define SEAMARK_TESTS_LATE_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* A byte for each read, well after it has begun to wait. */
struct late {
	int fd;
	pid_t reader;
	int count;
	unsigned int delay_us;
};

static bool is_asleep(pid_t tid)
{
	char path[64], text[256] = "";
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", tid);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	return strstr(text, ") S ") != NULL;
}

static void *write_late(void *argument)
{
	const struct late *late = argument;

	for (int i = 0; i < late->count; i++) {
		while (!is_asleep(late->reader))
			usleep(100);
		usleep(late->delay_us);
		assert_int_equal(write(late->fd, "x", 1), 1);
	}
	return NULL;
}

#endif
