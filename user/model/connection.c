/* SPDX-License-Identifier: BSD-2-Clause */
/* An open-addressed table of recent connections, and a generator of ids. */
#include "user/model/connection.h"

#include <stdlib.h>
#include <string.h>

#define TABLE_SIZE	4096	/* power of two */
#define PROBE_LENGTH	8	/* places one connection may take */

/* All bytes set: keys are compared and hashed as bytes. */
struct connection_key {
	uint32_t tgid;
	uint16_t local_port;
	uint16_t peer_port;
	uint8_t local[16];
	uint8_t peer[16];
};

struct connection {
	struct connection_key key;
	struct span_context span;
	uint64_t sequence;	/* 0: free */
};

struct connections {
	uint64_t sequence;
	struct connection table[TABLE_SIZE];
};

static void put_address(uint8_t out[16], const struct event_endpoint *endpoint)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (endpoint->family == 2) {
		memcpy(out, mapped, sizeof(mapped));
		memcpy(out + 12, endpoint->address, 4);
	} else {
		memcpy(out, endpoint->address, 16);
	}
}

static void make_key(struct connection_key *key, uint32_t tgid,
		     const struct event_endpoint *local, const struct event_endpoint *peer)
{
	memset(key, 0, sizeof(*key));
	key->tgid = tgid;
	key->local_port = local->port;
	key->peer_port = peer->port;
	put_address(key->local, local);
	put_address(key->peer, peer);
}

static size_t hash(const struct connection_key *key)
{
	const uint8_t *bytes = (const uint8_t *)key;
	uint64_t value = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < sizeof(*key); i++)
		value = (value ^ bytes[i]) * 0x100000001b3ULL;
	return (size_t)(value >> 20) & (TABLE_SIZE - 1);
}

struct connections *connections_new(void)
{
	return calloc(1, sizeof(struct connections));
}

void connections_free(struct connections *connections)
{
	free(connections);
}

static struct connection *find(struct connections *connections, const struct connection_key *key)
{
	size_t at = hash(key);

	for (size_t i = 0; i < PROBE_LENGTH; i++) {
		struct connection *each = &connections->table[(at + i) & (TABLE_SIZE - 1)];

		if (each->sequence && !memcmp(&each->key, key, sizeof(*key)))
			return each;
	}
	return NULL;
}

/* Its own place, or that of the oldest of those that may stand there; free ones are oldest. */
static struct connection *place(struct connections *connections, const struct connection_key *key)
{
	struct connection *oldest = find(connections, key);
	size_t at = hash(key);

	if (oldest)
		return oldest;
	oldest = &connections->table[at];
	for (size_t i = 1; i < PROBE_LENGTH; i++) {
		struct connection *each = &connections->table[(at + i) & (TABLE_SIZE - 1)];

		if (each->sequence < oldest->sequence)
			oldest = each;
	}
	return oldest;
}

void connections_add(struct connections *connections, uint32_t tgid,
		     const struct event_endpoint *local, const struct event_endpoint *peer,
		     const struct span_context *span)
{
	struct connection_key key;
	struct connection *connection;

	make_key(&key, tgid, local, peer);
	connection = place(connections, &key);
	connection->key = key;
	connection->span = *span;
	connection->sequence = ++connections->sequence;
}

bool connections_take(struct connections *connections, uint32_t tgid,
		      const struct event_endpoint *local, const struct event_endpoint *peer,
		      struct span_context *out)
{
	struct connection_key key;
	struct connection *connection;

	make_key(&key, tgid, local, peer);
	connection = find(connections, &key);
	if (!connection)
		return false;
	*out = connection->span;
	connection->sequence = 0;
	return true;
}

void id_source_seed(struct id_source *source, const uint64_t seed[2])
{
	source->state[0] = seed[0] | 1;
	source->state[1] = seed[1];
}

/* xoroshiro128+, David Blackman and Sebastiano Vigna, 2018. */
static uint64_t next(struct id_source *source)
{
	uint64_t a = source->state[0], b = source->state[1], sum = a + b;

	b ^= a;
	source->state[0] = ((a << 24) | (a >> 40)) ^ b ^ (b << 16);
	source->state[1] = (b << 37) | (b >> 27);
	return sum;
}

void id_source_span(struct id_source *source, uint8_t out[SPAN_ID_SIZE])
{
	uint64_t value;

	do
		value = next(source);
	while (!value);
	memcpy(out, &value, sizeof(value));
}

void id_source_trace(struct id_source *source, uint8_t out[TRACE_ID_SIZE])
{
	id_source_span(source, out);
	id_source_span(source, out + SPAN_ID_SIZE);
}
