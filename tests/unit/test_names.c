/* SPDX-License-Identifier: BSD-2-Clause */
/* What is called how, and who may say so: images, pods' logs, services, tables of names. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

#include "user/model/image.h"
#include "user/model/names.h"
#include "user/model/pair.h"
#include "user/model/pod_log.h"
#include "user/model/process_context.h"
#include "user/model/resource.h"
#include "user/model/service.h"

#define HEX64 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define UID "0f6a3c1e-7b1d-4f5e-9d3a-2c4b6d8e0f11"

static void references_are_names_and_tags(void **state)
{
	static const struct {
		const char *reference, *name, *tag;
	} cases[] = {
		{ "", "", "" },
		{ "web", "web", "" },
		{ "shop/web:1.2", "shop/web", "1.2" },
		{ "localhost:5000/web", "localhost:5000/web", "" },
		{ "localhost:5000/web:1", "localhost:5000/web", "1" },
		{ "r.example/a/b:v1@sha256:" HEX64, "r.example/a/b", "v1" },
		{ "r.example/a/b@sha256:" HEX64, "r.example/a/b", "" },
		{ "sha256:" HEX64, "", "" },
		{ HEX64, "", "" },
		{ "a-name-that-has-no-room-here:1", "", "1" },
		{ "web:a-tag-that-has-no-room", "web", "" },
	};
	char name[24], tag[8];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		image_split(cases[i].reference, name, sizeof(name), tag, sizeof(tag));
		assert_string_equal(name, cases[i].name);
		assert_string_equal(tag, cases[i].tag);
	}
}

static void folders_of_logs_name_pods(void **state)
{
	static const char *const others[] = {
		"", "_", "__" UID, "prod_web-0_11111111-2222-3333-4444-555555555555",
		"prod_" UID, "prod_a_b_" UID, "prod_web-0_" UID "x",
	};
	struct record_container names = { .pod_uid = UID };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(pod_log_folder(others[i], &names));
	assert_string_equal(names.pod_name, "");
	assert_true(pod_log_folder("prod_web-0_" UID, &names));
	assert_string_equal(names.pod_name, "web-0");
	assert_string_equal(names.pod_namespace, "prod");
}

static void links_of_logs_name_containers(void **state)
{
	static const char *const others[] = {
		"", ".log", "web-0_prod_app-.log", "web-0_prod-" HEX64 ".log",
		"web-0_prod_-" HEX64 ".log", "web-0_prod_app-" HEX64, "web_0_prod_app-" HEX64 ".log",
	};
	struct record_container names = { .id = HEX64 };

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++)
		assert_false(pod_log_link(others[i], &names));
	assert_true(pod_log_link("web-0_prod_app-1-" HEX64 ".log", &names));
	assert_string_equal(names.pod_name, "web-0");
	assert_string_equal(names.pod_namespace, "prod");
	assert_string_equal(names.pod_container, "app-1");
}

static void variables_say_what_a_service_is(void **state)
{
	static const struct {
		const char *name, *attributes, *wanted, *version;
	} cases[] = {
		{ NULL, NULL, "", "" },
		{ "", "", "", "" },
		{ "shop", NULL, "shop", "" },
		{ NULL, "service.name=listed , service.version=1%2E2", "listed", "1.2" },
		{ "first", "service.name=second,service.version=1", "first", "1" },
		{ NULL, "service.name=a%3Db%2Cc,k=v", "a=b,c", "" },
		{ NULL, "service.name=lost,malformed", "", "" },
		{ "kept", "service.version=lost,malformed", "kept", "" },
		{ NULL, "service.name=ctrl%0a", "", "" },
		{ NULL, "Service.Name=no", "", "" },
	};
	char long_name[200];
	struct service_words words;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		service_of_variables(cases[i].name, cases[i].attributes, &words);
		assert_string_equal(words.name, cases[i].wanted);
		assert_string_equal(words.version, cases[i].version);
	}
	memset(long_name, 'x', sizeof(long_name));
	long_name[sizeof(long_name) - 1] = '\0';
	service_of_variables(long_name, NULL, &words);
	assert_string_equal(words.name, "");
}

/* Each row adds one who may speak, from the last in order to the first. */
static void the_first_of_each_is_taken(void **state)
{
	struct record_container container = { .id = "c" };
	struct service_words process = { .name = "" }, words;

	(void)state;
	service_decide(NULL, NULL, &words);
	assert_string_equal(words.name, "");
	strcpy(container.name, "container");
	strcpy(container.image_tag, "1.2");
	service_decide(NULL, &container, &words);
	assert_string_equal(words.name, "container");
	assert_string_equal(words.version, "1.2");
	assert_string_equal(words.instance_id, "");
	strcpy(container.pod_container, "app");
	service_decide(NULL, &container, &words);
	assert_string_equal(words.name, "app");
	strcpy(container.pod_name, "web-0");
	strcpy(container.pod_namespace, "prod");
	service_decide(NULL, &container, &words);
	assert_string_equal(words.name, "web-0");
	assert_string_equal(words.name_space, "prod");
	assert_string_equal(words.instance_id, "prod.web-0.app");
	strcpy(container.labelled.name, "labelled");
	service_decide(&process, &container, &words);
	assert_string_equal(words.name, "labelled");
	strcpy(container.declared.name, "declared");
	strcpy(container.declared.version, "2");
	service_decide(&process, &container, &words);
	assert_string_equal(words.name, "declared");
	assert_string_equal(words.version, "2");
	strcpy(process.name, "own");
	service_decide(&process, &container, &words);
	assert_string_equal(words.name, "own");
	assert_string_equal(words.name_space, "prod");
}

