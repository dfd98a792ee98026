/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Instructions, by the input's first byte of either machine. Whatever they are: sites lie in the
 * function, in order, on what can be a return; and a longer function keeps a shorter one's sites.
 */
#include "tests/fuzz/fuzz.h"

#define ADDRESS		0x401000
#define FORM_ARM64	1	/* bits of the input's first byte */
#define FORM_FAILING	2
#define FORM_DATA	4	/* the segment is not executable */

static bool can_be_return(const struct elf *elf, const struct gobin_function *function, uint32_t i)
{
	const struct bytes *bytes = elf->reader.context;
	uint64_t at = function->returns_file_offset[i];

	if (elf->machine == GOBIN_AARCH64)
		return !(at & 3) && at + 4 <= bytes->size &&
		       (load32(bytes->data + at) & 0xfffff000) == 0xd65f0000;
	/* Prefixes may stand before it: fifteen bytes are the longest instruction. */
	return memchr(bytes->data + at, 0xc3, bytes->size - at < 15 ? bytes->size - at : 15) ||
	       memchr(bytes->data + at, 0xc2, bytes->size - at < 15 ? bytes->size - at : 15);
}

static void check_entry(const struct elf *elf, const struct gobin_function *function)
{
	const struct bytes *bytes = elf->reader.context;
	uint64_t at = function->entry_file_offset;

	PROMISED(at < bytes->size && function->entry_address == ADDRESS + at);
	if (function->entry_kind == GOBIN_ENTRY_FIRST)
		PROMISED(at == 0);
	if (function->entry_kind == GOBIN_ENTRY_BRANCH)
		PROMISED(bytes->data[at] == 0x76 || load16(bytes->data + at) == 0x860f);
	if (function->entry_kind == GOBIN_ENTRY_PUSH)
		PROMISED(bytes->data[at] == 0x55 && (bytes->data[at - 2] == 0x76 ||
			 load16(bytes->data + at - 6) == 0x860f));
}

static void check_function(const struct elf *elf, const struct gobin_function *function,
			   uint64_t size)
{
	PROMISED(function->return_count <= GOBIN_RETURNS_MAX);
	PROMISED((function->status == GOBIN_SITE_FOUND) == (function->return_count > 0));
	for (uint32_t i = 0; i < function->return_count; i++) {
		uint64_t at = function->returns_file_offset[i];

		PROMISED(at < size && function->returns_address[i] == ADDRESS + at);
		PROMISED(!i || at > function->returns_file_offset[i - 1]);
		PROMISED(can_be_return(elf, function, i));
	}
	if (function->status == GOBIN_SITE_FOUND)
		check_entry(elf, function);
}

/* The same code, cut off where a return begins: its sites are the first ones of the whole. */
static void check_shorter(const struct elf *elf, const struct gobin_function *whole)
{
	uint32_t half = whole->return_count / 2;
	uint64_t size = half ? whole->returns_file_offset[half] : 0;
	struct gobin_function shorter;

	if (!size)
		return;
	memset(&shorter, 0, sizeof(shorter));
	PROMISED(!code_decode(elf, ADDRESS, size, &shorter));
	PROMISED(shorter.status == GOBIN_SITE_FOUND && shorter.return_count == half);
	PROMISED(!memcmp(shorter.returns_address, whole->returns_address,
			 half * sizeof(shorter.returns_address[0])));
}

/* A branch within the code, behind the call that it belongs to. */
static void check_exit(const struct elf *elf, uint64_t size)
{
	const struct bytes *bytes = elf->reader.context;
	const uint64_t handshake = ADDRESS + 0x1000;
	struct gobin_exit found;
	uint64_t at;

	PROMISED(!exit_find(elf, ADDRESS, size, &handshake, 1, &found));
	if (!found.branch_address)
		return;
	at = found.branch_file_offset;
	PROMISED(at < size && found.branch_address == ADDRESS + at);
	PROMISED(elf->machine == GOBIN_X86_64 && found.returns_to < found.branch_address);
	PROMISED((bytes->data[at] & 0xf0) == 0x70 || (load16(bytes->data + at) & 0xf0ff) == 0x800f);
	PROMISED(bytes->data[found.returns_to - ADDRESS - 2] == 0xff);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct elf elf = { .segment_count = 1 };
	struct gobin_function function;
	struct bytes bytes;
	uint8_t form;
	int result;

	if (size < 2)
		return 0;
	form = data[0];
	bytes = (struct bytes){ data + 1, size - 1, form & FORM_FAILING ? form >> 4 : UINT32_MAX };
	elf.machine = form & FORM_ARM64 ? GOBIN_AARCH64 : GOBIN_X86_64;
	elf.reader = bytes_reader(&bytes);
	elf.segments[0] = (struct segment){ .address = ADDRESS, .file_size = bytes.size,
					    .memory_size = bytes.size,
					    .executable = !(form & FORM_DATA) };
	memset(&function, 0, sizeof(function));
	result = code_decode(&elf, ADDRESS, bytes.size, &function);
	PROMISED(!result || result == -EIO);
	bytes.reads_left = UINT32_MAX;
	if (!result) {
		check_function(&elf, &function, bytes.size);
		check_shorter(&elf, &function);
		PROMISED(!code_decode(&elf, ADDRESS + 1, bytes.size, &function) &&
			 function.status == GOBIN_SITE_UNMAPPED);
	}
	check_exit(&elf, bytes.size);
	(void)code_tls_displacement(&elf, ADDRESS, bytes.size);
	return 0;
}
