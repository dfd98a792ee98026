/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Segments are read from the right, so that the innermost container of a nested one wins. Helpers
 * that stand beside containers (conmon, lxc.monitor) are told apart from them.
 */
#include "user/model/cgroup_path.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define SEGMENTS_MAX	32
#define ID_LENGTH	64

struct segment {
	const char *text;
	size_t length;
};

struct path {
	struct segment segments[SEGMENTS_MAX];
	size_t count;
};

/* The last SEGMENTS_MAX segments: what is deeper says more. */
static void split(const char *text, struct path *out)
{
	out->count = 0;
	while (*text) {
		size_t length = strcspn(text, "/");

		if (length) {
			if (out->count == SEGMENTS_MAX)
				memmove(out->segments, out->segments + 1,
					--out->count * sizeof(out->segments[0]));
			out->segments[out->count++] = (struct segment){ text, length };
		}
		text += length + (text[length] == '/');
	}
}

static bool starts(struct segment segment, const char *prefix)
{
	size_t length = strlen(prefix);

	return segment.length >= length && !memcmp(segment.text, prefix, length);
}

static bool is(struct segment segment, const char *text)
{
	return segment.length == strlen(text) && !memcmp(segment.text, text, segment.length);
}

static bool ends(struct segment segment, const char *suffix)
{
	size_t length = strlen(suffix);

	return segment.length >= length &&
	       !memcmp(segment.text + segment.length - length, suffix, length);
}

static struct segment cut(struct segment segment, const char *suffix)
{
	if (ends(segment, suffix))
		segment.length -= strlen(suffix);
	return segment;
}

static struct segment skip(struct segment segment, size_t length)
{
	segment.text += length;
	segment.length -= length;
	return segment;
}

static bool is_hex(struct segment segment, size_t length)
{
	if (segment.length != length)
		return false;
	for (size_t i = 0; i < length; i++)
		if (!isdigit((unsigned char)segment.text[i]) &&
		    (segment.text[i] < 'a' || segment.text[i] > 'f'))
			return false;
	return true;
}

static void put(char *into, size_t size, struct segment segment)
{
	snprintf(into, size, "%.*s", (int)segment.length, segment.text);
}

static void set_container(struct cgroup_identity *out, const char *runtime, struct segment id)
{
	snprintf(out->runtime, sizeof(out->runtime), "%s", runtime);
	put(out->container_id, sizeof(out->container_id), id);
}

/* "cri-containerd-<id>": a prefix that names the runtime, before the id. */
static const struct {
	const char *prefix;
	const char *runtime;
} prefixes[] = {
	{ "docker-", "docker" },
	{ "cri-containerd-", "containerd" },
	{ "nerdctl-", "containerd" },
	{ "crio-", "crio" },
	{ "libpod-payload-", "podman" },
	{ "libpod-", "podman" },
};

static bool is_helper(struct segment segment)
{
	return starts(segment, "crio-conmon-") || starts(segment, "libpod-conmon-") ||
	       starts(segment, "lxc.monitor") || starts(segment, "lxc.pivot") ||
	       ends(segment, ".mount") || is(segment, "conmon");
}

static bool by_prefix(struct segment segment, struct cgroup_identity *out)
{
	segment = cut(segment, ".scope");
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		struct segment id;

		if (!starts(segment, prefixes[i].prefix))
			continue;
		id = skip(segment, strlen(prefixes[i].prefix));
		if (!is_hex(id, ID_LENGTH))
			continue;
		set_container(out, prefixes[i].runtime, id);
		return true;
	}
	return false;
}

/* "kubepods-burstable-pod<uid>.slice:cri-containerd:<id>": kubelet and runtime may differ. */
static bool by_colons(struct segment segment, struct cgroup_identity *out)
{
	const char *last = memrchr(segment.text, ':', segment.length);
	const char *first = memchr(segment.text, ':', segment.length);
	struct segment id;

	if (!last || first == last)
		return false;
	id = skip(segment, (size_t)(last + 1 - segment.text));
	if (!is_hex(id, ID_LENGTH))
		return false;
	set_container(out, memmem(first, (size_t)(last - first), "crio", 4) ? "crio"
									    : "containerd", id);
	return true;
}

static bool in_kubepods(const struct path *path, size_t before)
{
	for (size_t i = 0; i < before; i++)
		if (memmem(path->segments[i].text, path->segments[i].length, "kubepods", 8))
			return true;
	return false;
}

