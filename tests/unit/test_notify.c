/* SPDX-License-Identifier: BSD-2-Clause */
/* What a service manager hears, by a socket of its kind. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/host/notify.h"

#define SECOND_NS 1000000000ULL
#define LONG "/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" \
	     "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static void clear_environment(void)
{
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

static int listen_at(const char *name)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	size_t length = offsetof(struct sockaddr_un, sun_path) + strlen(name);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

	strcpy(address.sun_path, name);
	if (name[0] == '@')
		address.sun_path[0] = '\0';
	assert_int_equal(bind(fd, (struct sockaddr *)&address, (socklen_t)length), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static const char *heard(int fd)
{
	static char text[1024];
	ssize_t length = recv(fd, text, sizeof(text) - 1, 0);

	text[length < 0 ? 0 : length] = '\0';
	return text;
}

static void hears_a_life(const char *name)
{
	int manager = listen_at(name);
	struct notify notify;
	char error[256];

	assert_int_equal(notify_open(&notify, error, sizeof(error)), 0);
	assert_int_equal(notify_ready(&notify, "watching"), 0);
	assert_string_equal(heard(manager), "READY=1\nSTATUS=watching");
	assert_int_equal(notify_reloading(&notify, 1234567), 0);
	assert_string_equal(heard(manager), "RELOADING=1\nMONOTONIC_USEC=1234");
	assert_int_equal(notify_stopping(&notify), 0);
	assert_string_equal(heard(manager), "STOPPING=1");
	assert_string_equal(heard(manager), "");
	notify_close(&notify);
	close(manager);
	clear_environment();
}

static void a_manager_hears_a_life(void **state)
{
	char name[80];

	(void)state;
	snprintf(name, sizeof(name), "/tmp/seamark-notify.%d", getpid());
	hears_a_life(name);
	unlink(name);
	snprintf(name, sizeof(name), "@seamark-notify.%d", getpid());
	hears_a_life(name);
}

static const struct {
	const char *us;
	const char *pid;	/* NULL: not set; "own": this process */
	uint64_t every_ns;
} patience[] = {
	{ "60000000", NULL, 30 * SECOND_NS },
	{ "60000000", "own", 30 * SECOND_NS },
	{ "60000000", "1", 0 },
	{ "1", NULL, 500 },
	{ "0", NULL, 0 },
	{ "", NULL, 0 },
	{ "-1", NULL, 0 },
	{ "5s", NULL, 0 },
	{ "18446744073709551615", NULL, 0 },
	{ NULL, NULL, 0 },
};

static void a_sign_of_life_twice_in_its_patience(void **state)
{
	int manager = listen_at("@seamark-patience");
	char own[16], error[256];
	struct notify notify;

	(void)state;
	snprintf(own, sizeof(own), "%d", getpid());
	for (size_t i = 0; i < COUNT(patience); i++) {
		const char *pid = patience[i].pid;
		uint64_t now_ns = 7 * SECOND_NS, every_ns = patience[i].every_ns;

		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (patience[i].us)
			setenv("WATCHDOG_USEC", patience[i].us, 1);
		if (pid)
			setenv("WATCHDOG_PID", strcmp(pid, "own") ? pid : own, 1);
		assert_int_equal(notify_open(&notify, error, sizeof(error)), 0);
		notify_alive(&notify, now_ns);
		assert_string_equal(heard(manager), every_ns ? "WATCHDOG=1" : "");
		notify_alive(&notify, now_ns + (every_ns ? every_ns - 1 : SECOND_NS));
		assert_string_equal(heard(manager), "");
		notify_alive(&notify, now_ns + every_ns);
		assert_string_equal(heard(manager), every_ns ? "WATCHDOG=1" : "");
		notify_close(&notify);
	}
	close(manager);
	clear_environment();
}

/* A full socket holds nothing up, and the sign is given as soon as there is room. */
static void a_busy_manager_holds_nothing_up(void **state)
{
	int manager = listen_at("@seamark-busy"), said = 0;
	struct notify notify;
	char error[256];

	(void)state;
	setenv("WATCHDOG_USEC", "2", 1);
	assert_int_equal(notify_open(&notify, error, sizeof(error)), 0);
	for (uint64_t now_ns = 1000; now_ns < 1000000; now_ns += 1000) {
		uint64_t before_ns = notify.last_ns;

		notify_alive(&notify, now_ns);
		said += notify.last_ns != before_ns;
	}
	assert_in_range(said, 1, 998);
	heard(manager);
	notify_alive(&notify, 2000000);
	assert_int_equal(notify.last_ns, 2000000);
	notify_close(&notify);
	close(manager);
	clear_environment();
}

static void without_a_manager_nothing_is_said(void **state)
{
	struct notify notify;
	char error[256] = "";

	(void)state;
	setenv("WATCHDOG_USEC", "1000000", 1);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(notify_open(&notify, error, sizeof(error)), 0);
		assert_int_equal(notify.every_ns, 0);
		assert_int_equal(notify_ready(&notify, ""), 0);
		notify_close(&notify);
		setenv("NOTIFY_SOCKET", "", 1);
	}
	assert_string_equal(error, "");
	clear_environment();
}

static void an_address_that_is_none_is_told(void **state)
{
	static const struct {
		const char *name;
		int result;
	} addresses[] = {
		{ "vsock:2:1", -EAFNOSUPPORT },
		{ "notify", -EAFNOSUPPORT },
		{ LONG, -ENAMETOOLONG },
	};
	struct notify notify;
	char error[256];

	(void)state;
	for (size_t i = 0; i < COUNT(addresses); i++) {
		setenv("NOTIFY_SOCKET", addresses[i].name, 1);
		assert_int_equal(notify_open(&notify, error, sizeof(error)), addresses[i].result);
		assert_non_null(strstr(error, addresses[i].name));
		assert_int_equal(notify_stopping(&notify), 0);
	}
	setenv("NOTIFY_SOCKET", "/nowhere/notify", 1);
	assert_int_equal(notify_open(&notify, error, sizeof(error)), 0);
	assert_int_equal(notify_ready(&notify, ""), -ENOENT);
	notify_close(&notify);
	clear_environment();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_manager_hears_a_life),
		cmocka_unit_test(a_sign_of_life_twice_in_its_patience),
		cmocka_unit_test(a_busy_manager_holds_nothing_up),
		cmocka_unit_test(without_a_manager_nothing_is_said),
		cmocka_unit_test(an_address_that_is_none_is_told),
	};

	return RUN(tests);
}
