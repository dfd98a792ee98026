/* SPDX-License-Identifier: BSD-2-Clause */
/* Why an address could not be bound: capabilities, holders, addresses, paths. */
#include <string.h>
#include <sys/socket.h>

#include "user/verdict/rule.h"
#include "user/verdict/texts_bind.h"

#define BIT_NET_BIND_SERVICE	(1ULL << 10)
#define FIRST_USER_NAMESPACE	4026531837u	/* PROC_USER_INIT_INO of the kernel */

static const struct event_weighed *weighed(const struct scene *scene)
{
	return &scene->fact->bind.weighed;
}

static bool is_inet(const struct scene *scene)
{
	return scene_is_inet(&scene->fact->bind.requested);
}

static bool is_unix(const struct scene *scene)
{
	return scene->fact->bind.requested.family == AF_UNIX;
}

static bool is_path(const struct scene *scene)
{
	return is_unix(scene) && !scene_is_abstract(scene) &&
	       attributes_get(&scene->fact->attributes, ATTRIBUTE_NETWORK_LOCAL_ADDRESS);
}

/* The kernel asked for the capability: a port below the border, and all that counts was read. */
static bool is_low_port(const struct scene *scene)
{
	uint16_t port = scene->fact->bind.requested.port;

	return is_inet(scene) && weighed(scene)->known && port &&
	       port < weighed(scene)->unprivileged_port_start;
}

static bool is_own_network(const struct scene *scene)
{
	return weighed(scene)->user_namespace == weighed(scene)->net_user_namespace;
}

/*
 * Capabilities count in the namespace that owns the network and in those above it. That the owner
 * is none of those is certain in two cases only.
 */
static bool is_foreign_network(const struct scene *scene)
{
	if (!is_low_port(scene) || is_own_network(scene))
		return false;
	return weighed(scene)->cap_effective & BIT_NET_BIND_SERVICE ||
	       weighed(scene)->net_user_namespace == FIRST_USER_NAMESPACE;
}

static bool has_counting_namespace(const struct scene *scene)
{
	return is_own_network(scene) || weighed(scene)->user_namespace == FIRST_USER_NAMESPACE;
}

static bool is_capability_off(const struct scene *scene)
{
	return is_low_port(scene) && has_counting_namespace(scene) &&
	       !(weighed(scene)->cap_effective & BIT_NET_BIND_SERVICE) &&
	       weighed(scene)->cap_permitted & BIT_NET_BIND_SERVICE;
}

static bool is_capability_missing(const struct scene *scene)
{
	return is_low_port(scene) && has_counting_namespace(scene) &&
	       !((weighed(scene)->cap_effective | weighed(scene)->cap_permitted) &
		 BIT_NET_BIND_SERVICE);
}

static void hint_user(struct scene *scene)
{
	if (weighed(scene)->known)
		scene_show(scene, "process.user.id", "%u", weighed(scene)->euid);
}

static void weigh_capability(struct scene *scene)
{
	const struct event_weighed *facts = weighed(scene);
	const char *path = attributes_string(&scene->fact->attributes,
					     ATTRIBUTE_PROCESS_EXECUTABLE_PATH);

	scene_show_requested(scene);
	hint_user(scene);
	scene_show(scene, "net.ipv4.ip_unprivileged_port_start", "%u",
		   facts->unprivileged_port_start);
	scene_show(scene, "capabilities.effective", "%016llx",
		   (unsigned long long)facts->cap_effective);
	scene_show(scene, "capabilities.permitted", "%016llx",
		   (unsigned long long)facts->cap_permitted);
	scene_show(scene, "capabilities.bounding", "%016llx",
		   (unsigned long long)facts->cap_bounding);
	scene_show(scene, "capabilities.ambient", "%016llx",
		   (unsigned long long)facts->cap_ambient);
	scene_show(scene, "no_new_privs", "%u", facts->no_new_privs);
	if (!is_own_network(scene)) {
		scene_show(scene, "user_namespace", "%u", facts->user_namespace);
		scene_show(scene, "network.user_namespace", "%u", facts->net_user_namespace);
	}
	if (path)
		scene_hint(scene, "process.executable.path", "%s", path);
}

static bool may_gain_capability(const struct scene *scene)
{
	return !weighed(scene)->no_new_privs &&
	       weighed(scene)->cap_bounding & BIT_NET_BIND_SERVICE;
}

static void weigh_path(struct scene *scene)
{
	const char *path = attributes_string(&scene->fact->attributes,
					     ATTRIBUTE_NETWORK_LOCAL_ADDRESS);

	scene_show_requested(scene);
	hint_user(scene);
	scene_hint(scene, "socket.path", "%s", path ? path : "");
}

