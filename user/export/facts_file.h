/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts as JSON lines in a file. A line is there whole or not at all, also on a full disk. */
#ifndef SEAMARK_FACTS_FILE_H
#define SEAMARK_FACTS_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/fact.h"

struct facts_file;

/*
 * Creates path, mode 0600, or empties it; "-" is stdout. Negative errno and a sentence in error.
 */
int facts_file_open(const char *path, struct facts_file **out, char *error, size_t error_size);
/* Lines gather in memory until facts_file_flush() or until there are many. */
void facts_file_write(struct facts_file *file, const struct fact *fact);
/* A line that somebody else made; it ends with a newline. */
void facts_file_line(struct facts_file *file, const char *line, size_t size);
/* Writes what has gathered. What can't be written is dropped and counted; the next try is new. */
void facts_file_flush(struct facts_file *file);
uint64_t facts_file_taken(const struct facts_file *file);	/* lines */
uint64_t facts_file_lost(const struct facts_file *file);	/* of those, lines */
/* Flushes; NULL is fine. 0, or -EIO when lines were lost. */
int facts_file_close(struct facts_file *file);

#endif
