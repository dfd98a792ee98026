/* SPDX-License-Identifier: BSD-2-Clause */
/* Small text files of /proc, read whole and bounded. */
#ifndef SEAMARK_HOST_TEXT_FILE_H
#define SEAMARK_HOST_TEXT_FILE_H

#include <stddef.h>

/* A NUL-terminated copy of at most limit bytes, to be freed; NULL with errno set. */
char *text_file_read(const char *path, size_t limit);
/* The same from a descriptor, which is closed. */
char *text_file_drain(int fd, size_t limit);

#endif
