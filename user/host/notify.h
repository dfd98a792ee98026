/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a service manager is told, by the protocol of sd_notify(3): that the agent is ready, that it
 * reads its configuration again, that it ends, and that it still turns.
 */
#ifndef SEAMARK_HOST_NOTIFY_H
#define SEAMARK_HOST_NOTIFY_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

struct notify {
	int socket;			/* -1: nobody listens */
	struct sockaddr_un address;
	socklen_t length;
	uint64_t every_ns;		/* between two signs of life; 0: nobody waits for them */
	uint64_t last_ns;
};

/*
 * By NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID. 0, also where no manager listens; else a
 * negative errno with a sentence in error, and out says nothing to anybody.
 */
int notify_open(struct notify *out, char *error, size_t size);
/* status: one line for people, shown with the unit's state. 0, or a negative errno. */
int notify_ready(const struct notify *notify, const char *status);
/* To be followed by notify_ready. */
int notify_reloading(const struct notify *notify, uint64_t now_ns);
int notify_stopping(const struct notify *notify);
/* To be called as often as one likes: says so twice within the time that the manager waits. */
void notify_alive(struct notify *notify, uint64_t now_ns);
void notify_close(struct notify *notify);

#endif
