/* SPDX-License-Identifier: BSD-2-Clause */
/* How far a word is from the one that was meant. */
#ifndef SEAMARK_SPELLING_H
#define SEAMARK_SPELLING_H

#include <stddef.h>

#define SPELLING_MAX 64		/* bytes of a word that are compared */

/* Letters to change, add and leave out; '_' for '-' and capitals cost nothing. */
size_t spelling_distance(const char *from, const char *to);

#endif
