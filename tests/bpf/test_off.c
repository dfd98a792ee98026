/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel tests of a door that stays shut: 23 binds, listens and connects of a kind are seen without a
 * program at every system call, by functions where the kernel takes probes there, and by hooks of
 * the control group. What the second can't see is told as not known, or not at all.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <sys/un.h>

#include "tests/bpf/observing.h"
#include "tests/bpf/sockets.h"
#include "user/host/cgroup.h"

/* To everybody, which TCP can't: refused before a packet goes. */
static void connect_nowhere(int fd)
{
	struct sockaddr_in address = loopback(9);

	address.sin_addr.s_addr = htonl(INADDR_BROADCAST);
	assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), -1);
}

static void the_door_is_shut(void **state)
{
	struct probe_state probe;

	(void)state;
	assert_true(source_state(source, probe_index("syscall"), &probe));
	assert_true(probe.is_off);
	assert_string_equal(probe.problem, "");
	assert_true(source_state(source, probe_index("bind"), &probe));
	assert_string_equal(probe.means, rung.without_functions ? "cgroup+raw_tp" : "fentry+fexit");
	assert_int_equal(probe.by_hooks, rung.without_functions);
	assert_true(source_state(source, probe_index("connect"), &probe));
	assert_null(strstr(probe.means, "tail_call"));
}

static void binds_succeed(void **state)
{
	struct sockaddr_in address;
	uint64_t counts[EVENT_MAX];

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		close(bound_socket(SOCK_STREAM, &address));
		close(bound_socket(SOCK_DGRAM, &address));
	}
	finish(counts);
	assert_int_equal(seen.count[EVENT_BIND][OUTCOME_OK], 2 * ACTS);
	assert_int_equal(counts[EVENT_BIND], 2 * ACTS);
	assert_int_equal(seen.bind.bound.port, ntohs(address.sin_port));
	assert_int_equal(seen.bind.requested.family, AF_INET);
	assert_int_equal(seen.bind.socket_type, SOCK_DGRAM);
	assert_int_not_equal(seen.bind.act.duration_ns, 0);
	assert_accounts("bind", 2 * ACTS, 2 * ACTS);
}

static void binds_fail(void **state)
{
	const bool measured = !rung.without_functions;
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;
	int held = bound_socket(SOCK_STREAM, &address);

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		/* Twice on one socket: two acts. */
		assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), -1);
		assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), -1);
		close(fd);
	}
	close(held);
	finish(counts);
	assert_int_equal(seen.count[EVENT_BIND][OUTCOME_ERROR], 2 * ACTS);
	assert_int_equal(seen.with_error[EVENT_BIND][measured ? EADDRINUSE : 0],
			 2 * ACTS + !measured);
	assert_int_equal(seen.bind.requested.port, ntohs(address.sin_port));
	assert_int_equal(seen.bind.weighed.known, measured);
	assert_int_equal(seen.bind.act.counted, measured ? COUNTED_BY_KERNEL : COUNTED_NOWHERE);
	assert_int_equal(!seen.bind.act.duration_ns, !measured);
	assert_int_equal(counts[EVENT_BIND], measured ? 2 * ACTS + 1 : 1);
	assert_accounts("bind", 2 * ACTS + 1, measured ? 2 * ACTS + 1 : 1);
}

static void sockets_listen(void **state)
{
	const bool measured = !rung.without_functions;
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;
	socklen_t length = sizeof(address);

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int asked = listening_socket(7, &address), unasked = listening_socket(5, &address);

		assert_int_equal(getsockname(asked, (struct sockaddr *)&address, &length), 0);
		close(asked);
		close(unasked);
	}
	finish(counts);
	assert_int_equal(seen.count[EVENT_LISTEN][OUTCOME_OK], 2 * ACTS);
	assert_int_equal(seen.count[EVENT_BIND][OUTCOME_OK], 2 * ACTS);
	assert_int_equal(seen.bind.backlog, 5);
	assert_int_not_equal(seen.bind.requested.port, 0);
	assert_int_equal(seen.bind.act.counted, measured ? COUNTED_BY_KERNEL : COUNTED_NOWHERE);
	assert_int_equal(counts[EVENT_LISTEN], measured ? 2 * ACTS : 0);
	assert_accounts("bind", 4 * ACTS, measured ? 4 * ACTS : 2 * ACTS);
}

/* Both may bind, one may listen: the kernel notices after the other's state said that it does. */
static void listens_fail(void **state)
{
	const bool measured = !rung.without_functions;
	struct sockaddr_in address = loopback(0);
	uint64_t counts[EVENT_MAX];
	socklen_t length = sizeof(address);
	int fds[2], one = 1;

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		address = loopback(0);
		for (int j = 0; j < 2; j++) {
			fds[j] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
			setsockopt(fds[j], SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
			assert_int_equal(bind(fds[j], (struct sockaddr *)&address, length), 0);
			assert_int_equal(getsockname(fds[j], (struct sockaddr *)&address, &length), 0);
		}
		assert_int_equal(listen(fds[0], 5), 0);
		assert_int_equal(listen(fds[1], 5), -1);
		close(fds[1]);
		close(fds[0]);
	}
	finish(counts);
	assert_int_equal(seen.count[EVENT_LISTEN][OUTCOME_OK], ACTS);
	assert_int_equal(seen.count[EVENT_LISTEN][OUTCOME_ERROR], ACTS);
	assert_int_equal(seen.with_error[EVENT_LISTEN][EADDRINUSE], measured ? ACTS : 0);
	assert_int_equal(counts[EVENT_LISTEN], measured ? 2 * ACTS : 0);
}

