/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What others call themselves: documents and answers of runtimes, lists of pods, references to
 * images, names of logs, variables and contexts of processes. The last byte says which; whatever
 * comes out must end, and be printable.
 */
#include <stdlib.h>
#include <string.h>

#include "user/host/containerd_api.h"
#include "user/host/pod_list.h"
#include "user/host/runtime_json.h"
#include "user/model/image.h"
#include "user/model/names.h"
#include "user/model/pod_log.h"
#include "user/model/process_context.h"
#include "user/model/service.h"

#define KINDS 10		/* that the last byte tells apart */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_attributes(const struct attributes *attributes)
{
	for (size_t i = 0; i < attributes->count; i++) {
		const char *text = attribute_string(attributes, &attributes->items[i]);

		for (; *text; text++)
			if ((unsigned char)*text < 0x20 || *text == 0x7f)
				abort();
	}
}

/* The same way as a record takes. */
static void show(const struct record_container *container, const struct service_words *words)
{
	struct record_service service = { .tgid = 1, .words = *words };
	struct names *names = names_new();
	struct attributes attributes;

	if (names_add_container(names, container) || names_add_service(names, &service))
		abort();
	attributes_clear(&attributes);
	attributes_set_text(&attributes, ATTRIBUTE_CONTAINER_ID, container->id);
	names_describe(names, 1, 1, &attributes);
	check_attributes(&attributes);
	names_free(names);
}

/* Of each pod, what it says of a container and of its sandbox. */
static void take_pod(void *context, const struct pod *pod)
{
	struct record_container *container = context;

	if (pod_is(pod, container))
		pod_names(pod, container);
}

static void read_pods(const char *text, size_t size, struct record_container *container)
{
	struct pod_list *list = pod_list_new(take_pod, container);
	size_t half = size / 2;

	pod_list_begin(list);
	if (!pod_list_feed(list, text, half) && !pod_list_feed(list, text + half, size - half))
		pod_list_is_whole(list);
	pod_list_free(list);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct record_container container = { .id = "0123abc", .pod_uid = "u" };
	struct service_words words = { .name = "" };
	struct process_context context;
	uint64_t address;
	char *text;

	if (!size)
		return 0;
	/* Without an end of its own: readers keep to the size. */
	text = malloc(size);
	memcpy(text, data, size - 1);
	if (data[size - 1] % KINDS < 4)
		runtime_json_read(data[size - 1] % KINDS, text, size - 1, &container);
	if (data[size - 1] % KINDS == 4)
		process_context_read((const uint8_t *)text, size - 1, &words);
	if (data[size - 1] % KINDS == 4 && size > PROCESS_CONTEXT_HEADER)
		process_context_header((const uint8_t *)text, &context);
	if (data[size - 1] % KINDS == 8)
		containerd_api_read((const uint8_t *)text, size - 1, &container);
	if (data[size - 1] % KINDS == 9)
		read_pods(text, size - 1, &container);
	process_context_mapping(text, size - 1, &address);
	text[size - 1] = '\0';
	if (data[size - 1] % KINDS == 5)
		service_of_variables(text, text, &words);
	if (data[size - 1] % KINDS == 6) {
		pod_log_folder(text, &container);
		pod_log_link(text, &container);
	}
	if (data[size - 1] % KINDS == 7)
		image_split(text, container.image_name, sizeof(container.image_name),
			    container.image_tag, sizeof(container.image_tag));
	free(text);
	show(&container, &words);
	return 0;
}
