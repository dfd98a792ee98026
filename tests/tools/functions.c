/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * functions FILE: every function of a Go executable, one a line, for a comparison with others'
 * disassembly: address and size (hexadecimal), status, return sites or "-", name.
 * functions --time COUNT FILE: what analysing it takes, in microseconds: least and median of COUNT.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "user/gobin/gobin.h"

#define RUNS_MAX 1000

static int64_t read_at(void *context, void *into, uint64_t size, uint64_t offset)
{
	ssize_t got = pread(*(int *)context, into, size, (off_t)offset);

	return got < 0 ? -errno : got;
}

static int print(void *context, const struct gobin_function *function)
{
	(void)context;
	printf("%llx %x %s ", (unsigned long long)function->address, function->size,
	       gobin_site_status_name(function->status));
	for (uint32_t i = 0; i < function->return_count; i++)
		printf("%s%llx", i ? "," : "", (unsigned long long)function->returns_address[i]);
	printf("%s %s\n", function->return_count ? "" : "-", function->name);
	return 0;
}

static int by_size(const void *a, const void *b)
{
	uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;

	return (left > right) - (left < right);
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* As for a process that starts: all that is asked of an executable before its probes are attached. */
static int analyse(const struct gobin_reader *reader)
{
	static const char *const names[] = {
		"crypto/tls.(*Conn).clientHandshake", "crypto/tls.(*Conn).serverHandshake",
	};
	static struct gobin_function functions[2];
	enum gobin_refusal refusal;
	struct gobin *gobin = NULL;
	int result = gobin_open(reader, &gobin, &refusal);
	bool found = gobin;

	if (!result && found)
		result = gobin_functions(gobin, names, 2, functions);
	gobin_free(gobin);
	return result ? result : found ? 0 : -ENOEXEC;
}

static int measure(const struct gobin_reader *reader, size_t count)
{
	static uint64_t taken[RUNS_MAX];

	for (size_t i = 0; i < count; i++) {
		uint64_t start = now_ns();
		int result = analyse(reader);

		if (result)
			return result;
		taken[i] = now_ns() - start;
	}
	qsort(taken, count, sizeof(taken[0]), by_size);
	printf("%llu %llu\n", (unsigned long long)taken[0] / 1000,
	       (unsigned long long)taken[count / 2] / 1000);
	return 0;
}

int main(int argc, char **argv)
{
	bool timed = argc == 4 && !strcmp(argv[1], "--time");
	size_t count = timed ? strtoul(argv[2], NULL, 10) : 0;
	int fd = argc == 2 || timed ? open(argv[argc - 1], O_RDONLY) : -1;
	struct gobin_reader reader = { .read = read_at, .context = &fd };
	enum gobin_refusal refusal = GOBIN_OK;
	struct gobin *gobin = NULL;
	struct stat status;
	int result = -EINVAL;

	if (fd < 0 || fstat(fd, &status) || (timed && (!count || count > RUNS_MAX))) {
		fprintf(stderr, "usage: functions [--time COUNT] FILE\n");
		return 2;
	}
	reader.size = (uint64_t)status.st_size;
	if (timed)
		result = measure(&reader, count);
	else
		result = gobin_open(&reader, &gobin, &refusal);
	if (gobin)
		result = gobin_each_function(gobin, print, NULL);
	gobin_free(gobin);
	if (result || refusal != GOBIN_OK)
		fprintf(stderr, "%s: %s\n", argv[argc - 1],
			result ? strerror(-result) : gobin_refusal_text(refusal));
	return result || refusal != GOBIN_OK;
}
