/* SPDX-License-Identifier: BSD-2-Clause */
/* Three texts as one key, which is also where they are kept. */
#include "user/model/actor.h"

#include <string.h>

#include "user/model/attribute.h"

static const char *value_of(const struct label *labels, size_t count, enum attribute_key key)
{
	const char *name = attribute_definition(key)->label;

	for (size_t i = 0; i < count; i++)
		if (labels[i].value && !strcmp(labels[i].name, name))
			return labels[i].value;
	return "";
}

struct actor actor_of_labels(const struct label *labels, size_t count)
{
	return (struct actor){
		.container_id = value_of(labels, count, ATTRIBUTE_CONTAINER_ID),
		.unit = value_of(labels, count, ATTRIBUTE_SYSTEMD_UNIT),
		.program = value_of(labels, count, ATTRIBUTE_PROCESS_EXECUTABLE_NAME),
	};
}

size_t actor_key(const struct actor *actor, char key[ACTOR_KEY_MAX])
{
	const char *const texts[] = { actor->container_id, actor->unit, actor->program };
	size_t used = 0;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *text = texts[i] ? texts[i] : "";
		size_t size = strlen(text) + 1;

		if (size > ACTOR_KEY_MAX - used)
			return 0;
		memcpy(key + used, text, size);
		used += size;
	}
	return used;
}

struct actor actor_of_key(const char *key)
{
	struct actor actor = { .container_id = key };

	actor.unit = actor.container_id + strlen(actor.container_id) + 1;
	actor.program = actor.unit + strlen(actor.unit) + 1;
	return actor;
}
