/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments are read from the right, so that the innermost container of a nested one wins. Helpers
 * that stand beside containers (conmon, lxc.monitor) are told apart from them.
 */
#include "user/model/cgroup_path.h"

#include <stdio.h>
#include <string.h>

#include "user/model/cgroup_segment.h"

#define SEGMENTS_MAX	32
#define ID_LENGTH	64
#define UUID_LENGTH	36
#define HASH_LENGTH	32	/* of static pods, and of tasks on Fargate */
#define BUILD_LENGTH	25	/* of what buildkit calls its containers */
#define NAME_OTHERS	"_.+-"	/* what runtimes allow in names beside letters and digits */
#define UNIT_OTHERS	":_.\\@+-"
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

struct path {
	struct segment segments[SEGMENTS_MAX];
	size_t count;
};

/* The last SEGMENTS_MAX segments: what is deeper says more. The way up to them says nothing. */
static void split(const char *text, struct path *out)
{
	static const char mark[] = " (deleted)";
	struct segment all = segment_cut((struct segment){ text, strlen(text) }, mark);

	out->count = 0;
	while (all.length) {
		const char *slash = memchr(all.text, '/', all.length);
		struct segment one = { all.text, slash ? (size_t)(slash - all.text) : all.length };

		all = segment_skip(all, one.length + 1);
		if (!one.length || segment_is(one, ".") || segment_is(one, ".."))
			continue;
		if (out->count == SEGMENTS_MAX)
			memmove(out->segments, out->segments + 1,
				--out->count * sizeof(out->segments[0]));
		out->segments[out->count++] = one;
	}
}

/* As many levels above; an empty one beyond the root. */
static struct segment above(const struct path *path, size_t index, size_t levels)
{
	return index >= levels ? path->segments[index - levels] : (struct segment){ "", 0 };
}

static struct segment below(const struct path *path, size_t index)
{
	return index + 1 < path->count ? path->segments[index + 1] : (struct segment){ "", 0 };
}

static bool set_container(struct cgroup_identity *out, const char *runtime, struct segment id)
{
	segment_copy(id, out->container_id, sizeof(out->container_id));
	if (!out->container_id[0])
		return false;
	snprintf(out->runtime, sizeof(out->runtime), "%s", runtime);
	return true;
}

/* The same for a name that people chose, and that systemd may have escaped. */
static bool set_named(struct cgroup_identity *out, const char *runtime, struct segment name)
{
	char plain[sizeof(out->container_id)];

	segment_unescape(name, plain, sizeof(plain));
	name = (struct segment){ plain, strlen(plain) };
	return segment_is_word(name, NAME_OTHERS) && set_container(out, runtime, name);
}

/* What stands beside a container, or below one but outside of it. */
static bool is_helper(struct segment segment)
{
	return segment_starts(segment, "crio-conmon-") ||
	       segment_starts(segment, "libpod-conmon-") ||
	       segment_starts(segment, "lxc.monitor") || segment_starts(segment, "lxc.pivot") ||
	       segment_is(segment, "conmon") || segment_is(segment, "kata_overhead") ||
	       segment_ends(segment, ".mount");
}

/* "cri-containerd-<id>", also "<slice>:cri-containerd:<id>" where the drivers of two differ. */
static const struct {
	const char *name;
	const char *runtime;
} makers[] = {
	{ "docker", "docker" },
	{ "cri-containerd", "containerd" },
	{ "nerdctl", "containerd" },
	{ "crio", "crio" },
	{ "libpod-payload", "podman" },
	{ "libpod", "podman" },
};

static bool by_prefix(struct segment segment, struct cgroup_identity *out)
{
	segment = segment_cut(segment, ".scope");
	for (size_t i = 0; i < COUNT(makers); i++) {
		size_t length = strlen(makers[i].name);
		struct segment id = segment_skip(segment, length + 1);

		if (segment_starts(segment, makers[i].name) && segment.length > length &&
		    segment.text[length] == '-' && segment_is_hex(id, ID_LENGTH))
			return set_container(out, makers[i].runtime, id);
	}
	return false;
}

static bool by_colons(struct segment segment, struct cgroup_identity *out)
{
	const char *first = memchr(segment.text, ':', segment.length);
	struct segment maker, id;
	const char *second;

	if (!first)
		return false;
	maker = segment_skip(segment, (size_t)(first + 1 - segment.text));
	second = memchr(maker.text, ':', maker.length);
	if (!second)
		return false;
	maker.length = (size_t)(second - maker.text);
	id = segment_skip(segment, (size_t)(second + 1 - segment.text));
	if (!segment_is_hex(id, ID_LENGTH))
		return false;
	for (size_t i = 0; i < COUNT(makers); i++)
		if (segment_is(maker, makers[i].name))
			return set_container(out, makers[i].runtime, id);
	return set_container(out, "", id);
}

