/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the kernel's verifier takes for each program, on each rung, told as lines
 *     # RELEASE RUNG PROGRAM INSTRUCTIONS STACK
 * where STACK is the bytes of the program and of each of its functions. Within the budget, or it
 * fails. tests/vm/run compares these lines with those in tests/vm/verifier.txt.
 */
#include "tests/unit/unit.h"

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "user/host/cgroup.h"
#include "user/source/source.h"

#define BUDGET		100000		/* instructions of one program; the kernel's limit: 1,000,000 */
#define PROGRAMS_MOST	64
#define LINE_SIZE	65536

struct cost {
	char program[64];
	char stack[128];
	unsigned int instructions;
};

static struct cost costs[PROGRAMS_MOST];
static size_t count;

/* libbpf hands over the kernel's log of a program in one piece. */
static int take_line(enum libbpf_print_level level, const char *format, va_list arguments)
{
	static char line[LINE_SIZE];
	struct cost cost = { .stack = "0" };
	const char *stack, *processed;

	(void)level;
	vsnprintf(line, sizeof(line), format, arguments);
	stack = strstr(line, "stack depth ");
	processed = strstr(line, "processed ");
	if (!strstr(line, "BEGIN PROG LOAD LOG") || !processed || count == PROGRAMS_MOST ||
	    sscanf(line, "libbpf: prog '%63[^']'", cost.program) +
	    sscanf(line, "prog '%63[^']'", cost.program) < 1)
		return 0;
	if (stack)
		sscanf(stack, "stack depth %127[^ \n]", cost.stack);
	if (sscanf(processed, "processed %u insns", &cost.instructions) == 1)
		costs[count++] = cost;
	return 0;
}

/* Whether calls are seen by hooks. */
static bool load(const struct source_options *rung)
{
	static const uint8_t waits[SYSCALLS_MAX];
	struct source_options options = *rung;
	struct probe_state state = { .by_hooks = false };
	struct source *source;
	char error[512] = "";

	count = 0;
	options.waits = waits;
	options.ring_bytes = 1u << 20;
	options.all_programs = true;
	options.follow_only = true;
	options.verifier_counts = true;
	options.cgroup_root = cgroup_root_open();
	if (source_open(&options, probes, &source, error, sizeof(error)))
		fail_msg("%s", error);
	for (size_t i = 0; source_state(source, i, &state); i++)
		if (state.problem[0])
			fail_msg("%s", state.problem);
	source_close(source);
	close(options.cgroup_root);
	return state.by_hooks;
}

static void stay_within_budget(const char *rung)
{
	struct utsname kernel;

	uname(&kernel);
	assert_true(count > 10);
	for (size_t i = 0; i < count; i++)
		print_message("# %s %s %s %u %s\n", kernel.release, rung, costs[i].program,
			      costs[i].instructions, costs[i].stack);
	for (size_t i = 0; i < count; i++)
		if (costs[i].instructions > BUDGET)
			fail_msg("%s %s: %u instructions, of %u that it may take", rung,
				 costs[i].program, costs[i].instructions, BUDGET);
}

static void with_all_that_the_kernel_has(void **state)
{
	const struct source_options rung = { .slow_ns = 1 };

	(void)state;
	load(&rung);
	stay_within_budget("best");
}

static void with_what_older_kernels_have(void **state)
{
	const struct source_options rung = { .slow_ns = 1, .without_attach_cookie = true,
					     .without_mixed_calls = true };

	(void)state;
	load(&rung);
	stay_within_budget("oldest");
}

static void by_functions(void **state)
{
	const struct source_options rung = { .slow_ns = 1, .syscalls = SYSCALLS_OFF };

	(void)state;
	if (load(&rung))
		print_message("# this kernel takes no probes of functions\n");
	else
		stay_within_budget("functions");
}

static void by_hooks(void **state)
{
	const struct source_options rung = { .slow_ns = 1, .syscalls = SYSCALLS_OFF,
					     .without_functions = true };

	(void)state;
	assert_true(load(&rung));
	stay_within_budget("hooks");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_all_that_the_kernel_has),
		cmocka_unit_test(with_what_older_kernels_have),
		cmocka_unit_test(by_functions),
		cmocka_unit_test(by_hooks),
	};

	/* So that the source leaves libbpf's words to us. */
	setenv("SEAMARK_LIBBPF_LOG", "1", 1);
	libbpf_set_print(take_line);
	return RUN(tests);
}
