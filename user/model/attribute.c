/* SPDX-License-Identifier: BSD-2-Clause */
/* The vocabulary's table, and sets of attributes whose strings are safe to print anywhere. */
#include "user/model/attribute.h"

#include <string.h>

static const struct attribute_definition definitions[ATTRIBUTE_KEY_MAX] = {
#define X(key, name, label, type, help) \
	[ATTRIBUTE_##key] = { name, label, help, ATTRIBUTE_##type },
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

/* Length of the valid, printable UTF-8 sequence at text; 0 when there is none. */
static size_t printable_length(const unsigned char *text, size_t left)
{
	size_t length = text[0] < 0x80 ? 1 : (text[0] & 0xe0) == 0xc0 ? 2
		      : (text[0] & 0xf0) == 0xe0 ? 3 : (text[0] & 0xf8) == 0xf0 ? 4 : 0;
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	uint32_t point;

	if (length == 1)
		return text[0] >= 0x20 && text[0] != 0x7f;
	if (!length || length > left)
		return 0;
	point = text[0] & (0x7f >> length);
	for (size_t i = 1; i < length; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (point < least[length] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000) ||
	    (point >= 0x80 && point < 0xa0))
		return 0;
	return length;
}

/* Copies text made printable; returns bytes used with the NUL, 0 when it doesn't fit. */
static size_t copy_printable(char *into, size_t room, const char *text, size_t length)
{
	static const char hex[] = "0123456789abcdef";
	size_t at = 0, used = 0, valid;

	while (at < length && text[at]) {
		valid = printable_length((const unsigned char *)text + at, length - at);
		if (used + (valid ? valid : 4) + 1 > room)
			return 0;
		if (valid) {
			memcpy(into + used, text + at, valid);
			used += valid;
			at += valid;
			continue;
		}
		into[used++] = '\\';
		into[used++] = 'x';
		into[used++] = hex[(unsigned char)text[at] >> 4];
		into[used++] = hex[(unsigned char)text[at] & 15];
		at++;
	}
	if (!used)
		return 0;
	into[used++] = '\0';
	return used;
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
	used = copy_printable(attributes->bytes + attributes->used, room, value, length);
	if (!used) {
		attributes->left_out++;
		return;
	}
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

	if (!item || definitions[key].type != ATTRIBUTE_STRING)
		return NULL;
	return attribute_string(attributes, item);
}

int64_t attributes_integer(const struct attributes *attributes, enum attribute_key key,
			   int64_t fallback)
{
	const struct attribute *item = attributes_get(attributes, key);

	return item && definitions[key].type == ATTRIBUTE_INTEGER ? item->integer : fallback;
}
