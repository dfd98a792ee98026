/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The function table and the module data, each confirming the other: the table may stand more than
 * once in a file (a binary that embeds another), and only module data knows where text begins.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define TABLE_MAX	(256u << 20)
#define FUNCTIONS_MAX	10000000u
#define HEADER_SIZE	72
#define WINDOW		(1u << 20)
#define MODULE_SIZE	312		/* what is read of it */
#define MODULE_TABLE_LENGTH 136
#define MODULE_TEXT	176
#define MODULE_END	184
#define CANDIDATES_MAX	32

static bool is_magic(uint32_t magic)
{
	return magic == 0xfffffff1 || magic == 0xfffffff0 || magic == 0xfffffffa;
}

static bool is_header(const uint8_t *header, enum gobin_machine machine)
{
	uint64_t count = load64(header + 8);

	return is_magic(load32(header)) && !header[4] && !header[5] &&
	       header[6] == (machine == GOBIN_X86_64 ? 1 : 4) && header[7] == 8 && count &&
	       count < FUNCTIONS_MAX;
}

/* The caller's memory behind its first used bytes, where there is enough; else the heap's. */
static uint8_t *take_memory(const struct elf *elf, uint64_t used, uint64_t size, bool *is_scratch)
{
	const struct gobin_reader *reader = &elf->reader;

	*is_scratch = reader->scratch && used <= reader->scratch_size &&
		      size <= reader->scratch_size - used;
	return *is_scratch ? (uint8_t *)reader->scratch + used : malloc(size);
}

static void give_memory(uint8_t *bytes, bool is_scratch)
{
	if (!is_scratch)
		free(bytes);
}

void pclntab_free(struct pclntab *pclntab)
{
	give_memory(pclntab->bytes, pclntab->is_scratch);
	pclntab->bytes = NULL;
}

static bool read_header(struct pclntab *out)
{
	const uint8_t *header = out->bytes;
	size_t entry;

	out->absolute = load32(header) == 0xfffffffa;
	out->count = load64(header + 8);
	out->names = load64(header + (out->absolute ? 24 : 32));
	out->table = load64(header + (out->absolute ? 56 : 64));
	entry = out->absolute ? 16 : 8;
	return out->names < out->size && out->table < out->size &&
	       (out->count + 1) * entry <= out->size - out->table;
}

/* Reads the table at address whole: to the end of what of its segment is in the file. */
static int load_table(const struct elf *elf, uint64_t address, uint64_t size, struct pclntab *out)
{
	int result;

	if (size < HEADER_SIZE || size > TABLE_MAX)
		return -ENODATA;
	out->bytes = take_memory(elf, 0, size, &out->is_scratch);
	if (!out->bytes)
		return -ENOMEM;
	out->address = address;
	out->size = size;
	result = elf_read_address(elf, out->bytes, size, address);
	if (!result && (!is_header(out->bytes, elf->machine) || !read_header(out)))
		result = -ENODATA;
	if (result)
		pclntab_free(out);
	return result;
}

const char *pclntab_name(const struct pclntab *pclntab, uint64_t index)
{
	size_t entry = pclntab->absolute ? 16 : 8;
	const uint8_t *row = pclntab->bytes + pclntab->table + index * entry;
	uint64_t function = pclntab->absolute ? load64(row + 8) : load32(row + 4);
	size_t name_at = pclntab->absolute ? 8 : 4;
	uint64_t name;

	if (index >= pclntab->count || function > pclntab->size - pclntab->table ||
	    pclntab->size - pclntab->table - function < name_at + 4)
		return NULL;
	name = load32(pclntab->bytes + pclntab->table + function + name_at);
	if (name > pclntab->size - pclntab->names)
		return NULL;
	name += pclntab->names;
	if (name >= pclntab->size || !memchr(pclntab->bytes + name, '\0', pclntab->size - name))
		return NULL;
	return (const char *)pclntab->bytes + name;
}

static uint64_t entry_of(const struct gobin_state *state, uint64_t index)
{
	const struct pclntab *pclntab = &state->pclntab;
	const uint8_t *table = pclntab->bytes + pclntab->table;

	return pclntab->absolute ? load64(table + index * 16)
				 : state->text + load32(table + index * 8);
}

bool pclntab_range(const struct gobin_state *state, uint64_t index, uint64_t *entry,
		   uint64_t *size)
{
	uint64_t next;

	if (index >= state->pclntab.count)
		return false;
	*entry = entry_of(state, index);
	next = entry_of(state, index + 1);
	if (next <= *entry || next - *entry > (64u << 20))
		return false;
	*size = next - *entry;
	return true;
}

static uint64_t types_offset(int minor)
{
	return minor >= 20 ? 296 : 280;
}

/* Does this look like the module data of that table? */
static bool is_module(const struct gobin *gobin, const uint8_t *module)
{
	const struct pclntab *pclntab = &gobin->state->pclntab;
	uint64_t length = load64(module + MODULE_TABLE_LENGTH);
	uint64_t text = load64(module + MODULE_TEXT), end = load64(module + MODULE_END), offset;

	return load64(module) == pclntab->address &&
	       (length == pclntab->count || length == pclntab->count + 1) && text < end &&
	       elf_offset(&gobin->state->elf, text, 1, true, &offset);
}

