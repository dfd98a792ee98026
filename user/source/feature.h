/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the kernel what it has: each thing is tried and taken back at once, whatever its version. */
#ifndef SEAMARK_SOURCE_FEATURE_H
#define SEAMARK_SOURCE_FEATURE_H

#include <stddef.h>

#include "user/model/feature.h"

/*
 * Tries every feature. Programs of a few instructions are attached for a moment to places where
 * nearly nobody comes by, and do nothing. Leaves nothing behind, whatever fails.
 */
void features_try(struct feature_answer answers[FEATURE_MAX], struct feature_arrivals *arrivals);

/* "1.4": of the libbpf that runs, and of the one that Seamark was compiled with. */
void feature_libbpf(char *running, char *compiled, size_t size);

#endif
