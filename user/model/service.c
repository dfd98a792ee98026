/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * OpenTelemetry's order for resources in Kubernetes, but for that the process' own word comes
 * first; outside of Kubernetes a container's name is the last. That a job is one of a cron job's
 * no pod says for certain, so the job stands where that would.
 */
#include "user/model/service.h"

#include <stdio.h>
#include <string.h>

#include "user/model/pair.h"

#define PAIR_SIZE 256

struct field {
	const char *key;
	size_t offset;
	size_t size;
};

#define FIELD(key, member) \
	{ key, offsetof(struct service_words, member), sizeof(((struct service_words *)0)->member) }

static const struct field fields[] = {
	FIELD("service.name", name),
	FIELD("service.namespace", name_space),
	FIELD("service.version", version),
	FIELD("service.instance.id", instance_id),
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

static char *at(struct service_words *words, const struct field *field)
{
	return (char *)words + field->offset;
}

/* What would be cut off is left out: another name is worse than none. */
static void put(struct service_words *words, const struct field *field, const char *value,
		size_t length)
{
	if (!length || length >= field->size || memchr(value, '\0', length))
		return;
	memcpy(at(words, field), value, length);
	at(words, field)[length] = '\0';
}

bool service_take(struct service_words *words, const char *key, const char *value, size_t length)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (!strcmp(key, fields[i].key)) {
			put(words, &fields[i], value, length);
			return true;
		}
	return false;
}

void service_fill(struct service_words *out, const struct service_words *other)
{
	for (size_t i = 0; i < FIELDS; i++)
		if (!*at(out, &fields[i]))
			memcpy(at(out, &fields[i]), (const char *)other + fields[i].offset,
			       fields[i].size);
}

void service_of_variables(const char *name, const char *attributes, struct service_words *out)
{
	struct service_words listed = { .name = "" };
	char key[PAIR_SIZE], value[PAIR_SIZE];
	int result = 0;

	memset(out, 0, sizeof(*out));
	if (name)
		put(out, &fields[0], name, strlen(name));
	while (attributes && (result = pair_next(&attributes, key, value, sizeof(key))) > 0)
		service_take(&listed, key, value, strlen(value));
	/* A list with one wrong entry counts for nothing: so the specification has it. */
	if (!result)
		service_fill(out, &listed);
}

static void derive_instance(const struct record_container *container, struct service_words *out)
{
	char text[sizeof(container->pod_namespace) + sizeof(container->pod_name) +
		  sizeof(container->pod_container) + 2];

	if (!container->pod_namespace[0] || !container->pod_name[0] ||
	    !container->pod_container[0])
		return;
	snprintf(text, sizeof(text), "%s.%s.%s", container->pod_namespace, container->pod_name,
		 container->pod_container);
	put(out, &fields[3], text, strlen(text));
}

/* What follows from the names of pod and container. */
static void derive(const struct record_container *container, struct service_words *out)
{
	const char *const names[] = { container->deployment, container->owner,
				      container->pod_name, container->pod_container,
				      container->name };

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !out->name[0]; i++)
		put(out, &fields[0], names[i], strlen(names[i]));
	put(out, &fields[1], container->pod_namespace, strlen(container->pod_namespace));
	put(out, &fields[2], container->image_tag, strlen(container->image_tag));
	derive_instance(container, out);
}

void service_decide(const struct service_words *process, const struct record_container *container,
		    struct service_words *out)
{
	struct service_words derived;

	memset(out, 0, sizeof(*out));
	if (process)
		service_fill(out, process);
	if (!container)
		return;
	derive(container, &derived);
	service_fill(out, &container->declared);
	service_fill(out, &container->labelled);
	service_fill(out, &derived);
}
