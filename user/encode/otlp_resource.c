/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers are those of opentelemetry/proto/{common,resource}/v1. */
#include "user/encode/otlp_resource.h"

#include <string.h>

#define KEY_VALUE_KEY		1
#define KEY_VALUE_VALUE		2
#define ANY_STRING		1
#define ANY_BOOL		2
#define ANY_INT			3
#define ANY_ARRAY		5
#define ARRAY_VALUES		1
#define RESOURCE		1
#define RESOURCE_ATTRIBUTES	1
#define SCOPE			1
#define SCOPE_NAME		1
#define SCOPE_VERSION		2

static const enum attribute_key resource_keys[] = {
	ATTRIBUTE_CONTAINER_ID, ATTRIBUTE_CONTAINER_NAME, ATTRIBUTE_CONTAINER_IMAGE_NAME,
	ATTRIBUTE_CONTAINER_IMAGE_TAGS, ATTRIBUTE_CONTAINER_RUNTIME_NAME, ATTRIBUTE_K8S_POD_UID,
	ATTRIBUTE_K8S_POD_NAME, ATTRIBUTE_K8S_NAMESPACE_NAME, ATTRIBUTE_K8S_CONTAINER_NAME,
	ATTRIBUTE_K8S_DEPLOYMENT_NAME, ATTRIBUTE_K8S_REPLICASET_NAME,
	ATTRIBUTE_K8S_STATEFULSET_NAME, ATTRIBUTE_K8S_DAEMONSET_NAME, ATTRIBUTE_K8S_JOB_NAME,
	ATTRIBUTE_SERVICE_NAME, ATTRIBUTE_SERVICE_NAMESPACE, ATTRIBUTE_SERVICE_VERSION,
	ATTRIBUTE_SERVICE_INSTANCE_ID, ATTRIBUTE_PROCESS_PID, ATTRIBUTE_PROCESS_EXECUTABLE_NAME,
	ATTRIBUTE_PROCESS_EXECUTABLE_PATH, ATTRIBUTE_PROCESS_RUNTIME_NAME,
	ATTRIBUTE_PROCESS_RUNTIME_VERSION, ATTRIBUTE_PROCESS_LINUX_CGROUP, ATTRIBUTE_SYSTEMD_UNIT,
};
#define RESOURCE_KEYS (sizeof(resource_keys) / sizeof(resource_keys[0]))

bool otlp_is_resource_key(enum attribute_key key)
{
	for (size_t i = 0; i < RESOURCE_KEYS; i++)
		if (resource_keys[i] == key)
			return true;
	return false;
}

static bool is_same(const struct attributes *left, const struct attributes *right,
		    enum attribute_key key)
{
	const struct attribute *a = attributes_get(left, key), *b = attributes_get(right, key);

	if (!a || !b)
		return a == b;
	switch (attribute_definition(key)->type) {
	case ATTRIBUTE_STRING:
	case ATTRIBUTE_STRING_LIST:
		return !strcmp(attribute_string(left, a), attribute_string(right, b));
	case ATTRIBUTE_INTEGER:
		return a->integer == b->integer;
	default:
		return a->boolean == b->boolean;
	}
}

bool otlp_same_resource(const struct attributes *left, const struct attributes *right)
{
	for (size_t i = 0; i < RESOURCE_KEYS; i++)
		if (!is_same(left, right, resource_keys[i]))
			return false;
	return true;
}

static void open_value(struct otlp_writer *writer, uint32_t number, const char *key)
{
	otlp_open(writer, number, NULL);
	otlp_string(writer, KEY_VALUE_KEY, "key", key);
	otlp_open(writer, KEY_VALUE_VALUE, "value");
}

static void close_value(struct otlp_writer *writer)
{
	otlp_close(writer);
	otlp_close(writer);
}

void otlp_attribute_text(struct otlp_writer *writer, uint32_t number, const char *key,
			 const char *value)
{
	if (!value || !*value)
		return;
	open_value(writer, number, key);
	otlp_string(writer, ANY_STRING, "stringValue", value);
	close_value(writer);
}

