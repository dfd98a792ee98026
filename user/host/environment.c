/* SPDX-License-Identifier: BSD-2-Clause */
/* /proc/PID/environ: texts, each behind the other's NUL. */
#include "user/host/environment.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ENVIRONMENT_LIMIT	(128u * 1024)	/* bytes */

static char *copy_of(const char *environment, size_t length, const char *name)
{
	const char *end = environment + length;
	size_t name_length = strlen(name);

	for (const char *at = environment; at < end; at += strlen(at) + 1)
		if (!strncmp(at, name, name_length) && at[name_length] == '=')
			return strdup(at + name_length + 1);
	return NULL;
}

int environment_read(pid_t pid, const char *const *names, char **values, size_t count)
{
	char path[32], *text;
	size_t length = 0;
	ssize_t got = 1;
	int fd;

	memset(values, 0, count * sizeof(*values));
	snprintf(path, sizeof(path), "/proc/%d/environ", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	text = calloc(1, ENVIRONMENT_LIMIT + 1);
	while (text && got > 0 && length < ENVIRONMENT_LIMIT) {
		got = read(fd, text + length, ENVIRONMENT_LIMIT - length);
		length += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	for (size_t i = 0; text && got >= 0 && i < count; i++)
		values[i] = copy_of(text, length, names[i]);
	if (text)
		explicit_bzero(text, length);
	free(text);
	/* A dead process' environment reads as empty. */
	return got >= 0 && length ? 0 : -ESRCH;
}
