/* SPDX-License-Identifier: BSD-2-Clause */
/* Tables of programs, contexts and cgroups, and what an event's numbers say through them. */
#include "user/model/resource.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "user/model/cgroup_path.h"
#include "user/model/printable.h"

#define REMEMBER_REMOVED_NS	(60ULL * 1000000000)
/* From then on: whoever scrapes or is told each minute or so has seen the last of its series. */
#define SERIES_STAY_NS		(240ULL * 1000000000)

struct cgroup_entry {
	uint64_t id;
	uint64_t removed_ns;			/* 0: it is there */
	char *path;
	struct cgroup_identity identity;
	UT_hash_handle hh;
};

/* Whom series are labelled by, and who was dropped; oldest first. */
struct departed {
	struct label label;			/* owns the value */
	uint64_t since_ns;
	struct departed *next;
};

struct resources {
	struct record_program *programs[PROGRAMS_MAX];
	struct record_context contexts[CONTEXTS_MAX];
	struct cgroup_entry *cgroups;
	struct names *names;
	struct departed *departed, *departed_last;
	uint64_t cgroups_refused;
};

struct resources *resources_new(void)
{
	struct resources *resources = calloc(1, sizeof(*resources));

	if (!resources)
		return NULL;
	resources->names = names_new();
	if (resources->names)
		return resources;
	free(resources);
	return NULL;
}

static void drop_departed(struct resources *resources)
{
	struct departed *first = resources->departed;

	resources->departed = first->next;
	if (!first->next)
		resources->departed_last = NULL;
	free((char *)first->label.value);
	free(first);
}

static void drop_cgroup(struct resources *resources, struct cgroup_entry *entry)
{
	HASH_DEL(resources->cgroups, entry);
	free(entry->path);
	free(entry);
}

void resources_free(struct resources *resources)
{
	struct cgroup_entry *entry, *next;

	if (!resources)
		return;
	HASH_ITER(hh, resources->cgroups, entry, next)
		drop_cgroup(resources, entry);
	while (resources->departed)
		drop_departed(resources);
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		free(resources->programs[i]);
	names_free(resources->names);
	free(resources);
}

int resources_add_program(struct resources *resources, const struct record_program *program)
{
	struct record_program **place;

	if (!program->program || program->program >= PROGRAMS_MAX)
		return -ENOSPC;
	place = &resources->programs[program->program];
	if (program->kind == PROGRAM_UNKNOWN && !program->path[0] && !program->name[0]) {
		free(*place);
		*place = NULL;
		return 0;
	}
	if (!*place)
		*place = calloc(1, sizeof(**place));
	if (!*place)
		return -ENOMEM;
	**place = *program;
	printable_keep((*place)->path, sizeof((*place)->path));
	printable_keep((*place)->name, sizeof((*place)->name));
	printable_keep((*place)->go_version, sizeof((*place)->go_version));
	printable_keep((*place)->tls, sizeof((*place)->tls));
	return 0;
}

int resources_add_context(struct resources *resources, const struct record_context *context)
{
	if (!context->context || context->context >= CONTEXTS_MAX)
		return -ENOSPC;
	resources->contexts[context->context] = *context;
	if (!context->program && !context->cgroup_id)
		resources->contexts[context->context].context = 0;
	return 0;
}

static struct cgroup_entry *find_cgroup(const struct resources *resources, uint64_t id)
{
	struct cgroup_entry *entry;

	HASH_FIND(hh, resources->cgroups, &id, sizeof(id), entry);
	return entry;
}

/* A path that was cut short may have lost the container that counts: the innermost. */
static void identify(struct cgroup_entry *entry)
{
	memset(&entry->identity, 0, sizeof(entry->identity));
	if (strlen(entry->path) < CGROUP_PATH_SIZE - 1)
		cgroup_path_parse(entry->path, &entry->identity);
}

int resources_add_cgroup(struct resources *resources, const struct record_cgroup *cgroup)
{
	struct cgroup_entry *entry = find_cgroup(resources, cgroup->id);
	char *path = strndup(cgroup->path, sizeof(cgroup->path) - 1);

	if (!path)
		return -ENOMEM;
	if (!entry) {
		if (HASH_COUNT(resources->cgroups) >= CGROUPS_MAX) {
			resources->cgroups_refused++;
			free(path);
			return -ENOSPC;
		}
		entry = calloc(1, sizeof(*entry));
		if (!entry) {
			free(path);
			return -ENOMEM;
		}
		entry->id = cgroup->id;
		HASH_ADD(hh, resources->cgroups, id, sizeof(entry->id), entry);
	}
	entry->removed_ns = 0;
	/* What its maker is known by stays, too. */
	if (entry->path && !strcmp(entry->path, path)) {
		free(path);
		return 0;
	}
	free(entry->path);
	entry->path = path;
	identify(entry);
	return 0;
}

