/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's own rules: which sockets stand in each other's way, and which one takes a peer. */
#ifndef SEAMARK_SOCKET_RULE_H
#define SEAMARK_SOCKET_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "include/event.h"
#include "include/sockets.h"

/* A socket that asks for an address. */
struct socket_claim {
	struct event_endpoint address;
	uint16_t type;			/* SOCK_* */
	uint8_t reuse_address;
	uint8_t reuse_port;
	uint8_t only_ipv6;
	uint32_t user;
};

/* May the two not have their addresses at the same time? Both are in one network namespace. */
bool socket_conflicts(const struct socket_claim *claim, const struct socket_entry *holder);
/* Would they share the port, if only one user had made both? */
bool socket_conflicts_by_user(const struct socket_claim *claim, const struct socket_entry *holder);
/* Does a connection to this address, from its own network namespace, reach that listener? */
bool socket_takes(const struct socket_entry *listener, const struct event_endpoint *peer);
bool socket_is_wildcard(const struct socket_entry *entry);

#endif
