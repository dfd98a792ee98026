/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why the kernel did not give an address away, gate by gate in its own order: what guards the call,
 * the address, the privileged port.
 */
#include <string.h>
#include <sys/socket.h>

#include "user/verdict/rule.h"
#include "user/verdict/texts_bind.h"

static const struct event_weighed *weighed(const struct scene *scene)
{
	return &scene->fact->bind.weighed;
}

static const struct event_gates *gates(const struct scene *scene)
{
	return &scene->fact->bind.gates;
}

static const struct guard_evidence *guard(const struct scene *scene)
{
	return &scene->context->guard;
}

static bool is_inet(const struct scene *scene)
{
	return scene_is_inet(&scene->fact->bind.requested);
}

static bool is_refused_by_seccomp(const struct scene *scene)
{
	return gates(scene)->known && gates(scene)->seccomp_refused;
}

/* The kernel asks for the capability: a port below the border, and all that counts was read. */
static bool is_low_port(const struct scene *scene)
{
	uint16_t port = scene->fact->bind.requested.port;

	if (scene->fact->kind != EVENT_BIND || !is_inet(scene) || is_refused_by_seccomp(scene))
		return false;
	return weighed(scene)->known && port && port < weighed(scene)->unprivileged_port_start;
}

static bool counts(const struct scene *scene)
{
	uint8_t owner = weighed(scene)->network_owner;

	return owner == NETWORK_OWNER_SAME || owner == NETWORK_OWNER_BELOW;
}

static bool has(uint64_t set)
{
	return set & CAPABILITY_NET_BIND_SERVICE;
}

/* Neither port nor capability can have been the reason. */
static bool may_bind_port(const struct scene *scene)
{
	if (!is_inet(scene) || !weighed(scene)->known || !gates(scene)->known)
		return false;
	return !is_low_port(scene) || (counts(scene) && has(weighed(scene)->cap_effective));
}

/* The kernel's own code refuses neither with EPERM: only what is attached to the group does. */
static bool is_refused_by_program(const struct scene *scene)
{
	return is_inet(scene) && gates(scene)->known && !gates(scene)->seccomp_refused &&
	       gates(scene)->cgroup_programs;
}

/* By elimination, and only where a module is at work that could refuse. */
static bool is_refused_by_module(const struct scene *scene)
{
	return may_bind_port(scene) && !gates(scene)->seccomp_refused &&
	       !gates(scene)->cgroup_programs && scene_is_guarded(scene);
}

static bool is_foreign_network(const struct scene *scene)
{
	return is_low_port(scene) && weighed(scene)->network_owner == NETWORK_OWNER_FOREIGN;
}

static bool is_capability_off(const struct scene *scene)
{
	return is_low_port(scene) && counts(scene) && !has(weighed(scene)->cap_effective) &&
	       has(weighed(scene)->cap_permitted);
}

static bool is_capability_missing(const struct scene *scene)
{
	return is_low_port(scene) && counts(scene) &&
	       !has(weighed(scene)->cap_effective | weighed(scene)->cap_permitted);
}

/* The file would give it; where the bounding set forbids it, that is the reason. */
static bool has_file_capability(const struct scene *scene)
{
	return is_capability_missing(scene) && guard(scene)->file_known &&
	       has(guard(scene)->file_permitted) && has(weighed(scene)->cap_bounding);
}

static bool is_void_by_nosuid(const struct scene *scene)
{
	return has_file_capability(scene) && weighed(scene)->nosuid;
}

static bool is_void_by_no_new_privs(const struct scene *scene)
{
	return has_file_capability(scene) && weighed(scene)->no_new_privs;
}

static bool was_started_before(const struct scene *scene)
{
	return has_file_capability(scene) && !weighed(scene)->nosuid &&
	       !weighed(scene)->no_new_privs;
}

static bool may_gain_by_file(const struct scene *scene)
{
	return !weighed(scene)->no_new_privs && !weighed(scene)->nosuid &&
	       has(weighed(scene)->cap_bounding) && !was_started_before(scene);
}

static bool is_on_host_network(const struct scene *scene)
{
	return scene->context->host_network;
}

static bool is_on_own_network(const struct scene *scene)
{
	return !scene->context->host_network;
}

static bool is_of_systemd(const struct scene *scene)
{
	return !strncmp(gates(scene)->cgroup_program_name, "sd_bind", 7);
}

