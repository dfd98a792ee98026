/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One table says which annotation or label means what; a field takes the first of its rows that the
 * document has. What would not fit is left out, never cut off.
 */
#include "user/host/runtime_json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "user/model/image.h"

#define VALUES_MAX	20000	/* 2 MB as a tree; a container's document has some hundred */
#define DECLARED	"resource.opentelemetry.io/"

struct place {
	const char *key;
	size_t offset;
	size_t size;
};

#define PLACE(key, member)									\
	{ key, offsetof(struct record_container, member),					\
	  sizeof(((struct record_container *)0)->member) }

static const struct place places[] = {
	PLACE("nerdctl/name", name),
	PLACE("io.kubernetes.cri.container-name", pod_container),
	PLACE("io.kubernetes.container.name", pod_container),
	PLACE("io.kubernetes.cri.sandbox-name", pod_name),
	PLACE("io.kubernetes.pod.name", pod_name),
	PLACE("io.kubernetes.cri.sandbox-namespace", pod_namespace),
	PLACE("io.kubernetes.pod.namespace", pod_namespace),
	PLACE("io.kubernetes.cri.sandbox-uid", pod_uid),
	PLACE("io.kubernetes.pod.uid", pod_uid),
	PLACE(DECLARED "service.name", declared.name),
	PLACE(DECLARED "service.namespace", declared.name_space),
	PLACE(DECLARED "service.version", declared.version),
	PLACE(DECLARED "service.instance.id", declared.instance_id),
	PLACE("app.kubernetes.io/instance", labelled.name),
	PLACE("app.kubernetes.io/name", labelled.name),
	PLACE("com.docker.compose.service", labelled.name),
	PLACE("com.docker.compose.project", labelled.name_space),
	PLACE("app.kubernetes.io/version", labelled.version),
};

static const char *const image_keys[] = {
	"io.kubernetes.cri.image-name", "io.kubernetes.cri-o.ImageName",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void put(char *into, size_t size, const char *value)
{
	if (value && !into[0] && strlen(value) < size)
		strcpy(into, value);
}

static void put_image(struct record_container *names, const char *reference)
{
	if (reference && !names->image_name[0])
		image_split(reference, names->image_name, sizeof(names->image_name),
			    names->image_tag, sizeof(names->image_tag));
}

/* A member that is a text; NULL when there is none. */
static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* {"key": "value"}, or ["key=value"] as runc keeps annotations. */
static const char *word(const cJSON *words, const char *key)
{
	size_t length = strlen(key);
	const cJSON *item;

	if (!cJSON_IsArray(words))
		return text_of(words, key);
	cJSON_ArrayForEach(item, words) {
		const char *text = cJSON_GetStringValue(item);

		if (text && !strncmp(text, key, length) && text[length] == '=')
			return text + length + 1;
	}
	return NULL;
}

static void take_words(const cJSON *words, struct record_container *names)
{
	for (size_t i = 0; i < COUNT(places); i++)
		put((char *)names + places[i].offset, places[i].size, word(words, places[i].key));
	for (size_t i = 0; i < COUNT(image_keys); i++)
		put_image(names, word(words, image_keys[i]));
}

static int take_config(const cJSON *document, struct record_container *names)
{
	take_words(cJSON_GetObjectItemCaseSensitive(document, "annotations"), names);
	return 0;
}

static int take_state(const cJSON *document, struct record_container *names)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(document, "config");
	const char *id = text_of(document, "id");

	if (!id || strcmp(id, names->id))
		return -ENOENT;
	take_words(cJSON_GetObjectItemCaseSensitive(config, "labels"), names);
	return 0;
}

/* The daemon writes "ID" to its file and "Id" to its clients. */
static int take_docker(const cJSON *document, struct record_container *names)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(document, "Config");
	const char *id = text_of(document, "ID") ?: text_of(document, "Id");
	const char *name = text_of(document, "Name");

	if (!id || strcmp(id, names->id))
		return -ENOENT;
	put(names->name, sizeof(names->name), name && *name == '/' ? name + 1 : name);
	put_image(names, text_of(config, "Image"));
	take_words(cJSON_GetObjectItemCaseSensitive(config, "Labels"), names);
	return 0;
}

/* Its metadata is JSON within JSON. */
static void take_metadata(const char *text, struct record_container *names)
{
	cJSON *metadata = cJSON_Parse(text);

	put_image(names, text_of(metadata, "image-name"));
	put(names->pod_name, sizeof(names->pod_name),
	    names->pod_uid[0] ? text_of(metadata, "pod-name") : NULL);
	cJSON_Delete(metadata);
}

static int take_list(const cJSON *document, struct record_container *names)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, document) {
		const char *id = text_of(item, "id"), *metadata = text_of(item, "metadata");

		if (!id || strcmp(id, names->id))
			continue;
		put(names->name, sizeof(names->name), cJSON_GetStringValue(cJSON_GetArrayItem(
			cJSON_GetObjectItemCaseSensitive(item, "names"), 0)));
		if (metadata)
			take_metadata(metadata, names);
		return 0;
	}
	return -ENOENT;
}

/* An upper bound: what stands in texts is counted, too. */
static bool has_too_many_values(const char *bytes, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += bytes[i] == ',' || bytes[i] == '[' || bytes[i] == '{';
	return count > VALUES_MAX;
}

int runtime_json_read(enum runtime_document kind, const char *bytes, size_t size,
		      struct record_container *names)
{
	static int (*const takers[])(const cJSON *document, struct record_container *names) = {
		[RUNTIME_OCI_CONFIG] = take_config, [RUNTIME_OCI_STATE] = take_state,
		[RUNTIME_DOCKER] = take_docker, [RUNTIME_STORAGE_LIST] = take_list,
	};
	cJSON *document;
	int result = -EINVAL;

	if (has_too_many_values(bytes, size))
		return -E2BIG;
	document = cJSON_ParseWithLength(bytes, size);
	if (cJSON_IsObject(document) || (kind == RUNTIME_STORAGE_LIST && cJSON_IsArray(document)))
		result = takers[kind](document, names);
	cJSON_Delete(document);
	return result;
}
