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
/* Memory to read into, warm from use to use: fresh pages cost more than the reading. */
struct executable_scratch {
	void *bytes;
	uint64_t size;
};

/*
 * gobin_open() over the file behind fd, which must stay open as long as *out is used, as must the
 * scratch. scratch: for one executable at a time; NULL: none.
 */
int executable_open(int fd, const struct executable_scratch *scratch, struct gobin **out,
		    enum gobin_refusal *refusal);

#endif
