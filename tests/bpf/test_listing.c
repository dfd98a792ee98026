/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of all processes is asked for again and again: it must not use contexts up. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "user/source/source.h"

struct listed {
	pid_t wanted;
	struct event_process_start event;
};

static void take(void *context, const struct event_header *record)
{
	struct listed *listed = context;

	if (record->kind == EVENT_PROCESS_START && (pid_t)record->tgid == listed->wanted)
		memcpy(&listed->event, record, sizeof(listed->event));
}

static void what_is_known_to_be_another_takes_no_context(void **state)
{
	static const uint8_t waits[SYSCALLS_MAX];
	const struct source_options options = { .slow_ns = UINT64_MAX, .ring_bytes = 1u << 20,
						.waits = waits };
	struct listed listed = { .wanted = fork() };
	struct event_process_start first;
	struct source *source;
	char error[512] = "";
	struct program_key key;

	(void)state;
	if (!listed.wanted) {
		pause();
		_exit(0);
	}
	if (source_open(&options, probes, &source, error, sizeof(error)))
		fail_msg("%s", error);
	assert_int_equal(source_list_processes(source, take, &listed), 0);
	first = listed.event;
	key = (struct program_key){ .inode = listed.event.exe_inode,
				    .size = listed.event.exe_size,
				    .mtime_ns = listed.event.exe_mtime_ns,
				    .device = listed.event.exe_device };
	assert_int_equal(source_set_program_kind(source, &key, PROGRAM_OTHER), 0);
	assert_int_equal(source_list_processes(source, take, &listed), 0);
	source_close(source);
	kill(listed.wanted, SIGKILL);
	waitpid(listed.wanted, NULL, 0);
	assert_int_equal(first.kind, PROGRAM_UNKNOWN);
	assert_int_not_equal(first.context, 0);
	assert_int_equal(listed.event.kind, PROGRAM_OTHER);
	assert_int_equal(listed.event.context, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_known_to_be_another_takes_no_context),
	};

	return RUN(tests);
}
