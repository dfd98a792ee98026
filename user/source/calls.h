/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * By which means bind, listen and connect are seen: objects hold programs for each, of which one
 * set is loaded.
 */
#ifndef SEAMARK_SOURCE_CALLS_H
#define SEAMARK_SOURCE_CALLS_H

#include <bpf/libbpf.h>
#include <stddef.h>
#include <stdint.h>

/* The second and the third cost no other system call anything. */
enum calls_means {
	CALLS_BY_DOOR,		/* the tracepoints of all system calls */
	CALLS_BY_FUNCTION,	/* as the calls' functions begin and return */
	CALLS_BY_HOOK,		/* hooks of the control group's root, and states of sockets */
};

/* Before the object is loaded. */
void calls_choose(struct bpf_object *object, enum calls_means means);

/* Of a program that was left to be loaded; NULL with errno set. root: of the cgroup2 tree. */
struct bpf_link *calls_attach(const struct bpf_program *program, int root);

/* A sentence why the root of the cgroup2 tree can't be had; root: a negative errno. */
void calls_root_problem(int root, char *error, size_t error_size);

/* THREAD_SIZE of this kernel, as long as it is built without KASAN. */
uint32_t calls_stack_bytes(void);

#endif
