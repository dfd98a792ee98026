/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reports from a parser that a file took over: the first half of the input is the file's code, the
 * rest the report. What passes must lie on instructions of that code.
 */
#include "tests/fuzz/fuzz.h"

#define ADDRESS		0x401000ULL
#define OFFSET		0x1000
#define CODE_MAX	4096

struct image {
	uint8_t bytes[OFFSET + CODE_MAX];
	uint64_t size;
};

static void make(struct image *image, const uint8_t *code, size_t size, uint16_t machine)
{
	Elf64_Ehdr header = { .e_type = ET_EXEC, .e_machine = machine, .e_phnum = 1,
			      .e_phoff = sizeof(header), .e_phentsize = sizeof(Elf64_Phdr) };
	Elf64_Phdr program = { .p_type = PT_LOAD, .p_flags = PF_R | PF_X, .p_offset = OFFSET,
			       .p_vaddr = ADDRESS, .p_filesz = size, .p_memsz = size };

	memset(image->bytes, 0, OFFSET);
	memcpy(header.e_ident, ELFMAG, SELFMAG);
	header.e_ident[EI_CLASS] = ELFCLASS64;
	header.e_ident[EI_DATA] = ELFDATA2LSB;
	memcpy(image->bytes, &header, sizeof(header));
	memcpy(image->bytes + sizeof(header), &program, sizeof(program));
	memcpy(image->bytes + OFFSET, code, size);
	image->size = OFFSET + size;
}

static void must_be_within(const struct image *image, const struct gobin_function *function)
{
	if (function->status != GOBIN_SITE_FOUND)
		return;
	PROMISED(function->return_count <= GOBIN_RETURNS_MAX);
	for (uint32_t i = 0; i < function->return_count; i++)
		PROMISED(function->returns_file_offset[i] >= OFFSET &&
			 function->returns_file_offset[i] < image->size);
	PROMISED(function->entry_file_offset >= OFFSET &&
		 function->entry_file_offset < image->size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct gobin_report report;
	static struct image image;
	size_t code = size / 2 < CODE_MAX ? size / 2 : CODE_MAX, told = size - code;
	struct gobin_reader reader;
	struct bytes bytes;
	const char *why;

	if (size < 2)
		return 0;
	make(&image, data + 1, code - 1, data[0] & 1 ? EM_AARCH64 : EM_X86_64);
	bytes = (struct bytes){ image.bytes, image.size, UINT32_MAX };
	reader = bytes_reader(&bytes);
	memset(&report, 0, sizeof(report));
	/* Half of the inputs tell what is true, with the rest of the input laid over it. */
	report.functions[0].address = ADDRESS;
	report.functions[0].size = (uint32_t)code - 1;
	report.functions[0].status = GOBIN_SITE_ABSENT;
	if (data[0] & 2)
		memcpy((char *)&report, data + code, told < sizeof(report) ? told : sizeof(report));
	else
		memcpy((char *)&report.functions, data + code,
		       told < sizeof(report.functions) ? told : sizeof(report.functions));
	if (gobin_check(&reader, &report, &why))
		return 0;
	if (report.refusal == GOBIN_OK)
		for (size_t i = 0; i < GOBIN_PLACES; i++)
			must_be_within(&image, &report.functions[i]);
	if (report.refusal == GOBIN_OK && report.exit.branch_address)
		PROMISED(report.exit.branch_file_offset >= OFFSET &&
			 report.exit.branch_file_offset < image.size);
	return 0;
}
