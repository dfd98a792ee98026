/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a recording back: the source that needs no kernel and no rights. */
#ifndef SEAMARK_REPLAY_H
#define SEAMARK_REPLAY_H

#include <stddef.h>

#include "user/model/record.h"

/* Returns 0 to go on; anything else ends the reading and is handed through. */
typedef int (*replay_take)(void *context, enum record_type type, const void *bytes, size_t size);

/*
 * Hands out every record of the file. 0 at its end; negative errno and a sentence in error when the
 * file can't be read, is none of ours, or ends within a record (all before it were handed out).
 */
int replay_file(const char *path, replay_take take, void *context, char *error,
		size_t error_size);

#endif
