/* SPDX-License-Identifier: BSD-2-Clause */
/* The file of a program, by a process that runs it. */
#ifndef SEAMARK_PROGRAM_FILE_H
#define SEAMARK_PROGRAM_FILE_H

#include "include/event.h"
#include "user/pipeline/known_files.h"

/* Its descriptor, and its path; -ENOENT when the process is gone or runs another. */
int program_open(const struct event_process_start *event, char *path, size_t size);
/* What the kernel says that it was called, where no process is left; false: it does not say. */
bool program_named(const struct event_process_start *event, struct record_program *out);
/* The key under which the kernel knows the program in fd. Negative errno. */
int program_key_of(struct source *source, int fd, struct program_key *out);
/* Whether a process runs that file now. */
bool program_runs(const struct known_file *file, uint32_t tgid);
/* The file that a process runs, or ran, if it is that one still; a negative errno. */
int program_open_again(const struct known_file *file, uint32_t tgid);

#endif