static bool is_not_of_systemd(const struct scene *scene)
{
	return !is_of_systemd(scene);
}

static void weigh_capability(struct scene *scene)
{
	scene_show_requested(scene);
	scene_show_user(scene);
	scene_show_capabilities(scene);
}

static void weigh_guards(struct scene *scene)
{
	scene_show_requested(scene);
	scene_show_user(scene);
	scene_show_guards(scene, gates(scene));
}

static bool is_ipv6(const struct scene *scene)
{
	const uint8_t *unused;

	return scene->fact->bind.requested.family == AF_INET6 &&
	       !scene_ipv4(&scene->fact->bind.requested, &unused);
}

/* Switched off, or without one IPv6 address in the whole namespace. */
static bool lacks_family(const struct scene *scene)
{
	const char *have = scene->context->local_addresses;

	if (!is_ipv6(scene))
		return false;
	return (weighed(scene)->known && weighed(scene)->ipv6_disabled) ||
	       (have[0] && !strchr(have, ':'));
}

/* What stands in the list is there, but not yet or not for this: that is another reason. */
static bool is_not_local(const struct scene *scene)
{
	const char *address = attributes_string(&scene->fact->attributes,
						ATTRIBUTE_NETWORK_LOCAL_ADDRESS);
	const char *have = scene->context->local_addresses;
	size_t length = address ? strlen(address) : 0;

	if (!is_inet(scene) || !length)
		return false;
	for (const char *at = have; (at = strstr(at, address)); at += length)
		if ((at == have || at[-1] == ' ') && (!at[length] || at[length] == ','))
			return false;
	return true;
}

static bool is_loopback(const struct scene *scene)
{
	return scene_is_loopback(&scene->fact->bind.requested);
}

static bool is_not_loopback(const struct scene *scene)
{
	return !is_loopback(scene);
}

static void weigh_addresses(struct scene *scene)
{
	scene_show_requested(scene);
	scene_show(scene, "local.addresses", "%s", scene->context->local_addresses);
	if (!is_ipv6(scene) || !weighed(scene)->known)
		return;
	scene_show(scene, "net.ipv6.conf.all.disable_ipv6", "%u", weighed(scene)->ipv6_disabled);
	if (is_loopback(scene) && !scene->fact->bind.requested.port)
		scene_hint(scene, "go_asks", "yes");
}

static bool asks_for_any_port(const struct scene *scene)
{
	return is_inet(scene) && !scene->fact->bind.requested.port;
}

static void weigh_range(struct scene *scene)
{
	scene_show_requested(scene);
	if (weighed(scene)->last_port)
		scene_show(scene, "net.ipv4.ip_local_port_range", "%u %u",
			   weighed(scene)->first_port, weighed(scene)->last_port);
}

