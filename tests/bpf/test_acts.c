/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel tests: this process does 23 acts of a kind under its own observation and demands 23 records
 * with the right outcome, 23 observations, and accounts that close.
 */
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/bpf/late.h"
#include "tests/bpf/observing.h"
#include "user/host/cgroup.h"
#include "user/model/syscall_name.h"
#include "user/source/counts.h"
#include "user/source/source.h"

static int open_small(void **state)
{
	(void)state;
	return open_with(16384, true);
}

static int open_quiet(void **state)
{
	(void)state;
	if (open_with(RING_BYTES, false))
		return -1;
	source_observe(source, getpid(), false);
	return 0;
}

static void binds_and_listens(void **state)
{
	struct sockaddr_in address;
	uint64_t counts[EVENT_MAX];

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = bound_socket(SOCK_STREAM, &address);

		assert_int_equal(listen(fd, 5), 0);
		close(fd);
	}
	finish(counts);
	assert_int_equal(seen.count[EVENT_BIND][OUTCOME_OK], ACTS);
	assert_int_equal(seen.count[EVENT_LISTEN][OUTCOME_OK], ACTS);
	assert_int_equal(counts[EVENT_BIND], ACTS);
	assert_int_equal(counts[EVENT_LISTEN], ACTS);
	assert_int_equal(seen.bind.requested.port, ntohs(address.sin_port));
	assert_int_equal(seen.bind.backlog, 5);
	assert_accounts("bind", 2 * ACTS, 2 * ACTS);
}

static void failed_binds_with_what_was_weighed(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;
	int held = bound_socket(SOCK_STREAM, &address);

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

		assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), -1);
		close(fd);
	}
	close(held);
	finish(counts);
	assert_int_equal(seen.count[EVENT_BIND][OUTCOME_ERROR], ACTS);
	assert_int_equal(seen.with_error[EVENT_BIND][EADDRINUSE], ACTS);
	assert_int_equal(seen.bind.weighed.known, 1);
	assert_int_equal(seen.bind.weighed.euid, geteuid());
	assert_int_equal(seen.bind.requested.port, ntohs(address.sin_port));
	assert_int_equal(seen.bind.socket_type, SOCK_STREAM);
	assert_accounts("bind", ACTS + 1, ACTS + 1);
}

static void unix_sockets(void **state)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/nonexistent/socket" };
	uint64_t counts[EVENT_MAX];

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		bind(fd, (struct sockaddr *)&address, sizeof(address));
		connect(fd, (struct sockaddr *)&address, sizeof(address));
		close(fd);
	}
	finish(counts);
	assert_int_equal(seen.with_error[EVENT_BIND][ENOENT], ACTS);
	assert_int_equal(seen.with_error[EVENT_CONNECT][ENOENT], ACTS);
	assert_string_equal(seen.bind.path, "/nonexistent/socket");
	assert_string_equal(seen.connect.path, "/nonexistent/socket");
}

/* As after a signal, or by who asks what came of it: once told, it is not told again. */
static void a_call_made_again_is_no_act(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;
	int listener = listening_socket(2 * ACTS, &address);

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		int fd = connect_to(ntohs(address.sin_port), SOCK_STREAM | SOCK_NONBLOCK);

		wait_connected(fd);
		assert_int_equal(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
		close(fd);
	}
	close(listener);
	finish(counts);
	assert_int_equal(seen.count[EVENT_CONNECT][OUTCOME_OK], ACTS);
	assert_int_equal(counts[EVENT_CONNECT], ACTS);
	assert_accounts("connect", ACTS, ACTS);
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

static void datagrams_connect_at_the_call(void **state)
{
	uint64_t counts[EVENT_MAX];

	(void)state;
	for (int i = 0; i < ACTS; i++)
		close(connect_to(9, SOCK_DGRAM));
	finish(counts);
	assert_int_equal(seen.count[EVENT_CONNECT][OUTCOME_OK], ACTS);
	assert_int_equal(seen.connect.socket_type, SOCK_DGRAM);
	assert_int_equal(seen.connect.in_call, 1);
}

static void slow_calls_are_told(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct late late;
	pthread_t thread;
	int ends[2];
	char byte;

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	late = (struct late){ ends[1], getpid(), ACTS, SLOW_NS / 1000 * 2 };
	pthread_create(&thread, NULL, write_late, &late);
	for (int i = 0; i < ACTS; i++)
		assert_int_equal(read(ends[0], &byte, 1), 1);
	pthread_join(thread, NULL);
	close(ends[0]);
	close(ends[1]);
	finish(counts);
	assert_int_equal(seen.count[EVENT_SYSCALL_SLOW][OUTCOME_OK], ACTS);
	assert_true(seen.slow.act.duration_ns > SLOW_NS);
	assert_int_equal(seen.slow.result, 1);
	assert_true(counts[EVENT_SYSCALL_SLOW] >= 4 * ACTS);
}

struct calls {
	uint64_t getppid;
	uint64_t failed;
};

static void take_call(void *context, const struct source_series *series)
{
	struct calls *calls = context;

	if (series->key.kind == EVENT_SYSCALL_SLOW && series->key.version == SYS_getppid)
		calls->getppid += histogram_count(&series->added);
}

static void take_error(void *context, const struct syscall_error_key *key, uint64_t added)
{
	struct calls *calls = context;

	if (key->error == EBADF)
		calls->failed += added;
}

static void calls_are_counted_by_number_and_errno(void **state)
{
	struct calls calls = { 0, 0 };

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		getppid();
		assert_int_equal(fsync(-1), -1);
	}
	source_quiet(source);
	assert_int_equal(source_read_series(source, take_call, &calls), 0);
	assert_int_equal(source_read_syscall_errors(source, take_error, &calls), 0);
	assert_int_equal(calls.getppid, ACTS);
	assert_int_equal(calls.failed, ACTS);
	/* Read once: nothing comes twice. */
	assert_int_equal(source_read_series(source, take_call, &calls), 0);
	assert_int_equal(source_read_syscall_errors(source, take_error, &calls), 0);
	assert_int_equal(calls.getppid, ACTS);
	assert_int_equal(calls.failed, ACTS);
}

