/* SPDX-License-Identifier: BSD-2-Clause */
/* Handshakes of crypto/tls: what was agreed on, or which Go error ended them. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "bpf/tls.skel.h"
#include "user/model/go_error.h"
#include "user/model/tls_name.h"
#include "user/probe/endpoint.h"
#include "user/probe/list.h"

#define RESUMED_UNKNOWN	2
#define NS_PER_SECOND	1000000000ULL

static const struct metric_label label_help[] = {
	OUTCOME_LABEL_HELP,
	{ "tls_role", NULL, NULL, NULL },
	{ "tls_protocol_version", NULL, NULL, NULL },
	{ NULL, NULL, NULL, NULL },
};
static const struct metric_family duration = {
	.name = "seamark_tls_handshake_duration_seconds",
	.otlp_name = "seamark.tls.handshake.duration",
	.unit = "seconds",
	.otlp_unit = "s",
	.help = "TLS handshakes of Go programs, measured in the process.",
	.chinese = "Go 程序的 TLS 握手耗时，在进程内测得。",
	.type = METRIC_HISTOGRAM,
	.by_program = true,
	.labels = label_help,
};

static const void *object(size_t *size)
{
	return tls_bpf__elf_bytes(size);
}

static const char *role_name(uint8_t role)
{
	return role == TLS_ROLE_CLIENT ? "client" : role == TLS_ROLE_SERVER ? "server" : NULL;
}

/* The name comes from the other end or from the program: lower case, and only what names have. */
static void set_server_name(struct attributes *attributes, const struct event_tls *event)
{
	size_t length = event->server_name_length;
	char name[SERVER_NAME_SIZE + 1];

	if (!length || length > SERVER_NAME_SIZE)
		return;
	for (size_t i = 0; i < length; i++) {
		unsigned char byte = (unsigned char)event->server_name[i];

		if (!isalnum(byte) && byte != '.' && byte != '-' && byte != '_' && byte != ':') {
			attributes_set_text(attributes, ATTRIBUTE_SERVER_ADDRESS, "invalid");
			return;
		}
		name[i] = (char)tolower(byte);
	}
	name[length] = '\0';
	attributes_set_text(attributes, ATTRIBUTE_SERVER_ADDRESS, name);
}

static void set_ends(struct attributes *attributes, const struct event_tls *event)
{
	const struct event_endpoint *server = event->role == TLS_ROLE_CLIENT ? &event->peer
									    : &event->local;

	if (event->peer.family)
		endpoint_transport(attributes, &event->peer, SOCK_STREAM);
	endpoint_attributes(attributes, &event->peer, ATTRIBUTE_NETWORK_PEER_ADDRESS,
			    ATTRIBUTE_NETWORK_PEER_PORT);
	endpoint_attributes(attributes, &event->local, ATTRIBUTE_NETWORK_LOCAL_ADDRESS,
			    ATTRIBUTE_NETWORK_LOCAL_PORT);
	if (server->port)
		attributes_set_integer(attributes, ATTRIBUTE_SERVER_PORT, server->port);
}

static void set_agreement(struct attributes *attributes, const struct event_tls *event,
			  bool established)
{
	size_t alpn = event->alpn_length < ALPN_SIZE ? event->alpn_length : ALPN_SIZE;

	attributes_set_text(attributes, ATTRIBUTE_TLS_PROTOCOL_VERSION,
			    tls_version_name(event->version));
	if (event->cipher_suite)
		attributes_set_text(attributes, ATTRIBUTE_TLS_CIPHER,
				    tls_cipher_name(event->cipher_suite));
	if (event->curve)
		attributes_set_text(attributes, ATTRIBUTE_TLS_CURVE, tls_curve_name(event->curve));
	if (established && event->resumed != RESUMED_UNKNOWN)
		attributes_set_boolean(attributes, ATTRIBUTE_TLS_RESUMED, event->resumed);
	attributes_set_string(attributes, ATTRIBUTE_TLS_NEXT_PROTOCOL, event->alpn, alpn);
	attributes_set_boolean(attributes, ATTRIBUTE_TLS_ESTABLISHED, established);
}

