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
}

static void weigh(struct scene *scene)
{
	scene_show_requested(scene);
	if (scene->context->holder.known)
		show_holder(scene);
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
			{ &fix_stop_holder, PLACE_ANY, is_other },
			{ &fix_reuse_address, PLACE_ANY, is_time_wait },
			{ &fix_find_holder, PLACE_ANY, is_unknown },
			{ &fix_other_port, PLACE_ANY, is_inet_port },
		},
	},
};

const struct rule_set in_use_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
