/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a connection did not come about, as far as this end can know. */
#include <string.h>
#include <sys/socket.h>

#include "user/verdict/rule.h"
#include "user/verdict/texts_bind.h"
#include "user/verdict/texts_connect.h"

#define NS_PER_MS	1e6

static const struct event_endpoint *peer(const struct scene *scene)
{
	return &scene->fact->connect.peer;
}

static bool is_inet(const struct scene *scene)
{
	return scene_is_inet(peer(scene));
}

static bool is_tcp(const struct scene *scene)
{
	return is_inet(scene) && scene->fact->connect.socket_type == SOCK_STREAM;
}

/* The socket was seen to leave for its peer: what was wrong came after that. */
static bool sent_syn(const struct scene *scene)
{
	return is_tcp(scene) && scene->fact->socket;
}

static bool failed_on_the_way(const struct scene *scene)
{
	return sent_syn(scene) && scene->fact->outcome == OUTCOME_ERROR;
}

static bool failed_at_home(const struct scene *scene)
{
	return is_inet(scene) && !sent_syn(scene) && scene->fact->outcome == OUTCOME_ERROR;
}

static const struct listener_evidence *listener(const struct scene *scene)
{
	return &scene->context->listener;
}

/* refused */

static bool listens_elsewhere(const struct scene *scene)
{
	return failed_on_the_way(scene) && listener(scene)->known && !listener(scene)->fits;
}

static bool listens_now(const struct scene *scene)
{
	return failed_on_the_way(scene) && listener(scene)->known && listener(scene)->fits;
}

static bool nobody_listens_here(const struct scene *scene)
{
	return failed_on_the_way(scene) && listener(scene)->searched && !listener(scene)->known &&
	       listener(scene)->peer_is_here;
}

static bool is_confined(const struct scene *scene)
{
	const char *address = listener(scene)->address;

	return !strncmp(address, "127.", 4) || !strncmp(address, "[::1]", 5);
}

static bool is_other_network(const struct scene *scene)
{
	return listener(scene)->other_network;
}

static bool is_confined_there(const struct scene *scene)
{
	return is_other_network(scene) && is_confined(scene);
}

static bool is_open_there(const struct scene *scene)
{
	return is_other_network(scene) && !is_confined(scene);
}

static bool is_same_network(const struct scene *scene)
{
	return !is_other_network(scene);
}

/* given up */

static bool lost_a_race(const struct scene *scene)
{
	return is_tcp(scene) && scene->fact->outcome == OUTCOME_CANCELLED &&
	       scene->context->race.lost;
}

/*
 * Who may have raced must be known: from the goroutine, or since no race goes on for a second,
 * which a repeated SYN shows.
 */
static bool was_given_up(const struct scene *scene)
{
	return sent_syn(scene) && scene->fact->outcome == OUTCOME_CANCELLED &&
	       (scene->fact->connect.goroutine_start || scene->fact->connect.retransmits);
}

static bool was_repeated(const struct scene *scene)
{
	return scene->fact->connect.retransmits;
}

static bool was_not_repeated(const struct scene *scene)
{
	return !was_repeated(scene);
}

/* routes */

static bool route_is(const struct scene *scene, const char *type)
{
	return scene->context->route.known && !strcmp(scene->context->route.type, type);
}

/* TCP refuses such addresses with the error of a missing route. */
static bool is_for_many(const struct scene *scene)
{
	static const uint8_t all[4] = { 255, 255, 255, 255 };
	const uint8_t *address;

	if (scene_ipv4(peer(scene), &address))
		return (address[0] & 0xf0) == 0xe0 || !memcmp(address, all, sizeof(all)) ||
		       route_is(scene, "broadcast");
	return peer(scene)->address[0] == 0xff;
}

/* So Go asks which address it would send from, to sort a name's addresses: no failure. */
static bool is_go_sorting(const struct scene *scene)
{
	return scene->fact->connect.socket_type == SOCK_DGRAM &&
	       (peer(scene)->port == 9 || peer(scene)->port == 53);
}

static bool lacks_route(const struct scene *scene)
{
	if (!failed_at_home(scene) || is_for_many(scene) || is_go_sorting(scene) ||
	    scene->fact->connect.gates.seccomp_refused)
		return false;
	if (scene->context->route.known)
		return route_is(scene, "") || route_is(scene, "unreachable") ||
		       route_is(scene, "throw") || route_is(scene, "reject");
	return scene->fact->connect.gates.known && !scene->fact->connect.gates.cgroup_programs;
}

/* A port that the program itself asked for would still be there. */
static bool lacks_local_port(const struct scene *scene)
{
	return failed_on_the_way(scene) && peer(scene)->port &&
	       !attributes_get(&scene->fact->attributes, ATTRIBUTE_NETWORK_LOCAL_PORT);
}

/* policy, in the order in which the kernel asks */

static const struct event_gates *gates(const struct scene *scene)
{
	return &scene->fact->connect.gates;
}

