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
	uint64_t tls_size;		/* rounded up to its alignment */
	struct section interpreter;
	struct section dynamic;
	struct section relocations;	/* RELA, as the dynamic section tells */
	bool is_library;		/* neither asks for a loader nor says DF_1_PIE */
	const char *libc;
	struct section buildinfo;
	struct section pclntab;
	const char *pclntab_name;
	struct section module;
};

/* One piece of the file at a time, for what is read from its front to its back. */
#define WINDOW_SIZE	(64u << 10)
struct window {
	uint64_t offset;	/* in the file, of bytes[0] */
	uint64_t size;
	uint8_t bytes[WINDOW_SIZE];
};

/* The function table: where it lies in the file, and what its header says. */
struct pclntab {
	const struct elf *elf;
	uint64_t address;
	uint64_t offset;	/* in the file */
	uint64_t size;		/* to its end; before moduledata told that, to its segment's */
	bool absolute;		/* 1.17: entries are addresses, later: offsets from text */
	uint64_t count;		/* of functions */
	uint64_t names;		/* offset of the names within the table, and of what follows */
	uint64_t names_end;
	uint64_t table;		/* offset of the rows */
	struct window *rows;	/* pieces of the rows, and of the records that they point to */
	struct window *records;
	char *all_names;	/* read when first asked for */
};

struct gobin_state {
	struct elf elf;
	struct pclntab pclntab;
	uint64_t text;
};

/* An executable under analysis; what a report says comes from here. */
struct gobin {
	char version[32];
	int major, minor;
	bool prerelease;		/* or built from a source tree: no release for certain */
	bool stack_abi;			/* the register ABI was switched off */
	char path[128];
	size_t setting_count;
	struct gobin_setting settings[GOBIN_SETTINGS_MAX];
	enum gobin_machine machine;
	bool position_independent;
	const char *libc;
	const char *pclntab_by;
	const char *moduledata_by;
	uint64_t pclntab;
	uint64_t text;
	uint64_t types;
	uint32_t function_count;
	int32_t tls_g;
	enum gobin_provenance provenance;
	struct gobin_layout layout;
	struct gobin_state *state;
};

/*
 * Analyses. 0 with *out set and *refusal GOBIN_OK; 0 with *refusal saying why not and *out NULL; or
 * the reader's negative errno. What it reads from must live as long as *out, for gobin_free().
 */
int gobin_open(const struct gobin_reader *reader, struct gobin **out, enum gobin_refusal *refusal);
void gobin_free(struct gobin *gobin);

/* Finds count functions in one pass and decodes them. Negative errno of the reader. */
int gobin_functions(struct gobin *gobin, const char *const names[], size_t count,
		    struct gobin_function out[]);

/* Every function, decoded: for checks. A return other than 0 ends it. */
typedef int (*gobin_take)(void *context, const struct gobin_function *function);
int gobin_each_function(struct gobin *gobin, gobin_take take, void *context);

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
/* Bytes from address to the end of what the file has of its segment; 0: not in the file. */
uint64_t elf_size_from(const struct elf *elf, uint64_t address);
/* The file offset of size bytes at address, in a segment of whatever kind. */
bool elf_file_offset(const struct elf *elf, uint64_t address, uint64_t size, uint64_t *offset);
/* The file offset of address, if size bytes from there lie in one segment of the wanted kind. */
bool elf_offset(const struct elf *elf, uint64_t address, uint64_t size, bool executable,
		uint64_t *offset);
/* Header and segments only. */
int elf_parse_segments(const struct gobin_reader *reader, struct elf *out,
		       enum gobin_refusal *refusal);
int elf_parse(const struct gobin_reader *reader, struct elf *out, enum gobin_refusal *refusal);

/* Size bytes at offset, up to a window's, until the next call; NULL: they are not there. */
const uint8_t *window_at(struct window *window, const struct elf *elf, uint64_t offset,
			 uint64_t size);

/* What the loader would write over size bytes of address, written over what was read of them. */
int relocation_apply(const struct elf *elf, uint64_t address, uint8_t *bytes, uint64_t size);
/* The next place, from relocation *index on, that is set to value; -ENOENT. */
int relocation_next(const struct elf *elf, uint64_t value, uint64_t *index, uint64_t *address);

int buildinfo_read(const struct elf *elf, struct gobin *out, enum gobin_refusal *refusal);
void layout_find(int minor, struct gobin_layout *out, enum gobin_provenance *provenance);

/* Finds function table and moduledata, each confirming the other. */
int module_find(struct gobin *gobin, enum gobin_refusal *refusal);

/* -ENODATA when there is none at address. */
int pclntab_load(const struct elf *elf, uint64_t address, struct pclntab *out);
void pclntab_free(struct pclntab *pclntab);
/* Does this look like the table's first HEADER bytes? */
#define PCLNTAB_HEADER		72
#define PCLNTAB_MAGIC_LEAST	0xfffffff0u
bool pclntab_is_header(const uint8_t *header, enum gobin_machine machine);
/* No entry before the one before it, and all records within the table. */
bool pclntab_is_sorted(const struct pclntab *pclntab);
/* Row index, from 0 to count: what stands for the entry, and where the function's record is. */
bool pclntab_row(const struct pclntab *pclntab, uint64_t index, uint64_t *entry, uint64_t *record);
/* Entry and size of function index; false when the table contradicts itself. */
bool pclntab_range(const struct gobin_state *state, uint64_t index, uint64_t *entry,
		   uint64_t *size);
/* The name of function index, valid until pclntab_free(); NULL: malformed. Reads all names. */
const char *pclntab_name(const struct pclntab *pclntab, uint64_t index);
#define PCLNTAB_ABSENT	UINT64_MAX
/* The first function of each name, or PCLNTAB_ABSENT: in one pass, without reading names whole. */
int pclntab_find(const struct pclntab *pclntab, const char *const names[], size_t count,
		 uint64_t index[]);

/* Fills address, size, offsets, returns and status of a function from its code. */
int code_decode(const struct elf *elf, uint64_t entry, uint64_t size,
		struct gobin_function *out);
/* Where G is kept, from code that loads it; 0: not found. */
int32_t code_tls_displacement(const struct elf *elf, uint64_t entry, uint64_t size);

#endif