/* "kubepods", "kubepods.slice", "kubelet-kubepods-burstable.slice" */
static bool is_kubepods(struct segment segment)
{
	return segment_starts(segment, "kubepods") || segment_holds(segment, "-kubepods");
}

static bool is_in_kubepods(const struct path *path, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (is_kubepods(path->segments[i]))
			return true;
	return false;
}

/* ECS starts Docker's: "/ecs/<task>/<id>", older agents "/ecs/<cluster>/<task>/<id>". */
static bool is_in_ecs(const struct path *path, size_t index)
{
	return segment_is(above(path, index, 2), "ecs") || segment_is(above(path, index, 3), "ecs");
}

/* A bare id counts below a parent that is known, or as the leaf: many runtimes leave it bare. */
static bool by_bare_id(const struct path *path, size_t index, struct cgroup_identity *out)
{
	struct segment id = path->segments[index], parent = above(path, index, 1);

	if (!segment_is_hex(id, ID_LENGTH) || is_helper(parent))
		return false;
	if (segment_is(parent, "docker") || is_in_ecs(path, index))
		return set_container(out, "docker", id);
	if (segment_is(parent, "k8s.io"))
		return set_container(out, "containerd", id);
	if (is_in_kubepods(path, index) || index + 1 == path->count)
		return set_container(out, "", id);
	return false;
}

/* A task on Fargate: "/ecs/<task>/<task>-<number>". By what runtime is Amazon's secret. */
static bool by_task(const struct path *path, size_t index, struct cgroup_identity *out)
{
	struct segment id = path->segments[index], task = above(path, index, 1);
	struct segment number = segment_skip(id, HASH_LENGTH + 1);

	if (!is_in_ecs(path, index) || !segment_is_hex(task, HASH_LENGTH) ||
	    id.length <= HASH_LENGTH + 1 || id.text[HASH_LENGTH] != '-' ||
	    !segment_is_hex((struct segment){ id.text, HASH_LENGTH }, HASH_LENGTH))
		return false;
	for (size_t i = 0; i < number.length; i++)
		if (number.text[i] < '0' || number.text[i] > '9')
			return false;
	return set_container(out, "", id);
}

/* A name, below or behind what only one runtime writes. */
static bool by_name(const struct path *path, size_t index, struct cgroup_identity *out)
{
	static const char payload[] = "lxc.payload.";
	struct segment segment = path->segments[index], parent = above(path, index, 1);
	struct segment unit = segment_cut(segment, ".scope");

	if (segment_starts(segment, payload))
		return set_named(out, "lxc", segment_skip(segment, strlen(payload)));
	if (segment_is(parent, "lxc") || segment_is(parent, "lxc.payload"))
		return set_named(out, "lxc", segment);
	if (segment_is(parent, "garden") && segment.length >= 8)
		return set_named(out, "garden", segment);
	if (segment_is(parent, "buildkit") && segment.length == BUILD_LENGTH)
		return set_named(out, "buildkit", segment);
	if (unit.length == segment.length || !segment_ends(parent, ".slice"))
		return false;
	if (segment_starts(unit, "runc-"))
		return set_named(out, "runc", segment_skip(unit, 5));
	if (segment_starts(unit, "crun-"))
		return set_named(out, "crun", segment_skip(unit, 5));
	return false;
}

/*
 * Machines: "systemd-nspawn@NAME.service" and "machine-NAME.scope" are nspawn's, where "supervisor"
 * is nspawn itself; a scope is a container's for sure only with its "payload", since virtual
 * machines have scopes, too. libvirt writes its driver into the name.
 */
static bool by_machine(const struct path *path, size_t index, struct cgroup_identity *out)
{
	static const char service[] = "systemd-nspawn@", scope[] = "machine-";
	static const char by_libvirt[] = ".libvirt-lxc";
	struct segment segment = path->segments[index], name;

	if (segment_is(below(path, index), "supervisor"))
		return false;
	if (segment_starts(segment, service) && segment_ends(segment, ".service")) {
		name = segment_skip(segment_cut(segment, ".service"), strlen(service));
		return set_named(out, "nspawn", name);
	}
	if (segment_is(above(path, index, 1), "machine") && segment_ends(segment, by_libvirt))
		return set_named(out, "libvirt", segment_cut(segment, by_libvirt));
	if (!segment_starts(segment, scope) || !segment_ends(segment, ".scope") ||
	    !segment_is(below(path, index), "payload"))
		return false;
	return set_named(out, "nspawn", segment_skip(segment_cut(segment, ".scope"),
						     strlen(scope)));
}

