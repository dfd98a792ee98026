/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The holder of a port. A program that tries the same port again and again is answered from a small
 * cache: the search costs milliseconds, and many where a host has many sockets.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/host/clock.h"
#include "user/host/holder.h"
#include "user/pipeline/gather.h"

#define CACHE_SIZE	32
#define CACHE_NS	(200ULL * 1000000)

struct cached {
	uint64_t until_ns;
	uint32_t net_namespace;
	uint32_t socket_type;
	struct event_endpoint wanted;
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

static const struct cached *find(const struct port_cache *cache, const struct event_bind *event,
				 uint64_t now_ns)
{
	for (size_t i = 0; i < CACHE_SIZE; i++) {
		const struct cached *entry = &cache->entries[i];

		if (entry->until_ns > now_ns && entry->socket_type == event->socket_type &&
		    entry->net_namespace == event->weighed.net_namespace &&
		    !memcmp(&entry->wanted, &event->requested, sizeof(entry->wanted)))
			return entry;
	}
	return NULL;
}

/* The process may be gone by now; its network is looked at through another's eyes then. */
static void search(const struct event_bind *event, struct holder_evidence *out)
{
	pid_t viewer = network_viewer((pid_t)event->header.tgid, event->weighed.net_namespace,
				      SEARCH_BUDGET_NS);
	struct holder holder;

	if (viewer < 0 || holder_find(viewer, &event->requested, event->socket_type,
				      SEARCH_BUDGET_NS, &holder))
		return;
	out->known = 1;
	out->pid = holder.pid;
	snprintf(out->program, sizeof(out->program), "%s", holder.program);
	snprintf(out->container, sizeof(out->container), "%s", holder.container);
	snprintf(out->address, sizeof(out->address), "%s", holder.address);
	snprintf(out->state, sizeof(out->state), "%s", holder.state);
}

bool port_holder(struct gathering *gathering, const struct event_bind *event,
		 struct verdict_context *out)
{
	struct port_cache *cache = gathering->ports;
	const struct cached *known = find(cache, event, host_monotonic_ns());
	struct cached *entry;

	if (known) {
		out->holder = known->answer;
	} else {
		search(event, &out->holder);
		entry = &cache->entries[cache->next++ % CACHE_SIZE];
		entry->until_ns = host_monotonic_ns() + CACHE_NS;
		entry->net_namespace = event->weighed.net_namespace;
		entry->socket_type = event->socket_type;
		entry->wanted = event->requested;
		entry->answer = out->holder;
	}
	out->holder.is_self = out->holder.pid && out->holder.pid == event->header.tgid;
	return out->holder.known;
}
