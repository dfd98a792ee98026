/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a unix socket could not be made at its path, by the walk that the host did there. */
#include <sys/socket.h>

#include "user/verdict/rule.h"
#include "user/verdict/texts_bind.h"

static const struct path_evidence *path(const struct scene *scene)
{
	return &scene->context->path;
}

static bool is_path(const struct scene *scene)
{
	return scene->fact->bind.requested.family == AF_UNIX && !scene_is_abstract(scene) &&
	       !scene->fact->bind.gates.seccomp_refused &&
	       attributes_get(&scene->fact->attributes, ATTRIBUTE_NETWORK_LOCAL_ADDRESS);
}

/* By the modes on the way: the errno alone does not tell them from a security module. */
static bool is_denied(const struct scene *scene)
{
	return is_path(scene) && path(scene)->known && !path(scene)->passes &&
	       !path(scene)->missing && !path(scene)->no_directory;
}

static bool is_denied_by_module(const struct scene *scene)
{
	return is_path(scene) && path(scene)->known && path(scene)->passes &&
	       !path(scene)->exists && !path(scene)->read_only && scene_is_guarded(scene);
}

static bool is_stale(const struct scene *scene)
{
	return path(scene)->known && path(scene)->is_socket && path(scene)->holder_searched &&
	       !scene->context->holder.known;
}

static bool is_held(const struct scene *scene)
{
	return scene->context->holder.known;
}

static bool is_a_file(const struct scene *scene)
{
	return path(scene)->known && !path(scene)->is_socket;
}

static bool is_unclear(const struct scene *scene)
{
	return !is_held(scene) && !is_stale(scene) && !is_a_file(scene);
}

static void weigh(struct scene *scene)
{
	const struct path_evidence *found = path(scene);
	const char *whole = attributes_string(&scene->fact->attributes,
					      ATTRIBUTE_NETWORK_LOCAL_ADDRESS);

	scene_show_requested(scene);
	scene_show_user(scene);
	scene_hint(scene, "socket.path", "%s", whole ? whole : "");
	if (!found->known)
		return;
	if (!found->passes && !found->missing) {
		scene_show(scene, "path.denied_at", "%s", found->at);
		scene_show(scene, "path.mode", "%04o", found->mode);
		scene_show(scene, "path.owner", "%u:%u", found->user, found->group);
		scene_hint(scene, found->not_searchable ? "enter" : "write", "yes");
	}
	if (found->missing)
		scene_show(scene, "path.missing_at", "%s", found->at);
	if (found->read_only)
		scene_show(scene, "path.read_only", "%s", found->at);
	if (found->exists)
		scene_show(scene, "path.is_socket", "%s", found->is_socket ? "true" : "false");
}

static void weigh_module(struct scene *scene)
{
	scene_show_requested(scene);
	scene_show_user(scene);
	scene_show_guards(scene, &scene->fact->bind.gates);
}

static void show_holder(struct scene *scene)
{
	const struct holder_evidence *holder = &scene->context->holder;

	if (!holder->known)
		return;
	if (holder->pid)
		scene_show(scene, "holder.pid", "%u", holder->pid);
	scene_show(scene, "holder.program", "%s", holder->program);
	scene_show(scene, "holder.container", "%s", holder->container);
	if (holder->pid && holder->program[0])
		scene_hint(scene, "holder", "%s (pid %u)", holder->program, holder->pid);
}

static void weigh_exists(struct scene *scene)
{
	weigh(scene);
	show_holder(scene);
	if (is_stale(scene))
		scene_hint(scene, "stale", "yes");
	if (is_a_file(scene))
		scene_hint(scene, "file", "yes");
}

static bool is_in_container(const struct scene *scene)
{
	return scene->place & PLACE_ANY_CONTAINER;
}

static const struct rule rules[] = {
	{
		.cause = "unix_path_exists",
		.errors = { "EADDRINUSE" },
		.holds = is_path,
		.weigh = weigh_exists,
		.explanation = &text_path_exists,
		.fixes = {
			{ &fix_remove_stale, PLACE_ANY, is_stale },
			{ &fix_stop_path_holder, PLACE_ANY, is_held },
			{ &fix_other_path, PLACE_ANY, is_a_file },
			{ &fix_remove_path, PLACE_ANY, is_unclear },
		},
	},
	{
		.cause = "unix_path_missing",
		.errors = { "ENOENT", "ENOTDIR" },
		.holds = is_path,
		.weigh = weigh,
		.explanation = &text_path_missing,
		.fixes = {
			{ &fix_make_directory, PLACE_ANY, NULL },
			{ &fix_mount_volume, PLACE_ANY, is_in_container },
		},
	},
	{
		.cause = "unix_path_denied",
		.errors = { "EROFS" },
		.holds = is_path,
		.weigh = weigh,
		.explanation = &text_path_read_only,
		.fixes = {
			{ &fix_tmpfs_docker, PLACE_DOCKER | PLACE_PODMAN, NULL },
			{ &fix_tmpfs_kubernetes, PLACE_KUBERNETES, NULL },
			{ &fix_tmpfs_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_tmpfs, PLACE_HOST | PLACE_CONTAINER, NULL },
		},
	},
	{
		.cause = "unix_path_denied",
		.errors = { "EACCES" },
		.holds = is_denied,
		.weigh = weigh,
		.explanation = &text_path_denied,
		.fixes = {
			{ &fix_own_directory, PLACE_ANY, NULL },
			{ &fix_directory_systemd, PLACE_SYSTEMD, NULL },
			{ &fix_directory_kubernetes, PLACE_KUBERNETES, NULL },
			{ &fix_directory_rights, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "denied_by_security_module",
		.errors = { "EACCES" },
		.holds = is_denied_by_module,
		.weigh = weigh_module,
		.explanation = &text_denied_by_module,
		.fixes = {
			{ &fix_module_log, PLACE_ANY, NULL },
			{ &fix_module_rule, PLACE_ANY, NULL },
		},
	},
};

const struct rule_set path_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
