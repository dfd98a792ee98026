/* SPDX-License-Identifier: BSD-2-Clause */
/* ELF headers: whatever they say, what is read lies in the file and in one segment of it. */
#include "tests/fuzz/fuzz.h"

static void check_segment(const struct elf *elf, const struct segment *segment)
{
	uint64_t offset = UINT64_MAX, last = segment->address + segment->file_size - 1;
	uint8_t byte;

	PROMISED(segment->offset <= elf->reader.size &&
		 segment->file_size <= elf->reader.size - segment->offset &&
		 segment->file_size <= segment->memory_size);
	/* A segment before it may hold the same addresses: then that one is asked. */
	if (segment->file_size && elf_offset(elf, last, 1, segment->executable, &offset))
		PROMISED(offset < elf->reader.size);
	if (segment->file_size && !elf_read_address(elf, &byte, 1, last))
		PROMISED(elf->reader.size > 0);
	offset = UINT64_MAX;
	if (elf_offset(elf, segment->address, segment->file_size + 1, segment->executable, &offset))
		PROMISED(offset <= elf->reader.size &&
			 segment->file_size + 1 <= elf->reader.size - offset);
	PROMISED(!elf_offset(elf, segment->address, UINT64_MAX, segment->executable, &offset));
}

static void check_text(const char *text)
{
	PROMISED(text && strlen(text) < 64);
}

static void check_build_ids(const struct elf *elf)
{
	struct build_ids ids;

	PROMISED(elf->note_count <= NOTES_MAX);
	if (build_ids_read(elf, &ids))
		return;
	PROMISED(strlen(ids.go) < sizeof(ids.go) && strlen(ids.gnu) < sizeof(ids.gnu));
	PROMISED(strspn(ids.gnu, "0123456789abcdef") == strlen(ids.gnu));
	for (const char *at = ids.go; *at; at++)
		PROMISED(*at > ' ' && *at <= '~');
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes bytes = bytes_of_file(data, size);
	struct elf elf;
	uint8_t byte;

	if (!bytes_parse(&bytes, &elf))
		return 0;
	bytes.reads_left = UINT32_MAX;
	PROMISED(elf.segment_count <= SEGMENTS_MAX);
	for (size_t i = 0; i < elf.segment_count; i++)
		check_segment(&elf, &elf.segments[i]);
	check_text(elf.libc);
	if (elf.pclntab.size)
		check_text(elf.pclntab_name);
	check_build_ids(&elf);
	PROMISED(elf_read(&elf, &byte, 1, size) == -ENODATA);
	PROMISED(elf_read(&elf, &byte, UINT64_MAX, size ? size - 1 : 0) == -ENODATA);
	return 0;
}