void otlp_attribute(struct otlp_writer *writer, uint32_t number,
		    const struct attributes *attributes, const struct attribute *item)
{
	const struct attribute_definition *definition = attribute_definition(item->key);

	open_value(writer, number, definition->name);
	switch (definition->type) {
	case ATTRIBUTE_STRING:
		otlp_string(writer, ANY_STRING, "stringValue", attribute_string(attributes, item));
		break;
	case ATTRIBUTE_INTEGER:
		otlp_int64(writer, ANY_INT, "intValue", item->integer);
		break;
	case ATTRIBUTE_STRING_LIST:
		otlp_open(writer, ANY_ARRAY, "arrayValue");
		otlp_list(writer, "values");
		otlp_open(writer, ARRAY_VALUES, NULL);
		otlp_string(writer, ANY_STRING, "stringValue", attribute_string(attributes, item));
		otlp_close(writer);
		otlp_list_end(writer);
		otlp_close(writer);
		break;
	case ATTRIBUTE_BOOLEAN:
		otlp_bool(writer, ANY_BOOL, "boolValue", item->boolean);
		break;
	}
	close_value(writer);
}

/* What the agent says of itself as a service is not said of others; nor is anything said twice. */
static bool is_of_agent_alone(const struct attributes *attributes, const char *key)
{
	if (!strncmp(key, "service.", strlen("service.")))
		return true;
	for (size_t i = 0; i < attributes->count; i++)
		if (!strcmp(attribute_definition(attributes->items[i].key)->name, key))
			return true;
	return false;
}

/* attributes: of the program whose resource it is; NULL: of the agent's own. */
static void agent_attributes(struct otlp_writer *writer, const struct otlp_agent *agent,
			     const struct attributes *attributes)
{
	otlp_attribute_text(writer, RESOURCE_ATTRIBUTES, "host.name", agent->host_name);
	otlp_attribute_text(writer, RESOURCE_ATTRIBUTES, "telemetry.distro.name", "seamark");
	otlp_attribute_text(writer, RESOURCE_ATTRIBUTES, "telemetry.distro.version",
			    agent->version);
	for (size_t i = 0; i < agent->pair_count; i++)
		if (!attributes || !is_of_agent_alone(attributes, agent->pairs[i].key))
			otlp_attribute_text(writer, RESOURCE_ATTRIBUTES, agent->pairs[i].key,
					    agent->pairs[i].value);
}

/* Where nobody says what the service is, its program is known: no unknown_service. */
static const char *service_of(const struct attributes *attributes)
{
	return attributes_string(attributes, ATTRIBUTE_SERVICE_NAME) ?:
	       attributes_string(attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME) ?:
	       "unknown_service";
}

void otlp_resource(struct otlp_writer *writer, const struct otlp_agent *agent,
		   const struct attributes *attributes)
{
	const char *service = attributes ? service_of(attributes) : agent->service_name;

	otlp_open(writer, RESOURCE, "resource");
	otlp_list(writer, "attributes");
	otlp_attribute_text(writer, RESOURCE_ATTRIBUTES, "service.name",
			    service);
	agent_attributes(writer, agent, attributes);
	for (size_t i = 0; attributes && i < attributes->count; i++)
		if (otlp_is_resource_key(attributes->items[i].key) &&
		    attributes->items[i].key != ATTRIBUTE_SERVICE_NAME)
			otlp_attribute(writer, RESOURCE_ATTRIBUTES, attributes,
				       &attributes->items[i]);
	otlp_list_end(writer);
	otlp_close(writer);
}

void otlp_scope(struct otlp_writer *writer, const struct otlp_agent *agent)
{
	otlp_open(writer, SCOPE, "scope");
	otlp_string(writer, SCOPE_NAME, "name", "seamark");
	if (agent->version)
		otlp_string(writer, SCOPE_VERSION, "version", agent->version);
	otlp_close(writer);
}
