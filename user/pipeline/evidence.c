/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks for the holder of a port or path at the moment of a failed bind. A program that tries the
 * same port again and again is answered from a small cache: the search costs milliseconds, and many
 * where a host has many sockets. So that a flood of failures holds up neither ring nor scrape, all
 * searches together have a budget; what comes beyond goes without, and is counted.
 */
#include "user/pipeline/evidence.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "user/host/clock.h"
#include "user/host/holder.h"

#define CACHE_SIZE		32
#define CACHE_NS		(200ULL * 1000000)
#define SEARCH_BUDGET_NS	(50ULL * 1000000)
#define WINDOW_NS		(1000ULL * 1000000)

struct cached {
	uint64_t until_ns;
	uint32_t net_namespace;
	struct event_endpoint wanted;
	struct verdict_context answer;
};

struct evidence_cache {
	struct evidence_accounts accounts;
	uint64_t budget_ns;		/* for each second */
	uint64_t window_ns;		/* when it began */
	uint64_t spent_ns;		/* of it */
	size_t next;
	struct cached entries[CACHE_SIZE];
};

struct evidence_cache *evidence_cache_new(uint64_t budget_ns)
{
	struct evidence_cache *cache = calloc(1, sizeof(*cache));

	if (cache)
		cache->budget_ns = budget_ns;
	return cache;
}

void evidence_cache_free(struct evidence_cache *cache)
{
	free(cache);
}

void evidence_accounts(const struct evidence_cache *cache, struct evidence_accounts *out)
{
	*out = cache->accounts;
}

static bool may_search(struct evidence_cache *cache, uint64_t now_ns)
{
	if (now_ns - cache->window_ns >= WINDOW_NS) {
		cache->window_ns = now_ns;
		cache->spent_ns = 0;
	}
	if (cache->spent_ns >= cache->budget_ns) {
		cache->accounts.skipped++;
		return false;
	}
	cache->accounts.searched++;
	return true;
}

static const struct cached *find(const struct evidence_cache *cache,
				 const struct event_bind *event, uint64_t now_ns)
{
	for (size_t i = 0; i < CACHE_SIZE; i++) {
		const struct cached *entry = &cache->entries[i];

		if (entry->until_ns > now_ns &&
		    entry->net_namespace == event->weighed.net_namespace &&
		    !memcmp(&entry->wanted, &event->requested, sizeof(entry->wanted)))
			return entry;
	}
	return NULL;
}

/* The process may be gone by now; its network is looked at through another's eyes then. */
static pid_t viewer_of(const struct event_bind *event)
{
	return network_viewer((pid_t)event->header.tgid, event->weighed.net_namespace,
			      SEARCH_BUDGET_NS);
}

static void search(const struct event_bind *event, struct verdict_context *out)
{
	pid_t viewer = viewer_of(event);
	struct holder holder;

	memset(out, 0, sizeof(*out));
	if (viewer < 0 || holder_find(viewer, &event->requested, event->socket_type,
				      SEARCH_BUDGET_NS, &holder))
		return;
	out->holder_known = true;
	out->holder_pid = holder.pid;
	out->holder_is_self = holder.pid == event->header.tgid;
	snprintf(out->holder_program, sizeof(out->holder_program), "%s", holder.program);
	snprintf(out->holder_container, sizeof(out->holder_container), "%s", holder.container);
	snprintf(out->holder_address, sizeof(out->holder_address), "%s", holder.address);
	snprintf(out->holder_state, sizeof(out->holder_state), "%s", holder.state);
}

static bool in_use(struct evidence_cache *cache, const struct event_bind *event,
		   struct verdict_context *out)
{
	uint64_t now_ns = host_monotonic_ns();
	const struct cached *known = find(cache, event, now_ns);
	struct cached *entry;

	if (known) {
		*out = known->answer;
		out->holder_is_self = out->holder_pid == event->header.tgid;
		return true;
	}
	if (!may_search(cache, now_ns))
		return false;
	search(event, out);
	entry = &cache->entries[cache->next++ % CACHE_SIZE];
	entry->until_ns = host_monotonic_ns() + CACHE_NS;
	cache->spent_ns += host_monotonic_ns() - now_ns;
	entry->net_namespace = event->weighed.net_namespace;
	entry->wanted = event->requested;
	entry->answer = *out;
	return true;
}

static bool not_local(struct evidence_cache *cache, const struct event_bind *event,
		      struct verdict_context *out)
{
	uint64_t now_ns = host_monotonic_ns();
	pid_t viewer;
	int length = 0;

	if (!may_search(cache, now_ns))
		return false;
	memset(out, 0, sizeof(*out));
	viewer = viewer_of(event);
	if (viewer > 0)
		length = local_addresses(viewer, out->local_addresses,
					 sizeof(out->local_addresses));
	cache->spent_ns += host_monotonic_ns() - now_ns;
	return length > 0;
}

bool evidence_gather(struct evidence_cache *cache, const struct event_header *record,
		     struct verdict_context *out)
{
	const struct event_bind *event = (const struct event_bind *)record;

	if (record->kind != EVENT_BIND || record->size != sizeof(*event) ||
	    event->act.outcome == OUTCOME_OK)
		return false;
	if (event->requested.family != AF_INET && event->requested.family != AF_INET6)
		return false;
	if (event->act.error == EADDRINUSE)
		return in_use(cache, event, out);
	return event->act.error == EADDRNOTAVAIL && not_local(cache, event, out);
}