static const uint8_t resource[] =
	"\x0a\x16\x0a\x0cservice.name\x12\x06\x0a\x04shop"
	"\x0a\x12\x0a\x03num\x12\x0b\x18\x05\x21\1\2\3\4\5\6\7\x08"
	"\x0a\x18\x0a\x0fservice.version\x12\x05\x0a\x03" "2.0";

static void a_process_context_is_read(void **state)
{
	uint8_t header[PROCESS_CONTEXT_HEADER] = "OTEL_CTX\2\0\0\0\x40\0\0\0";
	uint8_t context[sizeof(resource) + 1] = { 0x0a, sizeof(resource) - 1 };
	struct process_context found;
	struct service_words words;

	(void)state;
	assert_int_equal(process_context_header(header, &found), -EAGAIN);
	header[16] = 1;
	header[25] = 0x70;
	assert_int_equal(process_context_header(header, &found), 0);
	assert_int_equal(found.size, 0x40);
	assert_int_equal(found.payload, 0x7000);
	header[14] = 2;
	assert_int_equal(process_context_header(header, &found), -EINVAL);
	header[14] = 0;
	header[8] = 3;
	assert_int_equal(process_context_header(header, &found), -EINVAL);
	memcpy(context + 2, resource, sizeof(resource) - 1);
	assert_int_equal(process_context_read(context, sizeof(context), &words), 0);
	assert_string_equal(words.name, "shop");
	assert_string_equal(words.version, "2.0");
	assert_int_equal(process_context_read(resource, sizeof(resource) - 1, &words), 0);
	assert_string_equal(words.name, "shop");
	for (size_t size = 1; size < sizeof(context); size++)
		assert_int_equal(process_context_read(context, size, &words), -EINVAL);
	assert_string_equal(words.name, "");
}