/* A bare id counts below a parent that is known, or as the leaf. */
static bool by_bare_id(const struct path *path, size_t index, struct cgroup_identity *out)
{
	struct segment segment = path->segments[index], none = { "", 0 };
	struct segment parent = index ? path->segments[index - 1] : none;

	if (!is_hex(segment, ID_LENGTH))
		return false;
	if (is(parent, "docker"))
		set_container(out, "docker", segment);
	else if (index && is(path->segments[0], "ecs"))
		set_container(out, "ecs", segment);
	else if (in_kubepods(path, index))
		set_container(out, "", segment);
	else if (index + 1 == path->count)
		set_container(out, "", segment);
	else
		return false;
	return true;
}

/* Ids that are no 64 hexadecimal digits, below parents that name their runtime. */
static bool by_parent(const struct path *path, size_t index, struct cgroup_identity *out)
{
	struct segment segment = path->segments[index], parent;

	if (starts(segment, "lxc.payload.")) {
		set_container(out, "lxc", skip(segment, strlen("lxc.payload.")));
		return out->container_id[0] != '\0';
	}
	if (starts(segment, "systemd-nspawn@")) {
		set_container(out, "nspawn", cut(skip(segment, strlen("systemd-nspawn@")),
						 ".service"));
		return true;
	}
	if (!index)
		return false;
	parent = path->segments[index - 1];
	if (is(parent, "lxc") || is(parent, "lxc.payload"))
		set_container(out, "lxc", segment);
	else if (is(parent, "garden"))
		set_container(out, "garden", segment);
	else if (index == 2 && is(path->segments[0], "ecs") && segment.length > 33 &&
		 segment.text[32] == '-' && is_hex((struct segment){ segment.text, 32 }, 32))
		set_container(out, "ecs", segment);
	else if (index == 1 && path->count == 2 &&
		 (is(parent, "default") || is(parent, "moby") || is(parent, "k8s.io") ||
		  is(parent, "buildkit")))
		set_container(out, is(parent, "moby") ? "docker" : "containerd", segment);
	else
		return false;
	return true;
}

/* The uid behind "pod" in one segment: dashes, underscores of systemd, or 32 bare digits. */
static bool pod_uid(struct segment segment, struct cgroup_identity *out)
{
	const char *end = segment.text + segment.length, *at = NULL, *next = segment.text;
	size_t used = 0;

	while ((next = memmem(next, (size_t)(end - next), "pod", 3))) {
		if (next == segment.text || next[-1] == '-')
			at = next + 3;
		next += 3;
	}
	if (!at)
		return false;
	for (; at < end && used + 1 < sizeof(out->pod_uid); at++) {
		if (*at == '_')
			out->pod_uid[used++] = '-';
		else if (isxdigit((unsigned char)*at) || *at == '-')
			out->pod_uid[used++] = *at;
		else
			break;
	}
	out->pod_uid[used] = '\0';
	if (used == 36 || used == 32)
		return true;
	out->pod_uid[0] = '\0';
	return false;
}

static void find_pod(const struct path *path, size_t before, struct cgroup_identity *out)
{
	static const char *const classes[] = { "burstable", "besteffort" };

	for (size_t i = before; i-- > 0;) {
		struct segment segment = path->segments[i];

		if (!pod_uid(segment, out))
			continue;
		snprintf(out->qos, sizeof(out->qos), "guaranteed");
		for (size_t class = 0; class < 2; class++)
			for (size_t j = 0; j <= i; j++)
				if (memmem(path->segments[j].text, path->segments[j].length,
					   classes[class], strlen(classes[class])))
					snprintf(out->qos, sizeof(out->qos), "%s", classes[class]);
		return;
	}
}

static void find_unit(const struct path *path, struct cgroup_identity *out)
{
	for (size_t i = path->count; i-- > 0;) {
		struct segment segment = path->segments[i];

		if (ends(segment, ".service") || ends(segment, ".scope")) {
			put(out->unit, sizeof(out->unit), segment);
			return;
		}
	}
}

static bool find_container(const struct path *path, size_t *at, struct cgroup_identity *out)
{
	for (size_t i = path->count; i-- > 0;) {
		struct segment segment = path->segments[i];

		if (is_helper(segment))
			return false;
		*at = i;
		if (by_prefix(segment, out) || by_colons(segment, out) ||
		    by_bare_id(path, i, out) || by_parent(path, i, out))
			return true;
	}
	return false;
}

void cgroup_path_parse(const char *text, struct cgroup_identity *out)
{
	struct path path;
	size_t at = 0;

	memset(out, 0, sizeof(*out));
	split(text, &path);
	if (find_container(&path, &at, out))
		find_pod(&path, at + 1, out);
	else
		find_unit(&path, out);
}
