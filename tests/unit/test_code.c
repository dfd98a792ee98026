/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a function is probed: its entry by the prologue, its ends by every RET, or not at all. */
#include "tests/unit/unit.h"

#include "tests/unit/code_bytes.h"

static struct gobin_function decode_for(enum gobin_machine machine, const uint8_t *code,
					uint64_t size)
{
	struct code_bytes bytes = { code, size };
	struct elf elf = code_bytes_elf(machine, &bytes);
	struct gobin_function function;

	memset(&function, 0, sizeof(function));
	assert_int_equal(code_decode(&elf, ADDRESS, size, &function), 0);
	return function;
}

static struct gobin_function decode(const uint8_t *code, uint64_t size)
{
	return decode_for(GOBIN_X86_64, code, size);
}

#define CMP_RSP		0x49, 0x3b, 0x66, 0x10			/* cmp 0x10(%r14),%rsp */
#define LEA_R12		0x4c, 0x8d, 0xa4, 0x24, 0xa8, 0xfe, 0xff, 0xff
#define CMP_R12		0x4d, 0x3b, 0x66, 0x10
#define LEA_R13		0x4c, 0x8d, 0x6c, 0x24, 0x80
#define CMP_R13		0x4d, 0x3b, 0x6e, 0x10
#define JBE_SHORT	0x76, 0x02
#define JBE_LONG	0x0f, 0x86, 0x02, 0x00, 0x00, 0x00
#define PUSH		0x55
#define SUB		0x48, 0x83, 0xec, 0x10
#define RET		0xc3

static const struct {
	uint8_t code[40];
	size_t size;
	enum gobin_entry_kind kind;
	uint64_t at;
} prologues[] = {
	{ { CMP_RSP, JBE_SHORT, PUSH, RET }, 8, GOBIN_ENTRY_PUSH, 6 },
	{ { CMP_RSP, JBE_SHORT, SUB, RET }, 11, GOBIN_ENTRY_BRANCH, 4 },
	{ { CMP_RSP, JBE_LONG, PUSH, RET }, 12, GOBIN_ENTRY_PUSH, 10 },
	{ { LEA_R12, CMP_R12, JBE_LONG, PUSH, RET }, 20, GOBIN_ENTRY_PUSH, 18 },
	{ { LEA_R12, CMP_R12, JBE_LONG, SUB, RET }, 23, GOBIN_ENTRY_BRANCH, 12 },
	{ { LEA_R13, CMP_R13, JBE_SHORT, PUSH, RET }, 13, GOBIN_ENTRY_PUSH, 11 },
	/* Whatever else stands there: the first instruction. */
	{ { PUSH, RET }, 2, GOBIN_ENTRY_FIRST, 0 },
	{ { JBE_SHORT, PUSH, RET }, 4, GOBIN_ENTRY_FIRST, 0 },
	{ { SUB, JBE_SHORT, PUSH, RET }, 8, GOBIN_ENTRY_FIRST, 0 },
	{ { CMP_RSP, SUB, JBE_SHORT, PUSH, RET }, 12, GOBIN_ENTRY_FIRST, 0 },
	/* cmp 0x18(%r14),%rsp; cmp 0x10(%rsi),%rsp; cmp 0x10(%r14),%rax; lea into %rax; jae */
	{ { 0x49, 0x3b, 0x66, 0x18, JBE_SHORT, PUSH, RET }, 8, GOBIN_ENTRY_FIRST, 0 },
	{ { 0x48, 0x3b, 0x66, 0x10, JBE_SHORT, PUSH, RET }, 8, GOBIN_ENTRY_FIRST, 0 },
	{ { 0x49, 0x3b, 0x46, 0x10, JBE_SHORT, PUSH, RET }, 8, GOBIN_ENTRY_FIRST, 0 },
	{ { 0x48, 0x8d, 0x44, 0x24, 0x80, CMP_R12, JBE_SHORT, PUSH, RET }, 13, GOBIN_ENTRY_FIRST, 0 },
	{ { CMP_RSP, 0x73, 0x02, PUSH, RET }, 8, GOBIN_ENTRY_FIRST, 0 },
	/* The same with a prefix is another instruction: data16 jbe. */
	{ { CMP_RSP, 0x66, 0x76, 0x02, PUSH, RET }, 9, GOBIN_ENTRY_FIRST, 0 },
};

