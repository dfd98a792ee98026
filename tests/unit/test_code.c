/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a function is probed: its entry by the prologue, its ends by every RET, or not at all. */
#include "tests/unit/unit.h"

#include <string.h>

#include "user/gobin/internal.h"

#define ADDRESS	0x401000
#define OFFSET	0x1000

struct bytes {
	const uint8_t *data;
	uint64_t size;
};

static int64_t read_bytes(void *context, void *into, uint64_t size, uint64_t offset)
{
	const struct bytes *bytes = context;

	if (offset < OFFSET || offset - OFFSET >= bytes->size)
		return 0;
	offset -= OFFSET;
	if (size > bytes->size - offset)
		size = bytes->size - offset;
	memcpy(into, bytes->data + offset, size);
	return (int64_t)size;
}

static struct gobin_function decode(const uint8_t *code, uint64_t size)
{
	struct bytes bytes = { code, size };
	struct elf elf = { .machine = GOBIN_X86_64, .segment_count = 1 };
	struct gobin_function function;

	memset(&function, 0, sizeof(function));
	elf.reader = (struct gobin_reader){ read_bytes, &bytes, OFFSET + size };
	elf.segments[0] = (struct segment){ .address = ADDRESS, .offset = OFFSET, .file_size = size,
					    .memory_size = size, .executable = true };
	assert_int_equal(code_decode(&elf, ADDRESS, size, &function), 0);
	return function;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(entries_are_probed_where_they_are_cheap),
		cmocka_unit_test(only_whole_instructions_return),
		cmocka_unit_test(what_is_doubtful_is_given_up),
	};

	return RUN(tests);
}
