/* SPDX-License-Identifier: BSD-2-Clause */
/* Any bytes as a control group's path: what comes out is terminated, clean and to be relied on. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/cgroup_path.h"

/* Claims what the parser promised; a broken promise is a crash. */
#define PROMISED(condition)	do { if (!(condition)) abort(); } while (0)
#define TERMINATED(text)	PROMISED(memchr(text, '\0', sizeof(text)))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_characters(const char *text, const char *others)
{
	static const char plain[] =
		"0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

	for (; *text; text++)
		PROMISED(strchr(plain, *text) || strchr(others, *text));
}

static void check_pod(const struct cgroup_identity *found)
{
	size_t length = strlen(found->pod_uid);

	PROMISED(!length || length == 32 || length == 36);
	PROMISED(strspn(found->pod_uid, "0123456789abcdef-") == length);
	PROMISED(!found->qos[0] || !strcmp(found->qos, "Burstable") ||
		 !strcmp(found->qos, "BestEffort") || !strcmp(found->qos, "Guaranteed"));
	/* A class is a pod's, and a pod is only told of a container. */
	PROMISED(!found->qos[0] || length);
	PROMISED(!length || found->container_id[0]);
}

static void check(const struct cgroup_identity *found)
{
	TERMINATED(found->runtime);
	TERMINATED(found->container_id);
	TERMINATED(found->pod_uid);
	TERMINATED(found->qos);
	TERMINATED(found->unit);
	check_characters(found->runtime, "");
	check_characters(found->container_id, "_.+-");
	check_characters(found->unit, ":_.\\@+-");
	PROMISED(!found->runtime[0] || found->container_id[0]);
	check_pod(found);
}

/* The end of a path wins: whatever stands before a container's own segment. */
static void check_inside(const char *outer)
{
	static const char id[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
	static const char inner[] = "/docker/";
	struct cgroup_identity found;
	size_t length = strlen(outer);
	char *path = malloc(length + sizeof(inner) + sizeof(id));

	memcpy(path, outer, length);
	memcpy(path + length, inner, sizeof(inner));
	strcat(path + length, id);
	cgroup_path_parse(path, &found);
	check(&found);
	PROMISED(!strcmp(found.container_id, id) && !strcmp(found.runtime, "docker"));
	free(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cgroup_identity found, again;
	char *path = malloc(size + 2);

	path[0] = '/';
	memcpy(path + 1, data, size);
	path[size + 1] = '\0';
	memset(&found, 0xff, sizeof(found));
	cgroup_path_parse(path + 1, &found);
	check(&found);
	memset(&again, 0, sizeof(again));
	cgroup_path_parse(path, &again);
	PROMISED(!memcmp(&found, &again, sizeof(found)));
	check_inside(path);
	free(path);
	return 0;
}
