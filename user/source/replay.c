/* SPDX-License-Identifier: BSD-2-Clause */
/* A recording is foreign bytes: sizes are checked before anything is read by them. */
#include "user/source/replay.h"

#include <errno.h>
#include <stdalign.h>
#include <stdio.h>
#include <string.h>

static int read_magic(FILE *file)
{
	char magic[sizeof(RECORDING_MAGIC) - 1];

	if (fread(magic, 1, sizeof(magic), file) != sizeof(magic) ||
	    memcmp(magic, RECORDING_MAGIC, sizeof(magic)))
		return -EINVAL;
	return 0;
}

/* 1: a record was handed out, 0: the end, negative: cut off or refused. */
static int one_record(FILE *file, replay_take take, void *context)
{
	alignas(16) unsigned char bytes[RECORD_SIZE_MAX];
	struct record_header header;
	size_t got = fread(&header, 1, sizeof(header), file);
	int result;

	if (got == 0)
		return 0;
	if (got != sizeof(header))
		return -ENODATA;
	if (header.size > sizeof(bytes))
		return -EMSGSIZE;
	if (fread(bytes, 1, header.size, file) != header.size)
		return -ENODATA;
	result = take(context, header.type, bytes, header.size);
	return result ? result : 1;
}

int replay_file(const char *path, replay_take take, void *context, char *error,
		size_t error_size)
{
	FILE *file = fopen(path, "re");
	int result;

	if (!file) {
		result = -errno;
		snprintf(error, error_size, "%s can't be read: %s", path, strerror(-result));
		return result;
	}
	result = read_magic(file);
	if (result)
		snprintf(error, error_size, "%s is no recording: make one with --record", path);
	else
		while ((result = one_record(file, take, context)) > 0)
			;
	if (result == -ENODATA)
		snprintf(error, error_size, "%s ends within a record: it was cut off", path);
	else if (result == -EMSGSIZE)
		snprintf(error, error_size, "%s holds a record that is too large", path);
	fclose(file);
	return result;
}
