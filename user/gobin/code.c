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

/* Returns that Go does not make: to another segment, from an interrupt, to a short address. */
static bool is_odd_return(const ZydisDecodedInstruction *instruction)
{
	if (instruction->opcode_map != ZYDIS_OPCODE_MAP_DEFAULT)
		return false;
	return instruction->opcode == 0xca || instruction->opcode == 0xcb ||
	       instruction->opcode == 0xcf ||
	       (is_return(instruction) &&
		(instruction->attributes & ZYDIS_ATTRIB_HAS_OPERANDSIZE));
}

static bool is_zero(const uint8_t *bytes, uint64_t size)
{
	for (uint64_t i = 0; i < size; i++)
		if (bytes[i])
			return false;
	return true;
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
		bool decoded = ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code + at,
									  size - at, &instruction));

		/* An odd number of zeros behind the last instruction: all but one were decoded. */
		if (!decoded && is_zero(code + at, size - at))
			return;
		if (!decoded || is_odd_return(&instruction)) {
			out->status = GOBIN_SITE_UNDECODABLE;
			return;
		}
		if (is_return(&instruction))
			add_return(out, at);
	}
}

enum arm64_word { ARM64_OTHER, ARM64_RETURN, ARM64_UNALLOCATED };

/*
 * By the top level of A64's encoding table: bits 28 to 25 of 0001 and 0011 stand for nothing, those
 * of 0000 for nothing or for an undefined instruction (with bit 31 they are SME's). RET, RETAA and
 * RETAB return; what else is, or may become, a return is not one that Go makes.
 */
static enum arm64_word arm64_classify(uint32_t word)
{
	const uint32_t group = word >> 25 & 0xf;

	if ((group == 0 && !(word >> 31)) || group == 1 || group == 3)
		return ARM64_UNALLOCATED;
	if ((word & 0xfffffc1f) == 0xd65f0000 || word == 0xd65f0bff || word == 0xd65f0fff)
		return ARM64_RETURN;
	/* RETAASPPC and its like, by register and by distance; ERET and DRPS. */
	if ((word & 0xffe00000) == 0xd6400000 || (word & 0xff000000) == 0x55000000 ||
	    word == 0xd69f03e0 || word == 0xd6bf03e0)
		return ARM64_UNALLOCATED;
	return ARM64_OTHER;
}

/* LDR, LDRSW and PRFM (literal): *target is what it reads, counted from the code's start. */
static bool arm64_reads_literal(uint32_t word, uint64_t at, uint64_t *target, uint64_t *size)
{
	int64_t distance = (int64_t)((uint64_t)(word >> 5 & 0x7ffff) << 45) >> 43;

	if ((word & 0x3b000000) != 0x18000000)
		return false;
	*target = at + (uint64_t)distance;
	*size = word & 1u << 26 ? 4ull << (word >> 30) : word >> 30 == 1 ? 8 : 4;
	return true;
}

/* A bit for each word that other instructions of the function read as data. */
static uint8_t *arm64_literals(const uint8_t *code, uint64_t size)
{
	uint8_t *literals = calloc(1, size / 32 + 1);
	uint64_t target, bytes;

	for (uint64_t at = 0; literals && at < size; at += 4)
		if (arm64_reads_literal(load32(code + at), at, &target, &bytes))
			for (uint64_t i = 0; i < bytes && target + i < size; i += 4)
				literals[(target + i) / 32] |= 1u << (target + i) / 4 % 8;
	return literals;
}