static const struct rule rules[] = {
	{
		.cause = "denied_by_seccomp",
		.holds = is_refused_by_seccomp,
		.weigh = weigh_guards,
		.explanation = &text_denied_by_seccomp,
		.fixes = {
			{ &fix_seccomp_docker, PLACE_DOCKER | PLACE_PODMAN, NULL },
			{ &fix_seccomp_kubernetes, PLACE_KUBERNETES, NULL },
			{ &fix_seccomp_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_seccomp, PLACE_HOST | PLACE_CONTAINER, NULL },
		},
	},
	{
		.cause = "denied_by_security_module",
		.errors = { "EACCES", "EPERM" },
		.holds = is_refused_by_module,
		.weigh = weigh_guards,
		.explanation = &text_denied_by_module,
		.fixes = {
			{ &fix_module_log, PLACE_ANY, NULL },
			{ &fix_module_rule, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "denied_by_cgroup_program",
		.errors = { "EPERM" },
		.holds = is_refused_by_program,
		.weigh = weigh_guards,
		.explanation = &text_denied_by_program,
		.fixes = {
			{ &fix_program_systemd, PLACE_ANY, is_of_systemd },
			{ &fix_program_owner, PLACE_ANY, is_not_of_systemd },
		},
	},
	{
		.cause = "address_family_unavailable",
		.errors = { "EADDRNOTAVAIL" },
		.holds = lacks_family,
		.weigh = weigh_addresses,
		.explanation = &text_family_unavailable,
		.fixes = {
			{ &fix_listen_ipv4, PLACE_ANY, NULL },
			{ &fix_enable_ipv6_docker, PLACE_DOCKER | PLACE_PODMAN, NULL },
			{ &fix_enable_ipv6, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "address_not_local",
		.errors = { "EADDRNOTAVAIL" },
		.holds = is_not_local,
		.weigh = weigh_addresses,
		.explanation = &text_address_not_local,
		.fixes = {
			{ &fix_loopback_up, PLACE_ANY, is_loopback },
			{ &fix_wildcard, PLACE_ANY, is_not_loopback },
			{ &fix_pod_address, PLACE_ANY_CONTAINER, is_not_loopback },
			{ &fix_add_address, PLACE_HOST | PLACE_SYSTEMD, is_not_loopback },
		},
	},
	{
		.cause = "user_namespace_does_not_own_network_namespace",
		.errors = { "EACCES" },
		.holds = is_foreign_network,
		.weigh = weigh_capability,
		.explanation = &text_foreign_network,
		.fixes = {
			{ &fix_higher_port, PLACE_ANY, NULL },
			{ &fix_own_network_docker, PLACE_DOCKER | PLACE_PODMAN,
			  is_on_host_network },
			{ &fix_own_network_kubernetes, PLACE_KUBERNETES, is_on_host_network },
			{ &fix_own_network, PLACE_HOST | PLACE_SYSTEMD | PLACE_CONTAINER, NULL },
			{ &fix_port_start, PLACE_ANY, NULL },
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
			{ &fix_effective_file, PLACE_ANY, may_gain_by_file },
			{ &fix_raise_capability, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "file_capabilities_ignored_nosuid",
		.errors = { "EACCES" },
		.holds = is_void_by_nosuid,
		.weigh = weigh_capability,
		.explanation = &text_void_by_nosuid,
		.fixes = {
			{ &fix_higher_port, PLACE_ANY, NULL },
			{ &fix_move_program, PLACE_ANY, NULL },
			{ &fix_ambient_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_mount_suid, PLACE_HOST | PLACE_SYSTEMD, NULL },
		},
	},
	{
		.cause = "file_capabilities_ignored_no_new_privs",
		.errors = { "EACCES" },
		.holds = is_void_by_no_new_privs,
		.weigh = weigh_capability,
		.explanation = &text_void_by_no_new_privs,
		.fixes = {
			{ &fix_higher_port, PLACE_ANY, NULL },
			{ &fix_ambient_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_privileges_docker, PLACE_DOCKER | PLACE_PODMAN, NULL },
			{ &fix_privileges_kubernetes, PLACE_KUBERNETES, NULL },
			{ &fix_ambient, PLACE_HOST | PLACE_CONTAINER, NULL },
		},
	},
	{
		.cause = "missing_cap_net_bind_service",
		.errors = { "EACCES" },
		.holds = is_capability_missing,
		.weigh = weigh_capability,
		.explanation = &text_missing_capability,
		.fixes = {
			{ &fix_higher_port_docker, PLACE_DOCKER | PLACE_PODMAN,
			  is_on_own_network },
			{ &fix_higher_port_kubernetes, PLACE_KUBERNETES, is_on_own_network },
			{ &fix_higher_port, PLACE_HOST | PLACE_SYSTEMD | PLACE_CONTAINER, NULL },
			{ &fix_higher_port, PLACE_DOCKER | PLACE_PODMAN | PLACE_KUBERNETES,
			  is_on_host_network },
			{ &fix_start_again, PLACE_ANY, was_started_before },
			{ &fix_port_start_docker, PLACE_DOCKER, is_on_own_network },
			{ &fix_port_start_podman, PLACE_PODMAN, is_on_own_network },
			{ &fix_port_start_kubernetes, PLACE_KUBERNETES, is_on_own_network },
			{ &fix_ambient_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_file_capability, PLACE_HOST | PLACE_SYSTEMD, may_gain_by_file },
			{ &fix_port_start, PLACE_HOST | PLACE_SYSTEMD, NULL },
		},
	},
	{
		.cause = "ephemeral_ports_exhausted",
		.errors = { "EADDRINUSE" },
		.holds = asks_for_any_port,
		.weigh = weigh_range,
		.explanation = &text_ports_exhausted,
		.fixes = { { &fix_port_range, PLACE_ANY, NULL } },
	},
};

const struct rule_set bind_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
