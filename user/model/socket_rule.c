/* SPDX-License-Identifier: BSD-2-Clause */
/* After the kernel's inet_csk_bind_conflict(), udp_lib_lport_inuse(), inet_rcv_saddr_equal(). */
#include "user/model/socket_rule.h"

#include <string.h>

#define FAMILY_INET	2
#define FAMILY_INET6	10
#define TYPE_STREAM	1
#define STATE_LISTEN	10
#define STATE_TIME_WAIT	6

static const uint8_t zeros[16];

/* IPv4, also written as an IPv6 address; NULL: it is none. */
static const uint8_t *ipv4_of(uint16_t family, const uint8_t *address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (family == FAMILY_INET)
		return address;
	return memcmp(address, mapped, sizeof(mapped)) ? NULL : address + sizeof(mapped);
}

static bool is_any(uint16_t family, const uint8_t *address)
{
	const uint8_t *ipv4 = ipv4_of(family, address);

	return !memcmp(ipv4 ? ipv4 : address, zeros, ipv4 ? 4 : 16);
}

bool socket_is_wildcard(const struct socket_entry *entry)
{
	return is_any(entry->family, entry->address);
}

/* An IPv6 socket takes IPv4 only as a wildcard that was not confined to IPv6. */
static bool covers_ipv4(uint16_t family, const uint8_t *address, bool only_ipv6)
{
	return family == FAMILY_INET6 && !only_ipv6 && !ipv4_of(family, address) &&
	       is_any(family, address);
}

static bool addresses_meet(const struct socket_claim *claim, const struct socket_entry *holder)
{
	const struct event_endpoint *wanted = &claim->address;
	const uint8_t *a = ipv4_of(wanted->family, wanted->address);
	const uint8_t *b = ipv4_of(holder->family, holder->address);

	if (a && b)
		return !memcmp(a, b, 4) || !memcmp(a, zeros, 4) || !memcmp(b, zeros, 4);
	if (!a && !b)
		return !memcmp(wanted->address, holder->address, 16) ||
		       is_any(wanted->family, wanted->address) || socket_is_wildcard(holder);
	return a ? covers_ipv4(holder->family, holder->address, holder->only_ipv6)
		 : covers_ipv4(wanted->family, wanted->address, claim->only_ipv6);
}

static bool may_meet(const struct socket_claim *claim, const struct socket_entry *holder)
{
	return claim->reuse_address && holder->reuse_address &&
	       (claim->type != TYPE_STREAM || holder->state != STATE_LISTEN);
}

static bool share_port(const struct socket_claim *claim, const struct socket_entry *holder)
{
	return claim->reuse_port && holder->reuse_port &&
	       (holder->state == STATE_TIME_WAIT || claim->user == holder->user);
}

bool socket_conflicts(const struct socket_claim *claim, const struct socket_entry *holder)
{
	return claim->address.port == holder->port && claim->type == holder->type &&
	       addresses_meet(claim, holder) && !may_meet(claim, holder) &&
	       !share_port(claim, holder);
}

bool socket_conflicts_by_user(const struct socket_claim *claim, const struct socket_entry *holder)
{
	return claim->reuse_port && holder->reuse_port && claim->user != holder->user &&
	       socket_conflicts(claim, holder);
}

bool socket_takes(const struct socket_entry *listener, const struct event_endpoint *peer)
{
	const uint8_t *a = ipv4_of(peer->family, peer->address);
	const uint8_t *b = ipv4_of(listener->family, listener->address);

	if (listener->state != STATE_LISTEN || listener->port != peer->port)
		return false;
	if (a && b)
		return !memcmp(b, zeros, 4) || !memcmp(a, b, 4);
	if (a)
		return covers_ipv4(listener->family, listener->address, listener->only_ipv6);
	return !b && (socket_is_wildcard(listener) ||
		      !memcmp(listener->address, peer->address, 16));
}