static void connects_find_no_way(void **state)
{
	const bool measured = !rung.without_functions;
	uint64_t counts[EVENT_MAX];

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		/* The first is told when the socket connects anew, the other when it is closed. */
		connect_nowhere(fd);
		connect_nowhere(fd);
		close(fd);
	}
	finish(counts);
	assert_int_equal(seen.count[EVENT_CONNECT][OUTCOME_ERROR], 2 * ACTS);
	assert_int_equal(seen.with_error[EVENT_CONNECT][0], measured ? 0 : 2 * ACTS);
	assert_int_equal(seen.connect.act.counted,
			 measured ? COUNTED_BY_KERNEL : COUNTED_NOWHERE);
	assert_int_equal(counts[EVENT_CONNECT], measured ? 2 * ACTS : 0);
	assert_accounts("connect", 2 * ACTS, measured ? 2 * ACTS : 0);
}

/* A backlog that is full swallows SYNs: who closes then gave up. */
static void connects_are_given_up(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;
	int listener = listening_socket(0, &address), fillers[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		fillers[i] = connect_to(ntohs(address.sin_port), SOCK_STREAM | SOCK_NONBLOCK);
	usleep(20000);
	for (int i = 0; i < ACTS; i++)
		close(connect_to(ntohs(address.sin_port), SOCK_STREAM | SOCK_NONBLOCK));
	for (int i = 0; i < 2; i++)
		close(fillers[i]);
	close(listener);
	finish(counts);
	assert_in_range(seen.count[EVENT_CONNECT][OUTCOME_CANCELLED], ACTS, ACTS + 1);
	assert_int_equal(seen.count[EVENT_CONNECT][OUTCOME_CANCELLED] +
			 seen.count[EVENT_CONNECT][OUTCOME_OK], ACTS + 2);
	assert_accounts("connect", ACTS + 2, ACTS + 2);
}

/* Hooks see neither the end of a datagram socket's connect, nor unix sockets at all. */
static void what_hooks_do_not_see(void **state)
{
	const uint64_t seen_by_functions = rung.without_functions ? 0 : ACTS;
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/nonexistent/socket" };
	uint64_t counts[EVENT_MAX];

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		bind(fd, (struct sockaddr *)&address, sizeof(address));
		connect(fd, (struct sockaddr *)&address, sizeof(address));
		close(fd);
		close(connect_to(9, SOCK_DGRAM));
	}
	finish(counts);
	assert_int_equal(seen.with_error[EVENT_BIND][ENOENT], seen_by_functions);
	assert_int_equal(seen.with_error[EVENT_CONNECT][ENOENT], seen_by_functions);
	assert_int_equal(seen.count[EVENT_CONNECT][OUTCOME_OK], seen_by_functions);
	assert_accounts("bind", seen_by_functions, seen_by_functions);
	assert_accounts("connect", 2 * seen_by_functions, 2 * seen_by_functions);
}

static int open_quiet(void **state)
{
	(void)state;
	if (open_with(RING_BYTES, false))
		return -1;
	source_observe(source, getpid(), false);
	return 0;
}

static void who_is_not_observed_leaves_no_trace(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		close(listening_socket(5, &address));
		connect_nowhere(fd);
		close(fd);
	}
	finish(counts);
	assert_int_equal(seen.count[EVENT_BIND][OUTCOME_OK], 0);
	assert_accounts("bind", 0, 0);
	assert_accounts("connect", 0, 0);
}

static bool functions_may_be_probed(void)
{
	struct probe_state probe;
	bool can;

	if (open_source(NULL))
		return false;
	can = source_state(source, probe_index("bind"), &probe) && !probe.by_hooks;
	close_source(NULL);
	return can;
}

#define KERNEL_TEST(test, open) cmocka_unit_test_setup_teardown(test, open, close_source)

int main(void)
{
	const struct CMUnitTest tests[] = {
		KERNEL_TEST(the_door_is_shut, open_source),
		KERNEL_TEST(binds_succeed, open_source),
		KERNEL_TEST(binds_fail, open_source),
		KERNEL_TEST(sockets_listen, open_source),
		KERNEL_TEST(listens_fail, open_source),
		KERNEL_TEST(connects_succeed, open_source),
		KERNEL_TEST(connects_are_refused, open_source),
		KERNEL_TEST(connects_find_no_way, open_source),
		KERNEL_TEST(connects_are_given_up, open_source),
		KERNEL_TEST(what_hooks_do_not_see, open_source),
		KERNEL_TEST(who_is_not_observed_leaves_no_trace, open_quiet),
	};
	int failed = 0;

	rung.syscalls = SYSCALLS_OFF;
	rung.cgroup_root = cgroup_root_open();
	if (functions_may_be_probed())
		failed = RUN(tests);
	else
		print_message("# this kernel takes no probes of functions: not tried\n");
	rung.without_functions = true;
	return failed + RUN(tests);
}
