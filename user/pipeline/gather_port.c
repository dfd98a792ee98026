/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The holder of a port: asked of the kernel, which knows every socket that a process holds. A
 * program that tries the same port again and again is answered from a small cache.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "user/host/clock.h"
#include "user/host/holder.h"
#include "user/model/socket_rule.h"
#include "user/pipeline/gather.h"
#include "user/source/sockets.h"

#define ENTRIES_MAX	64
#define CACHE_SIZE	32
#define CACHE_NS	(200ULL * 1000000)

struct cached {
	uint64_t until_ns;
	uint32_t net_namespace;
	struct socket_claim claim;
	struct holder_evidence answer;
};

struct port_cache {
	size_t next;
	struct cached entries[CACHE_SIZE];
};

struct port_cache *port_cache_new(void)
{
	return calloc(1, sizeof(struct port_cache));
}

void port_cache_free(struct port_cache *cache)
{
	free(cache);
}

static void claim_of(const struct event_bind *event, struct socket_claim *out)
{
	memset(out, 0, sizeof(*out));
	out->address = event->requested;
	out->type = event->socket_type;
	out->reuse_address = event->reuse_address;
	out->reuse_port = event->reuse_port;
	out->only_ipv6 = event->only_ipv6;
	out->user = event->user;
}

static const struct cached *find(const struct port_cache *cache, const struct event_bind *event,
				 uint64_t now_ns)
{
	struct socket_claim claim;

	if (event->header.kind != EVENT_BIND)
		return NULL;
	claim_of(event, &claim);
	for (size_t i = 0; i < CACHE_SIZE; i++) {
		const struct cached *entry = &cache->entries[i];

		if (entry->until_ns > now_ns &&
		    entry->net_namespace == event->weighed.net_namespace &&
		    !memcmp(&entry->claim, &claim, sizeof(claim)))
			return entry;
	}
	return NULL;
}

static const char *state_of(const struct socket_entry *entry)
{
	if (SOCKET_LISTEN >> entry->state & 1)
		return "listen";
	return SOCKET_BOUND >> entry->state & 1 ? "bound" : "connected";
}

static void describe(const struct socket_entry *entry, bool by_user, struct holder_evidence *out)
{
	out->known = 1;
	out->pid = entry->tgid;
	out->user = entry->user;
	out->reuse_port = entry->reuse_port;
	out->other_user = by_user;
	owner_name(entry->tgid, out->program, out->container);
	snprintf(out->state, sizeof(out->state), "%s",
		 by_user ? "reuse_port_other_user" : state_of(entry));
}

static bool is_stronger(const struct socket_entry *entry, const struct socket_entry *best)
{
	return !best || (SOCKET_LISTEN >> entry->state & 1 && !(SOCKET_LISTEN >> best->state & 1));
}

/* Negative errno when the kernel can't be asked, else whether a holder was found. */
static int ask(struct source *source, const struct event_bind *event, uint32_t states,
	       struct holder_evidence *out)
{
	struct socket_query query = { .net_namespace = event->weighed.net_namespace,
				      .states = states, .family = event->requested.family,
				      .type = event->socket_type,
				      .port = event->requested.port };
	struct socket_entry entries[ENTRIES_MAX];
	const struct socket_entry *best = NULL;
	struct socket_claim claim;
	int count = source_find_sockets(source, &query, entries, ENTRIES_MAX);

	if (count < 0)
		return count;
	claim_of(event, &claim);
	for (int i = 0; i < count; i++)
		if (entries[i].socket != event->act.socket &&
		    socket_conflicts(&claim, &entries[i]) && is_stronger(&entries[i], best))
			best = &entries[i];
	if (!best)
		return 0;
	describe(best, socket_conflicts_by_user(&claim, best), out);
	socket_address(best, out->address);
	return 1;
}

/*
 * What no process holds stands in the kernel's tables alone. The process may be gone by now; its
 * network is looked at through another's eyes then.
 */
static void look_into_tables(const struct event_bind *event, bool ownerless,
			     struct holder_evidence *out)
{
	pid_t viewer = network_viewer((pid_t)event->header.tgid, event->weighed.net_namespace,
				      SEARCH_BUDGET_NS);
	struct holder holder;

	if (viewer < 0 || holder_find(viewer, &event->requested, event->socket_type, ownerless,
				      &holder))
		return;
	out->known = 1;
	snprintf(out->address, sizeof(out->address), "%s", holder.address);
	snprintf(out->state, sizeof(out->state), "%s", holder.state);
}

static void search(struct source *source, const struct event_bind *event,
		   struct holder_evidence *out)
{
	int found = ask(source, event, SOCKET_LISTEN | SOCKET_BOUND, out);

	if (!found)
		found = ask(source, event, ~(SOCKET_LISTEN | SOCKET_BOUND), out);
	if (found <= 0)
		look_into_tables(event, !found, out);
}

static bool abstract_holder(struct gathering *gathering, const struct event_bind *event,
			    struct holder_evidence *out)
{
	struct socket_query query = { .net_namespace = event->weighed.net_namespace,
				      .states = SOCKET_ANY_STATE, .family = AF_UNIX,
				      .type = event->socket_type,
				      .name_length = event->path_length };
	struct socket_entry entry;

	memcpy(query.name, event->path, sizeof(event->path));
	if (source_find_sockets(gathering->source, &query, &entry, 1) <= 0)
		return false;
	describe(&entry, false, out);
	snprintf(out->address, sizeof(out->address), "@%.*s", (int)event->path_length - 1,
		 event->path + 1);
	out->is_self = out->pid == event->header.tgid;
	return true;
}

/* What a listen finds depends on its own socket: it is not kept. */
static void search_cached(struct gathering *gathering, const struct event_bind *event,
			  struct holder_evidence *out)
{
	struct port_cache *cache = gathering->ports;
	const struct cached *known = find(cache, event, host_monotonic_ns());
	struct cached *entry;

	if (known) {
		*out = known->answer;
		return;
	}
	search(gathering->source, event, out);
	if (event->header.kind != EVENT_BIND)
		return;
	entry = &cache->entries[cache->next++ % CACHE_SIZE];
	entry->until_ns = host_monotonic_ns() + CACHE_NS;
	entry->net_namespace = event->weighed.net_namespace;
	claim_of(event, &entry->claim);
	entry->answer = *out;
}

bool port_holder(struct gathering *gathering, const struct event_bind *event,
		 struct verdict_context *out)
{
	if (event->requested.family == AF_UNIX)
		return abstract_holder(gathering, event, &out->holder);
	search_cached(gathering, event, &out->holder);
	out->holder.is_self = out->holder.pid && out->holder.pid == event->header.tgid;
	return out->holder.known;
}
