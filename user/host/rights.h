/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether this process may do what Seamark does, said at once and in one sentence. */
#ifndef SEAMARK_HOST_RIGHTS_H
#define SEAMARK_HOST_RIGHTS_H

#include <stddef.h>
#include <stdint.h>

/* 0, or -EPERM or -ENOSYS with what is missing and how to give it in error. */
int rights_check(char *error, size_t size);
/* The same over given facts: for tests. effective: capability bits; btf: 1 when there. */
int rights_judge(uint64_t effective, int btf, char *error, size_t size);

#endif
