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
	if (elf->machine == GOBIN_X86_64)
		decode_x86(code, size, out);
	else
		decode_arm64(code, size, out);
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
