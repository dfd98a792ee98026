/* SPDX-License-Identifier: BSD-2-Clause */
/* What Kubernetes says of pods: documents in pieces of any size, and names out of them. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/host/pod_list.h"
#include "user/host/pods.h"
#include "user/model/service.h"

#define UID	"0f6a3c1e-7b1d-4f5e-9d3a-2c4b6d8e0f11"
#define RUNS	"aaaa"
#define ENDED	"bbbb"
#define INIT	"cccc"
#define SANDBOX	"dddd"

static const char web[] =
	"{\"metadata\":{\"name\":\"web-6d4b75cb6d-x2x9k\",\"namespace\":\"prod\",\"uid\":\"" UID "\","
	"\"labels\":{\"pod-template-hash\":\"6d4b75cb6d\",\"app.kubernetes.io/name\":\"front\","
	"\"app.kubernetes.io/version\":\"7\",\"io.kubernetes.pod.name\":\"liar\"},"
	"\"annotations\":{\"resource.opentelemetry.io/service.namespace\":\"shop }]\\\"{\"},"
	"\"ownerReferences\":[{\"kind\":\"Node\",\"name\":\"n\"},{\"kind\":\"ReplicaSet\","
	"\"name\":\"web-6d4b75cb6d\",\"controller\":true}]},"
	"\"spec\":{\"containers\":[{\"name\":\"side\",\"image\":\"side:1\"},"
	"{\"name\":\"app\",\"image\":\"registry:5000/shop/app:2.0\"}],"
	"\"initContainers\":[{\"name\":\"wait\",\"image\":\"busybox\"}]},"
	"\"status\":{\"containerStatuses\":[{\"name\":\"side\"},{\"name\":\"app\","
	"\"containerID\":\"containerd://" RUNS "\",\"image\":\"sha256:1\",\"lastState\":"
	"{\"terminated\":{\"containerID\":\"containerd://" ENDED "\"}}}],"
	"\"initContainerStatuses\":[{\"name\":\"wait\",\"containerID\":\"cri-o://" INIT "\"}]}}";

static struct record_container names_in(const char *document, const char *id, bool wanted)
{
	struct record_container names = { .id = "", .pod_uid = UID };
	struct record_container other = { .id = "another", .pod_uid = "another" };
	char *bytes = malloc(strlen(document));
	struct pod *pod;

	/* Without an end of its own: readers keep to the size. */
	memcpy(bytes, document, strlen(document));
	pod = pod_new(bytes, strlen(document));
	free(bytes);
	assert_non_null(pod);
	strcpy(names.id, id);
	assert_true(pod_is(pod, &names));
	assert_false(pod_is(pod, &other));
	assert_int_equal(pod_names(pod, &names), wanted);
	pod_free(pod);
	return names;
}

static void a_container_is_named_by_its_pod(void **state)
{
	struct record_container names = names_in(web, RUNS, true);
	struct service_words words;

	(void)state;
	assert_string_equal(names.name, "app");
	assert_string_equal(names.pod_container, "app");
	assert_string_equal(names.pod_name, "web-6d4b75cb6d-x2x9k");
	assert_string_equal(names.pod_namespace, "prod");
	assert_string_equal(names.image_name, "registry:5000/shop/app");
	assert_string_equal(names.image_tag, "2.0");
	assert_int_equal(names.owner_kind, POD_OWNER_REPLICASET);
	assert_string_equal(names.owner, "web-6d4b75cb6d");
	assert_string_equal(names.deployment, "web");
	service_decide(NULL, &names, &words);
	assert_string_equal(words.name, "front");
	assert_string_equal(words.name_space, "shop }]\"{");
	assert_string_equal(words.version, "7");
	assert_string_equal(words.instance_id, "prod.web-6d4b75cb6d-x2x9k.app");
}

static void ended_and_initial_ones_are_named(void **state)
{
	struct record_container names = names_in(web, ENDED, true);

	(void)state;
	assert_string_equal(names.pod_container, "app");
	names = names_in(web, INIT, true);
	assert_string_equal(names.pod_container, "wait");
	assert_string_equal(names.image_name, "busybox");
	assert_string_equal(names.image_tag, "");
}

static void a_sandbox_has_its_pods_names_alone(void **state)
{
	struct record_container names = names_in(web, SANDBOX, false);

	(void)state;
	assert_string_equal(names.name, "");
	assert_string_equal(names.pod_container, "");
	assert_string_equal(names.image_name, "");
	assert_string_equal(names.pod_name, "web-6d4b75cb6d-x2x9k");
	assert_string_equal(names.deployment, "web");
}

