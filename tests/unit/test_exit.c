/* SPDX-License-Identifier: BSD-2-Clause */
/* The branch behind the call of a handshake: found in what Go's compiler makes, and in nothing else. */
#include "tests/unit/unit.h"

#include "tests/unit/code_bytes.h"

#define HANDSHAKE	0x402000	/* an address that a direct call would have */
#define FUNCTION_MAX	96

struct bytes {
	uint8_t data[FUNCTION_MAX];
	uint64_t size;
};

static struct gobin_exit find(enum gobin_machine machine, const struct bytes *bytes)
{
	const uint64_t handshakes[] = { 0, HANDSHAKE };
	struct code_bytes code = { bytes->data, bytes->size };
	struct elf elf = code_bytes_elf(machine, &code);
	struct gobin_exit found;

	assert_int_equal(exit_find(&elf, ADDRESS, bytes->size, handshakes, COUNT(handshakes), &found),
			 0);
	return found;
}

#define LOAD_VALUE	0x48, 0x8b, 0x51, 0x18			/* mov 0x18(%rcx),%rdx */
#define LOAD_CODE	0x48, 0x8b, 0x32			/* mov (%rdx),%rsi */
#define LOAD_CONTEXT	0x48, 0x8b, 0x44, 0x24, 0x40, \
			0x48, 0x8b, 0x5c, 0x24, 0x48		/* mov 0x40(%rsp),%rax; mov 0x48(%rsp),%rbx */
#define CALL		0xff, 0xd6				/* call *%rsi */
#define LOAD_CONN	0x48, 0x8b, 0x4c, 0x24, 0x50		/* mov 0x50(%rsp),%rcx */
#define STORE_FIRST	0x48, 0x89, 0x41, 0x38			/* mov %rax,0x38(%rcx) */
#define ASK_BARRIER	0x83, 0x3d, 0x00, 0x10, 0x00, 0x00, 0x00	/* cmpl $0,0x1000(%rip) */
#define NOP		0x0f, 0x1f, 0x40, 0x00
#define STORE_SECOND	0x48, 0x89, 0x59, 0x40			/* mov %rbx,0x40(%rcx) */
#define RET		0xc3
#define BEFORE		LOAD_VALUE, LOAD_CODE, LOAD_CONTEXT, CALL
#define CALL_END	19
#define AFTER		STORE_SECOND, RET