int resources_add_maker(struct resources *resources, const struct record_maker *maker)
{
	struct cgroup_entry *entry = find_cgroup(resources, maker->cgroup_id);

	if (!cgroup_identity_is_sound(&maker->identity))
		return -EINVAL;
	if (!entry)
		return -ENOENT;
	entry->identity = maker->identity;
	return 0;
}

void resources_remove_cgroup(struct resources *resources, uint64_t id, uint64_t now_ns)
{
	struct cgroup_entry *entry = find_cgroup(resources, id);

	if (entry)
		entry->removed_ns = now_ns ?: 1;
}

struct names *resources_names(const struct resources *resources)
{
	return resources->names;
}

const struct record_program *resources_program(const struct resources *resources,
					       uint32_t program)
{
	return program < PROGRAMS_MAX ? resources->programs[program] : NULL;
}

const struct record_context *resources_context(const struct resources *resources,
					       uint32_t context)
{
	if (!context || context >= CONTEXTS_MAX || !resources->contexts[context].context)
		return NULL;
	return &resources->contexts[context];
}

const char *resources_cgroup_path(const struct resources *resources, uint64_t id)
{
	const struct cgroup_entry *entry = find_cgroup(resources, id);

	return entry ? entry->path : NULL;
}

const struct cgroup_identity *resources_identity(const struct resources *resources, uint64_t id)
{
	const struct cgroup_entry *entry = find_cgroup(resources, id);

	return entry ? &entry->identity : NULL;
}

size_t resources_cgroup_count(const struct resources *resources)
{
	return HASH_COUNT(resources->cgroups);
}

uint64_t resources_cgroups_refused(const struct resources *resources)
{
	return resources->cgroups_refused;
}

size_t resources_context_count(const struct resources *resources)
{
	size_t count = 0;

	for (size_t i = 0; i < CONTEXTS_MAX; i++)
		count += resources->contexts[i].context != 0;
	return count;
}

size_t resources_program_count(const struct resources *resources)
{
	size_t count = 0;

	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		count += resources->programs[i] != NULL;
	return count;
}

static const struct record_program *program_of(const struct resources *resources,
					       uint32_t context)
{
	const struct record_context *known = resources_context(resources, context);

	return known ? resources_program(resources, known->program) : NULL;
}

enum program_kind resources_kind(const struct resources *resources, uint32_t context)
{
	const struct record_program *program = program_of(resources, context);

	return program ? program->kind : PROGRAM_UNKNOWN;
}

static void describe_cgroup(const struct cgroup_entry *entry, struct attributes *attributes)
{
	const struct cgroup_identity *identity = &entry->identity;

	attributes_set_text(attributes, ATTRIBUTE_CONTAINER_ID, identity->container_id);
	attributes_set_text(attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME, identity->runtime);
	attributes_set_text(attributes, ATTRIBUTE_K8S_POD_UID, identity->pod_uid);
	attributes_set_text(attributes, ATTRIBUTE_SYSTEMD_UNIT, identity->unit);
	attributes_set_text(attributes, ATTRIBUTE_PROCESS_LINUX_CGROUP, entry->path);
}

void resources_describe(const struct resources *resources, uint32_t context, uint64_t cgroup_id,
			struct attributes *attributes)
{
	const struct record_program *program = program_of(resources, context);
	const struct cgroup_entry *entry = find_cgroup(resources, cgroup_id);

	if (program) {
		attributes_set_text(attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME, program->name);
		attributes_set_text(attributes, ATTRIBUTE_PROCESS_EXECUTABLE_PATH, program->path);
		if (program->kind == PROGRAM_GO)
			attributes_set_text(attributes, ATTRIBUTE_PROCESS_RUNTIME_NAME, "go");
		attributes_set_text(attributes, ATTRIBUTE_PROCESS_RUNTIME_VERSION,
				    program->go_version);
	}
	if (entry)
		describe_cgroup(entry, attributes);
}

static size_t add_label(struct label *labels, size_t count, enum attribute_key key,
			const char *value)
{
	const struct attribute_definition *definition = attribute_definition(key);

	if (!value || !*value || count >= RESOURCE_LABELS_MAX)
		return count;
	labels[count].name = definition->label;
	labels[count].otlp_name = definition->name;
	labels[count].value = value;
	return count + 1;
}

static size_t container_labels(const struct cgroup_entry *entry, struct label *labels)
{
	size_t count = 0;

	count = add_label(labels, count, ATTRIBUTE_CONTAINER_ID, entry->identity.container_id);
	return count;
}

/* Where a series is from: the container, else the unit. */
static size_t place_labels(const struct cgroup_entry *entry, struct label *labels)
{
	size_t count = container_labels(entry, labels);

	return count ? count : add_label(labels, count, ATTRIBUTE_SYSTEMD_UNIT,
					 entry->identity.unit);
}