/* The mirror of a static pod: another uid, and the one of its group as an annotation. */
static void a_static_pod_is_known_by_its_hash(void **state)
{
	struct record_container names = names_in(
		"{\"metadata\":{\"uid\":\"mirror\",\"name\":\"etcd-n1\",\"namespace\":\"kube-system\","
		"\"annotations\":{\"kubernetes.io/config.hash\":\"" UID "\"},"
		"\"ownerReferences\":[{\"kind\":\"Node\",\"name\":\"n1\",\"controller\":true}]},"
		"\"status\":{\"containerStatuses\":[{\"name\":\"etcd\",\"containerID\":"
		"\"containerd://" RUNS "\"}]}}",
		RUNS, true);

	(void)state;
	assert_string_equal(names.pod_container, "etcd");
	assert_string_equal(names.pod_name, "etcd-n1");
	assert_string_equal(names.pod_uid, UID);
	assert_int_equal(names.owner_kind, POD_OWNER_NONE);
	assert_string_equal(names.owner, "");
}

/* Anybody may write the hash of another's pod onto his own; what runs in it the kubelet says. */
static void nobody_takes_anothers_place(void **state)
{
	static const char liar[] =
		"{\"metadata\":{\"uid\":\"his\",\"name\":\"liar\",\"annotations\":"
		"{\"kubernetes.io/config.hash\":\"" UID "\"}},\"status\":{\"containerStatuses\":"
		"[{\"name\":\"x\",\"containerID\":\"containerd://" ENDED "\"}]}}";
	const struct record_container names = { .id = RUNS, .pod_uid = UID };
	struct pod *pod = pod_new(liar, strlen(liar));

	(void)state;
	assert_non_null(pod);
	assert_false(pod_is(pod, &names));
	pod_free(pod);
}

static void owners_are_told_apart(void **state)
{
	static const struct {
		const char *kind;
		const char *name;
		const char *hash;
		enum pod_owner wanted;
		const char *deployment;
		const char *service;
	} rows[] = {
		{ "ReplicaSet", "web-abc", "abc", POD_OWNER_REPLICASET, "web", "web" },
		{ "ReplicaSet", "web-abc", "bc", POD_OWNER_REPLICASET, "", "web-abc" },
		{ "ReplicaSet", "-abc", "abc", POD_OWNER_REPLICASET, "", "-abc" },
		{ "ReplicaSet", "abc", "abc", POD_OWNER_REPLICASET, "", "abc" },
		{ "ReplicaSet", "web-", "", POD_OWNER_REPLICASET, "", "web-" },
		{ "StatefulSet", "db-abc", "abc", POD_OWNER_STATEFULSET, "", "db-abc" },
		{ "DaemonSet", "net", "", POD_OWNER_DAEMONSET, "", "net" },
		{ "Job", "tidy-28000", "", POD_OWNER_JOB, "", "tidy-28000" },
		{ "Workflow", "w", "", POD_OWNER_NONE, "", "p" },
	};
	char document[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct record_container names;
		struct service_words words;

		snprintf(document, sizeof(document), "{\"metadata\":{\"uid\":\"" UID "\",\"name\":"
			 "\"p\",\"labels\":{\"pod-template-hash\":\"%s\"},\"ownerReferences\":"
			 "[{\"kind\":\"%s\",\"name\":\"%s\",\"controller\":true}]}}",
			 rows[i].hash, rows[i].kind, rows[i].name);
		names = names_in(document, RUNS, false);
		assert_int_equal(names.owner_kind, rows[i].wanted);
		assert_string_equal(names.deployment, rows[i].deployment);
		service_decide(NULL, &names, &words);
		assert_string_equal(words.name, rows[i].service);
	}
}

static void names_that_are_known_stay(void **state)
{
	struct record_container names = { .id = RUNS, .pod_uid = UID, .name = "k8s_app",
					  .image_name = "other", .pod_name = "mine" };
	struct pod *pod = pod_new(web, strlen(web));

	(void)state;
	assert_true(pod_names(pod, &names));
	assert_string_equal(names.name, "k8s_app");
	assert_string_equal(names.image_name, "other");
	assert_string_equal(names.image_tag, "");
	assert_string_equal(names.pod_name, "mine");
	pod_free(pod);
}

static void count_pod(void *context, const struct pod *pod)
{
	size_t *count = context;

	assert_true(pod_is(pod, &(struct record_container){ .pod_uid = UID }));
	(*count)++;
}

/* Fed in pieces of that size. */
static int feed(struct pod_list *list, const char *text, size_t piece)
{
	int result = 0;

	pod_list_begin(list);
	for (size_t at = 0, size = strlen(text); at < size && !result; at += piece)
		result = pod_list_feed(list, text + at, size - at < piece ? size - at : piece);
	return result;
}

static void a_list_comes_in_pieces(void **state)
{
	static const size_t pieces[] = { 1, 2, 3, 7, 1000, 1000000 };
	size_t count = 0, size = 3 * sizeof(web) + 256;
	struct pod_list *list = pod_list_new(count_pod, &count);
	char *text = malloc(size);

	(void)state;
	snprintf(text, size, " {\"kind\":\"PodList\",\"metadata\":{\"items\":[{\"no\":1}]},\"a\":"
		 "[{}],\"items\": [%s,\n%s,{\"metadata\":{}}],\"after\":[%s]}\n", web, web, web);
	for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
		count = 0;
		assert_int_equal(feed(list, text, pieces[i]), 0);
		assert_int_equal(count, 2);
		assert_int_equal(pod_list_unreadable(list), 1);
		assert_true(pod_list_is_whole(list));
	}
	free(text);
	pod_list_free(list);
}

