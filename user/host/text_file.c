/* SPDX-License-Identifier: BSD-2-Clause */
/* Files of /proc have no size: read until they end. */
#include "user/host/text_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_SIZE 4096

static char *grow(char *text, size_t *capacity, size_t limit)
{
	char *more;

	*capacity = *capacity ? *capacity * 2 : FIRST_SIZE;
	if (*capacity > limit)
		*capacity = limit;
	more = realloc(text, *capacity + 1);
	if (!more)
		free(text);
	return more;
}

char *text_file_read(const char *path, size_t limit)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? NULL : text_file_drain(fd, limit);
}

char *text_file_drain(int fd, size_t limit)
{
	size_t used = 0, capacity = 0;
	char *text = NULL;
	ssize_t got = 1;

	while (got > 0 && used < limit) {
		if (used == capacity) {
			text = grow(text, &capacity, limit);
			if (!text)
				break;
		}
		got = read(fd, text + used, capacity - used);
		if (got < 0 && errno == EINTR)
			got = 1;
		else if (got > 0)
			used += (size_t)got;
	}
	close(fd);
	if (!text)
		return NULL;
	text[used] = '\0';
	return text;
}
