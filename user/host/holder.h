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
	uint32_t pid;		/* 0: the socket is there, its owner was not found */
	char program[64];
	char container[72];
	char address[128];	/* "0.0.0.0:8080" */
	char state[16];		/* "listen", "bound", "connected", "time_wait" */
};

/*
 * viewer: a process in that namespace. 0 when a socket was found that stands in the way; -ENOENT
 * when none was; other negative errno when the tables can't be read. The search for its owner ends
 * after budget_ns.
 */
int holder_find(pid_t viewer, const struct event_endpoint *wanted, uint16_t socket_type,
		uint64_t budget_ns, struct holder *out);

/*
 * A process that lives in the network namespace with this inode number: Seamark, pid itself, or
 * whoever is found before budget_ns is over. -ENOENT: none.
 */
pid_t network_viewer(pid_t pid, uint32_t net_namespace, uint64_t budget_ns);

/* Is it that of the first process that is seen here? */
bool network_is_the_hosts(uint32_t net_namespace);

/* The addresses of the viewer's namespace, "127.0.0.1, ::1"; returns the length. */
int local_addresses(pid_t viewer, char *out, size_t size);

#endif
