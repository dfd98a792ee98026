/* SPDX-License-Identifier: BSD-2-Clause */
/* The vocabulary's table, and sets of attributes whose strings are safe to print anywhere. */
#include "user/model/attribute.h"

#include <string.h>

#include "user/model/printable.h"

static const struct attribute_definition definitions[ATTRIBUTE_KEY_MAX] = {
#define X(key, name, label, type, help, chinese) \
	[ATTRIBUTE_##key] = { name, label, help, chinese, ATTRIBUTE_##type },
	ATTRIBUTE_TABLE(X)
#undef X
};

const struct attribute_definition *attribute_definition(enum attribute_key key)
{
	return &definitions[key];
}

void attributes_clear(struct attributes *attributes)
{
	attributes->count = 0;
	attributes->used = 0;
	attributes->left_out = 0;
}

static struct attribute *find(struct attributes *attributes, enum attribute_key key)
{
	for (size_t i = 0; i < attributes->count; i++)
		if (attributes->items[i].key == key)
			return &attributes->items[i];
	return NULL;
}

/* The key's item, a new one if need be; NULL when the set is full. */
static struct attribute *place(struct attributes *attributes, enum attribute_key key)
{
	struct attribute *item = find(attributes, key);

	if (item)
		return item;
	if (attributes->count == ATTRIBUTES_MAX) {
		attributes->left_out++;
		return NULL;
	}
	item = &attributes->items[attributes->count++];
	item->key = key;
	return item;
}

void attributes_set_string(struct attributes *attributes, enum attribute_key key,
			   const char *value, size_t length)
{
	size_t room = sizeof(attributes->bytes) - attributes->used, used;
	struct attribute *item;

	if (!value || !length || !*value)
		return;
	used = printable_copy(attributes->bytes + attributes->used, room, value, length);
	if (!used) {
		attributes->left_out++;
		return;
	}
	item = find(attributes, key);
	/* The same again needs no room. */
	if (item && !strcmp(attribute_string(attributes, item),
			    attributes->bytes + attributes->used))
		return;
	item = place(attributes, key);
	if (!item)
		return;
	item->string = attributes->used;
	attributes->used += (uint16_t)used;
}

void attributes_set_text(struct attributes *attributes, enum attribute_key key, const char *value)
{
	if (value)
		attributes_set_string(attributes, key, value, strlen(value));
}

void attributes_set_integer(struct attributes *attributes, enum attribute_key key, int64_t value)
{
	struct attribute *item = place(attributes, key);

	if (item)
		item->integer = value;
}

void attributes_set_boolean(struct attributes *attributes, enum attribute_key key, bool value)
{
	struct attribute *item = place(attributes, key);

	if (item)
		item->boolean = value;
}

const struct attribute *attributes_get(const struct attributes *attributes, enum attribute_key key)
{
	for (size_t i = 0; i < attributes->count; i++)
		if (attributes->items[i].key == key)
			return &attributes->items[i];
	return NULL;
}

const char *attribute_string(const struct attributes *attributes, const struct attribute *item)
{
	return attributes->bytes + item->string;
}

const char *attributes_string(const struct attributes *attributes, enum attribute_key key)
{
	const struct attribute *item = attributes_get(attributes, key);

	if (!item || (definitions[key].type != ATTRIBUTE_STRING &&
		      definitions[key].type != ATTRIBUTE_STRING_LIST))
		return NULL;
	return attribute_string(attributes, item);
}

int64_t attributes_integer(const struct attributes *attributes, enum attribute_key key,
			   int64_t fallback)
{
	const struct attribute *item = attributes_get(attributes, key);

	return item && definitions[key].type == ATTRIBUTE_INTEGER ? item->integer : fallback;
}
