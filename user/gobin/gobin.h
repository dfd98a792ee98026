/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a Go executable's bytes say about it: release, settings, functions with their return sites,
 * and where its structs keep what the probes read. Pure: all reading goes through a callback.
 */
#ifndef SEAMARK_GOBIN_H
#define SEAMARK_GOBIN_H

#include "user/gobin/report.h"

/* The executable. read: bytes read, less at the end of the file, or a negative errno. */
struct gobin_reader {
	int64_t (*read)(void *context, void *into, uint64_t size, uint64_t offset);
	void *context;
	uint64_t size;			/* of the file */
};

/*
 * Fills *out, whatever the bytes are: what can't be taken is a refusal. Negative errno only for
 * what the reader said, and -ENOMEM.
 */
int gobin_analyse(const struct gobin_reader *reader, struct gobin_report *out);

/*
 * Whether a report that came from elsewhere may be acted upon: every number is within its range,
 * and every site is decoded anew from these bytes. 0 with the functions' names set; -EBADMSG with
 * *why saying what is wrong (static); or the reader's negative errno.
 */
int gobin_check(const struct gobin_reader *reader, struct gobin_report *report, const char **why);

#endif
