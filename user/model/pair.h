/* SPDX-License-Identifier: BSD-2-Clause */
/* Lists key=value,key=value as OpenTelemetry's variables hold them, percent-encoded. */
#ifndef SEAMARK_PAIR_H
#define SEAMARK_PAIR_H

#include <stddef.h>

/*
 * The next pair, decoded into key and value, each of size bytes; *text moves behind it. 1, or 0 at
 * the end; -EINVAL when it is no pair, -EMSGSIZE when it is too long or holds control characters.
 */
int pair_next(const char **text, char *key, char *value, size_t size);

#endif
