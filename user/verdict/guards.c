/* SPDX-License-Identifier: BSD-2-Clause */
/* Who the process is and what guards it, as evidence: the same for all that it can be refused. */
#include <string.h>

#include "user/verdict/scene.h"

/* Modules that can refuse addresses and paths; the others guard the kernel. */
static const char *const guarding[] = {
	"selinux", "smack", "tomoyo", "bpf", "landlock", "apparmor",
};

static bool is_unconfined(const struct guard_evidence *guard)
{
	return !strncmp(guard->label, "unconfined", strlen("unconfined"));
}

static bool is_listed(const char *list, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = list; (at = strstr(at, name)); at += length)
		if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ','))
			return true;
	return false;
}

bool scene_is_guarded(const struct scene *scene)
{
	const struct guard_evidence *guard = &scene->context->guard;

	if (guard->no_module)
		return false;
	if (guard->label[0] && !is_unconfined(guard))
		return true;
	for (size_t i = 0; i < sizeof(guarding) / sizeof(guarding[0]); i++)
		if (is_listed(guard->modules, guarding[i]) &&
		    !(is_unconfined(guard) && !strcmp(guarding[i], "apparmor")))
			return true;
	return false;
}

static void show_range(struct scene *scene, const char *key, const struct event_id_range *range)
{
	scene_show(scene, key, "%u %u %u", range->first_inside, range->first_outside,
		   range->count);
}

void scene_show_user(struct scene *scene)
{
	const struct event_weighed *weighed = &scene->fact->bind.weighed;

	if (!weighed->known)
		return;
	scene_show(scene, "process.user.id", "%u", weighed->euid);
	if (weighed->user.count && weighed->user.inside != weighed->euid) {
		scene_show(scene, "process.user.id.inside", "%u", weighed->user.inside);
		show_range(scene, "user_namespace.uid_map", &weighed->user);
	}
	scene_show(scene, "process.group.id", "%u", weighed->gid);
	if (weighed->group.count && weighed->group.inside != weighed->gid)
		show_range(scene, "user_namespace.gid_map", &weighed->group);
}

static void show_set(struct scene *scene, const char *key, uint64_t set)
{
	scene_show(scene, key, "%016llx", (unsigned long long)set);
}

void scene_show_capabilities(struct scene *scene)
{
	const struct event_weighed *weighed = &scene->fact->bind.weighed;
	const struct guard_evidence *guard = &scene->context->guard;
	const char *path = attributes_string(&scene->fact->attributes,
					     ATTRIBUTE_PROCESS_EXECUTABLE_PATH);

	scene_show(scene, "net.ipv4.ip_unprivileged_port_start", "%u",
		   weighed->unprivileged_port_start);
	show_set(scene, "capabilities.effective", weighed->cap_effective);
	show_set(scene, "capabilities.permitted", weighed->cap_permitted);
	show_set(scene, "capabilities.inheritable", weighed->cap_inheritable);
	show_set(scene, "capabilities.bounding", weighed->cap_bounding);
	show_set(scene, "capabilities.ambient", weighed->cap_ambient);
	scene_show(scene, "no_new_privs", "%u", weighed->no_new_privs);
	scene_show(scene, "securebits", "%u", weighed->securebits);
	if (weighed->network_owner != NETWORK_OWNER_SAME) {
		scene_show(scene, "user_namespace", "%u", weighed->user_namespace);
		scene_show(scene, "network.user_namespace", "%u", weighed->net_user_namespace);
	}
	if (guard->file_known) {
		show_set(scene, "file.capabilities", guard->file_permitted);
		if (guard->file_permitted & CAPABILITY_NET_BIND_SERVICE)
			scene_hint(scene, "file_has_it", "yes");
	}
	scene_show(scene, "file.nosuid", "%u", weighed->nosuid);
	if (path)
		scene_hint(scene, "process.executable.path", "%s", path);
}

void scene_show_guards(struct scene *scene, const struct event_gates *gates)
{
	const struct guard_evidence *guard = &scene->context->guard;

	scene_show_attribute(scene, ATTRIBUTE_ERROR_TYPE);
	if (!gates->known)
		return;
	scene_show(scene, "seccomp.mode", "%u", gates->seccomp_mode);
	if (gates->seccomp_refused)
		return;
	scene_show(scene, "security.modules", "%s", guard->modules);
	scene_show(scene, "security.label", "%s", guard->label);
	scene_show(scene, "cgroup.programs", "%u", gates->cgroup_programs);
	if (!gates->cgroup_programs)
		return;
	scene_show(scene, "cgroup.program.id", "%u", gates->cgroup_program);
	scene_show(scene, "cgroup.program.name", "%.*s",
		   (int)strnlen(gates->cgroup_program_name, sizeof(gates->cgroup_program_name)),
		   gates->cgroup_program_name);
}
