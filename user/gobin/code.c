/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A function's instructions, from its entry on: a return site counts only on an instruction
 * boundary, and one undecodable instruction gives up the whole function.
 */
#include <Zydis/Zydis.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define CODE_MAX	(4u << 20)
#define ARM64_RET	0xd65f03c0u
#define FS_PREFIX	0x64
#define PUSH_RBP	0x55

static void add_return(struct gobin_function *out, uint64_t at)
{
	if (out->return_count == GOBIN_RETURNS_MAX) {
		out->status = GOBIN_SITE_TOO_MANY;
		return;
	}
	out->returns_address[out->return_count] = out->address + at;
	out->returns_file_offset[out->return_count] = out->file_offset + at;
	out->return_count++;
}

static bool is_return(const ZydisDecodedInstruction *instruction)
{
	return instruction->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT &&
	       (instruction->opcode == 0xc3 || instruction->opcode == 0xc2);
}

static void init_decoder(ZydisDecoder *decoder)
{
	ZydisDecoderInit(decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
}

static void set_entry(struct gobin_function *out, enum gobin_entry_kind kind, uint64_t at)
{
	out->entry_kind = kind;
	out->entry_address = out->address + at;
	out->entry_file_offset = out->file_offset + at;
}

/* "jbe" in both of its lengths; nothing stands before it that would make it another one. */
static bool is_branch_below_or_equal(const ZydisDecodedInstruction *instruction)
{
	if (instruction->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT)
		return instruction->opcode == 0x76 && instruction->length == 2;
	return instruction->opcode_map == ZYDIS_OPCODE_MAP_0F && instruction->opcode == 0x86 &&
	       instruction->length == 6;
}

/*
 * Go's prologue compares the stack pointer, or what it will be (in R12 or R13, no argument's
 * register), with G's limit, and branches away to grow the stack. Before that branch only these two
 * or three instructions may stand; whatever else is there leaves the first instruction as the site.
 */
static bool is_stack_check(const uint8_t *code, const ZydisDecodedInstruction *instruction)
{
	uint8_t opcode = instruction->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT ? instruction->opcode
									     : 0;
	uint8_t to, from;

	if (instruction->length < 4 || (code[0] & 0xf8) != 0x48)
		return false;
	to = code[2] >> 3 & 7;
	from = code[2] & 7;
	/* lea -N(%rsp),%r12 or %r13: REX.W and REX.R, the stack pointer behind a SIB byte. */
	if (opcode == 0x8d)
		return code[0] == 0x4c && (to == 4 || to == 5) && from == 4 && code[3] == 0x24;
	/* cmp 0x10(%r14),%rsp, %r12 or %r13: REX.B for R14. */
	if (opcode == 0x3b)
		return (code[0] == 0x49 ? to == 4 : code[0] == 0x4d && (to == 4 || to == 5)) &&
		       from == 6 && code[2] >> 6 == 1 && code[3] == 0x10;
	return false;
}

#define PROLOGUE_MAX 2	/* instructions before the branch */

static void find_entry(const uint8_t *code, uint64_t size, struct gobin_function *out)
{
	ZydisDecodedInstruction instruction;
	ZydisDecoder decoder;
	uint64_t at = 0;

	set_entry(out, GOBIN_ENTRY_FIRST, 0);
	init_decoder(&decoder);
	for (int i = 0; i <= PROLOGUE_MAX && at < size; i++) {
		if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code + at,
								size - at, &instruction)))
			return;
		if (i && is_branch_below_or_equal(&instruction)) {
			set_entry(out, GOBIN_ENTRY_BRANCH, at);
			at += instruction.length;
			if (at < size && code[at] == PUSH_RBP)
				set_entry(out, GOBIN_ENTRY_PUSH, at);
			return;
		}
		if (!is_stack_check(code + at, &instruction))
			return;
		at += instruction.length;
	}
}

static void decode_x86(const uint8_t *code, uint64_t size, struct gobin_function *out)
{
	ZydisDecodedInstruction instruction;
	ZydisDecoder decoder;

	init_decoder(&decoder);
	for (uint64_t at = 0; at < size; at += instruction.length) {
		if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code + at,
								size - at, &instruction))) {
			out->status = GOBIN_SITE_UNDECODABLE;
			return;
		}
		if (is_return(&instruction))
			add_return(out, at);
	}
}

static void decode_arm64(const uint8_t *code, uint64_t size, struct gobin_function *out)
{
	for (uint64_t at = 0; at + 4 <= size; at += 4)
		if (load32(code + at) == ARM64_RET)
			add_return(out, at);
}

static int read_code(const struct elf *elf, uint64_t entry, uint64_t size, uint8_t **out)
{
	int result;

	*out = malloc(size);
	if (!*out)
		return -ENOMEM;
	result = elf_read_address(elf, *out, size, entry);
	if (result) {
		free(*out);
		*out = NULL;
	}
	return result;
}

int code_decode(const struct elf *elf, uint64_t entry, uint64_t size,
		struct gobin_function *out)
{
	uint8_t *code;
	int result;

	out->address = entry;
	out->size = (uint32_t)size;
	out->return_count = 0;
	out->status = GOBIN_SITE_FOUND;
	if (size > CODE_MAX || !elf_offset(elf, entry, size, true, &out->file_offset)) {
		out->status = GOBIN_SITE_UNMAPPED;
		return 0;
	}
	result = read_code(elf, entry, size, &code);
	if (result)
		return result;
	set_entry(out, GOBIN_ENTRY_FIRST, 0);
	if (elf->machine == GOBIN_X86_64) {
		decode_x86(code, size, out);
		find_entry(code, size, out);
	} else {
		decode_arm64(code, size, out);
	}
	free(code);
	if (out->status == GOBIN_SITE_FOUND && !out->return_count)
		out->status = GOBIN_SITE_NO_RETURN;
	if (out->status != GOBIN_SITE_FOUND)
		out->return_count = 0;
	return 0;
}

/* mov %fs:disp32,%reg: prefix, REX.W, 8b, mod 0 with a bare 32-bit displacement behind a SIB. */
static int32_t displacement(const uint8_t *code, uint8_t length)
{
	if (length != 9 || code[0] != FS_PREFIX || (code[1] & 0xf8) != 0x48 || code[2] != 0x8b ||
	    (code[3] & 0xc7) != 0x04 || code[4] != 0x25)
		return 0;
	return (int32_t)load32(code + 5);
}

int32_t code_tls_displacement(const struct elf *elf, uint64_t entry, uint64_t size)
{
	ZydisDecodedInstruction instruction;
	ZydisDecoder decoder;
	int32_t found = 0;
	uint8_t *code;

	if (elf->machine != GOBIN_X86_64 || size > CODE_MAX || read_code(elf, entry, size, &code))
		return 0;
	init_decoder(&decoder);
	for (uint64_t at = 0; at < size && !found; at += instruction.length) {
		if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code + at,
								size - at, &instruction)))
			break;
		found = displacement(code + at, instruction.length);
	}
	free(code);
	return found;
}