static void take_module(struct gobin *gobin, const uint8_t *module, uint64_t address,
			const char *by)
{
	gobin->state->module = address;
	gobin->moduledata_by = by;
	gobin->text = load64(module + MODULE_TEXT);
	gobin->types = load64(module + types_offset(gobin->minor));
	gobin->state->text = gobin->text;
}

static bool module_in_window(struct gobin *gobin, const uint8_t *bytes, uint64_t size,
			     uint64_t address)
{
	for (uint64_t at = 0; at + MODULE_SIZE <= size; at += 8)
		if (load64(bytes + at) == gobin->state->pclntab.address &&
		    is_module(gobin, bytes + at)) {
			take_module(gobin, bytes + at, address + at, "scan");
			return true;
		}
	return false;
}

static bool module_in_segment(struct gobin *gobin, const struct segment *segment, uint8_t *bytes)
{
	const struct elf *elf = &gobin->state->elf;

	for (uint64_t at = 0; at < segment->file_size; at += WINDOW) {
		uint64_t left = segment->file_size - at;
		uint64_t size = left < WINDOW + MODULE_SIZE ? left : WINDOW + MODULE_SIZE;

		if (elf_read(elf, bytes, size, segment->offset + at))
			return false;
		if (module_in_window(gobin, bytes, size, segment->address + at))
			return true;
	}
	return false;
}

/* 0 when found, -ENOENT, -ENOMEM. */
static int find_module(struct gobin *gobin)
{
	const struct elf *elf = &gobin->state->elf;
	const struct pclntab *pclntab = &gobin->state->pclntab;
	uint8_t module[MODULE_SIZE], *bytes;
	int result = -ENOENT;
	bool is_scratch;

	if (elf->module.size >= MODULE_SIZE &&
	    !elf_read(elf, module, sizeof(module), elf->module.offset) &&
	    is_module(gobin, module)) {
		take_module(gobin, module, elf->module.address, "section .go.module");
		return 0;
	}
	bytes = take_memory(elf, pclntab->is_scratch ? pclntab->size : 0, WINDOW + MODULE_SIZE,
			    &is_scratch);
	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < elf->segment_count && result == -ENOENT; i++)
		if (elf->segments[i].writable &&
		    module_in_segment(gobin, &elf->segments[i], bytes))
			result = 0;
	give_memory(bytes, is_scratch);
	return result;
}

/* A table at address, with its module data. */
static int try_table(struct gobin *gobin, uint64_t address, uint64_t size, const char *by)
{
	struct pclntab *pclntab = &gobin->state->pclntab;
	int result = load_table(&gobin->state->elf, address, size, pclntab);

	if (result)
		return result;
	gobin->pclntab_by = by;
	gobin->pclntab = address;
	gobin->function_count = (uint32_t)pclntab->count;
	result = find_module(gobin);
	if (result)
		pclntab_free(pclntab);
	return result;
}

struct candidates {
	uint64_t address[CANDIDATES_MAX];
	uint64_t size[CANDIDATES_MAX];
	size_t count;
};

static void scan_segment(const struct elf *elf, const struct segment *segment, uint8_t *bytes,
			 struct candidates *out)
{
	for (uint64_t at = 0; at < segment->file_size; at += WINDOW) {
		uint64_t left = segment->file_size - at;
		uint64_t size = left < WINDOW + HEADER_SIZE ? left : WINDOW + HEADER_SIZE;

		if (elf_read(elf, bytes, size, segment->offset + at))
			return;
		for (uint64_t i = 0; i + HEADER_SIZE <= size && i < WINDOW; i += 8) {
			if (!is_header(bytes + i, elf->machine) || out->count == CANDIDATES_MAX)
				continue;
			out->address[out->count] = segment->address + at + i;
			out->size[out->count++] = segment->file_size - at - i;
		}
	}
}

static int scan_tables(struct gobin *gobin, bool *seen)
{
	const struct elf *elf = &gobin->state->elf;
	struct candidates candidates = { .count = 0 };
	int result = -ENOENT;
	bool is_scratch;
	uint8_t *bytes;

	bytes = take_memory(elf, 0, WINDOW + HEADER_SIZE, &is_scratch);
	if (!bytes)
		return -ENOMEM;
	for (size_t i = 0; i < elf->segment_count; i++)
		if (!elf->segments[i].executable)
			scan_segment(elf, &elf->segments[i], bytes, &candidates);
	give_memory(bytes, is_scratch);
	*seen = candidates.count > 0;
	for (size_t i = 0; i < candidates.count && result && result != -ENOMEM; i++)
		result = try_table(gobin, candidates.address[i], candidates.size[i], "scan");
	return result;
}

int module_find(struct gobin *gobin, enum gobin_refusal *refusal)
{
	const struct elf *elf = &gobin->state->elf;
	bool seen = elf->pclntab.size > 0;
	int result = -ENOENT;

	if (seen)
		result = try_table(gobin, elf->pclntab.address, elf->pclntab.size,
				   elf->pclntab_name);
	if (result && result != -ENOMEM)
		result = scan_tables(gobin, &seen);
	if (result == -ENOMEM)
		return result;
	if (result)
		*refusal = seen ? GOBIN_NO_MODULEDATA : GOBIN_NO_PCLNTAB;
	return 0;
}