/* at: the branch, from the function's beginning; 0: there is none. */
static const struct {
	const char *what;
	struct bytes bytes;
	uint64_t at;
} functions[] = {
#define FUNCTION(what, at, ...) { what, { { __VA_ARGS__ }, sizeof((uint8_t[]){ __VA_ARGS__ }) }, at }
	FUNCTION("1.22 and later: around the barrier", CALL_END + 16, BEFORE, LOAD_CONN, STORE_FIRST,
		 ASK_BARRIER, 0x74, 0x04, NOP, AFTER),
	FUNCTION("1.19: to the barrier, by an address that was taken before", CALL_END + 20, BEFORE,
		 LOAD_CONN, STORE_FIRST, 0x48, 0x8d, 0x51, 0x40, ASK_BARRIER, 0x75, 0x05, AFTER, NOP),
	FUNCTION("a far branch, and what fills up a line", CALL_END + 18, BEFORE, LOAD_CONN,
		 STORE_FIRST, ASK_BARRIER, 0x66, 0x90, 0x0f, 0x84, 0x04, 0x00, 0x00, 0x00, NOP, AFTER),
	FUNCTION("no second word is stored", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74, 0x04,
		 NOP, RET),
	FUNCTION("the second word goes elsewhere", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74,
		 0x04, NOP, 0x48, 0x89, 0x59, 0x48, RET),
	FUNCTION("another register is stored", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74,
		 0x04, NOP, 0x48, 0x89, 0x51, 0x40, RET),
	FUNCTION("half of the second word", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74, 0x04,
		 NOP, 0x89, 0x59, 0x40, RET),
	FUNCTION("the first word is not stored", 0, BEFORE, LOAD_CONN, ASK_BARRIER, 0x74, 0x04, NOP,
		 AFTER),
	FUNCTION("it is stored twice", 0, BEFORE, LOAD_CONN, STORE_FIRST, STORE_FIRST, ASK_BARRIER, 0x74,
		 0x04, NOP, AFTER),
	FUNCTION("it is overwritten before the branch", 0, BEFORE, LOAD_CONN, STORE_FIRST, 0x48, 0x8b,
		 0x44, 0x24, 0x40, ASK_BARRIER, 0x74, 0x04, NOP, AFTER),
	FUNCTION("the second word is", 0, BEFORE, LOAD_CONN, STORE_FIRST, 0x48, 0x8b, 0x5c, 0x24, 0x40,
		 ASK_BARRIER, 0x74, 0x04, NOP, AFTER),
	FUNCTION("the connection is", 0, BEFORE, LOAD_CONN, STORE_FIRST, LOAD_CONN, ASK_BARRIER, 0x74,
		 0x04, NOP, AFTER),
	FUNCTION("G is", 0, BEFORE, LOAD_CONN, STORE_FIRST, 0x4c, 0x8b, 0x74, 0x24, 0x40, ASK_BARRIER,
		 0x74, 0x04, NOP, AFTER),
	FUNCTION("the stack moves", 0, BEFORE, LOAD_CONN, STORE_FIRST, 0x48, 0x83, 0xec, 0x10,
		 ASK_BARRIER, 0x74, 0x04, NOP, AFTER),
	FUNCTION("something else is called before the branch", 0, BEFORE, LOAD_CONN, STORE_FIRST, 0xe8,
		 0x00, 0x10, 0x00, 0x00, ASK_BARRIER, 0x74, 0x04, NOP, AFTER),
	FUNCTION("the branch has a prefix", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x2e, 0x74,
		 0x04, NOP, AFTER),
	FUNCTION("a method of an interface: no code is loaded by the context register", 0, LOAD_VALUE,
		 0x48, 0x8b, 0x72, 0x18, LOAD_CONTEXT, CALL, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74,
		 0x04, NOP, AFTER),
	FUNCTION("another register is called than was loaded", 0, LOAD_VALUE, LOAD_CODE, LOAD_CONTEXT,
		 0xff, 0xd7, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74, 0x04, NOP, AFTER),
	FUNCTION("a branch stands between load and call", 0, LOAD_VALUE, LOAD_CODE, 0x74, 0x00, CALL,
		 LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74, 0x04, NOP, AFTER),
	FUNCTION("two calls do it", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74, 0x00,
		 STORE_SECOND, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74, 0x00, AFTER),
	FUNCTION("a handshake is also called by its address", 0, BEFORE, LOAD_CONN, STORE_FIRST,
		 ASK_BARRIER, 0x74, 0x04, NOP, STORE_SECOND, 0xe8, 0xce, 0x0f, 0x00, 0x00),
	FUNCTION("the same, to another function", CALL_END + 16, BEFORE, LOAD_CONN, STORE_FIRST,
		 ASK_BARRIER, 0x74, 0x04, NOP, STORE_SECOND, 0xe8, 0xcf, 0x0f, 0x00, 0x00),
	FUNCTION("something jumps between", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74, 0x04,
		 NOP, STORE_SECOND, 0xeb, 0xe9),
	FUNCTION("something jumps to the call instead", CALL_END + 16, BEFORE, LOAD_CONN, STORE_FIRST,
		 ASK_BARRIER, 0x74, 0x04, NOP, STORE_SECOND, 0xeb, 0xe2),
	FUNCTION("something jumps to nobody knows where", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER,
		 0x74, 0x04, NOP, STORE_SECOND, 0xff, 0xe0),
	FUNCTION("an instruction can't be decoded", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74,
		 0x04, NOP, AFTER, 0x06),
	FUNCTION("the code ends before the branch", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER),
	FUNCTION("the branch leads out of the code", 0, BEFORE, LOAD_CONN, STORE_FIRST, ASK_BARRIER, 0x74,
		 0x7f, NOP, AFTER),
};

static void only_the_branch_behind_the_call_will_do(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(functions); i++) {
		struct bytes bytes = functions[i].bytes;
		struct gobin_exit found = find(GOBIN_X86_64, &bytes);

		if (found.branch_address != (functions[i].at ? ADDRESS + functions[i].at : 0))
			fail_msg("%s: found 0x%llx", functions[i].what,
				 (unsigned long long)found.branch_address);
		if (!functions[i].at)
			continue;
		assert_int_equal(found.branch_file_offset, OFFSET + functions[i].at);
		assert_int_equal(found.returns_to, ADDRESS + CALL_END);
		assert_int_equal(found.address, ADDRESS);
		assert_int_equal(found.file_offset, OFFSET);
		assert_int_equal(found.size, bytes.size);
	}
}

/* On aarch64 a return is emulated, too. */
static void another_machine_has_none(void **state)
{
	struct bytes bytes = functions[0].bytes;

	(void)state;
	assert_int_equal(find(GOBIN_AARCH64, &bytes).branch_address, 0);
}

/* Any byte of it in another way: a branch that is still found is one, and within the function. */
static void what_is_found_is_a_branch(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < functions[0].bytes.size; at++) {
		for (int value = 0; value < 256; value++) {
			struct bytes bytes = functions[0].bytes;
			struct gobin_exit found;
			uint64_t branch;

			bytes.data[at] = (uint8_t)value;
			found = find(GOBIN_X86_64, &bytes);
			if (!found.branch_address)
				continue;
			branch = found.branch_address - ADDRESS;
			assert_true(branch < bytes.size);
			assert_true((bytes.data[branch] & 0xf0) == 0x70 ||
				    (bytes.data[branch] == 0x0f &&
				     (bytes.data[branch + 1] & 0xf0) == 0x80));
			assert_true(found.returns_to < found.branch_address);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_branch_behind_the_call_will_do),
		cmocka_unit_test(another_machine_has_none),
		cmocka_unit_test(what_is_found_is_a_branch),
	};

	return RUN(tests);
}
