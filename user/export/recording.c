/* SPDX-License-Identifier: BSD-2-Clause */
/* Records, each behind its type and size, in a file that opens with RECORDING_MAGIC. */
#include "user/export/recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct recording {
	FILE *file;
	uint64_t lost;
};

int recording_open(const char *path, struct recording **out, char *error, size_t error_size)
{
	struct recording *recording = calloc(1, sizeof(*recording));
	int fd, result;

	if (!recording)
		return -ENOMEM;
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd >= 0)
		recording->file = fdopen(fd, "w");
	if (!recording->file) {
		result = -errno;
		snprintf(error, error_size, "%s can't be written: %s; name another file with "
			 "--record", path, strerror(-result));
		if (fd >= 0)
			close(fd);
		free(recording);
		return result;
	}
	fwrite(RECORDING_MAGIC, 1, sizeof(RECORDING_MAGIC) - 1, recording->file);
	*out = recording;
	return 0;
}

void recording_write(struct recording *recording, enum record_type type, const void *bytes,
		     size_t size)
{
	const struct record_header header = { .type = type, .size = (uint32_t)size };

	if (recording->lost || size > RECORD_SIZE_MAX ||
	    fwrite(&header, sizeof(header), 1, recording->file) != 1 ||
	    (size && fwrite(bytes, size, 1, recording->file) != 1))
		recording->lost++;
}

uint64_t recording_lost(const struct recording *recording)
{
	return recording->lost;
}

int recording_close(struct recording *recording)
{
	int result = 0;

	if (!recording)
		return 0;
	if (fclose(recording->file))
		result = -errno;
	else if (recording->lost)
		result = -EIO;
	free(recording);
	return result;
}