static void a_mapping_is_known_by_its_name(void **state)
{
	static const struct {
		const char *line;
		uint64_t address;
	} cases[] = {
		{ "7f00-8000 rw-s 00000000 00:01 12  /memfd:OTEL_CTX (deleted)", 0x7f00 },
		{ "7f00-8000 rw-s 00000000 00:01 12  [anon_shmem:OTEL_CTX]", 0x7f00 },
		{ "7f00-8000 rw-p 00000000 00:00 0   [anon:OTEL_CTX]", 0x7f00 },
		{ "7f00-8000 rw-p 00000000 00:00 0   /srv/memfd:OTEL_CTX", 0 },
		{ "7f00-8000 rw-p 00000000 00:00 0   [heap]", 0 },
		{ "", 0 },
		{ " /memfd:OTEL_CTX", 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint64_t address = 0;

		assert_int_equal(process_context_mapping(cases[i].line, strlen(cases[i].line),
							 &address), cases[i].address != 0);
		assert_int_equal(address, cases[i].address);
	}
}

static const struct record_container web = {
	.id = HEX64, .name = "web\n1", .image_name = "shop/web", .image_tag = "1.2",
};

static void names_become_attributes(void **state)
{
	const struct record_service service = { .tgid = 7, .began_ns = 100,
						.words = { .name = "own" } };
	struct names *names = names_new();
	struct attributes attributes;

	(void)state;
	attributes_clear(&attributes);
	attributes_set_text(&attributes, ATTRIBUTE_CONTAINER_ID, HEX64);
	names_describe(names, 7, 200, &attributes);
	assert_int_equal(attributes.count, 1);
	assert_int_equal(names_add_container(names, &web), 0);
	assert_int_equal(names_add_service(names, &service), 0);
	/* Another process had the number before. */
	names_describe(names, 7, 99, &attributes);
	assert_string_equal(attributes_string(&attributes, ATTRIBUTE_SERVICE_NAME), "web\\x0a1");
	names_describe(names, 7, 200, &attributes);
	assert_string_equal(attributes_string(&attributes, ATTRIBUTE_SERVICE_NAME), "own");
	assert_string_equal(attributes_string(&attributes, ATTRIBUTE_CONTAINER_NAME), "web\\x0a1");
	assert_string_equal(attributes_string(&attributes, ATTRIBUTE_CONTAINER_IMAGE_TAGS), "1.2");
	names_end_process(names, 7, 300);
	attributes_clear(&attributes);
	names_describe(names, 7, 301, &attributes);
	assert_int_equal(attributes.count, 0);
	names_free(names);
}

static void names_that_do_not_end_are_refused(void **state)
{
	struct names *names = names_new();
	struct record_container container = web;
	struct record_service service = { .tgid = 1 };

	(void)state;
	memset(container.pod_name, 'x', sizeof(container.pod_name));
	assert_int_equal(names_add_container(names, &container), -EINVAL);
	container = web;
	container.id[0] = '\0';
	assert_int_equal(names_add_container(names, &container), -EINVAL);
	memset(service.words.version, 'x', sizeof(service.words.version));
	assert_int_equal(names_add_service(names, &service), -EINVAL);
	names_free(names);
}

static void names_go_with_their_containers(void **state)
{
	struct names *names = names_new();

	(void)state;
	names_add_container(names, &web);
	names_mark(names, HEX64);
	names_mark(names, "another");
	names_expire(names, 1);
	assert_non_null(names_container(names, HEX64));
	names_expire(names, 2);
	assert_null(names_container(names, HEX64));
	names_free(names);
}

static void names_have_a_ceiling(void **state)
{
	struct record_service service = { .words = { .name = "s" } };
	struct names *names = names_new();
	size_t taken = 0;

	(void)state;
	for (service.tgid = 1; service.tgid <= 100000; service.tgid++)
		taken += !names_add_service(names, &service);
	assert_int_equal(taken, 16384);
	for (uint32_t tgid = 1; tgid <= 16384; tgid++)
		names_end_process(names, tgid, 5);
	names_expire(names, 61ULL * 1000000000);
	assert_int_equal(names_add_service(names, &service), 0);
	names_free(names);
}

static size_t infos;
static size_t most_labels;

static void count_info(void *closure, const struct label *labels, size_t count)
{
	(void)closure;
	(void)labels;
	infos++;
	most_labels = count > most_labels ? count : most_labels;
}

static void a_container_is_told_of_with_its_names(void **state)
{
	struct record_cgroup cgroup = { .id = 9, .path = "/docker/" HEX64 };
	struct resources *resources = resources_new();

	(void)state;
	resources_add_cgroup(resources, &cgroup);
	resources_each_container(resources, count_info, NULL);
	assert_int_equal(infos, 1);
	assert_int_equal(most_labels, 2);
	names_add_container(resources_names(resources), &web);
	resources_each_container(resources, count_info, NULL);
	assert_int_equal(most_labels, 5);
	resources_expire(resources, 1);
	assert_non_null(names_container(resources_names(resources), HEX64));
	resources_remove_cgroup(resources, 9, 1);
	resources_expire(resources, 61ULL * 1000000000);
	resources_expire(resources, 62ULL * 1000000000);
	assert_null(names_container(resources_names(resources), HEX64));
	resources_free(resources);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(references_are_names_and_tags),
		cmocka_unit_test(folders_of_logs_name_pods),
		cmocka_unit_test(links_of_logs_name_containers),
		cmocka_unit_test(variables_say_what_a_service_is),
		cmocka_unit_test(the_first_of_each_is_taken),
		cmocka_unit_test(a_process_context_is_read),
		cmocka_unit_test(a_mapping_is_known_by_its_name),
		cmocka_unit_test(names_become_attributes),
		cmocka_unit_test(names_that_do_not_end_are_refused),
		cmocka_unit_test(names_go_with_their_containers),
		cmocka_unit_test(names_have_a_ceiling),
		cmocka_unit_test(a_container_is_told_of_with_its_names),
	};

	return RUN(tests);
}
