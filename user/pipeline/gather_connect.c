/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host can add to a connection that failed: who listens on the port after all, perhaps on
 * another address or in another container, and what the routes say.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "user/host/holder.h"
#include "user/host/route.h"
#include "user/model/socket_rule.h"
#include "user/pipeline/gather.h"
#include "user/probe/endpoint.h"
#include "user/source/sockets.h"

#define ENTRIES_MAX	64
#define VIEWERS_MAX	2	/* the first may be the process itself, and end while it is asked */

static const struct event_connect *connect_of(const struct event_header *record)
{
	return (const struct event_connect *)record;
}

static bool is_refused(const struct event_connect *event)
{
	return event->act.error == ECONNREFUSED && event->socket_type == SOCK_STREAM;
}

static bool wants(const struct event_header *record)
{
	const struct event_connect *event = connect_of(record);

	if (record->size != sizeof(*event) || event->act.outcome != OUTCOME_ERROR)
		return false;
	if (event->peer.family == AF_UNIX)
		return event->path_length && event->path[0];
	if (event->peer.family != AF_INET && event->peer.family != AF_INET6)
		return false;
	switch (event->act.error) {
	case ECONNREFUSED:
		return is_refused(event);
	case ENETUNREACH:
	case EHOSTUNREACH:
	case EACCES:
	case EPERM:
		return true;
	default:
		return false;
	}
}

/* How well a listener explains the refusal; 0: it has nothing to do with it. */
enum relation {
	UNRELATED,
	ELSEWHERE,		/* the port is open in another network, the peer is this one */
	ANOTHER_ADDRESS,	/* in the peer's own network, but not on the peer's address */
	FITS,			/* it would take the connection now */
};

struct search {
	const struct event_connect *event;
	struct event_endpoint peer;	/* no wildcard: that means loopback */
	char address[ENDPOINT_TEXT];
	bool is_loopback;
	bool is_here;			/* an address of the program's own network namespace */
	pid_t viewer;			/* a process in there; negative: none */
	uint32_t strange_network;	/* known not to have the address */
};

static bool is_any(const struct event_endpoint *peer)
{
	static const uint8_t zeros[16];

	return !memcmp(peer->address, zeros, peer->family == AF_INET ? 4 : 16);
}

static void begin(struct search *search, const struct event_connect *event)
{
	memset(search, 0, sizeof(*search));
	search->event = event;
	search->peer = event->peer;
	if (is_any(&event->peer) && event->peer.family == AF_INET)
		memcpy(search->peer.address, "\x7f\0\0\x01", 4);
	else if (is_any(&event->peer))
		search->peer.address[15] = 1;
	endpoint_address(&search->peer, search->address);
	search->is_loopback = !strncmp(search->address, "127.", 4) ||
			      !strcmp(search->address, "::1");
	search->is_here = search->is_loopback;
	for (int tries = 0; tries < VIEWERS_MAX && !search->is_here; tries++) {
		search->viewer = network_viewer((pid_t)event->header.tgid, event->net_namespace,
						SEARCH_BUDGET_NS);
		search->is_here = search->viewer > 0 &&
				  is_local_address(search->viewer, search->address);
		if (search->viewer != (pid_t)event->header.tgid)
			break;
	}
}

static bool has_peer(struct search *search, const struct socket_entry *listener)
{
	if (search->is_loopback || listener->net_namespace == search->strange_network)
		return false;
	if (is_local_address((pid_t)listener->tgid, search->address))
		return true;
	search->strange_network = listener->net_namespace;
	return false;
}

static enum relation relation_of(struct search *search, const struct socket_entry *listener)
{
	bool own = listener->net_namespace == search->event->net_namespace;

	if (own ? search->is_here : has_peer(search, listener))
		return socket_takes(listener, &search->peer) ? FITS : ANOTHER_ADDRESS;
	return !own && search->is_here ? ELSEWHERE : UNRELATED;
}

static void describe(const struct search *search, const struct socket_entry *listener,
		     enum relation relation, struct listener_evidence *out)
{
	out->known = 1;
	out->fits = relation == FITS;
	out->other_network = listener->net_namespace != search->event->net_namespace;
	out->pid = listener->tgid;
	owner_name(listener->tgid, out->program, out->container);
	socket_address(listener, out->address);
	local_addresses((pid_t)listener->tgid, out->network_addresses,
			sizeof(out->network_addresses));
}

static bool find_listener(struct source *source, const struct event_connect *event,
			  struct listener_evidence *out)
{
	const struct socket_query query = { .states = SOCKET_LISTEN, .family = event->peer.family,
					    .type = SOCK_STREAM, .port = event->peer.port };
	struct socket_entry entries[ENTRIES_MAX];
	const struct socket_entry *best = NULL;
	enum relation strongest = UNRELATED, relation;
	struct search search;
	int count = source_find_sockets(source, &query, entries, ENTRIES_MAX);

	if (count < 0)
		return false;
	begin(&search, event);
	out->searched = (search.is_loopback || search.viewer > 0) && count < ENTRIES_MAX;
	out->peer_is_here = search.is_here;
	for (int i = 0; i < count; i++) {
		relation = relation_of(&search, &entries[i]);
		if (relation <= strongest)
			continue;
		strongest = relation;
		best = &entries[i];
	}
	if (best)
		describe(&search, best, strongest, out);
	return true;
}

static bool read_network(const struct event_connect *event, struct verdict_context *out)
{
	pid_t viewer = network_viewer((pid_t)event->header.tgid, event->net_namespace,
				      SEARCH_BUDGET_NS);
	struct route route;

	if (viewer < 0 || route_find(viewer, &event->peer, &route))
		return false;
	out->route.known = 1;
	snprintf(out->route.type, sizeof(out->route.type), "%s", route.type);
	snprintf(out->route.prefix, sizeof(out->route.prefix), "%s", route.prefix);
	return local_addresses(viewer, out->local_addresses, sizeof(out->local_addresses)) > 0;
}

static bool look_at_routes(const struct event_connect *event, struct verdict_context *out)
{
	for (int tries = 0; tries < VIEWERS_MAX; tries++)
		if (read_network(event, out))
			return true;
	return out->route.known;
}

/* A file's rights, or a name that is not there: also who listens on it after all. */
static bool look_at_path(struct gathering *gathering, const struct event_connect *event,
			 struct verdict_context *out)
{
	const struct path_claim claim = {
		.path = event->path, .length = event->path_length,
		.socket_type = event->socket_type, .root = &event->root,
		.weighed = &event->weighed,
	};

	if (event->act.error == EACCES || event->act.error == EPERM)
		guard_evidence(&event->header, &out->guard);
	return path_evidence(gathering, &event->header, &claim, out);
}

static bool gather(struct gathering *gathering, const struct event_header *record,
		   struct verdict_context *out)
{
	const struct event_connect *event = connect_of(record);

	if (event->peer.family == AF_UNIX)
		return look_at_path(gathering, event, out);
	if (event->act.error == EACCES || event->act.error == EPERM)
		guard_evidence(record, &out->guard);
	if (is_refused(event))
		return find_listener(gathering->source, event, &out->listener);
	return look_at_routes(event, out);
}

const struct gatherer gather_connect = { EVENT_CONNECT, wants, gather };
