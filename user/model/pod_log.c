/* SPDX-License-Identifier: BSD-2-Clause */
/* Names in Kubernetes hold no underscore, so that it parts them. */
#include "user/model/pod_log.h"

#include <string.h>

#define SUFFIX ".log"

/* Between start and end; false when empty or too long for its place. */
static bool take(char *into, size_t size, const char *start, const char *end)
{
	size_t length = (size_t)(end - start);

	if (!length || length >= size)
		return false;
	memcpy(into, start, length);
	into[length] = '\0';
	return true;
}

#define TAKE(field, start, end) take(field, sizeof(field), start, end)

bool pod_log_folder(const char *folder, struct record_container *names)
{
	const char *first = strchr(folder, '_'), *last = strrchr(folder, '_');
	struct record_container found = *names;

	if (!names->pod_uid[0] || !first || last == first || strcmp(last + 1, names->pod_uid) ||
	    memchr(first + 1, '_', (size_t)(last - first - 1)) ||
	    !TAKE(found.pod_namespace, folder, first) || !TAKE(found.pod_name, first + 1, last))
		return false;
	*names = found;
	return true;
}

bool pod_log_link(const char *link, struct record_container *names)
{
	size_t length = strlen(link), tail = strlen(names->id) + strlen(SUFFIX) + 1;
	const char *first = strchr(link, '_'), *second = first ? strchr(first + 1, '_') : NULL;
	struct record_container found = *names;
	const char *dash;

	if (!names->id[0] || !second || length < tail)
		return false;
	dash = link + length - tail;
	if (dash <= second || *dash != '-' || strchr(second + 1, '_') ||
	    strncmp(dash + 1, names->id, strlen(names->id)) ||
	    strcmp(link + length - strlen(SUFFIX), SUFFIX) ||
	    !TAKE(found.pod_name, link, first) || !TAKE(found.pod_namespace, first + 1, second) ||
	    !TAKE(found.pod_container, second + 1, dash))
		return false;
	*names = found;
	return true;
}
