/* SPDX-License-Identifier: BSD-2-Clause */
/* Two hashes; an image's name and tag, pods and services as attributes. */
#include "user/model/names.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "user/model/printable.h"
#include "user/model/service.h"

#define CONTAINERS_MAX		8192
#define SERVICES_MAX		16384
#define REMEMBER_ENDED_NS	(60ULL * 1000000000)

struct container {
	struct record_container names;
	bool marked;
	UT_hash_handle hh;
};

struct process {
	uint32_t tgid;
	uint64_t began_ns;
	uint64_t ended_ns;		/* 0: it runs */
	struct service_words words;
	UT_hash_handle hh;
};

struct names {
	struct container *containers;
	struct process *processes;
};

struct names *names_new(void)
{
	return calloc(1, sizeof(struct names));
}

static void drop_container(struct names *names, struct container *container)
{
	HASH_DEL(names->containers, container);
	free(container);
}

static void drop_process(struct names *names, struct process *process)
{
	HASH_DEL(names->processes, process);
	free(process);
}

void names_free(struct names *names)
{
	struct container *container, *next_container;
	struct process *process, *next_process;

	if (!names)
		return;
	HASH_ITER(hh, names->containers, container, next_container)
		drop_container(names, container);
	HASH_ITER(hh, names->processes, process, next_process)
		drop_process(names, process);
	free(names);
}

/* False when the text does not end within its field. */
static bool keep(char *text, size_t size)
{
	if (!memchr(text, '\0', size))
		return false;
	printable_keep(text, size);
	return true;
}

#define KEEP(field) keep(field, sizeof(field))

static bool keep_words(struct service_words *words)
{
	return KEEP(words->name) && KEEP(words->name_space) && KEEP(words->version) &&
	       KEEP(words->instance_id);
}

static bool keep_container(struct record_container *names)
{
	return KEEP(names->id) && names->id[0] && KEEP(names->name) && KEEP(names->image_name) &&
	       KEEP(names->image_tag) && KEEP(names->pod_name) && KEEP(names->pod_uid) &&
	       KEEP(names->pod_namespace) && KEEP(names->pod_container) &&
	       keep_words(&names->declared) && keep_words(&names->labelled) &&
	       KEEP(names->owner) && KEEP(names->deployment);
}

static struct container *find_container(const struct names *names, const char *id)
{
	struct container *container;

	HASH_FIND_STR(names->containers, id, container);
	return container;
}

int names_add_container(struct names *names, const struct record_container *container)
{
	struct record_container sound = *container;
	struct container *entry;

	if (!keep_container(&sound))
		return -EINVAL;
	entry = find_container(names, sound.id);
	if (entry) {
		entry->names = sound;
		return 0;
	}
	if (HASH_COUNT(names->containers) >= CONTAINERS_MAX)
		return -ENOSPC;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	entry->names = sound;
	HASH_ADD_STR(names->containers, names.id, entry);
	return 0;
}

static struct process *find_process(const struct names *names, uint32_t tgid)
{
	struct process *process;

	HASH_FIND(hh, names->processes, &tgid, sizeof(tgid), process);
	return process;
}

int names_add_service(struct names *names, const struct record_service *service)
{
	struct service_words words = service->words;
	struct process *process;

	if (!keep_words(&words))
		return -EINVAL;
	process = find_process(names, service->tgid);
	if (!process) {
		if (HASH_COUNT(names->processes) >= SERVICES_MAX)
			return -ENOSPC;
		process = calloc(1, sizeof(*process));
		if (!process)
			return -ENOMEM;
		process->tgid = service->tgid;
		HASH_ADD(hh, names->processes, tgid, sizeof(process->tgid), process);
	}
	process->began_ns = service->began_ns;
	process->ended_ns = 0;
	process->words = words;
	return 0;
}

void names_end_process(struct names *names, uint32_t tgid, uint64_t now_ns)
{
	struct process *process = find_process(names, tgid);

	if (process)
		process->ended_ns = now_ns ?: 1;
}

void names_mark(struct names *names, const char *id)
{
	struct container *container = find_container(names, id);

	if (container)
		container->marked = true;
}

