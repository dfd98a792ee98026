/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the loader writes into a position-independent executable before it runs: some linkers leave
 * zeros there and keep the addresses in the relocations alone.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

static uint32_t relative_type(const struct elf *elf)
{
	return elf->machine == GOBIN_X86_64 ? R_X86_64_RELATIVE : R_AARCH64_RELATIVE;
}

static uint64_t relocation_count(const struct elf *elf)
{
	return elf->relocations.size / sizeof(Elf64_Rela);
}

/* Relocation index, if it is a relative one. */
static bool relative_at(const struct elf *elf, struct window *window, uint64_t index,
			uint64_t *address, uint64_t *value)
{
	const uint8_t *bytes = window_at(window, elf, elf->relocations.offset +
					 index * sizeof(Elf64_Rela), sizeof(Elf64_Rela));

	if (!bytes || load32(bytes + 8) != relative_type(elf))
		return false;
	*address = load64(bytes);
	*value = load64(bytes + 16);
	return true;
}

static struct window *window_new(void)
{
	return calloc(1, sizeof(struct window));
}

int relocation_apply(const struct elf *elf, uint64_t address, uint8_t *bytes, uint64_t size)
{
	uint64_t count = relocation_count(elf), at, value;
	struct window *window;

	if (!count)
		return 0;
	window = window_new();
	if (!window)
		return -ENOMEM;
	for (uint64_t i = 0; i < count; i++)
		if (relative_at(elf, window, i, &at, &value) && at >= address &&
		    at - address <= size - sizeof(value))
			memcpy(bytes + (at - address), &value, sizeof(value));
	free(window);
	return 0;
}

int relocation_next(const struct elf *elf, uint64_t value, uint64_t *index, uint64_t *address)
{
	uint64_t count = relocation_count(elf), each;
	struct window *window;
	int result = -ENOENT;

	if (*index >= count)
		return -ENOENT;
	window = window_new();
	if (!window)
		return -ENOMEM;
	for (; *index < count && result; ++*index)
		if (relative_at(elf, window, *index, address, &each) && each == value)
			result = 0;
	free(window);
	return result;
}
