/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What runtimes write: documents of Docker 20.10, Podman 4.3, containerd 1.6 and runc 1.1 as they
 * were found, what Kubernetes adds, where they are looked for; and names that come late.
 */
#include "tests/unit/folder.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/export/span_queue.h"
#include "user/host/environment.h"
#include "user/host/process_words.h"
#include "user/host/root.h"
#include "user/host/runtime_files.h"
#include "user/host/runtime_json.h"
#include "user/host/text_file.h"

#define DOCKER "eea94c23d1bbc1a6c5c57af021320ecea3120d1037e2c91ab6c4a8aaf31354e9"
#define PODMAN "eb2f2cd4617ead8c52110f2fb563d8099d7802d683e404be83fe64ee675ea5c4"

static const struct {
	const char *file;
	enum runtime_document document;
	const char *id, *name, *image, *tag, *declared, *labelled;
} found[] = {
	{ "docker.config.v2.json", RUNTIME_DOCKER, DOCKER, "web", "shop/bb", "1.2", "", "web" },
	{ "docker.inspect.json", RUNTIME_DOCKER, DOCKER, "web", "shop/bb", "1.2", "", "web" },
	{ "docker.state.json", RUNTIME_OCI_STATE, DOCKER, "", "", "", "", "" },
	{ "podman.inspect.json", RUNTIME_DOCKER, PODMAN, "pweb", "localhost/shop/bb", "1.2", "", "" },
	{ "podman.containers.json", RUNTIME_STORAGE_LIST, PODMAN, "pweb", "localhost/shop/bb",
	  "1.2", "", "" },
	{ "podman.config.json", RUNTIME_OCI_CONFIG, PODMAN, "", "", "", "annotated", "" },
	{ "ctr.state.json", RUNTIME_OCI_STATE, "k2", "", "", "", "", "" },
};

static char *read_document(const char *name)
{
	char path[128], *text;

	snprintf(path, sizeof(path), "tests/unit/runtime/%s", name);
	text = text_file_read(path, 1u << 20);
	assert_non_null(text);
	return text;
}

static void documents_of_runtimes_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(found); i++) {
		struct record_container names = { .id = "" };
		char *text = read_document(found[i].file);

		strcpy(names.id, found[i].id);
		assert_int_equal(runtime_json_read(found[i].document, text, strlen(text), &names), 0);
		assert_string_equal(names.name, found[i].name);
		assert_string_equal(names.image_name, found[i].image);
		assert_string_equal(names.image_tag, found[i].tag);
		assert_string_equal(names.declared.name, found[i].declared);
		assert_string_equal(names.labelled.name, found[i].labelled);
		free(text);
	}
}

/* Cut off anywhere it is refused, and nothing of it is taken. */
static void documents_of_others_are_refused(void **state)
{
	const struct record_container nobody = { .id = "nobody" };

	(void)state;
	for (size_t i = 0; i < COUNT(found); i++) {
		struct record_container names = nobody;
		char *text = read_document(found[i].file);
		size_t length = strlen(text);

		for (size_t size = 0; size + 2 < length; size += 97)
			assert_int_equal(runtime_json_read(found[i].document, text, size, &names),
					 -EINVAL);
		if (found[i].document != RUNTIME_OCI_CONFIG)
			assert_int_equal(runtime_json_read(found[i].document, text, length, &names),
					 -ENOENT);
		assert_memory_equal(&names, &nobody, sizeof(names));
		free(text);
	}
}