const enum attribute_key resources_label_keys[] = {
	ATTRIBUTE_CONTAINER_ID, ATTRIBUTE_SYSTEMD_UNIT, ATTRIBUTE_PROCESS_EXECUTABLE_NAME,
	ATTRIBUTE_KEY_MAX,
};

size_t resources_labels(const struct resources *resources, uint32_t context,
			struct label labels[RESOURCE_LABELS_MAX])
{
	const struct record_context *known = resources_context(resources, context);
	const struct record_program *program = program_of(resources, context);
	const struct cgroup_entry *entry = NULL;
	size_t count = 0;

	if (known)
		entry = find_cgroup(resources, known->cgroup_id);
	if (entry)
		count = place_labels(entry, labels);
	return add_label(labels, count, ATTRIBUTE_PROCESS_EXECUTABLE_NAME,
			 program ? program->name : NULL);
}

/* Without memory for it the series stay, under their ceiling. */
static void note_departed(struct resources *resources, const struct cgroup_entry *entry,
			  uint64_t now_ns)
{
	struct departed *departed = calloc(1, sizeof(*departed));

	if (!departed)
		return;
	if (place_labels(entry, &departed->label))
		departed->label.value = strdup(departed->label.value);
	if (!departed->label.value) {
		free(departed);
		return;
	}
	departed->since_ns = now_ns;
	if (resources->departed_last)
		resources->departed_last->next = departed;
	else
		resources->departed = departed;
	resources->departed_last = departed;
}

void resources_expire(struct resources *resources, uint64_t now_ns)
{
	struct cgroup_entry *entry, *next;

	HASH_ITER(hh, resources->cgroups, entry, next) {
		if (entry->removed_ns && now_ns > entry->removed_ns + REMEMBER_REMOVED_NS) {
			note_departed(resources, entry, now_ns);
			drop_cgroup(resources, entry);
		} else if (entry->identity.container_id[0]) {
			names_mark(resources->names, entry->identity.container_id);
		}
	}
	names_expire(resources->names, now_ns);
}

/* Units come again, and a container may have groups within its own. */
static bool is_there(const struct resources *resources, const struct label *label)
{
	struct cgroup_entry *entry, *next;
	struct label own;

	HASH_ITER(hh, resources->cgroups, entry, next)
		if (place_labels(entry, &own) && own.name == label->name &&
		    !strcmp(own.value, label->value))
			return true;
	return false;
}

void resources_each_departed(struct resources *resources, uint64_t now_ns, resources_take take,
			     void *closure)
{
	while (resources->departed && now_ns > resources->departed->since_ns + SERIES_STAY_NS) {
		if (!is_there(resources, &resources->departed->label))
			take(closure, &resources->departed->label, 1);
		drop_departed(resources);
	}
}

void resources_each_program(const struct resources *resources, resources_take_program take,
			    void *closure)
{
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		if (resources->programs[i])
			take(closure, resources->programs[i]);
}

static size_t name_labels(const struct record_container *names, struct label *labels, size_t count)
{
	enum attribute_key owner = names_owner_key(names);

	count = add_label(labels, count, ATTRIBUTE_CONTAINER_NAME, names->name);
	count = add_label(labels, count, ATTRIBUTE_CONTAINER_IMAGE_NAME, names->image_name);
	count = add_label(labels, count, ATTRIBUTE_CONTAINER_IMAGE_TAGS, names->image_tag);
	count = add_label(labels, count, ATTRIBUTE_K8S_POD_NAME, names->pod_name);
	count = add_label(labels, count, ATTRIBUTE_K8S_NAMESPACE_NAME, names->pod_namespace);
	count = add_label(labels, count, ATTRIBUTE_K8S_CONTAINER_NAME, names->pod_container);
	count = add_label(labels, count, ATTRIBUTE_K8S_DEPLOYMENT_NAME, names->deployment);
	if (owner != ATTRIBUTE_KEY_MAX)
		count = add_label(labels, count, owner, names->owner);
	return count;
}

void resources_each_container(const struct resources *resources, resources_take take,
			      void *closure)
{
	const struct record_container *names;
	struct label labels[RESOURCE_LABELS_MAX];
	struct cgroup_entry *entry, *next;
	const char *pod_uid;
	size_t count;

	HASH_ITER(hh, resources->cgroups, entry, next) {
		if (!entry->identity.container_id[0])
			continue;
		names = names_container(resources->names, entry->identity.container_id);
		pod_uid = names && names->pod_uid[0] ? names->pod_uid : entry->identity.pod_uid;
		count = container_labels(entry, labels);
		count = add_label(labels, count, ATTRIBUTE_CONTAINER_RUNTIME_NAME,
				  entry->identity.runtime);
		count = add_label(labels, count, ATTRIBUTE_K8S_POD_UID, pod_uid);
		count = add_label(labels, count, ATTRIBUTE_K8S_POD_QOS_CLASS, entry->identity.qos);
		if (names)
			count = name_labels(names, labels, count);
		take(closure, labels, count);
	}
}
