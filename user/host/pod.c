/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fields are those of the Pod of Kubernetes' API, v1. A static pod's control group bears the hash
 * of its file, which the API server's mirror of it keeps in an annotation beside a uid of its own.
 */
#include "user/host/pod.h"

#include <stdlib.h>
#include <string.h>

#include "user/host/words.h"

#define TEMPLATE_HASH	"pod-template-hash"
#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

struct pod {
	cJSON *document;
	const cJSON *metadata;
	const cJSON *annotations;
	const cJSON *labels;
};

/* What its containers are, and how they fare. */
static const struct {
	const char *specification;
	const char *status;
} kinds[] = {
	{ "containers", "containerStatuses" },
	{ "initContainers", "initContainerStatuses" },
	{ "ephemeralContainers", "ephemeralContainerStatuses" },
};

static const cJSON *member(const cJSON *object, const char *key)
{
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

struct pod *pod_new(const char *bytes, size_t size)
{
	struct pod *pod;

	if (words_too_many(bytes, size))
		return NULL;
	pod = calloc(1, sizeof(*pod));
	if (!pod)
		return NULL;
	pod->document = cJSON_ParseWithLength(bytes, size);
	pod->metadata = member(pod->document, "metadata");
	pod->annotations = member(pod->metadata, "annotations");
	pod->labels = member(pod->metadata, "labels");
	if (words_text(pod->metadata, "uid") && words_text(pod->metadata, "name"))
		return pod;
	pod_free(pod);
	return NULL;
}

void pod_free(struct pod *pod)
{
	if (!pod)
		return;
	cJSON_Delete(pod->document);
	free(pod);
}

/* "containerd://ID" */
static bool is_id(const cJSON *object, const char *id)
{
	const char *text = words_text(object, "containerID");
	const char *scheme = text ? strstr(text, "://") : NULL;

	return scheme && !strcmp(scheme + 3, id);
}

/* The one that runs, or the one before it, which ended. */
static bool is_status_of(const cJSON *status, const char *id)
{
	return is_id(status, id) ||
	       is_id(member(member(status, "lastState"), "terminated"), id);
}

/* The reference that the pod asked for; a status may have a digest in its place. */
static const char *image_of(const cJSON *containers, const char *name)
{
	const cJSON *container;

	cJSON_ArrayForEach(container, containers) {
		const char *text = words_text(container, "name");

		if (text && !strcmp(text, name))
			return words_text(container, "image");
	}
	return NULL;
}

/* Its status, and among which specifications it is to be found; NULL: it is not listed. */
static const cJSON *status_of(const struct pod *pod, const char *id, const cJSON **specifications)
{
	const cJSON *status;

	for (size_t i = 0; i < COUNT(kinds); i++)
		cJSON_ArrayForEach(status, member(member(pod->document, "status"),
						  kinds[i].status))
			if (words_text(status, "name") && is_status_of(status, id)) {
				*specifications = member(member(pod->document, "spec"),
							 kinds[i].specification);
				return status;
			}
	return NULL;
}

bool pod_is(const struct pod *pod, const struct record_container *names)
{
	const char *hash = words_text(pod->annotations, "kubernetes.io/config.hash");
	const cJSON *unused;

	if (!strcmp(words_text(pod->metadata, "uid"), names->pod_uid))
		return true;
	return hash && !strcmp(hash, names->pod_uid) && status_of(pod, names->id, &unused);
}

static bool take_container(const struct pod *pod, struct record_container *names)
{
	const cJSON *specifications, *status = status_of(pod, names->id, &specifications);
	const char *name = words_text(status, "name");

	if (!status)
		return false;
	words_put(names->name, sizeof(names->name), name);
	words_put(names->pod_container, sizeof(names->pod_container), name);
	words_image(names, image_of(specifications, name));
	return true;
}

static enum pod_owner owner_kind(const char *kind)
{
	static const char *const owners[] = {
		[POD_OWNER_REPLICASET] = "ReplicaSet", [POD_OWNER_STATEFULSET] = "StatefulSet",
		[POD_OWNER_DAEMONSET] = "DaemonSet", [POD_OWNER_JOB] = "Job",
	};

	for (size_t i = POD_OWNER_NONE + 1; kind && i < COUNT(owners); i++)
		if (!strcmp(owners[i], kind))
			return (enum pod_owner)i;
	return POD_OWNER_NONE;
}

/* A deployment's replica set bears its name, "-", and the hash that its pods have as a label. */
static void take_deployment(const struct pod *pod, struct record_container *names)
{
	const char *hash = words_text(pod->labels, TEMPLATE_HASH);
	size_t whole = strlen(names->owner), end = hash ? strlen(hash) + 1 : 0;

	if (names->owner_kind != POD_OWNER_REPLICASET || names->deployment[0] || end < 2 ||
	    whole <= end || names->owner[whole - end] != '-' ||
	    strcmp(names->owner + whole - end + 1, hash))
		return;
	memcpy(names->deployment, names->owner, whole - end);
	names->deployment[whole - end] = '\0';
}

static void take_owner(const struct pod *pod, struct record_container *names)
{
	const cJSON *owner;

	cJSON_ArrayForEach(owner, member(pod->metadata, "ownerReferences")) {
		const char *name = words_text(owner, "name");
		enum pod_owner kind = owner_kind(words_text(owner, "kind"));

		if (!cJSON_IsTrue(member(owner, "controller")) || kind == POD_OWNER_NONE ||
		    !name || !*name || strlen(name) >= sizeof(names->owner) || names->owner[0])
			continue;
		names->owner_kind = kind;
		strcpy(names->owner, name);
	}
	take_deployment(pod, names);
}

bool pod_names(const struct pod *pod, struct record_container *names)
{
	words_put(names->pod_name, sizeof(names->pod_name), words_text(pod->metadata, "name"));
	words_put(names->pod_namespace, sizeof(names->pod_namespace),
		  words_text(pod->metadata, "namespace"));
	words_take_services(pod->annotations, names);
	words_take_services(pod->labels, names);
	take_owner(pod, names);
	return take_container(pod, names);
}
