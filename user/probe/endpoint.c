/* SPDX-License-Identifier: BSD-2-Clause */
/* From the bytes of a socket address to what a person reads. */
#include "user/probe/endpoint.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "user/model/errno_name.h"

static bool is_mapped(const struct event_endpoint *endpoint)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return endpoint->family == AF_INET6 && !memcmp(endpoint->address, prefix, sizeof(prefix));
}

static bool is_ipv4(const struct event_endpoint *endpoint)
{
	return endpoint->family == AF_INET || is_mapped(endpoint);
}

void endpoint_address(const struct event_endpoint *endpoint, char out[ENDPOINT_TEXT])
{
	out[0] = '\0';
	if (endpoint->family == AF_INET)
		inet_ntop(AF_INET, endpoint->address, out, ENDPOINT_TEXT);
	else if (is_mapped(endpoint))
		inet_ntop(AF_INET, endpoint->address + 12, out, ENDPOINT_TEXT);
	else if (endpoint->family == AF_INET6)
		inet_ntop(AF_INET6, endpoint->address, out, ENDPOINT_TEXT);
}

void endpoint_text(const struct event_endpoint *endpoint, char out[ENDPOINT_TEXT])
{
	char address[ENDPOINT_TEXT];

	endpoint_address(endpoint, address);
	if (!address[0])
		out[0] = '\0';
	else
		snprintf(out, ENDPOINT_TEXT, is_ipv4(endpoint) ? "%.100s:%u" : "[%.100s]:%u",
			 address, endpoint->port);
}

void endpoint_path(const char *path, size_t length, char out[ENDPOINT_TEXT])
{
	bool abstract = length && !path[0];

	if (length > UNIX_PATH_SIZE)
		length = UNIX_PATH_SIZE;
	if (!length)
		out[0] = '\0';
	else if (abstract)
		snprintf(out, ENDPOINT_TEXT, "@%.*s", (int)length - 1, path + 1);
	else
		snprintf(out, ENDPOINT_TEXT, "%.*s", (int)length, path);
}

void endpoint_attributes(struct attributes *attributes, const struct event_endpoint *endpoint,
			 enum attribute_key address, enum attribute_key port)
{
	char text[ENDPOINT_TEXT];

	endpoint_address(endpoint, text);
	if (!text[0])
		return;
	attributes_set_text(attributes, address, text);
	attributes_set_integer(attributes, port, endpoint->port);
}

void endpoint_transport(struct attributes *attributes, const struct event_endpoint *endpoint,
			uint16_t socket_type)
{
	if (endpoint->family == AF_UNIX) {
		attributes_set_text(attributes, ATTRIBUTE_NETWORK_TRANSPORT, "unix");
		return;
	}
	if (endpoint->family != AF_INET && endpoint->family != AF_INET6)
		return;
	if (socket_type == SOCK_STREAM)
		attributes_set_text(attributes, ATTRIBUTE_NETWORK_TRANSPORT, "tcp");
	else if (socket_type == SOCK_DGRAM)
		attributes_set_text(attributes, ATTRIBUTE_NETWORK_TRANSPORT, "udp");
	attributes_set_text(attributes, ATTRIBUTE_NETWORK_TYPE,
			    is_ipv4(endpoint) ? "ipv4" : "ipv6");
}

void fact_begin(struct fact *out, const struct event_header *header, const struct event_act *act,
		uint64_t wall_offset_ns)
{
	const char *name = errno_name(act->error), *text = errno_text(act->error);

	memset(out, 0, offsetof(struct fact, attributes));
	attributes_clear(&out->attributes);
	out->kind = header->kind;
	out->outcome = act->outcome < OUTCOME_MAX ? act->outcome : OUTCOME_ERROR;
	out->time_ns = header->time_ns;
	out->time_unix_ns = header->time_ns + wall_offset_ns;
	out->duration_ns = act->duration_ns;
	out->cgroup_id = header->cgroup_id;
	out->socket = act->socket;
	out->context = act->context;
	out->tgid = header->tgid;
	out->tid = header->tid;
	out->error = act->error;
	out->counted = act->counted != COUNTED_NOT_YET;
	out->unmeasured = act->counted == COUNTED_NOWHERE;
	out->series = (struct series_key){ .context = act->context, .kind = header->kind,
					   .error = act->error, .outcome = act->outcome };
	out->is_span = !out->unmeasured;
	out->verdict = NULL;
	attributes_set_integer(&out->attributes, ATTRIBUTE_PROCESS_PID, header->tgid);
	attributes_set_integer(&out->attributes, ATTRIBUTE_THREAD_ID, header->tid);
	if (act->goroutine_id)
		attributes_set_integer(&out->attributes, ATTRIBUTE_GO_GOROUTINE_ID,
				       (int64_t)act->goroutine_id);
	attributes_set_text(&out->attributes, ATTRIBUTE_ERROR_TYPE, name);
	if (out->unmeasured && out->outcome == OUTCOME_ERROR)
		text = "the end of the call was not seen (--syscalls=off)";
	if (text)
		snprintf(out->message, sizeof(out->message), "%s", text);
}

const struct metric_label outcome_label_help[] = {
	OUTCOME_LABEL_HELP,
	{ NULL, NULL, NULL, NULL },
};

size_t outcome_labels(const struct series_key *key, struct label *labels)
{
	const char *name = errno_name(key->error);
	size_t count = 0;

	labels[count++] = (struct label){ "outcome", "outcome", outcome_name(key->outcome) };
	if (name)
		labels[count++] = (struct label){ "error_type", "error.type", name };
	return count;
}
