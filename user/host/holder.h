/* SPDX-License-Identifier: BSD-2-Clause */
/* Who has a port, in the network namespace of the one that wanted it. */
#ifndef SEAMARK_HOST_HOLDER_H
#define SEAMARK_HOST_HOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "include/event.h"

struct holder {
	char address[128];	/* "0.0.0.0:8080" */
	char state[16];		/* "listen", "bound", "connected", "time_wait" */
};

/*
 * Reads the tables of viewer's network namespace. 0 when a socket was found that stands in the way;
 * -ENOENT when none was. ownerless: only those that no process holds any more.
 */
int holder_find(pid_t viewer, const struct event_endpoint *wanted, uint16_t socket_type,
		bool ownerless, struct holder *out);

/*
 * A process that lives in the network namespace with this inode number: Seamark, pid itself, or
 * whoever is found before budget_ns is over. -ENOENT: none.
 */
pid_t network_viewer(pid_t pid, uint32_t net_namespace, uint64_t budget_ns);

/* Is it that of the first process that is seen here? */
bool network_is_the_hosts(uint32_t net_namespace);

/* The addresses of the viewer's namespace, "127.0.0.1, ::1"; returns the length. */
int local_addresses(pid_t viewer, char *out, size_t size);
/* Is it one of them? As inet_ntop() writes it. */
bool is_local_address(pid_t viewer, const char *address);

#endif
