/* SPDX-License-Identifier: BSD-2-Clause */
/* Which connect a handshake goes with: by process and both ends. Bounded, the oldest give way. */
#ifndef SEAMARK_CONNECTION_H
#define SEAMARK_CONNECTION_H

#include <stdbool.h>
#include <stdint.h>

#include "user/model/fact.h"

struct connections;

struct connections *connections_new(void);
void connections_free(struct connections *connections);
/* Remembers the span of an established connection. IPv4 mapped into IPv6 is the same address. */
void connections_add(struct connections *connections, uint32_t tgid,
		     const struct event_endpoint *local, const struct event_endpoint *peer,
		     const struct span_context *span);
/* Finds it and forgets it. False: not known, *out untouched. */
bool connections_take(struct connections *connections, uint32_t tgid,
		      const struct event_endpoint *local, const struct event_endpoint *peer,
		      struct span_context *out);

/* Trace and span ids from a seed, so that a recording gives the same ids each time. */
struct id_source {
	uint64_t state[2];
};

void id_source_seed(struct id_source *source, const uint64_t seed[2]);
void id_source_trace(struct id_source *source, uint8_t out[TRACE_ID_SIZE]);
void id_source_span(struct id_source *source, uint8_t out[SPAN_ID_SIZE]);

#endif
