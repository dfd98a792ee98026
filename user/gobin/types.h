/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The types of a Go executable that are used as errors, as connections or as contexts, by their
 * addresses, and where its constant texts lie: what a probe can't read in a page that nobody
 * touched yet.
 */
#ifndef SEAMARK_TYPES_H
#define SEAMARK_TYPES_H

#include <stddef.h>
#include <stdint.h>

#define GOBIN_TYPES_MAX	2048

struct gobin_type {
	uint64_t address;		/* as in the file */
	char name[64];			/* "*net.OpError"; a longer one is cut, and ends in dots */
	char package[32];		/* that it is of, "crypto/tls"; empty: none, or longer */
};

#define GOBIN_SPANS_MAX	8

/* A part of the file that is mapped and not to be written. */
struct gobin_span {
	uint64_t address;		/* as in the file */
	uint64_t offset;
	uint64_t size;
};
#endif
