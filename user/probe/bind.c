/* SPDX-License-Identifier: BSD-2-Clause */
/* bind(2) and listen(2): the address asked for, and what the kernel weighed when it refused. */
#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "bpf/bind.skel.h"
#include "user/probe/endpoint.h"
#include "user/probe/list.h"

static const struct metric_family bind_duration = {
	.name = "seamark_bind_duration_seconds",
	.otlp_name = "seamark.bind.duration",
	.unit = "seconds",
	.otlp_unit = "s",
	.help = "Binds of sockets to addresses, by outcome.",
	.chinese = "套接字绑定到地址的耗时，按结果。",
	.type = METRIC_HISTOGRAM,
	.by_program = true,
	.labels = outcome_label_help,
};
static const struct metric_family listen_duration = {
	.name = "seamark_listen_duration_seconds",
	.otlp_name = "seamark.listen.duration",
	.unit = "seconds",
	.otlp_unit = "s",
	.help = "Sockets made to listen, by outcome.",
	.chinese = "套接字开始监听的耗时，按结果。",
	.type = METRIC_HISTOGRAM,
	.by_program = true,
	.labels = outcome_label_help,
};

static const void *object(size_t *size)
{
	return bind_bpf__elf_bytes(size);
}

/* Port 0 asks for any: after success the fact names the one that was given. */
static struct event_endpoint shown_endpoint(const struct event_bind *event)
{
	struct event_endpoint shown = event->requested;

	if (!shown.port && event->bound.port)
		shown.port = event->bound.port;
	return shown;
}

static int decode(const struct event_header *record, uint64_t wall_offset_ns, struct fact *out)
{
	const struct event_bind *event = (const struct event_bind *)record;
	struct event_endpoint shown;
	char text[ENDPOINT_TEXT];

	if (record->size != sizeof(*event))
		return -EINVAL;
	fact_begin(out, record, &event->act, wall_offset_ns);
	shown = shown_endpoint(event);
	endpoint_transport(&out->attributes, &shown, event->socket_type);
	if (event->requested.family == AF_UNIX) {
		endpoint_path(event->path, event->path_length, text);
		attributes_set_text(&out->attributes, ATTRIBUTE_NETWORK_LOCAL_ADDRESS, text);
	} else {
		endpoint_text(&shown, text);
		endpoint_attributes(&out->attributes, &shown, ATTRIBUTE_NETWORK_LOCAL_ADDRESS,
				    ATTRIBUTE_NETWORK_LOCAL_PORT);
	}
	snprintf(out->name, sizeof(out->name), "%s%s%s", event_kind_name(record->kind),
		 text[0] ? " " : "", text);
	out->bind.requested = event->requested;
	out->bind.weighed = event->weighed;
	out->bind.gates = event->gates;
	out->bind.socket_type = event->socket_type;
	out->bind.reuse_address = event->reuse_address;
	out->bind.reuse_port = event->reuse_port;
	return 0;
}

static const struct metric_family *family(const struct series_key *key)
{
	return key->kind == EVENT_LISTEN ? &listen_duration : &bind_duration;
}

static size_t labels(const struct series_key *key, struct label out[PROBE_LABELS_MAX])
{
	return outcome_labels(key, out);
}

static const enum event_kind kinds[] = { EVENT_BIND, EVENT_LISTEN, EVENT_NONE };
static const struct metric_family *const metrics[] = { &bind_duration, &listen_duration, NULL };
static const struct probe_call calls[] = {
	{ SYS_bind, "bind_enter", "bind_exit" },
	{ SYS_listen, "bind_enter", "bind_exit" },
	{ 0, NULL, NULL },
};

const struct probe probe_bind = {
	.name = "bind",
	.help = "bind(2) and listen(2) with their outcome, and what the kernel weighed.",
	.chinese = "bind(2) 和 listen(2) 及其结果，以及内核所权衡的条件。",
	.object = object,
	.kinds = kinds,
	.calls = calls,
	.metrics = metrics,
	.decode = decode,
	.family = family,
	.labels = labels,
};
