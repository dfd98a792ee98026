/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Executables from anywhere. With SEAMARK_FUZZ_BASE naming a Go program the input is a list of patches
 * to it (offset, length, bytes), which reaches what raw bytes never would; else, or when it begins as
 * an ELF file does, it is the file.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"

#define BASE_MAX (64u << 20)

/* What is said of a file must stand the second look at it. */
static void look(const uint8_t *data, uint64_t size)
{
	static struct gobin_report report;
	struct bytes bytes = { data, size, UINT32_MAX };
	struct gobin_reader reader = bytes_reader(&bytes);
	const char *why;

	if (!gobin_analyse(&reader, &report))
		PROMISED(!gobin_check(&reader, &report, &why));
}

static uint8_t *load_base(size_t *size)
{
	const char *path = getenv("SEAMARK_FUZZ_BASE");
	int fd = path ? open(path, O_RDONLY) : -1;
	uint8_t *base = NULL;
	struct stat status;

	if (fd >= 0 && !fstat(fd, &status) && status.st_size <= BASE_MAX) {
		base = malloc((size_t)status.st_size);
		*size = (size_t)read(fd, base, (size_t)status.st_size);
	}
	if (fd >= 0)
		close(fd);
	return base;
}

/* Offsets fall on the headers, the section table and the tables of the last half evenly. */
static size_t place(const uint8_t *patch, size_t size)
{
	size_t offset = (size_t)patch[0] | (size_t)patch[1] << 8 | (size_t)patch[2] << 16;

	switch (patch[3] >> 6) {
	case 0:
		return offset % 4096;
	case 1:
		return size - 1 - offset % 8192;
	default:
		return size - 1 - offset * 2 % size;
	}
}

static void look_at_patched(const uint8_t *base, size_t base_size, const uint8_t *data, size_t size)
{
	static uint8_t *copy;

	if (!copy)
		copy = malloc(base_size);
	memcpy(copy, base, base_size);
	while (size > 4) {
		size_t at = place(data, base_size), length = (data[3] & 63) + 1u;

		data += 4;
		size -= 4;
		if (length > size)
			length = size;
		if (length > base_size - at)
			length = base_size - at;
		memcpy(copy + at, data, length);
		data += length;
		size -= length;
	}
	look(copy, base_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t *base;
	static size_t base_size;
	static int asked;

	if (!asked++)
		base = load_base(&base_size);
	/* A small executable among the seeds is looked at as it is. */
	if (base && !bytes_are_elf(data, size))
		look_at_patched(base, base_size, data, size);
	else
		look(data, size);
	return 0;
}