static void kubernetes_says_so_in_annotations(void **state)
{
	static const struct {
		enum runtime_document document;
		const char *text;
	} cases[] = {
		{ RUNTIME_OCI_CONFIG,
		  "{\"annotations\":{\"io.kubernetes.cri.container-name\":\"app\","
		  "\"io.kubernetes.cri.sandbox-name\":\"web-0\","
		  "\"io.kubernetes.cri.sandbox-namespace\":\"prod\","
		  "\"io.kubernetes.cri.sandbox-uid\":\"u\","
		  "\"io.kubernetes.cri.image-name\":\"r/web:1\"}}" },
		{ RUNTIME_OCI_CONFIG,
		  "{\"annotations\":{\"io.kubernetes.container.name\":\"app\","
		  "\"io.kubernetes.pod.name\":\"web-0\",\"io.kubernetes.pod.namespace\":\"prod\","
		  "\"io.kubernetes.pod.uid\":\"u\",\"io.kubernetes.cri-o.ImageName\":\"r/web:1\"}}" },
		{ RUNTIME_OCI_STATE,
		  "{\"id\":\"c\",\"config\":{\"labels\":[\"bundle=/x\",3,"
		  "\"io.kubernetes.cri.container-name=app\",\"io.kubernetes.cri.sandbox-name=web-0\","
		  "\"io.kubernetes.cri.sandbox-namespace=prod\",\"io.kubernetes.cri.sandbox-uid=u\","
		  "\"io.kubernetes.cri.image-name=r/web:1\"]}}" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct record_container names = { .id = "c" };

		assert_int_equal(runtime_json_read(cases[i].document, cases[i].text,
						   strlen(cases[i].text), &names), 0);
		assert_string_equal(names.pod_container, "app");
		assert_string_equal(names.pod_name, "web-0");
		assert_string_equal(names.pod_namespace, "prod");
		assert_string_equal(names.pod_uid, "u");
		assert_string_equal(names.image_name, "r/web");
	}
}

static void documents_without_end_are_refused(void **state)
{
	struct record_container names = { .id = "c" };
	char *deep = malloc(15000), *wide = malloc(50000);

	(void)state;
	memset(deep, '[', 15000);
	memset(wide, ',', 50000);
	assert_int_equal(runtime_json_read(RUNTIME_OCI_CONFIG, deep, 15000, &names), -EINVAL);
	assert_int_equal(runtime_json_read(RUNTIME_OCI_CONFIG, wide, 50000, &names), -E2BIG);
	free(deep);
	free(wide);
}


static void make(const char *place, const char *text)
{
	char path[512], *slash;
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", folder, place);
	for (slash = path + strlen(folder); (slash = strchr(slash + 1, '/'));) {
		*slash = '\0';
		mkdir(path, 0700);
		*slash = '/';
	}
	file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void look(const char *id, struct record_container *names)
{
	const char *const roots[] = { folder };
	struct runtime_files *files;
	size_t wrong;

	assert_int_equal(runtime_files_new(roots, 1, &files, &wrong), 0);
	memset(names, 0, sizeof(*names));
	strcpy(names->id, id);
	assert_true(runtime_files_look(files, names, UINT64_MAX));
	runtime_files_free(files);
}

static const char *const places[] = {
	"containers/%s/config.v2.json", "var/lib/docker/containers/%s/config.v2.json",
	"home/ann/.local/share/docker/containers/%s/config.v2.json",
};

static void files_are_found_where_runtimes_put_them(void **state)
{
	struct record_container names;
	char id[65], place[256], text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		snprintf(id, sizeof(id), "%064zx", i + 10);
		snprintf(place, sizeof(place), places[i], id);
		snprintf(text, sizeof(text), "{\"ID\":\"%s\",\"Name\":\"/n%zu\"}", id, i);
		make(place, text);
		look(id, &names);
		assert_int_equal(names.name[1], '0' + (int)i);
	}
	make("run/user/1000/runc/mine/state.json", "{\"id\":\"mine\",\"config\":{\"labels\":[]}}");
	look("mine", &names);
	assert_string_equal(names.name, "mine");
	make("run/containerd/io.containerd.runtime.v2.task/default/k1/config.json", "{}");
	look("k1", &names);
	assert_string_equal(names.name, "k1");
}

static const char *name_of(struct runtime_files *files, const char *id,
			   struct record_container *names)
{
	memset(names, 0, sizeof(*names));
	strcpy(names->id, id);
	assert_true(runtime_files_look(files, names, UINT64_MAX));
	return names->name;
}

static void what_is_nowhere_is_asked_for_once_a_turn(void **state)
{
	const char *const roots[] = { folder };
	struct record_container names;
	struct runtime_files *files;
	size_t wrong;

	(void)state;
	assert_int_equal(runtime_files_new(roots, 1, &files, &wrong), 0);
	runtime_files_turn(files);
	assert_string_equal(name_of(files, "first", &names), "");
	/* No container had a place there. */
	make("run/crun/first/config.json", "{}");
	assert_string_equal(name_of(files, "first", &names), "");
	runtime_files_turn(files);
	assert_string_equal(name_of(files, "first", &names), "first");
	/* One had: the next is looked for, whether or not it was there before. */
	assert_string_equal(name_of(files, "second", &names), "");
	make("run/crun/second/config.json", "{}");
	assert_string_equal(name_of(files, "second", &names), "second");
	runtime_files_free(files);
}

static void links_and_ways_out_are_not_followed(void **state)
{
	static const char *const ids[] = { "..", ".", "", "a/b", "../../etc", "a b", "linked" };
	char path[512], target[512];
	struct record_container names;

	(void)state;
	make("elsewhere/config.v2.json", "{\"ID\":\"linked\",\"Name\":\"/no\"}");
	make("containers/other/config.v2.json", "{}");
	snprintf(path, sizeof(path), "%s/containers/linked", folder);
	snprintf(target, sizeof(target), "%s/elsewhere", folder);
	assert_int_equal(symlink(target, path), 0);
	for (size_t i = 0; i < COUNT(ids); i++) {
		look(ids[i], &names);
		assert_string_equal(names.name, "");
	}
}

static void a_root_must_be_there(void **state)
{
	const char *const roots[] = { "/", "/nowhere" };
	struct runtime_files *files = NULL;
	size_t wrong = 0;

	(void)state;
	assert_int_equal(runtime_files_new(roots, 2, &files, &wrong), -ENOENT);
	assert_int_equal(wrong, 1);
	assert_null(files);
}

static void own_mounts_are_told_from_slow_ones(void **state)
{
	int fd = open("/proc/self", O_PATH | O_CLOEXEC);

	(void)state;
	assert_false(root_is_slow_fd(fd));
	close(fd);
	assert_true(root_is_slow_fd(-1));
}

/* This process says what it was started with, and publishes no context. */
static void a_process_is_asked(void **state)
{
	static const char *const names[] = { "PATH", "NOT_SET_ANYWHERE" };
	struct service_words words;
	char *values[2];

	(void)state;
	assert_int_equal(environment_read(getpid(), names, values, 2), 0);
	assert_non_null(values[0]);
	assert_null(values[1]);
	free(values[0]);
	assert_int_equal(process_words_of_environment(getpid(), &words), 0);
	assert_int_equal(process_words_of_context(getpid(), &words), -ENOENT);
	assert_true(process_words_of_environment(-1, &words) < 0);
}

static const uint8_t payload[] =
	"\x0a\x18\x0a\x16\x0a\x0cservice.name\x12\x06\x0a\x04shop";

/* As an SDK does, in this process: a memfd's mapping, the header in it, the payload elsewhere. */
static void a_published_context_is_read(void **state)
{
	struct {
		char signature[8];
		uint32_t version, size;
		uint64_t published_ns;
		const uint8_t *payload;
	} *header;
	int fd = memfd_create("OTEL_CTX", MFD_CLOEXEC);
	struct service_words words = { .name = "" };

	(void)state;
	assert_int_equal(ftruncate(fd, 4096), 0);
	header = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(header, MAP_FAILED);
	close(fd);
	assert_int_equal(process_words_of_context(getpid(), &words), -ENOENT);
	header->version = 2;
	header->size = sizeof(payload) - 1;
	header->payload = payload;
	memcpy(header->signature, "OTEL_CTX", 8);
	assert_int_equal(process_words_of_context(getpid(), &words), -ENOENT);
	header->published_ns = 1;
	assert_int_equal(process_words_of_context(getpid(), &words), 0);
	assert_string_equal(words.name, "shop");
	header->payload = (const uint8_t *)8;
	assert_int_equal(process_words_of_context(getpid(), &words), -ENOENT);
	munmap(header, 4096);
}

static void names_reach_facts_that_wait(void **state)
{
	const struct record_container container = { .id = DOCKER, .name = "web" };
	struct span_queue *queue = span_queue_new(23);
	struct names *names = names_new();
	const struct fact *facts[23];
	struct fact fact = { .tgid = 7 };

	(void)state;
	for (int i = 0; i < 23; i++) {
		attributes_clear(&fact.attributes);
		attributes_set_text(&fact.attributes, ATTRIBUTE_CONTAINER_ID,
				    i % 2 ? DOCKER : PODMAN);
		assert_true(span_queue_add(queue, &fact));
	}
	names_add_container(names, &container);
	span_queue_name(queue, names, &(struct named){ .container_id = DOCKER });
	span_queue_first(queue, facts, 23);
	for (int i = 0; i < 23; i++) {
		const char *name = attributes_string(&facts[i]->attributes,
						     ATTRIBUTE_CONTAINER_NAME);

		assert_int_equal(name && !strcmp(name, "web"), i % 2);
	}
	span_queue_free(queue);
	names_free(names);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(documents_of_runtimes_are_read),
		cmocka_unit_test(documents_of_others_are_refused),
		cmocka_unit_test(kubernetes_says_so_in_annotations),
		cmocka_unit_test(documents_without_end_are_refused),
		cmocka_unit_test(files_are_found_where_runtimes_put_them),
		cmocka_unit_test(what_is_nowhere_is_asked_for_once_a_turn),
		cmocka_unit_test(links_and_ways_out_are_not_followed),
		cmocka_unit_test(a_root_must_be_there),
		cmocka_unit_test(own_mounts_are_told_from_slow_ones),
		cmocka_unit_test(a_process_is_asked),
		cmocka_unit_test(a_published_context_is_read),
		cmocka_unit_test(names_reach_facts_that_wait),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
