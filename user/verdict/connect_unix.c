/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a connection to a unix socket did not come about: its path, its file, its owner. */
#include <sys/socket.h>

#include "user/verdict/rule.h"
#include "user/verdict/texts_connect.h"

#define GROUP_WRITES	020	/* permission bit */

static const struct event_endpoint *peer(const struct scene *scene)
{
	return &scene->fact->connect.peer;
}

static bool is_path(const struct scene *scene)
{
	const char *path = attributes_string(&scene->fact->attributes,
					     ATTRIBUTE_NETWORK_PEER_ADDRESS);

	return peer(scene)->family == AF_UNIX && path && path[0] && path[0] != '@';
}

static bool is_abstract(const struct scene *scene)
{
	const char *path = attributes_string(&scene->fact->attributes,
					     ATTRIBUTE_NETWORK_PEER_ADDRESS);

	return peer(scene)->family == AF_UNIX && path && path[0] == '@';
}

static bool is_no_socket(const struct scene *scene)
{
	const struct path_evidence *path = &scene->context->path;

	return is_path(scene) && path->known && path->exists && !path->is_socket;
}

static bool is_denied(const struct scene *scene)
{
	const struct path_evidence *path = &scene->context->path;

	return is_path(scene) && path->known && !path->passes && !path->missing &&
	       !path->no_directory;
}

/* The modes let it pass: what refuses is none of them. */
static bool is_denied_by_module(const struct scene *scene)
{
	const struct path_evidence *path = &scene->context->path;

	return is_path(scene) && path->known && path->passes && scene_is_guarded(scene) &&
	       !scene->fact->connect.gates.seccomp_refused;
}

static bool helps_group(const struct scene *scene)
{
	return scene->context->path.is_socket && scene->context->path.mode & GROUP_WRITES;
}

static void weigh_path(struct scene *scene)
{
	const struct path_evidence *path = &scene->context->path;

	scene_show_attribute(scene, ATTRIBUTE_NETWORK_PEER_ADDRESS);
	scene_show_attribute(scene, ATTRIBUTE_ERROR_TYPE);
	if (!path->known)
		return;
	if (path->missing)
		scene_show(scene, "path.missing_at", "%s", path->at);
	if (path->exists)
		scene_show(scene, "path.is_socket", "%s", path->is_socket ? "true" : "false");
	if (!is_denied(scene))
		return;
	if (scene->fact->connect.gates.known)
		scene_show(scene, "process.user.id", "%u", scene->fact->connect.user);
	scene_show(scene, "path.denied_at", "%s", path->at);
	scene_show(scene, "path.mode", "%04o", path->mode & 07777);
	scene_show(scene, "path.owner", "%u:%u", path->user, path->group);
	scene_hint(scene, "path.user", "%u", path->user);
	scene_hint(scene, "path.group", "%u", path->group);
}

static void weigh_module(struct scene *scene)
{
	scene_show_attribute(scene, ATTRIBUTE_NETWORK_PEER_ADDRESS);
	scene_show_guards(scene, &scene->fact->connect.gates);
}

static const struct rule rules[] = {
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = is_no_socket,
		.weigh = weigh_path,
		.explanation = &text_no_socket,
		.fixes = { { &fix_correct_path, PLACE_ANY, NULL } },
	},
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = is_path,
		.weigh = weigh_path,
		.explanation = &text_refused_path,
		.fixes = { { &fix_restart_owner, PLACE_ANY, NULL } },
	},
	{
		.cause = "refused_no_listener",
		.errors = { "ECONNREFUSED" },
		.holds = is_abstract,
		.weigh = weigh_path,
		.explanation = &text_refused_abstract,
		.fixes = { { &fix_restart_owner, PLACE_ANY, NULL } },
	},
	{
		.cause = "unix_path_missing",
		.errors = { "ENOENT" },
		.holds = is_path,
		.weigh = weigh_path,
		.explanation = &text_socket_missing,
		.fixes = { { &fix_mount_socket, PLACE_ANY, NULL } },
	},
	{
		.cause = "unix_path_denied",
		.errors = { "EACCES" },
		.holds = is_denied,
		.weigh = weigh_path,
		.explanation = &text_socket_denied,
		.fixes = {
			{ &fix_join_group, PLACE_ANY, helps_group },
			{ &fix_open_path, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "blocked_by_policy",
		.errors = { "EACCES" },
		.holds = is_denied_by_module,
		.weigh = weigh_module,
		.explanation = &text_path_policy,
		.fixes = { { &fix_path_policy, PLACE_ANY, NULL } },
	},
};

const struct rule_set connect_unix_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
