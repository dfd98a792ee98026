/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Looks for the holder of a port or path at the moment of a failed bind. A program that tries the
 * same port again and again is answered from a small cache: the search costs milliseconds.
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

struct cached {
	uint64_t until_ns;
	uint32_t net_namespace;
	struct event_endpoint wanted;
	struct verdict_context answer;
};

struct evidence_cache {
	size_t next;
	struct cached entries[CACHE_SIZE];
};

struct evidence_cache *evidence_cache_new(void)
{
	return calloc(1, sizeof(struct evidence_cache));
}

void evidence_cache_free(struct evidence_cache *cache)
{
	free(cache);
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
	search(event, out);
	entry = &cache->entries[cache->next++ % CACHE_SIZE];
	entry->until_ns = host_monotonic_ns() + CACHE_NS;
	entry->net_namespace = event->weighed.net_namespace;
	entry->wanted = event->requested;
	entry->answer = *out;
	return true;
}

bool evidence_gather(struct evidence_cache *cache, const struct event_header *record,
		     struct verdict_context *out)
{
	const struct event_bind *event = (const struct event_bind *)record;
	pid_t viewer;

	if (record->kind != EVENT_BIND || record->size != sizeof(*event) ||
	    event->act.outcome == OUTCOME_OK)
		return false;
	if (event->requested.family != AF_INET && event->requested.family != AF_INET6)
		return false;
	if (event->act.error == EADDRINUSE)
		return in_use(cache, event, out);
	if (event->act.error != EADDRNOTAVAIL)
		return false;
	memset(out, 0, sizeof(*out));
	viewer = viewer_of(event);
	return viewer > 0 && local_addresses(viewer, out->local_addresses,
					     sizeof(out->local_addresses)) > 0;
}
