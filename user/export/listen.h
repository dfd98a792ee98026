/* SPDX-License-Identifier: BSD-2-Clause */
/* A listening TCP socket from what a user wrote. */
#ifndef SEAMARK_LISTEN_H
#define SEAMARK_LISTEN_H

#include <stddef.h>

#define LISTEN_NAME_SIZE 128

/*
 * "127.0.0.1:9435", "[::1]:9435", "localhost:0", ":9435" (all addresses). Returns the descriptor
 * and the address it really has in name, or a negative errno and a sentence in error.
 */
int listen_open(const char *address, char name[LISTEN_NAME_SIZE], char *error, size_t error_size);
/* Whether address is written so, without opening anything: -EINVAL, and a sentence, if not. */
int listen_check(const char *address, char *error, size_t error_size);

#endif
