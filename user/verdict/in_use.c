/* SPDX-License-Identifier: BSD-2-Clause */
/* An address that somebody else has: of bind and of listen, with the holder where it was found. */
#include <string.h>

#include "user/verdict/rule.h"
#include "user/verdict/texts_bind.h"

static bool is_inet_port(const struct scene *scene)
{
	const struct event_endpoint *requested = &scene->fact->bind.requested;

	return scene_is_inet(requested) && requested->port;
}

static bool holds(const struct scene *scene)
{
	return is_inet_port(scene) || scene_is_abstract(scene);
}

static bool is_time_wait(const struct scene *scene)
{
	return scene->context->holder.known &&
	       !strcmp(scene->context->holder.state, "time_wait");
}

static bool is_self(const struct scene *scene)
{
	return scene->context->holder.known && scene->context->holder.is_self;
}

/* It had the option, and yet the rest of a connection without it is in the way. */
static bool is_time_wait_of_stranger(const struct scene *scene)
{
	return is_time_wait(scene) && scene->fact->bind.reuse_address;
}

static bool is_plain_time_wait(const struct scene *scene)
{
	return is_time_wait(scene) && !scene->fact->bind.reuse_address;
}

static bool is_other_user(const struct scene *scene)
{
	return scene->context->holder.known && scene->context->holder.other_user;
}

static bool has_prefix(const char *text, const char *prefix)
{
	return !strncmp(text, prefix, strlen(prefix));
}

static bool is_other(const struct scene *scene)
{
	return scene->context->holder.known && !is_self(scene) && !is_time_wait(scene) &&
	       scene->context->holder.program[0];
}

static bool is_unknown(const struct scene *scene)
{
	return is_inet_port(scene) && !is_self(scene) && !is_other(scene) && !is_time_wait(scene);
}

static void show_holder(struct scene *scene)
{
	const struct holder_evidence *holder = &scene->context->holder;

	scene_show(scene, "holder.address", "%s", holder->address);
	scene_show(scene, "holder.state", "%s", holder->state);
	if (holder->pid)
		scene_show(scene, "holder.pid", "%u", holder->pid);
	scene_show(scene, "holder.program", "%s", holder->program);
	scene_show(scene, "holder.container", "%s", holder->container);
	if (is_time_wait(scene))
		scene_hint(scene, "time_wait", "%s", holder->address);
	else if (is_self(scene))
		scene_hint(scene, "self", "%s", holder->address);
	else if (holder->pid && holder->program[0])
		scene_hint(scene, "holder", "%s (pid %u)", holder->program,
			   holder->pid);
	if (is_other_user(scene)) {
		scene_show(scene, "holder.user", "%u", holder->user);
		scene_hint(scene, "other_user", "%u", holder->user);
	}
}

/* Why two addresses that are not written alike are one to the kernel. */
static void hint_reach(struct scene *scene)
{
	const struct event_endpoint *requested = &scene->fact->bind.requested;
	const char *have = scene->context->holder.address;
	const uint8_t *unused;

	if (!scene_is_inet(requested))
		return;
	if (has_prefix(have, "[::]:") && scene_ipv4(requested, &unused))
		scene_hint(scene, "dual_stack", "%s", have);
	else if ((has_prefix(have, "0.0.0.0:") || has_prefix(have, "[::]:")) &&
		 !scene_is_wildcard(requested))
		scene_hint(scene, "wildcard", "%s", have);
	else if (scene_is_wildcard(requested) && !has_prefix(have, "0.0.0.0:") &&
		 !has_prefix(have, "[::]:"))
		scene_hint(scene, "asked_for_all", "%s", have);
}

static void weigh(struct scene *scene)
{
	scene_show_requested(scene);
	if (!scene->context->holder.known)
		return;
	show_holder(scene);
	hint_reach(scene);
}

static const struct rule rules[] = {
	{
		.cause = "address_in_use",
		.errors = { "EADDRINUSE" },
		.holds = holds,
		.weigh = weigh,
		.explanation = &text_address_in_use,
		.fixes = {
			{ &fix_close_own, PLACE_ANY, is_self },
			{ &fix_same_user, PLACE_ANY, is_other_user },
			{ &fix_stop_holder, PLACE_ANY, is_other },
			{ &fix_reuse_address, PLACE_ANY, is_plain_time_wait },
			{ &fix_reserve_port, PLACE_ANY, is_time_wait_of_stranger },
			{ &fix_find_holder, PLACE_ANY, is_unknown },
			{ &fix_other_port, PLACE_ANY, is_inet_port },
		},
	},
};

const struct rule_set in_use_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
