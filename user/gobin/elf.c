/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * ELF64, little end first, as far as Go needs it. Not through libelf: these bytes are foreign, come
 * through a callback, and every number is checked here before it is used.
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define SECTIONS_MAX	4096
#define DYNAMIC_MAX	512
#define PAGE_LEAST	4096
#define NAMES_MAX	(1u << 20)

int elf_read(const struct elf *elf, void *into, uint64_t size, uint64_t offset)
{
	int64_t got;

	if (offset > elf->reader.size || size > elf->reader.size - offset)
		return -ENODATA;
	got = elf->reader.read(elf->reader.context, into, size, offset);
	if (got < 0)
		return (int)got;
	return (uint64_t)got == size ? 0 : -ENODATA;
}

const uint8_t *window_at(struct window *window, const struct elf *elf, uint64_t offset,
			 uint64_t size)
{
	uint64_t left = offset < elf->reader.size ? elf->reader.size - offset : 0;

	if (size > WINDOW_SIZE || size > left)
		return NULL;
	if (offset < window->offset || offset - window->offset > window->size ||
	    size > window->size - (offset - window->offset)) {
		window->size = 0;
		if (elf_read(elf, window->bytes, left < WINDOW_SIZE ? left : WINDOW_SIZE, offset))
			return NULL;
		window->offset = offset;
		window->size = left < WINDOW_SIZE ? left : WINDOW_SIZE;
	}
	return window->bytes + (offset - window->offset);
}

static const struct segment *segment_of(const struct elf *elf, uint64_t address, uint64_t size)
{
	for (size_t i = 0; i < elf->segment_count; i++) {
		const struct segment *segment = &elf->segments[i];

		if (address >= segment->address && size <= segment->file_size &&
		    address - segment->address <= segment->file_size - size)
			return segment;
	}
	return NULL;
}

bool elf_offset(const struct elf *elf, uint64_t address, uint64_t size, bool executable,
		uint64_t *offset)
{
	const struct segment *segment = segment_of(elf, address, size);

	if (!segment || segment->executable != executable)
		return false;
	*offset = address - segment->address + segment->offset;
	return true;
}

uint64_t elf_size_from(const struct elf *elf, uint64_t address)
{
	const struct segment *segment = segment_of(elf, address, 1);

	return segment ? segment->file_size - (address - segment->address) : 0;
}

bool elf_file_offset(const struct elf *elf, uint64_t address, uint64_t size, uint64_t *offset)
{
	const struct segment *segment = segment_of(elf, address, size);

	if (!segment)
		return false;
	*offset = address - segment->address + segment->offset;
	return true;
}

int elf_read_address(const struct elf *elf, void *into, uint64_t size, uint64_t address)
{
	const struct segment *segment = segment_of(elf, address, size);

	if (!segment)
		return -ENODATA;
	return elf_read(elf, into, size, address - segment->address + segment->offset);
}

static enum gobin_refusal check_header(const Elf64_Ehdr *header, struct elf *out)
{
	if (memcmp(header->e_ident, ELFMAG, SELFMAG))
		return GOBIN_NOT_ELF;
	if (header->e_ident[EI_CLASS] != ELFCLASS64)
		return GOBIN_32_BIT;
	if (header->e_ident[EI_DATA] != ELFDATA2LSB)
		return GOBIN_MACHINE;
	if (header->e_machine == EM_X86_64)
		out->machine = GOBIN_X86_64;
	else if (header->e_machine == EM_AARCH64)
		out->machine = GOBIN_AARCH64;
	else
		return GOBIN_MACHINE;
	if (header->e_type != ET_EXEC && header->e_type != ET_DYN)
		return GOBIN_MALFORMED;
	out->is_dyn = header->e_type == ET_DYN;
	if (header->e_phentsize != sizeof(Elf64_Phdr) || !header->e_phnum ||
	    header->e_phnum > SEGMENTS_MAX)
		return GOBIN_MALFORMED;
	return GOBIN_OK;
}