/* Data among the code is passed over, unless it looks like a return: then nothing is certain. */
static int decode_arm64(const uint8_t *code, uint64_t size, struct gobin_function *out)
{
	uint64_t end = size;
	uint8_t *literals;

	if (out->address % 4 || size % 4) {
		out->status = GOBIN_SITE_UNDECODABLE;
		return 0;
	}
	literals = arm64_literals(code, size);
	if (!literals)
		return -ENOMEM;
	while (end && arm64_classify(load32(code + end - 4)) == ARM64_UNALLOCATED)
		end -= 4;
	for (uint64_t at = 0; at < end; at += 4) {
		enum arm64_word kind = arm64_classify(load32(code + at));
		bool is_literal = literals[at / 32] >> at / 4 % 8 & 1;

		if (kind == (is_literal ? ARM64_RETURN : ARM64_UNALLOCATED)) {
			out->status = GOBIN_SITE_UNDECODABLE;
			break;
		}
		if (kind == ARM64_RETURN)
			add_return(out, at);
	}
	free(literals);
	return 0;
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
		result = decode_arm64(code, size, out);
	}
	free(code);
	if (result)
		return result;
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

/* mov $imm32,%reg: what linkers make of a load of the displacement, with the register's number. */
static bool is_immediate(const uint8_t *code, uint8_t length, uint8_t *to)
{
	if (length != 7 || (code[0] & 0xfe) != 0x48 || code[1] != 0xc7 || (code[2] & 0xf8) != 0xc0)
		return false;
	*to = (uint8_t)((code[0] & 1) << 3 | (code[2] & 7));
	return true;
}

/* mov %fs:(%from),%reg. */
static bool is_load_through(const uint8_t *code, uint8_t length, uint8_t from)
{
	return length == 4 && code[0] == FS_PREFIX && (code[1] & 0xfa) == 0x48 &&
	       code[2] == 0x8b && code[3] >> 6 == 0 && (code[3] & 7) != 4 && (code[3] & 7) != 5 &&
	       ((code[1] & 1) << 3 | (code[3] & 7)) == from;
}

static int32_t x86_displacement(const uint8_t *code, uint64_t size)
{
	ZydisDecodedInstruction instruction;
	ZydisDecoder decoder;
	int32_t found = 0, immediate = 0;
	uint8_t held = 0;

	init_decoder(&decoder);
	for (uint64_t at = 0; at < size && !found; at += instruction.length) {
		if (!ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&decoder, NULL, code + at,
								size - at, &instruction)))
			break;
		found = displacement(code + at, instruction.length);
		if (immediate && is_load_through(code + at, instruction.length, held))
			found = immediate;
		immediate = is_immediate(code + at, instruction.length, &held) ?
			    (int32_t)load32(code + at + 3) : 0;
	}
	return found;
}

/* movz, or movk, of one of the two lower halves of %to; false: something else. */
static bool arm64_moves(uint32_t word, uint32_t opcode, uint32_t to, uint32_t *value)
{
	uint32_t shift = (word >> 21 & 3) * 16;

	if ((word & 0xff80001f) != (opcode | to) || shift > 16)
		return false;
	*value = (*value & ~(0xffffu << shift)) | (word >> 5 & 0xffff) << shift;
	return true;
}

/* mrs %base, tpidr_el0; movz and perhaps movk of %by; ldr x28, [%base, %by]. */
static int32_t arm64_displacement(const uint8_t *code, uint64_t size)
{
	for (uint64_t at = 0; at + 16 <= size; at += 4) {
		uint32_t base = load32(code + at) & 31, by = load32(code + at + 4) & 31, value = 0;
		const uint8_t *next = code + at + 8;

		if ((load32(code + at) & ~31u) != 0xd53bd040 ||
		    !arm64_moves(load32(code + at + 4), 0xd2800000, by, &value))
			continue;
		if (at + 20 <= size && arm64_moves(load32(next), 0xf2800000, by, &value))
			next += 4;
		if (load32(next) == (0xf860681c | by << 16 | base << 5))
			return (int32_t)value;
	}
	return 0;
}

int32_t code_tls_displacement(const struct elf *elf, uint64_t entry, uint64_t size)
{
	int32_t found;
	uint8_t *code;

	if (size > CODE_MAX || read_code(elf, entry, size, &code))
		return 0;
	found = elf->machine == GOBIN_X86_64 ? x86_displacement(code, size)
					     : arm64_displacement(code, size);
	free(code);
	return found;
}
