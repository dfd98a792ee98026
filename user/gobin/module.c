/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The function table and the module data, each confirming the other: the table may stand more than
 * once in a file (a binary that embeds another), and only module data knows where text begins.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define CANDIDATES_MAX	32

/* Offsets in runtime.moduledata that have not changed from 1.17 to 1.27. */
#define MODULE_HEADER	0
#define MODULE_NAMES	8
#define MODULE_TABLE	104	/* a slice: address and bytes */
#define MODULE_ROWS	128	/* a slice: address and count */
#define MODULE_LEAST	160	/* the first entry, and the end of the last function */
#define MODULE_MOST	168

/* Text lies in one executable segment, and the table's first and last rows where they belong. */
static bool fits_text(const struct gobin *gobin, const uint8_t *module)
{
	const struct pclntab *pclntab = &gobin->state->pclntab;
	const uint64_t text = load64(module + MODULE_TEXT), end = load64(module + MODULE_TEXT_END);
	const uint64_t least = load64(module + MODULE_LEAST), most = load64(module + MODULE_MOST);
	const uint64_t base = pclntab->absolute ? 0 : text;
	uint64_t first, last, record, offset;

	return text < end && text <= least && least < most && most <= end &&
	       elf_offset(&gobin->state->elf, text, most - text, true, &offset) &&
	       pclntab_row(pclntab, 0, &first, &record) && base + first == least &&
	       pclntab_row(pclntab, pclntab->count, &last, &record) && base + last == most;
}

/* Is this the module data of that table? The runtime itself asks for most of it when it starts. */
static bool is_module(const struct gobin *gobin, const uint8_t *module)
{
	const struct pclntab *pclntab = &gobin->state->pclntab;
	const uint64_t table = pclntab->address + pclntab->table;
	const uint64_t size = load64(module + MODULE_TABLE + 8);

	return load64(module + MODULE_HEADER) == pclntab->address &&
	       load64(module + MODULE_NAMES) == pclntab->address + pclntab->names &&
	       load64(module + MODULE_TABLE) == table && load64(module + MODULE_ROWS) == table &&
	       load64(module + MODULE_ROWS + 8) == pclntab->count + 1 &&
	       size <= pclntab->size - pclntab->table && fits_text(gobin, module);
}

/* What is read at address, as the loader leaves it, if that is the module data. */
static int try_module(struct gobin *gobin, uint64_t address, const char *by)
{
	struct pclntab *pclntab = &gobin->state->pclntab;
	const struct elf *elf = &gobin->state->elf;
	uint8_t module[MODULE_SIZE];
	int result = elf_read_address(elf, module, sizeof(module), address);

	if (!result)
		result = relocation_apply(elf, address, module, sizeof(module));
	if (result)
		return result == -ENODATA ? -ENOENT : result;
	if (!is_module(gobin, module))
		return -ENOENT;
	pclntab->size = pclntab->table + load64(module + MODULE_TABLE + 8);
	if (!pclntab_is_sorted(pclntab))
		return -ENOENT;
	gobin->moduledata_by = by;
	gobin->text = load64(module + MODULE_TEXT);
	gobin->state->text = gobin->text;
	gobin->state->module_address = address;
	memcpy(gobin->state->module, module, MODULE_SIZE);
	return 0;
}

/* The words of a segment that hold the table's address. */
static int scan_for_module(struct gobin *gobin, const struct segment *segment,
			   struct window *window)
{
	const uint64_t address = gobin->state->pclntab.address;
	int result = -ENOENT;
	const uint8_t *bytes;

	for (uint64_t at = -segment->address % 8; at < segment->file_size; at += WINDOW_SIZE) {
		uint64_t left = segment->file_size - at;
		uint64_t size = left < WINDOW_SIZE ? left : WINDOW_SIZE;

		bytes = window_at(window, &gobin->state->elf, segment->offset + at, size);
		if (!bytes)
			return -ENOENT;
		for (uint64_t i = 0; i + 8 <= size && result == -ENOENT; i += 8)
			if (load64(bytes + i) == address)
				result = try_module(gobin, segment->address + at + i, "scan");
		if (result != -ENOENT)
			return result;
	}
	return -ENOENT;
}

