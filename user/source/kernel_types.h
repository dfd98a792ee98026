/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own types, looked through once for all objects. libbpf would read and index all of
 * them, more than 100,000 in 11 MiB of memory, once an object; of these an excerpt has the few that
 * the objects name, with the fields that they name, which is all that CO-RE asks for.
 */
#ifndef SEAMARK_KERNEL_TYPES_H
#define SEAMARK_KERNEL_TYPES_H

#include <bpf/btf.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/buffer.h"

/* What a name may be of. */
enum type_role {
	ROLE_TYPE	= 1,	/* struct, union, enum, typedef */
	ROLE_FIELD	= 2,	/* a member, or one of an enum's */
	ROLE_HOOK	= 4,	/* of an iterator: task is that of the function bpf_iter_task */
};

struct kernel_types;

/* The running kernel's. Negative errno; -EINVAL: not what is known here as such. */
int kernel_types_open(struct kernel_types **out);
/* Of bytes in BTF's format, which stay the caller's. */
int kernel_types_over(const void *bytes, size_t size, struct kernel_types **out);
void kernel_types_close(struct kernel_types *types);

/* Names stay the caller's until the closing. What follows ___ is a flavour and no part of them. */
int kernel_types_want(struct kernel_types *types, enum type_role role, const char *name);
/* All that an object's own types name. */
int kernel_types_want_all(struct kernel_types *types, const struct btf *object);

/* Looks for all that is wanted. Negative errno. */
int kernel_types_look(struct kernel_types *types);
/* After that, the number of the first such type or hook; -ENOENT: the kernel has none. */
int kernel_types_number(const struct kernel_types *types, enum type_role role, const char *name);
/* After that, in BTF's format: wanted types and what is embedded in them. Negative errno. */
int kernel_types_excerpt(const struct kernel_types *types, struct buffer *out);

#endif
