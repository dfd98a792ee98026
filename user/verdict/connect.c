/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a connection did not come about, as far as this end can know. */
#include <string.h>
#include <sys/socket.h>

#include "user/verdict/rule.h"
#include "user/verdict/texts_bind.h"
#include "user/verdict/texts_connect.h"

static const struct event_endpoint *peer(const struct scene *scene)
{
	return &scene->fact->connect.peer;
}

static bool is_inet(const struct scene *scene)
{
	return scene_is_inet(peer(scene));
}

static bool is_unix(const struct scene *scene)
{
	return peer(scene)->family == AF_UNIX;
}

static bool is_error_on_inet(const struct scene *scene)
{
	return is_inet(scene) && scene->fact->outcome == OUTCOME_ERROR;
}

/* A second of silence, shown by a repeated SYN; quicker ends are races, and nobody's fault. */
static bool was_given_up(const struct scene *scene)
{
	return is_inet(scene) && scene->fact->outcome == OUTCOME_CANCELLED &&
	       scene->fact->connect.retransmits;
}

/* For IPv6 the same errno also says that there is no source address. */
static bool lacks_local_port(const struct scene *scene)
{
	const uint8_t *unused;

	return scene_ipv4(peer(scene), &unused) && peer(scene)->port &&
	       scene_attribute_is(scene, ATTRIBUTE_NETWORK_TRANSPORT, "tcp") &&
	       !attributes_get(&scene->fact->attributes, ATTRIBUTE_NETWORK_LOCAL_PORT);
}

static void weigh(struct scene *scene)
{
	const char *name = strrchr(scene->fact->name, ' ');

	scene_show_attribute(scene, ATTRIBUTE_NETWORK_PEER_ADDRESS);
	scene_show_attribute(scene, ATTRIBUTE_NETWORK_PEER_PORT);
	scene_show_attribute(scene, ATTRIBUTE_ERROR_TYPE);
	scene_show_duration(scene);
	if (is_inet(scene))
		scene_show(scene, "tcp.retransmits", "%u", scene->fact->connect.retransmits);
	scene_hint(scene, "peer", "%s", name ? name + 1 : "");
	if (is_unix(scene))
		scene_hint(scene, "socket.path", "%s", name ? name + 1 : "");
}

static bool is_loopback(const struct scene *scene)
{
	return scene_is_loopback(peer(scene));
}

static const struct rule rules[] = {
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = is_error_on_inet,
		.weigh = weigh,
		.explanation = &text_refused,
		.fixes = {
			{ &fix_start_listener, PLACE_ANY, NULL },
			{ &fix_listen_outside, PLACE_ANY_CONTAINER, is_loopback },
		},
	},
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = is_unix,
		.weigh = weigh,
		.explanation = &text_refused_path,
		.fixes = { { &fix_mount_socket, PLACE_ANY, NULL } },
	},
	{
		.cause = "syn_unanswered",
		.errors = { "ETIMEDOUT" },
		.holds = is_error_on_inet,
		.weigh = weigh,
		.explanation = &text_unanswered,
		.fixes = { { &fix_look_at_filters, PLACE_ANY, NULL } },
	},
	{
		.cause = "program_deadline",
		.holds = was_given_up,
		.weigh = weigh,
		.explanation = &text_program_deadline,
		.fixes = {
			{ &fix_look_at_filters, PLACE_ANY, NULL },
			{ &fix_longer_deadline, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "no_route",
		.errors = { "ENETUNREACH", "EHOSTUNREACH" },
		.holds = is_error_on_inet,
		.weigh = weigh,
		.explanation = &text_no_route,
		.fixes = { { &fix_look_at_routes, PLACE_ANY, NULL } },
	},
	{
		.cause = "reset_during_handshake",
		.errors = { "ECONNRESET" },
		.holds = is_error_on_inet,
		.weigh = weigh,
		.explanation = &text_reset,
		.fixes = { { &fix_look_at_peer, PLACE_ANY, NULL } },
	},
	{
		.cause = "ephemeral_ports_exhausted",
		.errors = { "EADDRNOTAVAIL" },
		.holds = lacks_local_port,
		.weigh = weigh,
		.explanation = &text_ports_exhausted,
		.fixes = {
			{ &fix_reuse_connections, PLACE_ANY, NULL },
			{ &fix_port_range, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "blocked_by_policy",
		.errors = { "EPERM" },
		.holds = is_error_on_inet,
		.weigh = weigh,
		.explanation = &text_blocked,
		.fixes = { { &fix_allow_policy, PLACE_ANY, NULL } },
	},
	{
		.cause = "unix_path_missing",
		.errors = { "ENOENT" },
		.holds = is_unix,
		.weigh = weigh,
		.explanation = &text_path_missing,
		.fixes = { { &fix_mount_socket, PLACE_ANY, NULL } },
	},
};

const struct rule_set connect_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