static void entries_are_probed_where_they_are_cheap(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(prologues); i++) {
		struct gobin_function found = decode(prologues[i].code, prologues[i].size);

		assert_int_equal(found.status, GOBIN_SITE_FOUND);
		assert_int_equal(found.entry_kind, prologues[i].kind);
		assert_int_equal(found.entry_address, ADDRESS + prologues[i].at);
		assert_int_equal(found.entry_file_offset, OFFSET + prologues[i].at);
		assert_int_equal(found.address, ADDRESS);
	}
}

static void only_whole_instructions_return(void **state)
{
	/* c3 as an immediate and as a displacement; then two real ones, the second with a pop count. */
	static const uint8_t code[] = { 0xb8, 0xc3, 0xc3, 0xc3, 0xc3, 0x8b, 0x43, 0xc3, RET,
					0xc2, 0x08, 0x00 };
	struct gobin_function found = decode(code, sizeof(code));

	(void)state;
	assert_int_equal(found.status, GOBIN_SITE_FOUND);
	assert_int_equal(found.return_count, 2);
	assert_int_equal(found.returns_address[0], ADDRESS + 8);
	assert_int_equal(found.returns_file_offset[1], OFFSET + 9);
}

static void what_is_doubtful_is_given_up(void **state)
{
	static const uint8_t undecodable[] = { RET, 0x06, RET };
	static const uint8_t endless[] = { 0xeb, 0xfe };
	uint8_t many[GOBIN_RETURNS_MAX + 1];

	(void)state;
	memset(many, RET, sizeof(many));
	assert_int_equal(decode(undecodable, sizeof(undecodable)).status, GOBIN_SITE_UNDECODABLE);
	assert_int_equal(decode(undecodable, sizeof(undecodable)).return_count, 0);
	assert_int_equal(decode(endless, sizeof(endless)).status, GOBIN_SITE_NO_RETURN);
	assert_int_equal(decode(many, sizeof(many)).status, GOBIN_SITE_TOO_MANY);
	assert_int_equal(decode(many, sizeof(many) - 1).return_count, GOBIN_RETURNS_MAX);
}

