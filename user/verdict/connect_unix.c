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
	return is_path(scene) && scene->context->path.known && scene->context->path.stops[0];
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
	if (!path->known || !path->stops[0])
		return;
	scene_show(scene, "path.stops", "%s", path->stops);
	if (!scene_attribute_is(scene, ATTRIBUTE_ERROR_TYPE, "EACCES"))
		return;
	scene_show(scene, "path.mode", "%04o", path->mode & 07777);
	scene_show(scene, "path.user", "%u", path->user);
	scene_show(scene, "path.group", "%u", path->group);
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
};

const struct rule_set connect_unix_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
