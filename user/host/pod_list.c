/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Follows brackets and texts alone: what stands in the array "items" of the outermost object is
 * cut out and read by the parser of JSON, the rest is passed over.
 */
#include "user/host/pod_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define OF_LIST		1	/* brackets that are open within the outermost object */
#define OF_ITEMS	2	/* and within its array */
#define FIRST_BYTES	65536
#define KEY		"items"

struct pod_list {
	pod_take take;
	void *context;
	size_t depth;
	bool in_text;
	bool escaped;
	bool in_items;
	bool had_items;
	bool ended;
	bool too_long;			/* the pod at hand */
	char key[sizeof(KEY)];		/* the last text in the outermost object, its beginning */
	size_t key_size;
	char *pod;
	size_t size;
	size_t room;
	uint64_t unreadable;
};

struct pod_list *pod_list_new(pod_take take, void *context)
{
	struct pod_list *list = calloc(1, sizeof(*list));

	if (!list)
		return NULL;
	list->take = take;
	list->context = context;
	return list;
}

static void drop_pod(struct pod_list *list)
{
	free(list->pod);
	list->pod = NULL;
	list->size = list->room = 0;
}

void pod_list_free(struct pod_list *list)
{
	if (!list)
		return;
	drop_pod(list);
	free(list);
}

void pod_list_begin(struct pod_list *list)
{
	struct pod_list fresh = { .take = list->take, .context = list->context };

	drop_pod(list);
	*list = fresh;
}

static int make_room(struct pod_list *list)
{
	size_t room = list->room ? list->room * 2 : FIRST_BYTES;
	char *longer;

	longer = realloc(list->pod, room);
	if (!longer)
		return -ENOMEM;
	list->pod = longer;
	list->room = room;
	return 0;
}

/* One that is too long is passed over: whoever wrote it costs nobody else a name. */
static int keep(struct pod_list *list, char byte)
{
	int result = 0;

	list->too_long = list->too_long || list->size == POD_SIZE_MAX;
	if (list->too_long)
		return 0;
	if (list->size == list->room)
		result = make_room(list);
	if (!result)
		list->pod[list->size++] = byte;
	return result;
}

static bool is_in_pod(const struct pod_list *list)
{
	return list->in_items && list->depth > OF_ITEMS;
}

static void end_pod(struct pod_list *list)
{
	struct pod *pod = list->too_long ? NULL : pod_new(list->pod, list->size);

	if (pod)
		list->take(list->context, pod);
	else
		list->unreadable++;
	pod_free(pod);
	list->size = 0;
	list->too_long = false;
}

static bool is_key(const struct pod_list *list)
{
	return list->key_size == strlen(KEY) && !memcmp(list->key, KEY, strlen(KEY));
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

/* An empty list is written as null. */
static void end_text(struct pod_list *list)
{
	list->in_text = false;
	if (list->depth == OF_LIST && is_key(list))
		list->had_items = true;
}

static void in_text(struct pod_list *list, char byte)
{
	if (list->escaped)
		list->escaped = false;
	else if (byte == '\\')
		list->escaped = true;
	else if (byte == '"')
		end_text(list);
	if (list->in_text && list->depth == OF_LIST && list->key_size < sizeof(list->key))
		list->key[list->key_size++] = byte;
}

static int open_bracket(struct pod_list *list, char byte)
{
	if (!list->depth && byte != '{')
		return -EINVAL;
	if (list->depth == OF_LIST && byte == '[' && is_key(list))
		list->in_items = true;
	else if (list->depth == OF_ITEMS && list->in_items && byte != '{')
		return -EINVAL;
	list->depth++;
	return 0;
}

static int close_bracket(struct pod_list *list)
{
	if (!list->depth)
		return -EINVAL;
	list->depth--;
	if (list->depth < OF_ITEMS)
		list->in_items = false;
	list->ended = !list->depth;
	return 0;
}

/* Outside of texts. */
static int take_byte(struct pod_list *list, char byte)
{
	switch (byte) {
	case '"':
		list->in_text = true;
		list->key_size = list->depth == OF_LIST ? 0 : list->key_size;
		return list->depth ? 0 : -EINVAL;
	case '{':
	case '[':
		return open_bracket(list, byte);
	case '}':
	case ']':
		return close_bracket(list);
	default:
		return list->depth || is_space(byte) ? 0 : -EINVAL;
	}
}

static int feed(struct pod_list *list, char byte)
{
	bool was_in_pod = is_in_pod(list);
	int result = 0;

	if (list->in_text)
		in_text(list, byte);
	else
		result = list->ended && !is_space(byte) ? -EINVAL : take_byte(list, byte);
	if (!result && (was_in_pod || is_in_pod(list)))
		result = keep(list, byte);
	if (!result && was_in_pod && !is_in_pod(list))
		end_pod(list);
	return result;
}

int pod_list_feed(struct pod_list *list, const char *bytes, size_t size)
{
	int result = 0;

	for (size_t i = 0; i < size && !result; i++)
		result = feed(list, bytes[i]);
	return result;
}

bool pod_list_is_whole(const struct pod_list *list)
{
	return list->ended && list->had_items;
}

uint64_t pod_list_unreadable(const struct pod_list *list)
{
	return list->unreadable;
}