static bool asks_for_any_port(const struct scene *scene)
{
	return is_inet(scene) && !scene->fact->bind.requested.port;
}

/* Only without one IPv6 address in the whole namespace is it certain. */
static bool lacks_family(const struct scene *scene)
{
	const char *have = scene->context->local_addresses;
	const uint8_t *unused;

	return scene->fact->bind.requested.family == AF_INET6 &&
	       !scene_ipv4(&scene->fact->bind.requested, &unused) && have[0] &&
	       !strchr(have, ':');
}

static void weigh_addresses(struct scene *scene)
{
	scene_show_requested(scene);
	scene_show(scene, "local.addresses", "%s", scene->context->local_addresses);
}

static const struct rule rules[] = {
	{
		.cause = "user_namespace_does_not_own_network_namespace",
		.errors = { "EACCES" },
		.holds = is_foreign_network,
		.weigh = weigh_capability,
		.explanation = &text_foreign_network,
		.fixes = {
			{ &fix_higher_port, PLACE_ANY, NULL },
			{ &fix_own_network, PLACE_ANY_CONTAINER, NULL },
			{ &fix_publish_port, PLACE_DOCKER | PLACE_PODMAN, NULL },
		},
	},
	{
		.cause = "capability_not_effective",
		.errors = { "EACCES" },
		.holds = is_capability_off,
		.weigh = weigh_capability,
		.explanation = &text_capability_not_effective,
		.fixes = {
			{ &fix_higher_port, PLACE_ANY, NULL },
			{ &fix_ambient_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_raise_capability, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "missing_cap_net_bind_service",
		.errors = { "EACCES" },
		.holds = is_capability_missing,
		.weigh = weigh_capability,
		.explanation = &text_missing_capability,
		.fixes = {
			{ &fix_higher_port_docker, PLACE_DOCKER | PLACE_PODMAN, NULL },
			{ &fix_higher_port_kubernetes, PLACE_KUBERNETES, NULL },
			{ &fix_higher_port, PLACE_HOST | PLACE_SYSTEMD | PLACE_CONTAINER, NULL },
			{ &fix_port_start_docker, PLACE_DOCKER, NULL },
			{ &fix_port_start_podman, PLACE_PODMAN, NULL },
			{ &fix_port_start_kubernetes, PLACE_KUBERNETES, NULL },
			{ &fix_ambient_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_file_capability, PLACE_HOST | PLACE_SYSTEMD, may_gain_capability },
			{ &fix_port_start, PLACE_HOST | PLACE_SYSTEMD, NULL },
		},
	},
	{
		.cause = "unix_path_exists",
		.errors = { "EADDRINUSE" },
		.holds = is_path,
		.weigh = scene_show_requested,
		.explanation = &text_path_exists,
		.fixes = { { &fix_remove_path, PLACE_ANY, NULL } },
	},
	{
		.cause = "unix_path_missing",
		.errors = { "ENOENT" },
		.holds = is_path,
		.weigh = weigh_path,
		.explanation = &text_path_missing,
		.fixes = { { &fix_make_directory, PLACE_ANY, NULL } },
	},
	{
		.cause = "unix_path_denied",
		.errors = { "EACCES" },
		.holds = is_path,
		.weigh = weigh_path,
		.explanation = &text_path_denied,
		.fixes = { { &fix_directory_rights, PLACE_ANY, NULL } },
	},
	{
		.cause = "ephemeral_ports_exhausted",
		.errors = { "EADDRINUSE" },
		.holds = asks_for_any_port,
		.weigh = scene_show_requested,
		.explanation = &text_ports_exhausted,
		.fixes = { { &fix_port_range, PLACE_ANY, NULL } },
	},
	{
		.cause = "address_family_unavailable",
		.errors = { "EADDRNOTAVAIL" },
		.holds = lacks_family,
		.weigh = weigh_addresses,
		.explanation = &text_family_unavailable,
		.fixes = {
			{ &fix_listen_ipv4, PLACE_ANY, NULL },
			{ &fix_enable_ipv6, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "address_not_local",
		.errors = { "EADDRNOTAVAIL" },
		.holds = is_inet,
		.weigh = weigh_addresses,
		.explanation = &text_address_not_local,
		.fixes = {
			{ &fix_wildcard, PLACE_ANY, NULL },
			{ &fix_pod_address, PLACE_ANY_CONTAINER, NULL },
		},
	},
};

const struct rule_set bind_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
