/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lines are gathered and written in one call. When a disk is full, a line that was cut in its
 * middle is cut off the file, so that every line in it stays readable.
 */
#include "user/export/facts_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/encode/lines.h"

#define GATHER_BYTES	(256u * 1024)
#define LINE_LIMIT	(64u * 1024)
#define PATIENCE_MS	1000		/* for a reader of a pipe */

struct facts_file {
	int fd;
	bool regular;
	bool is_stdout;
	uint64_t taken;
	uint64_t lost;
	struct buffer lines;
	struct buffer line;
};

static struct facts_file *make(int fd, bool is_stdout)
{
	struct facts_file *file = calloc(1, sizeof(*file));
	struct stat status;

	if (!file)
		return NULL;
	file->fd = fd;
	file->is_stdout = is_stdout;
	file->regular = !fstat(fd, &status) && S_ISREG(status.st_mode);
	buffer_init(&file->lines, GATHER_BYTES + LINE_LIMIT);
	buffer_init(&file->line, LINE_LIMIT);
	return file;
}

int facts_file_open(const char *path, struct facts_file **out, char *error, size_t error_size)
{
	bool is_stdout = !strcmp(path, "-");
	int fd = is_stdout ? STDOUT_FILENO
			   : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	struct facts_file *file;
	int result;

	if (fd < 0) {
		result = -errno;
		snprintf(error, error_size, "%s can't be written: %s; name another file with "
			 "--facts", path, strerror(-result));
		return result;
	}
	file = make(fd, is_stdout);
	if (!file) {
		if (!is_stdout)
			close(fd);
		return -ENOMEM;
	}
	*out = file;
	return 0;
}

/* All of it or as much as goes; returns the number of bytes written. */
static size_t write_out(struct facts_file *file)
{
	struct pollfd slow = { .fd = file->fd, .events = POLLOUT };
	size_t done = 0;
	ssize_t got;

	while (done < file->lines.size) {
		got = write(file->fd, file->lines.data + done, file->lines.size - done);
		if (got > 0) {
			done += (size_t)got;
			continue;
		}
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN && poll(&slow, 1, PATIENCE_MS) > 0)
			continue;
		break;
	}
	return done;
}

static uint64_t count_lines(const char *text, size_t size)
{
	uint64_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += text[i] == '\n';
	return count;
}

/* The bytes of a line that was begun are taken back. */
static void cut_back(struct facts_file *file, size_t done)
{
	const char *text = file->lines.data;
	const char *newline = done ? memrchr(text, '\n', done) : NULL;
	size_t whole = newline ? (size_t)(newline - text) + 1 : 0;
	off_t end;

	file->lost += count_lines(text + whole, file->lines.size - whole);
	if (!file->regular || whole == done)
		return;
	end = lseek(file->fd, 0, SEEK_CUR);
	if (end < 0 || ftruncate(file->fd, end - (off_t)(done - whole)))
		return;
	lseek(file->fd, end - (off_t)(done - whole), SEEK_SET);
}

void facts_file_flush(struct facts_file *file)
{
	size_t done;

	if (!file->lines.size)
		return;
	done = write_out(file);
	if (done < file->lines.size)
		cut_back(file, done);
	buffer_reset(&file->lines);
}

void facts_file_line(struct facts_file *file, const char *line, size_t size)
{
	file->taken++;
	buffer_append(&file->lines, line, size);
	if (file->lines.failed) {
		file->lost++;
		buffer_reset(&file->lines);
	} else if (file->lines.size >= GATHER_BYTES) {
		facts_file_flush(file);
	}
}

void facts_file_write(struct facts_file *file, const struct fact *fact)
{
	buffer_reset(&file->line);
	encode_fact_line(&file->line, fact);
	if (!file->line.failed) {
		facts_file_line(file, file->line.data, file->line.size);
		return;
	}
	file->taken++;
	file->lost++;
}

uint64_t facts_file_taken(const struct facts_file *file)
{
	return file->taken;
}

uint64_t facts_file_lost(const struct facts_file *file)
{
	return file->lost;
}

int facts_file_close(struct facts_file *file)
{
	int result = 0;

	if (!file)
		return 0;
	facts_file_flush(file);
	if (file->lost)
		result = -EIO;
	if (!file->is_stdout && close(file->fd))
		result = -errno;
	buffer_free(&file->lines);
	buffer_free(&file->line);
	free(file);
	return result;
}
