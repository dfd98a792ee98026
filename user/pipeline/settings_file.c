/* SPDX-License-Identifier: BSD-2-Clause */
/* The file itself: bounded, a regular one, and not written to while it is read. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/model/printable.h"
#include "user/pipeline/settings_read.h"

static int fail(struct settings_problem *problem, int error, const char *why)
{
	memset(problem, 0, sizeof(*problem));
	snprintf(problem->text, sizeof(problem->text), "%s", why);
	return -error;
}

static ssize_t read_all(int fd, char *bytes, size_t room)
{
	size_t size = 0;
	ssize_t got;

	while (size < room) {
		got = read(fd, bytes + size, room - size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (!got)
			break;
		size += (size_t)got;
	}
	return (ssize_t)size;
}

static bool is_changed(const struct stat *before, const struct stat *after, size_t size)
{
	return before->st_size != after->st_size || (size_t)after->st_size != size ||
	       before->st_mtim.tv_sec != after->st_mtim.tv_sec ||
	       before->st_mtim.tv_nsec != after->st_mtim.tv_nsec;
}

static int read_fd(struct settings *settings, int fd, struct settings_problem *problem)
{
	struct stat before, after;
	ssize_t size;
	char *bytes;
	int result;

	if (fstat(fd, &before) || !S_ISREG(before.st_mode))
		return fail(problem, EINVAL, "it is no regular file");
	if (before.st_size > SETTINGS_FILE_MAX)
		return fail(problem, EFBIG, "it is larger than 1 MiB");
	bytes = malloc((size_t)before.st_size + 1);
	if (!bytes)
		return fail(problem, ENOMEM, "out of memory");
	size = read_all(fd, bytes, (size_t)before.st_size + 1);
	if (size < 0)
		result = fail(problem, (int)-size, strerror((int)-size));
	else if (fstat(fd, &after) || is_changed(&before, &after, (size_t)size))
		result = fail(problem, EAGAIN, "it changed while it was read: try again once it is "
			      "written");
	else
		result = settings_read(settings, bytes, (size_t)size, problem);
	free(bytes);
	return result;
}

int settings_read_file(struct settings *settings, const char *path,
		       struct settings_problem *problem)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), result;
	char why[128];

	if (fd < 0) {
		int error = errno;

		snprintf(why, sizeof(why), "it can't be read: %s", strerror(error));
		return fail(problem, error, why);
	}
	result = read_fd(settings, fd, problem);
	close(fd);
	return result;
}

void settings_problem_print(const struct settings_problem *problem, const char *path, char *out,
			    size_t size)
{
	if (problem->line)
		snprintf(out, size, "%s:%u:%u: %s", path, problem->line, problem->column,
			 problem->text);
	else
		snprintf(out, size, "%s: %s", path, problem->text);
	printable_keep(out, size);
}
