/* SPDX-License-Identifier: BSD-2-Clause */
/* Names are looked up in the series that the scrape shows, so that both say the same. */
#include "user/encode/api_parts.h"

#include <stdlib.h>
#include <string.h>

const struct series *api_family(const struct metrics *metrics, const char *name)
{
	for (size_t i = 0; i < metrics_family_count(metrics); i++)
		if (!strcmp(metrics_family(metrics, i)->name, name))
			return metrics_first(metrics, i);
	return NULL;
}

const char *api_label(const struct series *series, const char *name)
{
	for (size_t i = 0; i < series->label_count; i++)
		if (!strcmp(series->labels[i].name, name))
			return series->labels[i].value;
	return NULL;
}

static const char *id_of(const struct series *series)
{
	const char *id = api_label(series, "container_id");

	return id ? id : "";
}

static int by_id(const void *one, const void *other)
{
	return strcmp(id_of(*(const struct series *const *)one),
		      id_of(*(const struct series *const *)other));
}

static int has_id(const void *id, const void *one)
{
	return strcmp(id, id_of(*(const struct series *const *)one));
}

void api_containers_init(struct api_containers *containers, const struct metrics *metrics)
{
	const struct series *first = api_family(metrics, "seamark_container");
	size_t count = 0;

	for (const struct series *one = first; one; one = one->next)
		count++;
	*containers = (struct api_containers){ .sorted = calloc(count + 1, sizeof(first)) };
	if (!containers->sorted)
		return;
	for (const struct series *one = first; one; one = one->next)
		containers->sorted[containers->count++] = one;
	qsort(containers->sorted, count, sizeof(first), by_id);
}

void api_containers_free(struct api_containers *containers)
{
	free(containers->sorted);
}

void api_text(struct json *json, const char *key, const char *text)
{
	if (text && *text)
		json_string(json, key, text);
}

static void pod(struct json *json, const char *name, const char *name_space)
{
	if (!name && !name_space)
		return;
	json_open(json, "pod", '{');
	api_text(json, "name", name);
	api_text(json, "namespace", name_space);
	json_close(json, '}');
}

void api_container(struct json *json, const struct api_containers *containers, const char *id)
{
	const struct series **found;

	if (!*id)
		return;
	found = containers->count ? bsearch(id, containers->sorted, containers->count,
					    sizeof(*containers->sorted), has_id) : NULL;
	json_open(json, "container", '{');
	json_string(json, "id", id);
	if (found) {
		api_text(json, "name", api_label(*found, "container_name"));
		api_text(json, "image", api_label(*found, "container_image_name"));
		api_text(json, "runtime", api_label(*found, "container_runtime_name"));
	}
	json_close(json, '}');
	if (found)
		pod(json, api_label(*found, "k8s_pod_name"),
		    api_label(*found, "k8s_namespace_name"));
}

void api_container_of(struct json *json, const struct attributes *attributes)
{
	const char *id = attributes_string(attributes, ATTRIBUTE_CONTAINER_ID);

	if (!id)
		return;
	json_open(json, "container", '{');
	json_string(json, "id", id);
	api_text(json, "name", attributes_string(attributes, ATTRIBUTE_CONTAINER_NAME));
	api_text(json, "image", attributes_string(attributes, ATTRIBUTE_CONTAINER_IMAGE_NAME));
	api_text(json, "runtime", attributes_string(attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME));
	json_close(json, '}');
	pod(json, attributes_string(attributes, ATTRIBUTE_K8S_POD_NAME),
	    attributes_string(attributes, ATTRIBUTE_K8S_NAMESPACE_NAME));
}

uint64_t api_bound_ns(uint64_t bound_ns)
{
	return bound_ns < API_LONGEST_NS ? bound_ns : API_LONGEST_NS;
}

void api_quantile(struct json *json, const char *key, const struct durations *durations,
		  double share)
{
	if (durations->used)
		json_unsigned(json, key, api_bound_ns(durations_quantile(durations, share)));
}