static const struct {
	uint8_t code[16];
	size_t size;
	enum gobin_site_status status;
	uint32_t returns;
} x86[] = {
	{ { RET }, 1, GOBIN_SITE_FOUND, 1 },
	{ { 0xf3, RET }, 2, GOBIN_SITE_FOUND, 1 },		/* repz ret */
	{ { 0xf2, RET }, 2, GOBIN_SITE_FOUND, 1 },		/* bnd ret */
	{ { RET, 0xcc, 0xcc, 0xcc }, 4, GOBIN_SITE_FOUND, 1 },	/* padding of Go's linker */
	{ { RET, 0, 0, 0, 0, 0, 0, 0 }, 8, GOBIN_SITE_FOUND, 1 },	/* and of others, odd */
	{ { RET, 0, 0 }, 3, GOBIN_SITE_FOUND, 1 },
	{ { RET, 0x0f, 0x1f, 0x00, 0x90 }, 5, GOBIN_SITE_FOUND, 1 },
	{ { RET, 0xb8, RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },	/* cut off */
	{ { RET, 0xcb }, 2, GOBIN_SITE_UNDECODABLE, 0 },	/* lret, with and without a count */
	{ { RET, 0xca, 0x08, 0x00 }, 4, GOBIN_SITE_UNDECODABLE, 0 },
	{ { RET, 0x48, 0xcf }, 3, GOBIN_SITE_UNDECODABLE, 0 },	/* iretq */
	{ { RET, 0x66, RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },	/* retw */
	/* jmp *(%rdx,%rcx,8), as for a switch: its table lies elsewhere. */
	{ { 0xff, 0x24, 0xca, RET, RET }, 5, GOBIN_SITE_FOUND, 2 },
	/* vzeroupper; ret: another map's opcodes are no returns. */
	{ { 0xc5, 0xf8, 0x77, RET }, 4, GOBIN_SITE_FOUND, 1 },
};

static void x86_returns_in_every_form(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(x86); i++) {
		struct gobin_function found = decode(x86[i].code, x86[i].size);

		assert_int_equal(found.status, x86[i].status);
		assert_int_equal(found.return_count, x86[i].returns);
	}
}

#define A64_RET		0xd65f03c0
#define A64_ADD		0x91000400
#define A64_LDR_8	0x58000040	/* ldr x0, .+8 */
static const struct {
	uint32_t code[6];
	size_t words;
	enum gobin_site_status status;
	uint32_t returns;
} arm64[] = {
	{ { A64_ADD, A64_RET }, 2, GOBIN_SITE_FOUND, 1 },
	{ { 0xd65f0260 }, 1, GOBIN_SITE_FOUND, 1 },			/* ret x19 */
	{ { 0xd65f0bff, 0xd65f0fff }, 2, GOBIN_SITE_FOUND, 2 },		/* retaa, retab */
	{ { 0xd61f0140, A64_RET }, 2, GOBIN_SITE_FOUND, 1 },		/* br x10 */
	{ { 0xd61f0140 }, 1, GOBIN_SITE_NO_RETURN, 0 },
	{ { A64_RET, 0, 0 }, 3, GOBIN_SITE_FOUND, 1 },			/* padding */
	{ { A64_RET, 0xd503201f, 0, 0 }, 4, GOBIN_SITE_FOUND, 1 },
	{ { A64_ADD, 0, A64_RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },	/* udf */
	{ { A64_ADD, 0x02000000, A64_RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },
	{ { A64_ADD, 0x06000000, A64_RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },
	{ { A64_ADD, 0xd69f03e0, A64_RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },	/* eret */
	{ { A64_ADD, 0x5500001f, A64_RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },	/* retaasppc */
	{ { A64_ADD, 0xd65f0be1, A64_RET }, 3, GOBIN_SITE_UNDECODABLE, 0 },	/* retaasppcr */
	/* A literal of eight bytes is data, in the midst of code too. */
	{ { A64_LDR_8, A64_RET, 1, 0, A64_ADD, A64_RET }, 6, GOBIN_SITE_FOUND, 2 },
	/* Unless it looks like a return: a probe would change it. */
	{ { A64_LDR_8, A64_RET, 1, A64_RET }, 4, GOBIN_SITE_UNDECODABLE, 0 },
	{ { A64_LDR_8, A64_RET, A64_RET, 1, A64_ADD, A64_RET }, 6, GOBIN_SITE_UNDECODABLE, 0 },
};

static void arm64_returns_in_every_form(void **state)
{
	uint8_t bytes[sizeof(arm64[0].code)];

	(void)state;
	for (size_t i = 0; i < COUNT(arm64); i++) {
		struct gobin_function found;

		for (size_t j = 0; j < sizeof(bytes); j++)
			bytes[j] = (uint8_t)(arm64[i].code[j / 4] >> j % 4 * 8);
		found = decode_for(GOBIN_AARCH64, bytes, arm64[i].words * 4);
		assert_int_equal(found.status, arm64[i].status);
		assert_int_equal(found.return_count, arm64[i].returns);
		/* A function that ends within a word. */
		found = decode_for(GOBIN_AARCH64, bytes, arm64[i].words * 4 - 1);
		assert_int_equal(found.status, GOBIN_SITE_UNDECODABLE);
	}
}

static const struct {
	uint8_t code[20];
	size_t size;
	int32_t displacement;
} loads[] = {
	{ { 0x64, 0x48, 0x8b, 0x1c, 0x25, 0xf8, 0xff, 0xff, 0xff, RET }, 10, -8 },
	{ { 0x64, 0x4c, 0x8b, 0x34, 0x25, 0xc8, 0xfe, 0xff, 0xff, RET }, 10, -312 },
	/* In two steps, as in a position-independent executable: mov $-312,%rcx; mov %fs:(%rcx),%rdi */
	{ { 0x48, 0xc7, 0xc1, 0xc8, 0xfe, 0xff, 0xff, 0x64, 0x48, 0x8b, 0x39, RET }, 12, -312 },
	{ { 0x49, 0xc7, 0xc0, 0xc8, 0xfe, 0xff, 0xff, 0x64, 0x49, 0x8b, 0x38, RET }, 12, -312 },
	/* Through another register; with something between; without %fs: not known. */
	{ { 0x48, 0xc7, 0xc1, 0xc8, 0xfe, 0xff, 0xff, 0x64, 0x48, 0x8b, 0x3a, RET }, 12, 0 },
	{ { 0x48, 0xc7, 0xc1, 0xc8, 0xfe, 0xff, 0xff, 0x90, 0x64, 0x48, 0x8b, 0x39, RET }, 13, 0 },
	{ { 0x48, 0xc7, 0xc1, 0xc8, 0xfe, 0xff, 0xff, 0x48, 0x8b, 0x39, RET }, 11, 0 },
	{ { RET }, 1, 0 },
};

#define MRS_X0	0xd53bd040	/* mrs x0, tpidr_el0 */
#define LDR_G	0xf87b681c	/* ldr x28, [x0, x27] */

static const struct {
	uint32_t code[5];
	size_t words;
	int32_t displacement;
} arm64_loads[] = {
	{ { MRS_X0, 0xd280021b }, 2, 0 },	/* ends before the load */
	{ { MRS_X0, 0xd280021b, LDR_G, 0xd65f03c0 }, 4, 16 },
	{ { 0xd503201f, MRS_X0, 0xd280081b, LDR_G, 0xd65f03c0 }, 5, 64 },
	/* In two steps: movz of the upper half, movk of the lower. */
	{ { MRS_X0, 0xd2a0001b, 0xf280081b, LDR_G, 0xd65f03c0 }, 5, 64 },
	{ { MRS_X0, 0xd2a0003b, 0xf280081b, LDR_G, 0xd65f03c0 }, 5, 65600 },
	/* Half of a step; of another register; by another one; a third half: not known. */
	{ { MRS_X0, 0xd280021b, 0xf280081a, LDR_G, 0xd65f03c0 }, 5, 0 },
	{ { MRS_X0, 0xd280021b, 0xf87b683c, 0xd65f03c0 }, 4, 0 },
	{ { MRS_X0, 0xd280021a, LDR_G, 0xd65f03c0 }, 4, 0 },
	{ { MRS_X0, 0xd2c0021b, LDR_G, 0xd65f03c0 }, 4, 0 },
	{ { 0xd53bd060, 0xd280021b, LDR_G, 0xd65f03c0 }, 4, 0 },	/* another system register */
};

static int32_t displacement_in(enum gobin_machine machine, const uint8_t *code, size_t size)
{
	struct code_bytes bytes = { code, size };
	struct elf elf = code_bytes_elf(machine, &bytes);

	return code_tls_displacement(&elf, ADDRESS, size);
}

static void the_place_of_g_is_read_from_code(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(loads); i++)
		assert_int_equal(displacement_in(GOBIN_X86_64, loads[i].code, loads[i].size),
				 loads[i].displacement);
	for (size_t i = 0; i < COUNT(arm64_loads); i++)
		assert_int_equal(displacement_in(GOBIN_AARCH64,
						 (const uint8_t *)arm64_loads[i].code,
						 arm64_loads[i].words * 4),
				 arm64_loads[i].displacement);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_probed_where_they_are_cheap),
		cmocka_unit_test(only_whole_instructions_return),
		cmocka_unit_test(what_is_doubtful_is_given_up),
		cmocka_unit_test(x86_returns_in_every_form),
		cmocka_unit_test(arm64_returns_in_every_form),
		cmocka_unit_test(the_place_of_g_is_read_from_code),
	};

	return RUN(tests);
}
