/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of gobin share. */
#ifndef SEAMARK_GOBIN_INTERNAL_H
#define SEAMARK_GOBIN_INTERNAL_H

#include "user/gobin/gobin.h"

#define SEGMENTS_MAX	64

struct segment {
	uint64_t address;
	uint64_t offset;
	uint64_t file_size;
	uint64_t memory_size;
	bool executable;
	bool writable;
};

struct section {
	uint64_t address;
	uint64_t offset;
	uint64_t size;		/* 0: absent */
};

struct elf {
	struct gobin_reader reader;
	enum gobin_machine machine;
	bool is_dyn;
	size_t segment_count;
	struct segment segments[SEGMENTS_MAX];
	bool has_tls;
	uint64_t tls_size;
	struct section interpreter;
	const char *libc;
	struct section buildinfo;
	struct section pclntab;
	const char *pclntab_name;
	struct section module;
};

/* The function table, read whole. */
struct pclntab {
	uint64_t address;
	uint8_t *bytes;
	bool is_scratch;	/* not ours to free */
	size_t size;
	bool absolute;		/* 1.17: entries are addresses, later: offsets from text */
	uint64_t count;		/* of functions */
	uint64_t names;		/* offset of the names */
	uint64_t table;		/* offset of the table */
};

struct gobin_state {
	struct elf elf;
	struct pclntab pclntab;
	uint64_t text;
	uint64_t module;	/* address of the module data */
};

static inline uint32_t load32(const uint8_t *bytes)
{
	return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 |
	       (uint32_t)bytes[3] << 24;
}

static inline uint64_t load64(const uint8_t *bytes)
{
	return load32(bytes) | (uint64_t)load32(bytes + 4) << 32;
}

static inline uint16_t load16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] | bytes[1] << 8);
}

/* Exactly size bytes; -ENODATA when the file ends before. */
int elf_read(const struct elf *elf, void *into, uint64_t size, uint64_t offset);
/* By address, within one segment's bytes in the file; -ENODATA when not mapped from the file. */
int elf_read_address(const struct elf *elf, void *into, uint64_t size, uint64_t address);
/* The file offset of address, if size bytes from there lie in one segment of the wanted kind. */
bool elf_offset(const struct elf *elf, uint64_t address, uint64_t size, bool executable,
		uint64_t *offset);
int elf_parse(const struct gobin_reader *reader, struct elf *out, enum gobin_refusal *refusal);

int buildinfo_read(const struct elf *elf, struct gobin *out, enum gobin_refusal *refusal);
void layout_find(int minor, struct gobin_layout *out, enum gobin_provenance *provenance);

/* Finds function table and moduledata, each confirming the other. */
int module_find(struct gobin *gobin, enum gobin_refusal *refusal);
void pclntab_free(struct pclntab *pclntab);

/* Entry and size of function index; false when the table contradicts itself. */
bool pclntab_range(const struct gobin_state *state, uint64_t index, uint64_t *entry,
		   uint64_t *size);
/* The name of function index, NUL-terminated within the table; NULL: malformed. */
const char *pclntab_name(const struct pclntab *pclntab, uint64_t index);

/* Fills address, size, offsets, returns and status of a function from its code. */
int code_decode(const struct elf *elf, uint64_t entry, uint64_t size,
		struct gobin_function *out);
/* Where G is kept, from code that loads it; 0: not found. */
int32_t code_tls_displacement(const struct elf *elf, uint64_t entry, uint64_t size);

#endif
