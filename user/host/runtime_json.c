/* SPDX-License-Identifier: BSD-2-Clause */
/* Four kinds of documents, each with a function that knows where in it the words are. */
#include "user/host/runtime_json.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <string.h>

#include "user/host/words.h"

static int take_config(const cJSON *document, struct record_container *names)
{
	words_take(cJSON_GetObjectItemCaseSensitive(document, "annotations"), names);
	return 0;
}

static int take_state(const cJSON *document, struct record_container *names)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(document, "config");
	const char *id = words_text(document, "id");

	if (!id || strcmp(id, names->id))
		return -ENOENT;
	words_take(cJSON_GetObjectItemCaseSensitive(config, "labels"), names);
	return 0;
}

/* The daemon writes "ID" to its file and "Id" to its clients. */
static int take_docker(const cJSON *document, struct record_container *names)
{
	const cJSON *config = cJSON_GetObjectItemCaseSensitive(document, "Config");
	const char *id = words_text(document, "ID") ?: words_text(document, "Id");
	const char *name = words_text(document, "Name");

	if (!id || strcmp(id, names->id))
		return -ENOENT;
	words_put(names->name, sizeof(names->name), name && *name == '/' ? name + 1 : name);
	words_image(names, words_text(config, "Image"));
	words_take(cJSON_GetObjectItemCaseSensitive(config, "Labels"), names);
	return 0;
}

/* Its metadata is JSON within JSON. */
static void take_metadata(const char *text, struct record_container *names)
{
	cJSON *metadata = cJSON_Parse(text);

	words_image(names, words_text(metadata, "image-name"));
	words_put(names->pod_name, sizeof(names->pod_name),
		  names->pod_uid[0] ? words_text(metadata, "pod-name") : NULL);
	cJSON_Delete(metadata);
}

static int take_list(const cJSON *document, struct record_container *names)
{
	const cJSON *item;

	cJSON_ArrayForEach(item, document) {
		const char *id = words_text(item, "id"), *metadata = words_text(item, "metadata");

		if (!id || strcmp(id, names->id))
			continue;
		words_put(names->name, sizeof(names->name), cJSON_GetStringValue(cJSON_GetArrayItem(
			cJSON_GetObjectItemCaseSensitive(item, "names"), 0)));
		if (metadata)
			take_metadata(metadata, names);
		return 0;
	}
	return -ENOENT;
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

	if (words_too_many(bytes, size))
		return -E2BIG;
	document = cJSON_ParseWithLength(bytes, size);
	if (cJSON_IsObject(document) || (kind == RUNTIME_STORAGE_LIST && cJSON_IsArray(document)))
		result = takers[kind](document, names);
	cJSON_Delete(document);
	return result;
}