static void set_failure(struct fact *out, const struct event_tls_failed *event)
{
	uint64_t end_ns = out->time_unix_ns + out->duration_ns;
	struct go_error error;

	go_error_read(event->levels, event->tls.error_levels, (int64_t)(end_ns / NS_PER_SECOND),
		      &error);
	out->outcome = error.outcome;
	attributes_set_text(&out->attributes, ATTRIBUTE_ERROR_TYPE, error.error_type);
	if (error.alert >= 0) {
		attributes_set_integer(&out->attributes, ATTRIBUTE_TLS_ALERT, error.alert);
		attributes_set_text(&out->attributes, ATTRIBUTE_TLS_ALERT_NAME,
				    tls_alert_name((uint8_t)error.alert));
	}
	memcpy(out->go_type, error.go_type, sizeof(out->go_type));
	memcpy(out->message, error.message, sizeof(out->message));
	memcpy(out->tls.wanted, error.wanted, sizeof(out->tls.wanted));
	out->tls.alert = error.alert;
	out->tls.not_before_unix = error.not_before_unix;
	out->tls.not_after_unix = error.not_after_unix;
	memcpy(out->tls.detail, error.detail, sizeof(out->tls.detail));
	memcpy(out->tls.operation, error.operation, sizeof(out->tls.operation));
	memcpy(out->tls.first_bytes, error.first_bytes, sizeof(out->tls.first_bytes));
	out->tls.os_error = error.os_error;
	out->tls.chain = event->certificate.chain;
	out->tls.is_leaf = event->certificate.is_leaf;
	out->tls.same_name = event->certificate.same_name;
	out->tls.config = event->config;
	out->tls.progress = event->progress;
}

static void set_name(struct fact *out, const struct event_tls *event)
{
	const char *server = attributes_string(&out->attributes, ATTRIBUTE_SERVER_ADDRESS);

	if (!server)
		server = attributes_string(&out->attributes, ATTRIBUTE_NETWORK_PEER_ADDRESS);
	if (event->role == TLS_ROLE_SERVER)
		snprintf(out->name, sizeof(out->name), "TLS server handshake");
	else
		snprintf(out->name, sizeof(out->name), "TLS client handshake%s%.150s",
			 server ? " " : "", server ? server : "");
}

static bool is_whole(const struct event_tls *event)
{
	if (event->header.size < sizeof(*event))
		return false;
	if (event->act.outcome == OUTCOME_OK)
		return event->header.size == sizeof(*event) && !event->error_levels;
	return event->header.size == sizeof(struct event_tls_failed) &&
	       event->error_levels <= ERROR_LEVELS;
}

static int decode(const struct event_header *record, uint64_t wall_offset_ns, struct fact *out)
{
	const struct event_tls *event = (const struct event_tls *)record;
	bool established;

	if (!is_whole(event))
		return -EINVAL;
	fact_begin(out, record, &event->act, wall_offset_ns);
	established = event->act.outcome == OUTCOME_OK;
	out->tls.role = event->role;
	out->series.role = event->role;
	out->series.version = event->version;
	out->tls.alert = -1;
	attributes_set_text(&out->attributes, ATTRIBUTE_TLS_ROLE, role_name(event->role));
	set_server_name(&out->attributes, event);
	set_ends(&out->attributes, event);
	set_agreement(&out->attributes, event, established);
	if (!established)
		set_failure(out, (const struct event_tls_failed *)event);
	set_name(out, event);
	return 0;
}

static const struct metric_family *family(const struct series_key *key)
{
	(void)key;
	return &duration;
}

static size_t labels(const struct series_key *key, struct label out[PROBE_LABELS_MAX])
{
	const char *version = tls_version_name(key->version), *role = role_name(key->role);
	size_t count = outcome_labels(key, out);

	if (role)
		out[count++] = (struct label){ "tls_role", "tls.role", role };
	if (version)
		out[count++] = (struct label){ "tls_protocol_version", "tls.protocol.version",
					       version };
	return count;
}

static const enum event_kind kinds[] = { EVENT_TLS_HANDSHAKE, EVENT_NONE };
static const struct metric_family *const metrics[] = { &duration, NULL };

const struct probe probe_tls = {
	.name = "tls",
	.help = "Handshakes of Go's crypto/tls, with the Go error behind a failure.",
	.chinese = "Go 的 crypto/tls 握手，附失败背后的 Go 错误。",
	.object = object,
	.kinds = kinds,
	.metrics = metrics,
	.decode = decode,
	.family = family,
	.labels = labels,
};
