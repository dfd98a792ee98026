/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections from connect(2) to ESTABLISHED, failure, or being given up. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "bpf/connect.skel.h"
#include "user/probe/endpoint.h"
#include "user/probe/list.h"

static const struct metric_family duration = {
	.name = "seamark_connect_duration_seconds",
	.otlp_name = "seamark.connect.duration",
	.unit = "seconds",
	.otlp_unit = "s",
	.help = "Connections from connect(2) to their outcome.",
	.chinese = "从 connect(2) 到结果的连接耗时。",
	.type = METRIC_HISTOGRAM,
	.by_program = true,
	.labels = outcome_label_help,
};

static const void *object(size_t *size)
{
	return connect_bpf__elf_bytes(size);
}

static int decode(const struct event_header *record, uint64_t wall_offset_ns, struct fact *out)
{
	const struct event_connect *event = (const struct event_connect *)record;
	char text[ENDPOINT_TEXT];

	if (record->size != sizeof(*event))
		return -EINVAL;
	fact_begin(out, record, &event->act, wall_offset_ns);
	endpoint_transport(&out->attributes, &event->peer, event->socket_type);
	if (event->peer.family == AF_UNIX) {
		endpoint_path(event->path, event->path_length, text);
		attributes_set_text(&out->attributes, ATTRIBUTE_NETWORK_PEER_ADDRESS, text);
	} else {
		endpoint_text(&event->peer, text);
		endpoint_attributes(&out->attributes, &event->peer,
				    ATTRIBUTE_NETWORK_PEER_ADDRESS, ATTRIBUTE_NETWORK_PEER_PORT);
		if (event->local.port)
			endpoint_attributes(&out->attributes, &event->local,
					    ATTRIBUTE_NETWORK_LOCAL_ADDRESS,
					    ATTRIBUTE_NETWORK_LOCAL_PORT);
	}
	snprintf(out->name, sizeof(out->name), "socket connect%s%s", text[0] ? " " : "", text);
	out->connect.peer = event->peer;
	out->connect.gates = event->gates;
	out->connect.user = event->weighed.euid;
	out->connect.net_namespace = event->net_namespace;
	out->connect.socket_type = event->socket_type;
	out->connect.first_port = event->first_port;
	out->connect.last_port = event->last_port;
	out->connect.retransmits = event->retransmits;
	out->connect.parent_goroutine_id = event->parent_goroutine_id;
	out->connect.goroutine_start = event->goroutine_start;
	return 0;
}

static const struct metric_family *family(const struct series_key *key)
{
	(void)key;
	return &duration;
}

static size_t labels(const struct series_key *key, struct label out[PROBE_LABELS_MAX])
{
	return outcome_labels(key, out);
}

static const enum event_kind kinds[] = { EVENT_CONNECT, EVENT_NONE };
static const struct metric_family *const metrics[] = { &duration, NULL };
static const struct probe_call calls[] = {
	{ SYS_connect, "connect_enter", "connect_exit" },
	{ 0, NULL, NULL },
};

const struct probe probe_connect = {
	.name = "connect",
	.help = "Connections to their true outcome, also of sockets that don't block.",
	.chinese = "连接直到其真正的结果，包括非阻塞套接字。",
	.object = object,
	.kinds = kinds,
	.calls = calls,
	.metrics = metrics,
	.decode = decode,
	.family = family,
	.labels = labels,
};