static void processes_come_and_go(void **state)
{
	uint64_t counts[EVENT_MAX];

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		pid_t pid = fork();

		if (!pid) {
			execl("/bin/true", "true", NULL);
			_exit(1);
		}
		waitpid(pid, NULL, 0);
	}
	finish(counts);
	assert_true(seen.count[EVENT_PROCESS_FORK][OUTCOME_OK] >= ACTS);
	assert_true(seen.count[EVENT_PROCESS_START][OUTCOME_OK] >= ACTS);
	assert_true(seen.count[EVENT_PROCESS_EXIT][OUTCOME_OK] >= ACTS);
}

/* A ring too small for the flood: facts are lost with their cause, counts are not. */
static void a_full_ring_sheds_and_says_so(void **state)
{
	const uint64_t flood = ACTS * 40;
	struct accounts lanes[LANE_MAX];
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;

	(void)state;
	for (uint64_t i = 0; i < flood; i++)
		close(bound_socket(SOCK_STREAM, &address));
	source_quiet(source);
	finish(counts);
	assert_int_equal(accounts_since(probe_index("bind"), lanes), 0);
	assert_int_equal(lanes[LANE_FACT].hits, flood);
	assert_true(lanes[LANE_FACT].lost[LOSS_SHED] > 0);
	assert_int_equal(lanes[LANE_FACT].submitted, seen.count[EVENT_BIND][OUTCOME_OK]);
	assert_int_equal(counts[EVENT_BIND], flood);
	assert_accounts("bind", flood, flood);
}

static void who_is_not_observed_leaves_no_trace(void **state)
{
	uint64_t counts[EVENT_MAX];
	struct sockaddr_in address;

	(void)state;
	for (int i = 0; i < ACTS; i++)
		close(bound_socket(SOCK_STREAM, &address));
	source_quiet(source);
	finish(counts);
	assert_int_equal(seen.count[EVENT_BIND][OUTCOME_OK], 0);
	assert_int_equal(counts[EVENT_BIND], 0);
	assert_accounts("bind", 0, 0);
}

static void all_processes_are_listed(void **state)
{
	pid_t children[ACTS];

	(void)state;
	for (int i = 0; i < ACTS; i++) {
		children[i] = fork();
		if (!children[i]) {
			pause();
			_exit(0);
		}
	}
	assert_int_equal(source_list_processes(source, take, NULL), 0);
	for (int i = 0; i < ACTS; i++) {
		kill(children[i], SIGKILL);
		waitpid(children[i], NULL, 0);
	}
	assert_true(seen.count[EVENT_PROCESS_START][OUTCOME_OK] > ACTS);
}

#define KERNEL_TEST(test) cmocka_unit_test_setup(test, begin)

/* The last of each group is of a source that is quiet at its end. */
static int run_all(void)
{
	const struct CMUnitTest observed[] = {
		KERNEL_TEST(binds_and_listens),
		KERNEL_TEST(failed_binds_with_what_was_weighed),
		KERNEL_TEST(unix_sockets),
		KERNEL_TEST(connects_succeed),
		KERNEL_TEST(connects_are_refused),
		KERNEL_TEST(a_call_made_again_is_no_act),
		KERNEL_TEST(connects_are_given_up),
		KERNEL_TEST(datagrams_connect_at_the_call),
		KERNEL_TEST(slow_calls_are_told),
		KERNEL_TEST(processes_come_and_go),
		KERNEL_TEST(calls_are_counted_by_number_and_errno),
	};
	const struct CMUnitTest small[] = {
		KERNEL_TEST(a_full_ring_sheds_and_says_so),
	};
	const struct CMUnitTest quiet[] = {
		KERNEL_TEST(all_processes_are_listed),
		KERNEL_TEST(who_is_not_observed_leaves_no_trace),
	};

	return cmocka_run_group_tests(observed, open_source, close_source) +
	       cmocka_run_group_tests(small, open_small, close_source) +
	       cmocka_run_group_tests(quiet, open_quiet, close_source);
}

int main(void)
{
	int failed = run_all();

	/* As where those of bind and connect are not reached by tail call. */
	rung.without_mixed_calls = true;
	return failed + run_all();
}
