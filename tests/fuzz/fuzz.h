/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fuzzers of gobin share: a file made of bytes, patches to it, and the one place that knows
 * in which order the parsers are asked.
 */
#ifndef SEAMARK_FUZZ_H
#define SEAMARK_FUZZ_H

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

/* Claims what a parser promised; a broken promise is a crash. */
#define PROMISED(condition)	do { if (!(condition)) abort(); } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct bytes {
	const uint8_t *data;
	uint64_t size;
	uint32_t reads_left;		/* until one fails with EIO */
};

static inline int64_t bytes_read(void *context, void *into, uint64_t size, uint64_t offset)
{
	struct bytes *bytes = context;

	if (!bytes->reads_left--)
		return -EIO;
	if (offset >= bytes->size)
		return 0;
	if (size > bytes->size - offset)
		size = bytes->size - offset;
	memcpy(into, bytes->data + offset, size);
	return (int64_t)size;
}

static inline bool bytes_are_elf(const uint8_t *data, size_t size)
{
	return size >= 4 && !memcmp(data, ELFMAG, SELFMAG);
}

/* The last byte of e_ident means nothing to anyone: here it says which read fails, 0 none. */
static inline struct bytes bytes_of_file(const uint8_t *data, size_t size)
{
	uint32_t failing = size >= EI_NIDENT ? data[EI_NIDENT - 1] : 0;

	return (struct bytes){ data, size, failing ? failing - 1 : UINT32_MAX };
}

static inline struct gobin_reader bytes_reader(struct bytes *bytes)
{
	return (struct gobin_reader){ .read = bytes_read, .context = bytes, .size = bytes->size };
}

/* Parses the headers; false when there is nothing more to ask. */
static inline bool bytes_parse(struct bytes *bytes, struct elf *elf)
{
	struct gobin_reader reader = bytes_reader(bytes);
	enum gobin_refusal refusal = GOBIN_REFUSAL_MAX;
	int result = elf_parse(&reader, elf, &refusal);

	PROMISED(refusal < GOBIN_REFUSAL_MAX && (!result || result == -EIO));
	return !result && refusal == GOBIN_OK;
}

/* Overwrites by a list of {offset: 2 bytes, length: 1, bytes}. */
static inline void bytes_patch(uint8_t *file, size_t file_size, const uint8_t *data, size_t size)
{
	while (size > 3) {
		size_t at = load16(data) % file_size, length = (data[2] & 15) + 1u;

		data += 3;
		size -= 3;
		length = length > size ? size : length;
		length = length > file_size - at ? file_size - at : length;
		memcpy(file + at, data, length);
		data += length;
		size -= length;
	}
}

#endif