static bool is_seccomp(const struct scene *scene)
{
	return gates(scene)->known && gates(scene)->seccomp_refused;
}

/* Programs say EPERM unless they choose another error; modules and routes say EACCES. */
static bool is_cgroup_program(const struct scene *scene)
{
	return failed_at_home(scene) && gates(scene)->known && gates(scene)->cgroup_programs &&
	       scene_attribute_is(scene, ATTRIBUTE_ERROR_TYPE, "EPERM");
}

static bool is_prohibited(const struct scene *scene)
{
	return failed_at_home(scene) && (route_is(scene, "prohibit") || route_is(scene, "reject"));
}

static bool is_security_module(const struct scene *scene)
{
	return failed_at_home(scene) && gates(scene)->known && !gates(scene)->cgroup_programs &&
	       scene->context->guard.modules[0] && !scene->context->guard.no_module &&
	       (route_is(scene, "unicast") || route_is(scene, "local"));
}

/* Only ICMPv6 has an answer that becomes this error. */
static bool is_prohibited_outside(const struct scene *scene)
{
	const uint8_t *unused;

	return failed_on_the_way(scene) && !scene_ipv4(peer(scene), &unused);
}

/* what is shown */

static void weigh(struct scene *scene)
{
	const char *name = strrchr(scene->fact->name, ' ');

	scene_show_attribute(scene, ATTRIBUTE_NETWORK_PEER_ADDRESS);
	scene_show_attribute(scene, ATTRIBUTE_NETWORK_PEER_PORT);
	scene_show_attribute(scene, ATTRIBUTE_ERROR_TYPE);
	scene_show_duration(scene);
	if (sent_syn(scene))
		scene_show(scene, "tcp.retransmits", "%u", scene->fact->connect.retransmits);
	if (was_repeated(scene))
		scene_hint(scene, "repeated", "%u", scene->fact->connect.retransmits);
	scene_hint(scene, "peer", "%s", name ? name + 1 : "");
}

static void weigh_listener(struct scene *scene)
{
	const struct listener_evidence *found = listener(scene);

	weigh(scene);
	scene_show(scene, "listener.address", "%s", found->address);
	if (found->pid)
		scene_show(scene, "listener.pid", "%u", found->pid);
	scene_show(scene, "listener.program", "%s", found->program);
	scene_show(scene, "listener.container", "%s", found->container);
	if (found->other_network)
		scene_show(scene, "listener.network.addresses", "%s", found->network_addresses);
	if (found->program[0])
		scene_hint(scene, "listener", "%s (pid %u)", found->program, found->pid);
	else
		scene_hint(scene, "listener", "pid %u", found->pid);
	if (!found->other_network)
		scene_hint(scene, "same", "%s", found->address);
	else
		scene_hint(scene, found->peer_is_here ? "other_here" : "other_there", "%s",
			   found->address);
}

static void weigh_race(struct scene *scene)
{
	weigh(scene);
	scene_show(scene, "winner.address", "%s", scene->context->race.winner);
	scene_show(scene, "winner.ahead", "%.2f ms",
		   (double)scene->context->race.ahead_ns / NS_PER_MS);
}

static void weigh_route(struct scene *scene)
{
	weigh(scene);
	scene_show(scene, "local.addresses", "%s", scene->context->local_addresses);
	scene_show(scene, "route.type", "%s", scene->context->route.type);
	scene_show(scene, "route.prefix", "%s", scene->context->route.prefix);
}

static void weigh_ports(struct scene *scene)
{
	weigh(scene);
	if (scene->fact->connect.first_port)
		scene_show(scene, "net.ipv4.ip_local_port_range", "%u %u",
			   scene->fact->connect.first_port, scene->fact->connect.last_port);
}

static void weigh_gates(struct scene *scene)
{
	weigh(scene);
	if (gates(scene)->seccomp_refused)
		scene_show(scene, "seccomp.mode", "%u", gates(scene)->seccomp_mode);
	if (is_seccomp(scene) || !gates(scene)->cgroup_programs)
		return;
	scene_show(scene, "cgroup.program.id", "%u", gates(scene)->cgroup_program);
	scene_show(scene, "cgroup.program.name", "%.16s", gates(scene)->cgroup_program_name);
	scene_show(scene, "cgroup.programs", "%u", gates(scene)->cgroup_programs);
}

static void weigh_module(struct scene *scene)
{
	weigh(scene);
	scene_show(scene, "security.modules", "%s", scene->context->guard.modules);
	scene_show(scene, "security.label", "%s", scene->context->guard.label);
}

