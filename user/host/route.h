/* SPDX-License-Identifier: BSD-2-Clause */
/* What the routes of a network namespace say about an address. */
#ifndef SEAMARK_HOST_ROUTE_H
#define SEAMARK_HOST_ROUTE_H

#include <sys/types.h>

#include "include/event.h"

struct route {
	char type[16];		/* "unicast", "local", "broadcast", "prohibit"; empty: none */
	char prefix[64];	/* "10.0.0.0/8" */
};

/*
 * The longest prefix that the address falls into, over all tables: rules that choose between tables
 * are not looked at. For IPv6 a route that refuses is "reject", whatever its kind. 0, or a negative
 * errno when the tables of viewer's network namespace can't be read.
 */
int route_find(pid_t viewer, const struct event_endpoint *peer, struct route *out);

#endif
