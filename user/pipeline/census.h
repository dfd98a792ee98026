/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One look at every process of the host: what it runs, where, and what can be observed of it. By
 * /proc and the parser alone: nothing is loaded into the kernel, no process is touched.
 */
#ifndef SEAMARK_CENSUS_H
#define SEAMARK_CENSUS_H

#include <stdbool.h>
#include <stddef.h>

#include "user/encode/listing.h"

struct census;

/* roots: see runtime_files.h. Negative errno, and a sentence in error. */
int census_take(const char *const *roots, size_t root_count, struct census **out, char *error,
		size_t error_size);
void census_free(struct census *census);
/* Sorted; lives as long as the census. */
const struct listing *census_listing(const struct census *census);
/* No right is missing by which more could be looked at. */
bool census_is_whole(const struct census *census);

#endif
