/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file's name says what it holds, "traces-00000000000000000042-512.pb.gz", so that what is lost
 * with one is counted. It is written beside and then renamed.
 */
#include "user/export/spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utlist.h>

#include "user/export/gzip.h"

#define SIGNAL_SIZE	16
#define NAME_SIZE	96
#define FRESH		"being-written"

struct kept {
	uint64_t number;
	uint64_t count;
	uint64_t size;			/* bytes of the file */
	struct kept *prev, *next;
};

struct spool {
	int folder;
	char signal[SIGNAL_SIZE];
	const char *ending;
	struct kept *first;		/* the oldest */
	uint64_t bytes, bytes_max;
	uint64_t last;			/* number given */
	uint64_t held;
	struct spool_accounts accounts;
};

static void name_of(const struct spool *spool, const struct kept *kept, char out[NAME_SIZE])
{
	snprintf(out, NAME_SIZE, "%s-%020" PRIu64 "-%" PRIu64 ".%s.gz", spool->signal,
		 kept->number, kept->count, spool->ending);
}

static void forget(struct spool *spool, struct kept *kept)
{
	char name[NAME_SIZE];

	name_of(spool, kept, name);
	unlinkat(spool->folder, name, 0);
	spool->bytes -= kept->size;
	spool->accounts.waiting -= kept->count;
	DL_DELETE(spool->first, kept);
	free(kept);
}

static int by_number(const struct kept *one, const struct kept *other)
{
	return (one->number > other->number) - (one->number < other->number);
}

static bool keep(struct spool *spool, uint64_t number, uint64_t count, uint64_t size)
{
	struct kept *kept = calloc(1, sizeof(*kept));

	if (!kept)
		return false;
	*kept = (struct kept){ .number = number, .count = count, .size = size };
	DL_INSERT_INORDER(spool->first, kept, by_number);
	spool->bytes += size;
	spool->accounts.waiting += count;
	if (number > spool->last)
		spool->last = number;
	return true;
}

/* One of ours has exactly the name that its numbers make. */
static void take_up(struct spool *spool, const char *name)
{
	size_t signal = strlen(spool->signal);
	struct kept kept = { .number = 0 };
	char wanted[NAME_SIZE];
	struct stat status;

	if (strncmp(name, spool->signal, signal) ||
	    sscanf(name + signal, "-%20" SCNu64 "-%19" SCNu64, &kept.number, &kept.count) != 2)
		return;
	name_of(spool, &kept, wanted);
	if (!kept.number || strcmp(name, wanted) ||
	    fstatat(spool->folder, name, &status, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(status.st_mode))
		return;
	keep(spool, kept.number, kept.count, (uint64_t)status.st_size);
}

static int look(struct spool *spool)
{
	int copy = openat(spool->folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *folder = copy < 0 ? NULL : fdopendir(copy);
	const struct dirent *entry;

	if (!folder) {
		if (copy >= 0)
			close(copy);
		return -errno;
	}
	while ((entry = readdir(folder)))
		take_up(spool, entry->d_name);
	closedir(folder);
	return 0;
}

static void make_room(struct spool *spool, uint64_t size)
{
	struct kept *kept, *next;

	DL_FOREACH_SAFE(spool->first, kept, next) {
		if (spool->bytes + size <= spool->bytes_max)
			return;
		if (kept->number == spool->held)
			continue;
		spool->accounts.full += kept->count;
		forget(spool, kept);
	}
}

int spool_open(const char *folder, const char *signal, enum otlp_format format,
	       uint64_t bytes_max, struct spool **out, char *error, size_t error_size)
{
	struct spool *spool = calloc(1, sizeof(*spool));
	int result = 0;

	if (!spool)
		return -ENOMEM;
	snprintf(spool->signal, sizeof(spool->signal), "%s", signal);
	spool->ending = format == OTLP_JSON ? "json" : "pb";
	spool->bytes_max = bytes_max;
	spool->folder = -1;
	if (mkdir(folder, 0700) && errno != EEXIST)
		result = -errno;
	if (!result)
		spool->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (!result && spool->folder < 0)
		result = -errno;
	if (!result)
		result = look(spool);
	if (!result && faccessat(spool->folder, ".", W_OK, AT_EACCESS))
		result = -errno;
	if (result) {
		snprintf(error, error_size, "%s can't hold what waits to be sent: %s; name another "
			 "folder with --spool", folder, strerror(-result));
		spool_close(spool);
		return result;
	}
	make_room(spool, 0);
	*out = spool;
	return 0;
}

void spool_close(struct spool *spool)
{
	struct kept *kept, *next;

	if (!spool)
		return;
	DL_FOREACH_SAFE(spool->first, kept, next)
		free(kept);
	if (spool->folder >= 0)
		close(spool->folder);
	free(spool);
}

static bool write_all(int file, const char *bytes, size_t size)
{
	while (size) {
		ssize_t got = write(file, bytes, size);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		bytes += got;
		size -= (size_t)got;
	}
	return true;
}

static bool write_file(const struct spool *spool, const struct kept *kept, const void *bytes)
{
	int file = openat(spool->folder, FRESH, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC |
			  O_NOFOLLOW, 0600);
	char name[NAME_SIZE];
	bool written;

	if (file < 0)
		return false;
	written = write_all(file, bytes, kept->size);
	written &= !close(file);
	name_of(spool, kept, name);
	if (written && !renameat(spool->folder, FRESH, spool->folder, name))
		return true;
	unlinkat(spool->folder, FRESH, 0);
	return false;
}

uint64_t spool_add(struct spool *spool, const void *body, size_t size, uint64_t count)
{
	struct kept kept = { .number = spool->last + 1, .count = count };
	void *bytes = gzip(body, size, &kept.size);
	bool written = false;

	if (bytes && kept.size <= spool->bytes_max) {
		make_room(spool, kept.size);
		written = write_file(spool, &kept, bytes) &&
			  keep(spool, kept.number, kept.count, kept.size);
	}
	free(bytes);
	return written ? kept.number : 0;
}

static bool read_file(const struct spool *spool, const struct kept *kept, struct buffer *out)
{
	char name[NAME_SIZE], *bytes = malloc(kept->size ? kept->size : 1);
	bool whole = false;
	int file;

	name_of(spool, kept, name);
	file = openat(spool->folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (file >= 0 && bytes)
		whole = read(file, bytes, kept->size) == (ssize_t)kept->size &&
			gunzip(bytes, kept->size, out);
	if (file >= 0)
		close(file);
	free(bytes);
	return whole;
}

uint64_t spool_first(struct spool *spool, struct buffer *body, uint64_t *count)
{
	while (spool->first) {
		buffer_reset(body);
		if (read_file(spool, spool->first, body)) {
			*count = spool->first->count;
			spool->held = spool->first->number;
			return spool->held;
		}
		spool->accounts.damaged += spool->first->count;
		forget(spool, spool->first);
	}
	return 0;
}

void spool_hold(struct spool *spool, uint64_t number)
{
	spool->held = number;
}

void spool_remove(struct spool *spool, uint64_t number)
{
	struct kept *kept;

	DL_SEARCH_SCALAR(spool->first, kept, number, number);
	if (kept)
		forget(spool, kept);
}

void spool_accounts(const struct spool *spool, struct spool_accounts *out)
{
	*out = spool->accounts;
}
