/* SPDX-License-Identifier: BSD-2-Clause */
/* The stream of records in a file, so that the user half can run again over it. */
#ifndef SEAMARK_RECORDING_H
#define SEAMARK_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/record.h"

struct recording;

/* Creates path, mode 0600; an existing file is replaced. Negative errno and a sentence in error. */
int recording_open(const char *path, struct recording **out, char *error, size_t error_size);
/* Never blocks the stream: what can't be written ends the recording, and is counted. */
void recording_write(struct recording *recording, enum record_type type, const void *bytes,
		     size_t size);
uint64_t recording_lost(const struct recording *recording);
/* Negative errno when the last bytes could not be written. */
int recording_close(struct recording *recording);

#endif