static enum gobin_refusal take_segment(const Elf64_Phdr *program, struct elf *out)
{
	struct segment *segment = &out->segments[out->segment_count];

	if (program->p_type == PT_TLS) {
		uint64_t align = program->p_align ? program->p_align : 1;

		out->has_tls = true;
		out->tls_size = program->p_memsz;
		if (program->p_memsz % align)
			out->tls_size += align - program->p_memsz % align;
	}
	if (program->p_type == PT_DYNAMIC)
		out->dynamic = (struct section){ program->p_vaddr, program->p_offset,
						 program->p_filesz };
	if (program->p_type == PT_INTERP)
		out->interpreter = (struct section){ program->p_vaddr, program->p_offset,
						     program->p_filesz };
	if (program->p_type == PT_NOTE && out->note_count < NOTES_MAX)
		out->notes[out->note_count++] = (struct section){
			program->p_vaddr, program->p_offset, program->p_filesz };
	if (program->p_type != PT_LOAD)
		return GOBIN_OK;
	if (program->p_vaddr > UINT64_MAX - program->p_memsz ||
	    program->p_filesz > program->p_memsz ||
	    (program->p_vaddr ^ program->p_offset) % PAGE_LEAST)
		return GOBIN_MALFORMED;
	/* In ascending order, as the format demands: then none lies over another. */
	if (out->segment_count && program->p_vaddr < segment[-1].address + segment[-1].memory_size)
		return GOBIN_MALFORMED;
	if (program->p_offset > out->reader.size ||
	    program->p_filesz > out->reader.size - program->p_offset)
		return GOBIN_TRUNCATED;
	segment->address = program->p_vaddr;
	segment->offset = program->p_offset;
	segment->file_size = program->p_filesz;
	segment->memory_size = program->p_memsz;
	segment->executable = program->p_flags & PF_X;
	segment->writable = program->p_flags & PF_W;
	out->segment_count++;
	return GOBIN_OK;
}

static int read_segments(const Elf64_Ehdr *header, struct elf *out, enum gobin_refusal *refusal)
{
	Elf64_Phdr programs[SEGMENTS_MAX];
	int result;

	result = elf_read(out, programs, header->e_phnum * sizeof(programs[0]), header->e_phoff);
	if (result)
		return result;
	for (size_t i = 0; i < header->e_phnum && *refusal == GOBIN_OK; i++)
		*refusal = take_segment(&programs[i], out);
	return 0;
}

/* Where the relocations are, and whether the linker meant an executable. */
static int read_dynamic(struct elf *out)
{
	uint64_t size = out->dynamic.size < DYNAMIC_MAX * sizeof(Elf64_Dyn) ?
			out->dynamic.size : DYNAMIC_MAX * sizeof(Elf64_Dyn);
	Elf64_Dyn entries[DYNAMIC_MAX];
	int result;

	/* What asks for a loader is an executable, and what says that it is one. */
	out->is_library = out->is_dyn && !out->interpreter.size;
	result = elf_read(out, entries, size, out->dynamic.offset);

	if (result)
		return result;
	for (size_t i = 0; i < size / sizeof(entries[0]) && entries[i].d_tag != DT_NULL; i++)
		switch (entries[i].d_tag) {
		case DT_RELA:
			out->relocations.address = entries[i].d_un.d_ptr;
			break;
		case DT_RELASZ:
			out->relocations.size = entries[i].d_un.d_val;
			break;
		case DT_FLAGS_1:
			out->is_library &= !(entries[i].d_un.d_val & DF_1_PIE);
			break;
		}
	if (!elf_file_offset(out, out->relocations.address, out->relocations.size,
			     &out->relocations.offset))
		out->relocations.size = 0;
	return 0;
}

