/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One table says which annotation or label means what; a field takes the first of its rows that the
 * document has. What would not fit is left out, never cut off.
 */
#include "user/host/words.h"

#include <string.h>

#include "user/model/image.h"

#define DECLARED	"resource.opentelemetry.io/"
#define VALUES_MAX	20000	/* 2 MB as a tree; a container's document has some hundred */

struct place {
	const char *key;
	size_t offset;
	size_t size;
};

#define PLACE(key, member)									\
	{ key, offsetof(struct record_container, member),					\
	  sizeof(((struct record_container *)0)->member) }

static const struct place name_places[] = {
	PLACE("nerdctl/name", name),
	PLACE("io.kubernetes.cri.container-name", pod_container),
	PLACE("io.kubernetes.container.name", pod_container),
	PLACE("io.kubernetes.cri.sandbox-name", pod_name),
	PLACE("io.kubernetes.pod.name", pod_name),
	PLACE("io.kubernetes.cri.sandbox-namespace", pod_namespace),
	PLACE("io.kubernetes.pod.namespace", pod_namespace),
	PLACE("io.kubernetes.cri.sandbox-uid", pod_uid),
	PLACE("io.kubernetes.pod.uid", pod_uid),
};

static const struct place service_places[] = {
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

void words_put(char *into, size_t size, const char *value)
{
	if (value && !into[0] && strlen(value) < size)
		strcpy(into, value);
}

void words_image(struct record_container *names, const char *reference)
{
	if (reference && !names->image_name[0])
		image_split(reference, names->image_name, sizeof(names->image_name),
			    names->image_tag, sizeof(names->image_tag));
}

const char *words_text(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

static const char *word(const cJSON *words, const char *key)
{
	size_t length = strlen(key);
	const cJSON *item;

	if (!cJSON_IsArray(words))
		return words_text(words, key);
	cJSON_ArrayForEach(item, words) {
		const char *text = cJSON_GetStringValue(item);

		if (text && !strncmp(text, key, length) && text[length] == '=')
			return text + length + 1;
	}
	return NULL;
}

static void take(const cJSON *words, const struct place *places, size_t count,
		 struct record_container *names)
{
	for (size_t i = 0; i < count; i++)
		words_put((char *)names + places[i].offset, places[i].size,
			  word(words, places[i].key));
}

void words_take_services(const cJSON *words, struct record_container *names)
{
	take(words, service_places, COUNT(service_places), names);
}

void words_take(const cJSON *words, struct record_container *names)
{
	take(words, name_places, COUNT(name_places), names);
	words_take_services(words, names);
	for (size_t i = 0; i < COUNT(image_keys); i++)
		words_image(names, word(words, image_keys[i]));
}

bool words_too_many(const char *bytes, size_t size)
{
	size_t count = 0;

	for (size_t i = 0; i < size; i++)
		count += bytes[i] == ',' || bytes[i] == '[' || bytes[i] == '{';
	return count > VALUES_MAX;
}