void names_expire(struct names *names, uint64_t now_ns)
{
	struct container *container, *next_container;
	struct process *process, *next_process;

	HASH_ITER(hh, names->processes, process, next_process)
		if (process->ended_ns && now_ns > process->ended_ns + REMEMBER_ENDED_NS)
			drop_process(names, process);
	HASH_ITER(hh, names->containers, container, next_container) {
		if (!container->marked)
			drop_container(names, container);
		else
			container->marked = false;
	}
}

const struct record_container *names_container(const struct names *names, const char *id)
{
	const struct container *container = id ? find_container(names, id) : NULL;

	return container ? &container->names : NULL;
}

/* A number that is used again is another process. */
static const struct service_words *words_of(const struct names *names, uint32_t tgid,
					    uint64_t time_ns)
{
	const struct process *process = find_process(names, tgid);

	if (!process || time_ns < process->began_ns ||
	    (process->ended_ns && time_ns > process->ended_ns))
		return NULL;
	return &process->words;
}

bool names_concern(const struct named *who, uint32_t tgid, const struct attributes *attributes)
{
	const char *id = attributes_string(attributes, ATTRIBUTE_CONTAINER_ID);

	return (who->tgid && who->tgid == tgid) ||
	       (who->container_id && id && !strcmp(who->container_id, id));
}

enum attribute_key names_owner_key(const struct record_container *container)
{
	static const enum attribute_key keys[] = {
		[POD_OWNER_NONE] = ATTRIBUTE_KEY_MAX,
		[POD_OWNER_REPLICASET] = ATTRIBUTE_K8S_REPLICASET_NAME,
		[POD_OWNER_STATEFULSET] = ATTRIBUTE_K8S_STATEFULSET_NAME,
		[POD_OWNER_DAEMONSET] = ATTRIBUTE_K8S_DAEMONSET_NAME,
		[POD_OWNER_JOB] = ATTRIBUTE_K8S_JOB_NAME,
	};

	return container->owner_kind < sizeof(keys) / sizeof(keys[0]) ?
	       keys[container->owner_kind] : ATTRIBUTE_KEY_MAX;
}

static void describe_container(const struct record_container *container,
			       struct attributes *attributes)
{
	enum attribute_key owner = names_owner_key(container);

	attributes_set_text(attributes, ATTRIBUTE_CONTAINER_NAME, container->name);
	attributes_set_text(attributes, ATTRIBUTE_CONTAINER_IMAGE_NAME, container->image_name);
	attributes_set_text(attributes, ATTRIBUTE_CONTAINER_IMAGE_TAGS, container->image_tag);
	attributes_set_text(attributes, ATTRIBUTE_K8S_POD_UID, container->pod_uid);
	attributes_set_text(attributes, ATTRIBUTE_K8S_POD_NAME, container->pod_name);
	attributes_set_text(attributes, ATTRIBUTE_K8S_NAMESPACE_NAME, container->pod_namespace);
	attributes_set_text(attributes, ATTRIBUTE_K8S_CONTAINER_NAME, container->pod_container);
	attributes_set_text(attributes, ATTRIBUTE_K8S_DEPLOYMENT_NAME, container->deployment);
	if (owner != ATTRIBUTE_KEY_MAX)
		attributes_set_text(attributes, owner, container->owner);
}

void names_describe(const struct names *names, uint32_t tgid, uint64_t time_ns,
		    struct attributes *attributes)
{
	const struct record_container *container =
		names_container(names, attributes_string(attributes, ATTRIBUTE_CONTAINER_ID));
	struct service_words words;

	service_decide(words_of(names, tgid, time_ns), container, &words);
	if (container)
		describe_container(container, attributes);
	attributes_set_text(attributes, ATTRIBUTE_SERVICE_NAME, words.name);
	attributes_set_text(attributes, ATTRIBUTE_SERVICE_NAMESPACE, words.name_space);
	attributes_set_text(attributes, ATTRIBUTE_SERVICE_VERSION, words.version);
	attributes_set_text(attributes, ATTRIBUTE_SERVICE_INSTANCE_ID, words.instance_id);
}
