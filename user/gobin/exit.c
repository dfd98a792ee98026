/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a handshake ends that costs less than a RET, which the kernel single-steps: on x86_64,
 * (*Conn).handshakeContext calls the handshake as a function value and keeps the error that comes
 * back in the connection. Its first word is stored at once, its second behind the branch that asks
 * for the write barrier; that branch is emulated, is met once for each call, and both words are
 * still in AX and BX. Whatever differs from that leaves the RETs.
 */
#include <Zydis/Zydis.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "user/gobin/internal.h"

#define CODE_MAX	(64u << 10)	/* it has 2 KiB */
#define BETWEEN_MAX	8		/* instructions from the call to the branch */

enum x86_register { AX, CX, DX, BX, SP, BP, R12 = 12, R14 = 14, NO_REGISTER = 16 };

struct code {
	const uint8_t *bytes;
	uint64_t size;
	ZydisDecoder decoder;
};

/* One of the connection's fields: base register and distance. */
struct place {
	uint8_t base;
	int64_t distance;
};

static bool decode(const struct code *code, uint64_t at, ZydisDecodedInstruction *out)
{
	return at < code->size &&
	       ZYAN_SUCCESS(ZydisDecoderDecodeInstruction(&code->decoder, NULL, code->bytes + at,
							  code->size - at, out));
}

/* Of one byte, without a prefix that would make it another instruction. */
static bool is_plain(const ZydisDecodedInstruction *instruction, uint8_t opcode)
{
	return instruction->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT &&
	       instruction->opcode == opcode &&
	       instruction->raw.prefix_count == !!(instruction->attributes & ZYDIS_ATTRIB_HAS_REX);
}

static uint8_t register_of(const ZydisDecodedInstruction *instruction)
{
	return (uint8_t)(instruction->raw.rex.R << 3 | instruction->raw.modrm.reg);
}

static uint8_t base_of(const ZydisDecodedInstruction *instruction)
{
	return (uint8_t)(instruction->raw.rex.B << 3 | instruction->raw.modrm.rm);
}

/* disp(%base), without an index; SP's and R12's need one more byte and are no connection's. */
static bool is_at_base(const ZydisDecodedInstruction *instruction)
{
	return (instruction->raw.modrm.mod == 1 || instruction->raw.modrm.mod == 2) &&
	       instruction->raw.modrm.rm != SP;
}

/* call *%reg. */
static bool is_call_by_register(const ZydisDecodedInstruction *instruction, uint8_t *by)
{
	*by = base_of(instruction);
	return is_plain(instruction, 0xff) && instruction->raw.modrm.reg == 2 &&
	       instruction->raw.modrm.mod == 3;
}

/* mov (%rdx),%reg: the code of the function value in its context register. */
static bool is_load_of_code(const ZydisDecodedInstruction *instruction, uint8_t *to)
{
	*to = register_of(instruction);
	return is_plain(instruction, 0x8b) && instruction->raw.rex.W &&
	       instruction->raw.modrm.mod == 0 && base_of(instruction) == DX;
}

static bool is_branch(const ZydisDecodedInstruction *instruction)
{
	if (instruction->raw.prefix_count)
		return false;
	return (instruction->opcode_map == ZYDIS_OPCODE_MAP_DEFAULT &&
		(instruction->opcode & 0xf0) == 0x70) ||
	       (instruction->opcode_map == ZYDIS_OPCODE_MAP_0F &&
		(instruction->opcode & 0xf0) == 0x80);
}

static bool is_nop(const uint8_t *bytes, const ZydisDecodedInstruction *instruction)
{
	if (instruction->opcode_map == ZYDIS_OPCODE_MAP_0F)
		return instruction->opcode == 0x1f;
	return is_plain(instruction, 0x90) ||
	       (instruction->length == 2 && bytes[0] == 0x66 && bytes[1] == 0x90);
}

/* mov %from,disp(%base), both of 64 bits. */
static bool is_store(const ZydisDecodedInstruction *instruction, uint8_t from,
		     struct place *into)
{
	if (!is_plain(instruction, 0x89) || !instruction->raw.rex.W || !is_at_base(instruction) ||
	    register_of(instruction) != from)
		return false;
	*into = (struct place){ base_of(instruction), instruction->raw.disp.value };
	return true;
}

/* What may stand between: nothing that changes the results, the stack, G, or the connection. */
static bool leaves_results(const uint8_t *bytes, const ZydisDecodedInstruction *instruction,
			   uint8_t connection)
{
	uint8_t to = register_of(instruction);
	bool in_memory = instruction->raw.modrm.mod != 3;

	if (is_nop(bytes, instruction))
		return true;
	/* mov from memory, and lea */
	if (is_plain(instruction, 0x8b) || is_plain(instruction, 0x8d))
		return in_memory && to != AX && to != BX && to != SP && to != BP && to != R14 &&
		       to != connection;
	/* mov into memory; cmp $immediate, in both of its lengths; test */
	return (is_plain(instruction, 0x89) && in_memory) || is_plain(instruction, 0x84) ||
	       is_plain(instruction, 0x85) ||
	       ((is_plain(instruction, 0x83) || is_plain(instruction, 0x81)) &&
		instruction->raw.modrm.reg == 7);
}