/* Linkers that leave zeros where the loader writes keep the table's address in a relocation. */
static int module_by_relocation(struct gobin *gobin)
{
	uint64_t index = 0, address;
	int result, tries = 0;

	do {
		result = relocation_next(&gobin->state->elf, gobin->state->pclntab.address, &index,
					 &address);
		if (result)
			return result;
		result = try_module(gobin, address, "relocation");
	} while (result == -ENOENT && ++tries < CANDIDATES_MAX);
	return result;
}

/* 0 when found, -ENOENT, -ENOMEM or the reader's. */
static int find_module(struct gobin *gobin, struct window *window)
{
	const struct elf *elf = &gobin->state->elf;
	int result = -ENOENT;

	if (elf->module.size >= MODULE_SIZE)
		result = try_module(gobin, elf->module.address, "section .go.module");
	for (size_t i = 0; i < elf->segment_count && result == -ENOENT; i++)
		if (elf->segments[i].writable)
			result = scan_for_module(gobin, &elf->segments[i], window);
	if (result == -ENOENT)
		result = module_by_relocation(gobin);
	return result;
}

/* A table at address, with its module data. -ENODATA: no table; -ENOENT: nothing confirms it. */
static int try_table(struct gobin *gobin, uint64_t address, const char *by, struct window *window)
{
	struct pclntab *pclntab = &gobin->state->pclntab;
	int result = pclntab_load(&gobin->state->elf, address, pclntab);

	if (result)
		return result;
	gobin->pclntab_by = by;
	gobin->pclntab = address;
	gobin->function_count = (uint32_t)pclntab->count;
	result = find_module(gobin, window);
	if (result)
		pclntab_free(pclntab);
	return result;
}

struct candidates {
	uint64_t address[CANDIDATES_MAX];
	size_t count;
};

static void scan_segment(const struct elf *elf, const struct segment *segment,
			 struct window *window, struct candidates *out)
{
	const uint64_t step = WINDOW_SIZE - WINDOW_SIZE % 8 - PCLNTAB_HEADER;
	const uint8_t *bytes;

	for (uint64_t at = -segment->address % 8; at < segment->file_size; at += step) {
		uint64_t left = segment->file_size - at;
		uint64_t size = left < WINDOW_SIZE ? left : WINDOW_SIZE;

		bytes = window_at(window, elf, segment->offset + at, size);
		if (!bytes)
			return;
		for (uint64_t i = 0; i + PCLNTAB_HEADER <= size && i < step; i += 8)
			if (load32(bytes + i) >= PCLNTAB_MAGIC_LEAST &&
			    out->count < CANDIDATES_MAX &&
			    pclntab_is_header(bytes + i, elf->machine))
				out->address[out->count++] = segment->address + at + i;
	}
}

/* Some linkers put read-only data with the code: those segments come last. */
static int scan_for_table(struct gobin *gobin, struct window *window, bool *seen)
{
	const struct elf *elf = &gobin->state->elf;
	int result = -ENOENT;

	for (size_t i = 0; i < 2 * elf->segment_count && result == -ENOENT; i++) {
		const struct segment *segment = &elf->segments[i % elf->segment_count];
		struct candidates candidates = { .count = 0 };

		if (segment->executable != (i >= elf->segment_count))
			continue;
		scan_segment(elf, segment, window, &candidates);
		*seen |= candidates.count > 0;
		for (size_t j = 0; j < candidates.count &&
		     (result == -ENOENT || result == -ENODATA); j++)
			result = try_table(gobin, candidates.address[j], "scan", window);
		result = result == -ENODATA ? -ENOENT : result;
	}
	return result;
}

int module_find(struct gobin *gobin, enum gobin_refusal *refusal)
{
	const struct elf *elf = &gobin->state->elf;
	struct window *window = calloc(1, sizeof(*window));
	int result = -ENODATA;
	bool seen;

	if (!window)
		return -ENOMEM;
	if (elf->pclntab.size)
		result = try_table(gobin, elf->pclntab.address, elf->pclntab_name, window);
	seen = result != -ENODATA;
	if (result == -ENOENT || result == -ENODATA)
		result = scan_for_table(gobin, window, &seen);
	free(window);
	if (result != -ENOENT)
		return result;
	*refusal = seen ? GOBIN_NO_MODULEDATA : GOBIN_NO_PCLNTAB;
	return 0;
}
