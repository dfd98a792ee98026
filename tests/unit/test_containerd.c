/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What containerd is asked, and what containerd 1.6 answered after `ctr run shop.test/brief:1.2 k3`;
 * and which daemons are asked about whom.
 */
#include "tests/unit/folder.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "user/host/containerd_api.h"
#include "user/host/runtime_files.h"

#define ANSWER_MAX 4096

/* Without an end of its own: readers keep to the size. */
static uint8_t *read_answer(size_t *size)
{
	uint8_t *bytes = malloc(ANSWER_MAX);
	int fd = open("tests/unit/runtime/containerd.get", O_RDONLY | O_CLOEXEC);
	ssize_t got = read(fd, bytes, ANSWER_MAX);

	assert_true(got > 0 && got < ANSWER_MAX);
	close(fd);
	*size = (size_t)got;
	return realloc(bytes, *size);
}

static void a_container_is_asked_for(void **state)
{
	static const uint8_t wanted[] = { 0, 0, 0, 0, 4, 0x0a, 2, 'k', '3' };
	uint8_t question[CONTAINERD_QUESTION_SIZE];
	char id[CONTAINERD_QUESTION_SIZE];

	(void)state;
	assert_int_equal(containerd_api_question("k3", question), sizeof(wanted));
	assert_memory_equal(question, wanted, sizeof(wanted));
	snprintf(id, sizeof(id), "%0*d", CONTAINERD_QUESTION_SIZE - 7, 0);
	assert_int_equal(containerd_api_question(id, question), CONTAINERD_QUESTION_SIZE);
	snprintf(id, sizeof(id), "%0*d", CONTAINERD_QUESTION_SIZE - 6, 0);
	assert_int_equal(containerd_api_question(id, question), 0);
}

static void its_image_is_told(void **state)
{
	struct record_container names = { .id = "k3" };
	size_t size;
	uint8_t *bytes = read_answer(&size);

	(void)state;
	assert_int_equal(containerd_api_read(bytes, size, &names), 0);
	assert_string_equal(names.image_name, "shop.test/brief");
	assert_string_equal(names.image_tag, "1.2");
	assert_string_equal(names.name, "");
	names = (struct record_container){ .id = "k3", .image_name = "known" };
	assert_int_equal(containerd_api_read(bytes, size, &names), 0);
	assert_string_equal(names.image_name, "known");
	assert_string_equal(names.image_tag, "");
	free(bytes);
}

static void other_answers_tell_nothing(void **state)
{
	/* A container that was made of a directory has no image. */
	static const uint8_t without[] = { 0, 0, 0, 0, 6, 0x0a, 4, 0x0a, 2, 'k', '3' };
	static const uint8_t none[] = { 0, 0, 0, 0, 0 }, packed[] = { 1, 0, 0, 0, 0 };
	const struct record_container nobody = { .id = "k4" };
	struct record_container names = nobody;
	size_t size;
	uint8_t *bytes = read_answer(&size);

	(void)state;
	assert_int_equal(containerd_api_read(bytes, size, &names), -ENOENT);
	assert_int_equal(containerd_api_read(bytes, 0, &names), -ENOENT);
	assert_int_equal(containerd_api_read(none, sizeof(none), &names), -ENOENT);
	assert_int_equal(containerd_api_read(packed, sizeof(packed), &names), -EINVAL);
	for (size_t cut = 1; cut < size; cut++) {
		uint8_t *exact = malloc(cut);

		memcpy(exact, bytes, cut);
		assert_int_equal(containerd_api_read(exact, cut, &names), -EINVAL);
		free(exact);
	}
	assert_memory_equal(&names, &nobody, sizeof(names));
	strcpy(names.id, "k3");
	assert_int_equal(containerd_api_read(without, sizeof(without), &names), -ENOENT);
	assert_string_equal(names.image_name, "");
	free(bytes);
}

static int listen_at(const char *below)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", folder, below);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	return listener;
}

/* Of the folder: those of this host's own root are not this test's. */
static size_t daemons_of(const char *id, struct runtime_daemon *out)
{
	const char *const roots[] = { folder };
	struct runtime_daemon daemons[RUNTIME_DAEMONS_MAX];
	struct runtime_files *files;
	size_t wrong, count, own = 0;

	assert_int_equal(runtime_files_new(roots, 1, &files, &wrong), 0);
	count = runtime_files_daemons(files, id, daemons, RUNTIME_DAEMONS_MAX);
	for (size_t i = 0; i < count; i++) {
		close(daemons[i].socket);
		if (daemons[i].place >= RUNTIME_DAEMONS_MAX / (RUNTIME_ROOTS_MAX + 1))
			out[own++] = daemons[i];
	}
	runtime_files_free(files);
	return own;
}

static void containerd_is_asked_about_its_own(void **state)
{
	struct runtime_daemon daemons[RUNTIME_DAEMONS_MAX];
	char command[256];
	int listeners[2];

	(void)state;
	snprintf(command, sizeof(command), "cd %s && mkdir -p run/containerd && cd run/containerd && "
		 "mkdir -p io.containerd.runtime.v2.task/default/k1 "
		 "io.containerd.runtime.v2.task/shop/k3", folder);
	assert_int_equal(system(command), 0);
	listeners[0] = listen_at("run/docker.sock");
	listeners[1] = listen_at("run/containerd/containerd.sock");
	assert_int_equal(daemons_of("k3", daemons), 2);
	assert_int_equal(daemons[0].kind, RUNTIME_DAEMON_DOCKER);
	assert_int_equal(daemons[1].kind, RUNTIME_DAEMON_CONTAINERD);
	assert_string_equal(daemons[1].name_space, "shop");
	assert_true(daemons[0].place != daemons[1].place);
	assert_int_equal(daemons_of("k1", daemons), 2);
	assert_string_equal(daemons[1].name_space, "default");
	assert_int_equal(daemons_of("k2", daemons), 1);
	assert_int_equal(daemons[0].kind, RUNTIME_DAEMON_DOCKER);
	assert_int_equal(daemons_of("..", daemons), 0);
	for (size_t i = 0; i < 2; i++)
		close(listeners[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_container_is_asked_for),
		cmocka_unit_test(its_image_is_told),
		cmocka_unit_test(other_answers_tell_nothing),
		cmocka_unit_test(containerd_is_asked_about_its_own),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