/* Eight, four, four, four and twelve digits; the kubelet writes "_" for "-" in slices. */
static bool is_uuid(struct segment segment, char separator)
{
	static const size_t groups[] = { 8, 4, 4, 4, 12 };

	if (segment.length != UUID_LENGTH)
		return false;
	for (size_t i = 0; i < COUNT(groups); i++) {
		if (!segment_is_hex((struct segment){ segment.text, groups[i] }, groups[i]))
			return false;
		segment = segment_skip(segment, groups[i]);
		if (segment.length && segment.text[0] != separator)
			return false;
		segment = segment_skip(segment, 1);
	}
	return true;
}

/* "pod<uid>", "kubepods-burstable-pod<uid>.slice", and that with ":<runtime>:<id>" behind. */
static bool find_uid(struct segment segment, struct cgroup_identity *out)
{
	const char *end = memchr(segment.text, '.', segment.length), *at = NULL;
	struct segment rest = segment, uid;

	if (end)
		rest.length = (size_t)(end - rest.text);
	for (const char *next = rest.text;
	     (next = memmem(next, (size_t)(rest.text + rest.length - next), "pod", 3)); next += 3)
		if (next == rest.text || next[-1] == '-')
			at = next + 3;
	if (!at)
		return false;
	uid = segment_skip(rest, (size_t)(at - rest.text));
	if (!is_uuid(uid, '-') && !is_uuid(uid, '_') && !segment_is_hex(uid, HASH_LENGTH))
		return false;
	segment_copy(uid, out->pod_uid, sizeof(out->pod_uid));
	for (char *one = out->pod_uid; *one; one++)
		*one = *one == '_' ? '-' : *one;
	return true;
}

/* By the pod's slice, else by the level above it, where that is to be seen. */
static const char *find_class(struct segment pod, struct segment parent)
{
	static const struct {
		const char *in_slice;
		const char *above;
		const char *name;	/* as Kubernetes writes it in a pod's status */
	} classes[] = {
		{ "-burstable-pod", "burstable", "Burstable" },
		{ "-besteffort-pod", "besteffort", "BestEffort" },
		{ "kubepods-pod", "kubepods", "Guaranteed" },
	};

	for (size_t i = 0; i < COUNT(classes); i++)
		if (segment_holds(pod, classes[i].in_slice) || segment_is(parent, classes[i].above))
			return classes[i].name;
	return "";
}

static void find_pod(const struct path *path, size_t from, struct cgroup_identity *out)
{
	for (size_t i = from + 1; i-- > 0;) {
		if (!find_uid(path->segments[i], out))
			continue;
		snprintf(out->qos, sizeof(out->qos), "%s",
			 find_class(path->segments[i], above(path, i, 1)));
		return;
	}
}

/* systemd puts "_" before a name that the kernel would take for one of its own files. */
static bool set_unit(struct segment segment, struct cgroup_identity *out)
{
	segment = segment_skip(segment, segment_starts(segment, "_"));
	if ((!segment_ends(segment, ".service") && !segment_ends(segment, ".scope")) ||
	    segment_is(segment, "init.scope") || !segment_is_word(segment, UNIT_OTHERS))
		return false;
	segment_copy(segment, out->unit, sizeof(out->unit));
	return true;
}

/* The innermost of those from first on. A manager's own scope goes by the manager's unit. */
static void find_unit(const struct path *path, size_t first, struct cgroup_identity *out)
{
	for (size_t i = path->count; i-- > first;)
		if (set_unit(path->segments[i], out))
			return;
	if (path->count == 1 && segment_is(path->segments[0], "init.scope"))
		segment_copy(path->segments[0], out->unit, sizeof(out->unit));
}

static bool find_container(const struct path *path, size_t *at, struct cgroup_identity *out)
{
	for (size_t i = path->count; i-- > 0;) {
		struct segment segment = path->segments[i];

		*at = i;
		if (is_helper(segment))
			continue;
		if (by_prefix(segment, out) || by_colons(segment, out) ||
		    by_bare_id(path, i, out) || by_task(path, i, out) || by_name(path, i, out) ||
		    by_machine(path, i, out))
			return true;
	}
	return false;
}

static bool is_sound(const char *text, size_t size, const char *others)
{
	struct segment segment = { text, strnlen(text, size) };

	return segment.length < size && (!segment.length || segment_is_word(segment, others));
}

bool cgroup_identity_is_sound(const struct cgroup_identity *identity)
{
	return is_sound(identity->runtime, sizeof(identity->runtime), "") &&
	       is_sound(identity->container_id, sizeof(identity->container_id), NAME_OTHERS) &&
	       is_sound(identity->pod_uid, sizeof(identity->pod_uid), "-") &&
	       is_sound(identity->qos, sizeof(identity->qos), "") &&
	       is_sound(identity->unit, sizeof(identity->unit), UNIT_OTHERS);
}

void cgroup_path_parse(const char *text, struct cgroup_identity *out)
{
	struct path path;
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	split(text, &path);
	if (!find_container(&path, &at, out)) {
		find_unit(&path, 0, out);
		return;
	}
	find_pod(&path, at, out);
	find_unit(&path, at + 1, out);
}
