/* SPDX-License-Identifier: BSD-2-Clause */
/* Executables by descriptor: who they are, and their analysis. */
#ifndef SEAMARK_EXECUTABLE_H
#define SEAMARK_EXECUTABLE_H

#include <stdint.h>

#include "user/gobin/gobin.h"

/* A replaced file is another executable; so is one written over in place. */
struct executable_identity {
	uint64_t device;
	uint64_t inode;
	uint64_t size;
	int64_t mtime_ns;
};

/* Negative errno. */
int executable_identify(int fd, struct executable_identity *out);
/* gobin_open() over the file behind fd, which must stay open as long as *out is used. */
int executable_open(int fd, struct gobin **out, enum gobin_refusal *refusal);

#endif
