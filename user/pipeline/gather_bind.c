/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host can add to a failed bind or listen: by errno, one question each. */
#include <errno.h>
#include <sys/socket.h>

#include "user/host/holder.h"
#include "user/pipeline/gather.h"

static const struct event_bind *bind_of(const struct event_header *record)
{
	return (const struct event_bind *)record;
}

static bool is_inet(const struct event_bind *event)
{
	return event->requested.family == AF_INET || event->requested.family == AF_INET6;
}

static bool is_abstract(const struct event_bind *event)
{
	return event->requested.family == AF_UNIX && event->path_length && !event->path[0];
}

static bool wants(const struct event_header *record)
{
	const struct event_bind *event = bind_of(record);

	if (record->size != sizeof(*event) || event->act.outcome == OUTCOME_OK)
		return false;
	if (event->act.error == EADDRINUSE)
		return is_inet(event) || is_abstract(event);
	return event->act.error == EADDRNOTAVAIL && is_inet(event);
}

static bool local_addresses_of(const struct event_bind *event, struct verdict_context *out)
{
	pid_t viewer = network_viewer((pid_t)event->header.tgid, event->weighed.net_namespace,
				      SEARCH_BUDGET_NS);

	return viewer > 0 && local_addresses(viewer, out->local_addresses,
					     sizeof(out->local_addresses)) > 0;
}

static bool gather(struct gathering *gathering, const struct event_header *record,
		   struct verdict_context *out)
{
	const struct event_bind *event = bind_of(record);

	if (event->act.error == EADDRINUSE)
		return port_holder(gathering, event, out);
	return local_addresses_of(event, out);
}

const struct gatherer gather_bind = { EVENT_BIND, wants, gather };
const struct gatherer gather_listen = { EVENT_LISTEN, wants, gather };
