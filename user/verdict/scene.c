/* SPDX-License-Identifier: BSD-2-Clause */
/* Evidence by name, places by their attributes, and texts with blanks to fill. */
#include "user/verdict/scene.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "user/model/printable.h"

#define NS_PER_MS	1e6

static const struct {
	const char *runtime;
	enum place place;
} places[] = {
	{ "kubernetes", PLACE_KUBERNETES },
	{ "docker", PLACE_DOCKER },
	{ "podman", PLACE_PODMAN },
};

static enum place place_of(const struct fact *fact, const struct verdict_context *context)
{
	const struct attributes *attributes = &fact->attributes;
	const char *unit = attributes_string(attributes, ATTRIBUTE_SYSTEMD_UNIT);

	if (attributes_string(attributes, ATTRIBUTE_K8S_POD_UID))
		return PLACE_KUBERNETES;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		if (!strcmp(context->runtime, places[i].runtime))
			return places[i].place;
	if (context->runtime[0] || attributes_string(attributes, ATTRIBUTE_CONTAINER_ID))
		return PLACE_CONTAINER;
	if (unit && strlen(unit) > 8 && !strcmp(unit + strlen(unit) - 8, ".service"))
		return PLACE_SYSTEMD;
	return PLACE_HOST;
}

void scene_begin(struct scene *scene, const struct fact *fact,
		 const struct verdict_context *context)
{
	memset(scene, 0, sizeof(*scene));
	scene->fact = fact;
	scene->context = context;
	scene->place = place_of(fact, context);
}

static bool set(struct evidence *out, const char *key, const char *format, va_list arguments)
{
	vsnprintf(out->value, sizeof(out->value), format, arguments);
	printable_keep(out->value, sizeof(out->value));
	snprintf(out->key, sizeof(out->key), "%s", key);
	return out->value[0] != '\0';
}

void scene_show(struct scene *scene, const char *key, const char *format, ...)
{
	struct verdict *verdict = &scene->verdict;
	va_list arguments;

	if (verdict->evidence_count == EVIDENCE_MAX)
		return;
	va_start(arguments, format);
	if (set(&verdict->evidence[verdict->evidence_count], key, format, arguments))
		verdict->evidence_count++;
	va_end(arguments);
}

void scene_hint(struct scene *scene, const char *key, const char *format, ...)
{
	va_list arguments;

	if (scene->hint_count == HINTS_MAX)
		return;
	va_start(arguments, format);
	if (set(&scene->hints[scene->hint_count], key, format, arguments))
		scene->hint_count++;
	va_end(arguments);
}

void scene_show_attribute(struct scene *scene, enum attribute_key key)
{
	const struct attribute_definition *definition = attribute_definition(key);
	const struct attribute *item = attributes_get(&scene->fact->attributes, key);

	if (!item)
		return;
	if (definition->type == ATTRIBUTE_STRING || definition->type == ATTRIBUTE_STRING_LIST)
		scene_show(scene, definition->name, "%s",
			   attribute_string(&scene->fact->attributes, item));
	else if (definition->type == ATTRIBUTE_INTEGER)
		scene_show(scene, definition->name, "%lld", (long long)item->integer);
	else
		scene_show(scene, definition->name, item->boolean ? "true" : "false");
}

void scene_show_duration(struct scene *scene)
{
	double milliseconds = (double)scene->fact->duration_ns / NS_PER_MS;

	if (scene->fact->unmeasured)
		return;
	scene_show(scene, "duration", milliseconds < 10 ? "%.2f ms" : "%.0f ms", milliseconds);
}

void scene_show_requested(struct scene *scene)
{
	const char *name = strchr(scene->fact->name, ' ');

	scene_show_attribute(scene, ATTRIBUTE_NETWORK_LOCAL_ADDRESS);
	scene_show_attribute(scene, ATTRIBUTE_NETWORK_LOCAL_PORT);
	scene_hint(scene, "requested", "%s", name ? name + 1 : "");
}

bool scene_is_abstract(const struct scene *scene)
{
	const char *path = attributes_string(&scene->fact->attributes,
					     ATTRIBUTE_NETWORK_LOCAL_ADDRESS);

	return scene->fact->bind.requested.family == AF_UNIX && path && path[0] == '@';
}

bool scene_is_inet(const struct event_endpoint *endpoint)
{
	return endpoint->family == AF_INET || endpoint->family == AF_INET6;
}

bool scene_ipv4(const struct event_endpoint *endpoint, const uint8_t **address)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (endpoint->family == AF_INET)
		*address = endpoint->address;
	else if (endpoint->family == AF_INET6 &&
		 !memcmp(endpoint->address, mapped, sizeof(mapped)))
		*address = endpoint->address + sizeof(mapped);
	else
		return false;
	return true;
}

bool scene_is_loopback(const struct event_endpoint *endpoint)
{
	static const uint8_t one[16] = { [15] = 1 };
	const uint8_t *address;

	if (scene_ipv4(endpoint, &address))
		return address[0] == 127;
	return endpoint->family == AF_INET6 && !memcmp(endpoint->address, one, sizeof(one));
}

bool scene_is_wildcard(const struct event_endpoint *endpoint)
{
	static const uint8_t zeros[16];
	const uint8_t *address;

	if (scene_ipv4(endpoint, &address))
		return !memcmp(address, zeros, 4);
	return endpoint->family == AF_INET6 && !memcmp(endpoint->address, zeros, sizeof(zeros));
}

bool scene_attribute_is(const struct scene *scene, enum attribute_key key, const char *value)
{
	const char *have = attributes_string(&scene->fact->attributes, key);

	return have && !strcmp(have, value);
}

static const char *find(const struct evidence *items, size_t count, const char *key,
			size_t length)
{
	for (size_t i = 0; i < count; i++)
		if (strlen(items[i].key) == length && !memcmp(items[i].key, key, length))
			return items[i].value;
	return NULL;
}

static const char *value_of(const struct scene *scene, const char *key, size_t length)
{
	const struct verdict *verdict = &scene->verdict;
	const char *value = find(verdict->evidence, verdict->evidence_count, key, length);

	return value ? value : find(scene->hints, scene->hint_count, key, length);
}

/* Takes off a character that was cut in its middle. */
static size_t whole_characters(const char *text, size_t length)
{
	size_t start = length;

	while (start && ((unsigned char)text[start - 1] & 0xc0) == 0x80)
		start--;
	if (!start || (unsigned char)text[start - 1] < 0xc0)
		return length;
	return start - 1;
}

static size_t put(char *out, size_t size, size_t used, const char *text, size_t length)
{
	bool cut = length > size - used - 1;

	if (cut)
		length = size - used - 1;
	memcpy(out + used, text, length);
	used += length;
	return cut ? whole_characters(out, used) : used;
}

void scene_text(const struct scene *scene, const char *text, char *out, size_t size)
{
	bool skips = false;
	size_t used = 0;

	while (*text) {
		size_t length = strcspn(text, "{");
		const char *key = text + length + 1, *value;

		if (!skips)
			used = put(out, size, used, text, length);
		text += length;
		if (!*text)
			break;
		length = strcspn(key, "}");
		text = key + length + (key[length] == '}');
		value = *key == '?' ? value_of(scene, key + 1, length - 1)
				    : value_of(scene, key, length);
		if (*key == '?')
			skips = !value;
		else if (*key == '/')
			skips = false;
		else if (!skips && value)
			used = put(out, size, used, value, strlen(value));
	}
	out[used] = '\0';
}