static const struct rule rules[] = {
	{
		.cause = "blocked_by_policy",
		.errors = { "EPERM", "EACCES", "ENOSYS" },
		.holds = is_seccomp,
		.weigh = weigh_gates,
		.explanation = &text_blocked_seccomp,
		.fixes = {
			{ &fix_allow_seccomp, PLACE_HOST | PLACE_CONTAINER, NULL },
			{ &fix_allow_seccomp_docker, PLACE_DOCKER | PLACE_PODMAN, NULL },
			{ &fix_allow_seccomp_kubernetes, PLACE_KUBERNETES, NULL },
			{ &fix_allow_seccomp_systemd, PLACE_SYSTEMD, NULL },
		},
	},
	{
		.cause = "refused_listens_elsewhere",
		.errors = { "ECONNREFUSED" },
		.holds = listens_elsewhere,
		.weigh = weigh_listener,
		.explanation = &text_listens_elsewhere,
		.fixes = {
			{ &fix_dial_listener, PLACE_ANY, is_same_network },
			{ &fix_dial_network, PLACE_ANY, is_open_there },
			{ &fix_listen_on_all_there, PLACE_ANY, is_confined_there },
			{ &fix_listen_on_all, PLACE_ANY, is_same_network },
			{ &fix_share_network_docker, PLACE_DOCKER | PLACE_PODMAN,
			  is_other_network },
			{ &fix_share_network_kubernetes, PLACE_KUBERNETES, is_other_network },
		},
	},
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = listens_now,
		.weigh = weigh_listener,
		.explanation = &text_listens_now,
		.fixes = { { &fix_try_again, PLACE_ANY, NULL } },
	},
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = nobody_listens_here,
		.weigh = weigh,
		.explanation = &text_refused_here,
		.fixes = {
			{ &fix_start_server, PLACE_ANY, NULL },
			{ &fix_listen_outside, PLACE_ANY_CONTAINER, NULL },
		},
	},
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = failed_on_the_way,
		.weigh = weigh,
		.explanation = &text_refused,
		.fixes = { { &fix_start_listener, PLACE_ANY, NULL } },
	},
	{
		.cause = "syn_unanswered",
		.errors = { "ETIMEDOUT" },
		.holds = failed_on_the_way,
		.weigh = weigh,
		.explanation = &text_unanswered,
		.fixes = { { &fix_look_at_filters, PLACE_ANY, NULL } },
	},
	{
		.cause = "happy_eyeballs_loser",
		.holds = lost_a_race,
		.weigh = weigh_race,
		.explanation = &text_lost_a_race,
		.harmless = true,
	},
	{
		.cause = "program_deadline",
		.holds = was_given_up,
		.weigh = weigh,
		.explanation = &text_program_deadline,
		.fixes = {
			{ &fix_longer_deadline, PLACE_ANY, was_not_repeated },
			{ &fix_look_at_filters, PLACE_ANY, NULL },
			{ &fix_longer_deadline, PLACE_ANY, was_repeated },
		},
	},
	{
		.cause = "no_route",
		.errors = { "ENETUNREACH", "EHOSTUNREACH" },
		.holds = lacks_route,
		.weigh = weigh_route,
		.explanation = &text_no_route,
		.fixes = {
			{ &fix_add_route, PLACE_ANY, NULL },
			{ &fix_look_at_routes, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "no_route",
		.errors = { "ENETUNREACH", "EHOSTUNREACH" },
		.holds = failed_on_the_way,
		.weigh = weigh,
		.explanation = &text_unreachable,
		.fixes = {
			{ &fix_look_at_neighbour, PLACE_ANY, NULL },
			{ &fix_look_at_routes, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "reset_during_handshake",
		.errors = { "ECONNRESET" },
		.holds = failed_on_the_way,
		.weigh = weigh,
		.explanation = &text_reset,
		.fixes = { { &fix_look_at_peer, PLACE_ANY, NULL } },
	},
	{
		.cause = "ephemeral_ports_exhausted",
		.errors = { "EADDRNOTAVAIL" },
		.holds = lacks_local_port,
		.weigh = weigh_ports,
		.explanation = &text_no_port_left,
		.fixes = {
			{ &fix_reuse_connections, PLACE_ANY, NULL },
			{ &fix_port_range, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "blocked_by_policy",
		.errors = { "EPERM" },
		.holds = is_cgroup_program,
		.weigh = weigh_gates,
		.explanation = &text_blocked_cgroup,
		.fixes = { { &fix_allow_cgroup, PLACE_ANY, NULL } },
	},
	{
		.cause = "blocked_by_policy",
		.errors = { "EACCES" },
		.holds = is_prohibited,
		.weigh = weigh_route,
		.explanation = &text_blocked_route,
		.fixes = { { &fix_allow_route, PLACE_ANY, NULL } },
	},
	{
		.cause = "blocked_by_policy",
		.errors = { "EACCES" },
		.holds = is_prohibited_outside,
		.weigh = weigh,
		.explanation = &text_blocked_outside,
		.fixes = { { &fix_allow_policy, PLACE_ANY, NULL } },
	},
	{
		.cause = "blocked_by_policy",
		.errors = { "EACCES", "EPERM" },
		.holds = is_security_module,
		.weigh = weigh_module,
		.explanation = &text_blocked_module,
		.fixes = { { &fix_allow_module, PLACE_ANY, NULL } },
	},
};

const struct rule_set connect_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