static bool stores_second(const struct code *code, uint64_t at, const struct place *first)
{
	ZydisDecodedInstruction instruction;
	struct place into;

	return decode(code, at, &instruction) && is_store(&instruction, BX, &into) &&
	       into.base == first->base && into.distance == first->distance + 8;
}

/* The branch behind a call, by its place within the function; 0: it goes on in another way. */
static uint64_t branch_behind(const struct code *code, uint64_t at)
{
	struct place first = { NO_REGISTER, 0 }, into;
	ZydisDecodedInstruction instruction;

	for (int i = 0; i < BETWEEN_MAX && decode(code, at, &instruction); i++) {
		uint64_t next = at + instruction.length;

		if (is_branch(&instruction)) {
			uint64_t target = next + (uint64_t)instruction.raw.imm[0].value.s;

			if (first.base == NO_REGISTER)
				return 0;
			return stores_second(code, next, &first) ||
			       stores_second(code, target, &first) ? at : 0;
		}
		if (!leaves_results(code->bytes + at, &instruction, first.base))
			return 0;
		if (is_store(&instruction, AX, &into)) {
			if (first.base != NO_REGISTER)
				return 0;
			first = into;
		}
		at = next;
	}
	return 0;
}

/* A direct call, or jump, to where handshakes begin: not all of them come by the function value. */
static bool goes_to(const ZydisDecodedInstruction *instruction, uint64_t next,
		    const uint64_t handshakes[], size_t count)
{
	uint64_t target = next + (uint64_t)instruction->raw.imm[0].value.s;

	if (!is_plain(instruction, 0xe8) && !is_plain(instruction, 0xe9))
		return false;
	for (size_t i = 0; i < count; i++)
		if (handshakes[i] && target == handshakes[i])
			return true;
	return false;
}

static bool is_jump(const ZydisDecodedInstruction *instruction)
{
	return is_branch(instruction) || is_plain(instruction, 0xe9) || is_plain(instruction, 0xeb);
}

/* Exactly one call does all of it, and every instruction was decoded. */
static bool search(const struct code *code, const uint64_t handshakes[], size_t count,
		   struct gobin_exit *out)
{
	ZydisDecodedInstruction instruction;
	uint8_t holder = NO_REGISTER, reg;
	uint64_t next, branch, found = 0;

	for (uint64_t at = 0; at < code->size; at = next) {
		if (!decode(code, at, &instruction))
			return false;
		next = at + instruction.length;
		if (goes_to(&instruction, out->address + next, handshakes, count))
			return false;
		if (is_load_of_code(&instruction, &reg)) {
			holder = reg;
			continue;
		}
		branch = 0;
		if (is_call_by_register(&instruction, &reg) && reg == holder)
			branch = branch_behind(code, next);
		else if (!is_jump(&instruction) && !is_plain(&instruction, 0xe8))
			continue;
		holder = NO_REGISTER;
		if (branch && found)
			return false;
		if (branch) {
			found = branch;
			out->returns_to = out->address + next;
		}
	}
	out->branch_address = out->address + found;
	out->branch_file_offset = out->file_offset + found;
	return found;
}

/* Nothing else comes to the branch than what comes back from the call. */
static bool is_straight(const struct code *code, const struct gobin_exit *out)
{
	ZydisDecodedInstruction instruction;

	for (uint64_t at = 0; at < code->size; at += instruction.length) {
		uint64_t target;

		if (!decode(code, at, &instruction))
			return false;
		/* jmp *: to wherever. */
		if (is_plain(&instruction, 0xff) &&
		    (instruction.raw.modrm.reg == 4 || instruction.raw.modrm.reg == 5))
			return false;
		if (!is_jump(&instruction))
			continue;
		target = out->address + at + instruction.length +
			 (uint64_t)instruction.raw.imm[0].value.s;
		if (target >= out->returns_to && target <= out->branch_address)
			return false;
	}
	return true;
}

int exit_find(const struct elf *elf, uint64_t address, uint64_t size, const uint64_t handshakes[],
	      size_t count, struct gobin_exit *out)
{
	struct code code = { .size = size };
	uint8_t *bytes;
	int result;

	memset(out, 0, sizeof(*out));
	if (elf->machine != GOBIN_X86_64 || !size || size > CODE_MAX ||
	    !elf_offset(elf, address, size, true, &out->file_offset))
		return 0;
	out->address = address;
	out->size = size;
	bytes = malloc(size);
	if (!bytes)
		return -ENOMEM;
	result = elf_read_address(elf, bytes, size, address);
	code.bytes = bytes;
	ZydisDecoderInit(&code.decoder, ZYDIS_MACHINE_MODE_LONG_64, ZYDIS_STACK_WIDTH_64);
	if (result || !search(&code, handshakes, count, out) || !is_straight(&code, out))
		memset(out, 0, sizeof(*out));
	free(bytes);
	return result;
}
