/* SPDX-License-Identifier: BSD-2-Clause */
/* Choosing programs by the names of their sections, and attaching hooks for the whole host. */
#include "user/source/calls.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STACK_LEAST	16384	/* of x86_64, and of aarch64 with pages that are not larger */
#define HOOKED		"hooked_"

static bool begins(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static bool is_wanted(const struct bpf_program *program, enum calls_means means, bool by_default)
{
	const char *section = bpf_program__section_name(program);

	if (means == CALLS_BY_DOOR)
		return by_default;
	if (begins(section, "raw_tp/sys_"))
		return false;
	if (begins(section, "fentry/") || begins(section, "fexit/"))
		return means == CALLS_BY_FUNCTION;
	if (begins(bpf_program__name(program), HOOKED))
		return means == CALLS_BY_HOOK;
	return by_default;
}

void calls_choose(struct bpf_object *object, enum calls_means means)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, is_wanted(program, means,
							     bpf_program__autoload(program)));
}

struct bpf_link *calls_attach(const struct bpf_program *program, int root)
{
	return begins(bpf_program__section_name(program), "cgroup/")
		       ? bpf_program__attach_cgroup(program, root)
		       : bpf_program__attach(program);
}

void calls_root_problem(int root, char *error, size_t error_size)
{
	if (root == -EXDEV)
		snprintf(error, error_size, "the root of the cgroup2 tree is not in sight, only a "
			 "part of it: give the agent the host's cgroup namespace");
	else
		snprintf(error, error_size, "the root of the cgroup2 tree can't be opened: %s",
			 strerror(-root));
}

uint32_t calls_stack_bytes(void)
{
	uint32_t page = (uint32_t)sysconf(_SC_PAGESIZE);

	return page > STACK_LEAST ? page : STACK_LEAST;
}
