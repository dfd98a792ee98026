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
	return scene->context->holder_known &&
	       !strcmp(scene->context->holder_state, "time_wait");
}

static bool is_self(const struct scene *scene)
{
	return scene->context->holder_known && scene->context->holder_is_self;
}

static bool is_other(const struct scene *scene)
{
	return scene->context->holder_known && !is_self(scene) && !is_time_wait(scene) &&
	       scene->context->holder_program[0];
}

static bool is_unknown(const struct scene *scene)
{
	return is_inet_port(scene) && !is_self(scene) && !is_other(scene) && !is_time_wait(scene);
}

static void show_holder(struct scene *scene)
{
	const struct verdict_context *context = scene->context;

	scene_show(scene, "holder.address", "%s", context->holder_address);
	scene_show(scene, "holder.state", "%s", context->holder_state);
	if (context->holder_pid)
		scene_show(scene, "holder.pid", "%u", context->holder_pid);
	scene_show(scene, "holder.program", "%s", context->holder_program);
	scene_show(scene, "holder.container", "%s", context->holder_container);
	if (is_time_wait(scene))
		scene_hint(scene, "time_wait", "%s", context->holder_address);
	else if (is_self(scene))
		scene_hint(scene, "self", "%s", context->holder_address);
	else if (context->holder_pid && context->holder_program[0])
		scene_hint(scene, "holder", "%s (pid %u)", context->holder_program,
			   context->holder_pid);
}

static void weigh(struct scene *scene)
{
	scene_show_requested(scene);
	if (scene->context->holder_known)
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
