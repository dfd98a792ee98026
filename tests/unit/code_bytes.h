/* SPDX-License-Identifier: BSD-2-Clause */
/* A few instructions as the whole of an executable's one segment. */
#ifndef SEAMARK_TESTS_CODE_BYTES_H
#define SEAMARK_TESTS_CODE_BYTES_H

#include <string.h>

#include "user/gobin/internal.h"

#define ADDRESS	0x401000
#define OFFSET	0x1000

struct code_bytes {
	const uint8_t *data;
	uint64_t size;
};

static int64_t code_bytes_read(void *context, void *into, uint64_t size, uint64_t offset)
{
	const struct code_bytes *bytes = context;

	if (offset < OFFSET || offset - OFFSET >= bytes->size)
		return 0;
	offset -= OFFSET;
	if (size > bytes->size - offset)
		size = bytes->size - offset;
	memcpy(into, bytes->data + offset, size);
	return (int64_t)size;
}

/* bytes must live as long as what comes back. */
static struct elf code_bytes_elf(enum gobin_machine machine, struct code_bytes *bytes)
{
	struct elf elf = { .machine = machine, .segment_count = 1 };

	elf.reader = (struct gobin_reader){ code_bytes_read, bytes, OFFSET + bytes->size };
	elf.segments[0] = (struct segment){ .address = ADDRESS, .offset = OFFSET,
					    .file_size = bytes->size, .memory_size = bytes->size,
					    .executable = true };
	return elf;
}

#endif
