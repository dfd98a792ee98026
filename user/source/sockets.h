/* SPDX-License-Identifier: BSD-2-Clause */
/* Asks the kernel who holds a socket, in whichever container. */
#ifndef SEAMARK_SOURCE_SOCKETS_H
#define SEAMARK_SOURCE_SOCKETS_H

#include <stddef.h>

#include "include/sockets.h"

struct source;

/*
 * The first max sockets that query fits, one for each process and descriptor that holds it; returns
 * how many. -ENOENT where the kernel can't be asked, or another negative errno.
 */
int source_find_sockets(struct source *source, const struct socket_query *query,
			struct socket_entry *out, size_t max);

#endif
