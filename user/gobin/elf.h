/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF as far as Go needs it: segments and sections by the file's bytes, each number checked. */
#ifndef SEAMARK_GOBIN_ELF_H
#define SEAMARK_GOBIN_ELF_H

#include "user/gobin/gobin.h"

#define SEGMENTS_MAX	64
#define NOTES_MAX	8	/* segments of notes; what is beyond is not looked at */

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
	struct section notes[NOTES_MAX];
	size_t note_count;
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

#endif