static void lists_are_whole_or_not(void **state)
{
	static const struct {
		const char *text;
		int result;
		bool whole;
	} rows[] = {
		{ "", 0, false },
		{ "{\"items\":[]}", 0, true },
		{ "{\"items\":null}", 0, true },
		{ "{\"items\":[]", 0, false },
		{ "{\"kind\":\"Status\",\"code\":403}", 0, false },
		{ "{\"itemsize\":[]}", 0, false },
		{ "{\"items\":[[]]}", -EINVAL, false },
		{ "{\"items\":[]}}", -EINVAL, true },
		{ "{\"items\":[]} x", -EINVAL, true },
		{ "[]", -EINVAL, false },
		{ "\"items\"", -EINVAL, false },
		{ "<html>", -EINVAL, false },
		{ "]", -EINVAL, false },
	};
	size_t count = 0;
	struct pod_list *list = pod_list_new(count_pod, &count);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(feed(list, rows[i].text, 1), rows[i].result);
		assert_int_equal(pod_list_is_whole(list), rows[i].whole);
	}
	assert_int_equal(count, 0);
	pod_list_free(list);
}

/* It costs those before and behind it nothing. */
static void one_that_is_too_long_is_passed_over(void **state)
{
	size_t count = 0;
	struct pod_list *list = pod_list_new(count_pod, &count);
	char block[4096];

	(void)state;
	memset(block, 'x', sizeof(block));
	pod_list_begin(list);
	assert_int_equal(pod_list_feed(list, "{\"items\":[", 10), 0);
	assert_int_equal(pod_list_feed(list, web, strlen(web)), 0);
	assert_int_equal(pod_list_feed(list, ",{\"a\":\"", 7), 0);
	for (size_t fed = 0; fed <= 2 * POD_SIZE_MAX; fed += sizeof(block))
		assert_int_equal(pod_list_feed(list, block, sizeof(block)), 0);
	assert_false(pod_list_is_whole(list));
	assert_int_equal(pod_list_feed(list, "\"},", 3), 0);
	assert_int_equal(pod_list_feed(list, web, strlen(web)), 0);
	assert_int_equal(pod_list_feed(list, "]}", 2), 0);
	assert_true(pod_list_is_whole(list));
	assert_int_equal(count, 2);
	assert_int_equal(pod_list_unreadable(list), 1);
	pod_list_free(list);
}

static void documents_with_too_much_are_no_pods(void **state)
{
	static const char numbered[] = "{\"metadata\":{\"uid\":1,\"name\":\"x\"}}";
	size_t size = 100000;
	char *many = malloc(size);

	(void)state;
	memset(many, '[', size);
	assert_null(pod_new(many, size));
	for (size_t i = 0; i < size; i++)
		many[i] = i % 2 ? ',' : '0';
	assert_null(pod_new(many, size));
	assert_null(pod_new("", 0));
	assert_null(pod_new("{}", 2));
	assert_null(pod_new(numbered, strlen(numbered)));
	free(many);
}

static void addresses_are_checked(void **state)
{
	static const struct {
		const char *url;
		bool good;
	} rows[] = {
		{ "https://127.0.0.1:10250", true },
		{ "http://[::1]:10255/pods/", true },
		{ "https://kubernetes.default.svc/api/v1/pods?fieldSelector=spec.nodeName%3Dn", true },
		{ "127.0.0.1:10250", false }, { "", false }, { "https://", false },
		{ "file:///etc/passwd", false }, { "https://user:word@host/", false },
	};
	char error[512];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pods_options options = { .url = rows[i].url };

		error[0] = '\0';
		assert_int_equal(pods_check(&options, error, sizeof(error)),
				 rows[i].good ? 0 : -EINVAL);
		assert_int_equal(!error[0], rows[i].good);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_container_is_named_by_its_pod),
		cmocka_unit_test(ended_and_initial_ones_are_named),
		cmocka_unit_test(a_sandbox_has_its_pods_names_alone),
		cmocka_unit_test(a_static_pod_is_known_by_its_hash),
		cmocka_unit_test(nobody_takes_anothers_place),
		cmocka_unit_test(owners_are_told_apart),
		cmocka_unit_test(names_that_are_known_stay),
		cmocka_unit_test(a_list_comes_in_pieces),
		cmocka_unit_test(lists_are_whole_or_not),
		cmocka_unit_test(one_that_is_too_long_is_passed_over),
		cmocka_unit_test(documents_with_too_much_are_no_pods),
		cmocka_unit_test(addresses_are_checked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