/* By its dynamic loader: each libc brings its own. */
static int find_libc(struct elf *out)
{
	char path[64] = "";
	uint64_t size = out->interpreter.size;
	int result;

	out->libc = "none";
	if (!size)
		return 0;
	out->libc = "other";
	if (size > sizeof(path))
		return 0;
	result = elf_read(out, path, size, out->interpreter.offset);
	if (result)
		return result;
	path[sizeof(path) - 1] = '\0';
	if (strstr(path, "ld-musl"))
		out->libc = "musl";
	else if (strstr(path, "ld-linux"))
		out->libc = "glibc";
	return 0;
}

static void take_section(struct elf *out, const char *name, const Elf64_Shdr *header)
{
	static const char *const tables[] = { ".gopclntab", ".data.rel.ro.gopclntab" };
	const struct section section = { header->sh_addr, header->sh_offset, header->sh_size };

	if (header->sh_type == SHT_NOBITS)
		return;
	if (!strcmp(name, ".go.buildinfo"))
		out->buildinfo = section;
	else if (!strcmp(name, ".go.module"))
		out->module = section;
	for (size_t i = 0; i < 2; i++)
		if (!strcmp(name, tables[i])) {
			out->pclntab = section;
			out->pclntab_name = tables[i];
		}
}

static void name_sections(struct elf *out, const Elf64_Shdr *headers, size_t count,
			  const char *names, uint64_t names_size)
{
	for (size_t i = 0; i < count; i++) {
		uint32_t at = headers[i].sh_name;

		if (at < names_size && memchr(names + at, '\0', names_size - at))
			take_section(out, names + at, &headers[i]);
	}
}

/* Section headers may lie or be missing: then the scans find what they would have named. */
static int read_sections(const Elf64_Ehdr *header, struct elf *out)
{
	uint64_t size = (uint64_t)header->e_shnum * sizeof(Elf64_Shdr);
	Elf64_Shdr *headers;
	char *names = NULL;
	int result = 0;

	if (!header->e_shoff || !header->e_shnum || header->e_shnum > SECTIONS_MAX ||
	    header->e_shentsize != sizeof(Elf64_Shdr) || header->e_shstrndx >= header->e_shnum)
		return 0;
	headers = malloc(size);
	if (!headers)
		return -ENOMEM;
	if (!elf_read(out, headers, size, header->e_shoff)) {
		const Elf64_Shdr *strings = &headers[header->e_shstrndx];

		if (strings->sh_size && strings->sh_size <= NAMES_MAX)
			names = malloc(strings->sh_size);
		if (names && !elf_read(out, names, strings->sh_size, strings->sh_offset))
			name_sections(out, headers, header->e_shnum, names, strings->sh_size);
	}
	free(names);
	free(headers);
	return result;
}

int elf_parse_segments(const struct gobin_reader *reader, struct elf *out,
		       enum gobin_refusal *refusal)
{
	Elf64_Ehdr header;
	int result;

	memset(out, 0, sizeof(*out));
	out->reader = *reader;
	*refusal = GOBIN_OK;
	result = elf_read(out, &header, sizeof(header), 0);
	if (result == -ENODATA) {
		*refusal = GOBIN_NOT_ELF;
		return 0;
	}
	if (result)
		return result;
	*refusal = check_header(&header, out);
	if (*refusal != GOBIN_OK)
		return 0;
	result = read_segments(&header, out, refusal);
	if (result == -ENODATA) {
		*refusal = GOBIN_TRUNCATED;
		return 0;
	}
	return result;
}

int elf_parse(const struct gobin_reader *reader, struct elf *out, enum gobin_refusal *refusal)
{
	Elf64_Ehdr header;
	int result = elf_parse_segments(reader, out, refusal);

	if (result || *refusal != GOBIN_OK)
		return result;
	result = elf_read(out, &header, sizeof(header), 0);
	if (!result)
		result = read_dynamic(out);
	if (!result)
		result = find_libc(out);
	if (!result)
		result = read_sections(&header, out);
	if (result == -ENODATA) {
		*refusal = GOBIN_TRUNCATED;
		return 0;
	}
	return result;
}
