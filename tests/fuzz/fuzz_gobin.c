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

#include "user/gobin/internal.h"

#define BASE_MAX (64u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
	const uint8_t *data;
	uint64_t size;
};

static int64_t read_bytes(void *context, void *into, uint64_t size, uint64_t offset)
{
	const struct bytes *bytes = context;

	if (offset >= bytes->size)
		return 0;
	if (size > bytes->size - offset)
		size = bytes->size - offset;
	memcpy(into, bytes->data + offset, size);
	return (int64_t)size;
}

static void look(const uint8_t *data, uint64_t size)
{
	static const char *const names[] = {
		"crypto/tls.(*Conn).clientHandshake", "crypto/tls.(*Conn).serverHandshake",
	};
	struct bytes bytes = { data, size };
	struct gobin_reader reader = { .read = read_bytes, .context = &bytes, .size = size };
	enum gobin_refusal refusal;
	struct gobin_function functions[2];
	struct gobin *gobin = NULL;

	if (gobin_open(&reader, &gobin, &refusal) || !gobin)
		return;
	gobin_functions(gobin, names, 2, functions);
	/* What would be probed must lie within the file. */
	for (int i = 0; i < 2; i++)
		for (uint32_t j = 0; functions[i].status == GOBIN_SITE_FOUND &&
		     j < functions[i].return_count; j++)
			if (functions[i].returns_file_offset[j] >= size)
				abort();
	gobin_free(gobin);
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
	if (base && (size < 4 || memcmp(data, "\x7f" "ELF", 4)))
		look_at_patched(base, base_size, data, size);
	else
		look(data, size);
	return 0;
}
