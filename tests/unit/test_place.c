/* SPDX-License-Identifier: BSD-2-Clause */
/* Where processes are: pids in namespaces, pids that come again, containers that paths don't name. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "user/host/cgroup.h"
#include "user/host/process.h"
#include "user/host/process_stat.h"
#include "user/host/supervisor.h"
#include "user/model/processes.h"
#include "user/pipeline/pipeline.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define ID32 "0123456789abcdef0123456789abcdef"
#define MINUTE_NS (60ULL * 1000000000)

static int64_t vpid_of(const struct processes *processes, uint32_t pid, uint64_t time_ns)
{
	struct attributes set;

	attributes_clear(&set);
	processes_describe(processes, pid, time_ns, &set);
	return attributes_integer(&set, ATTRIBUTE_PROCESS_VPID, -1);
}

static void a_pid_that_comes_again_is_anothers(void **state)
{
	struct processes *processes = processes_new();
	const struct process_birth first = { 70, 1, 1000, 2000 }, other = { 70, 5, 9000, 9500 };
	const struct process_birth plain = { 70, 70, 20000, 20001 };

	(void)state;
	assert_int_equal(processes_add(processes, &first), 0);
	assert_int_equal(vpid_of(processes, 70, 1999), -1);
	assert_int_equal(vpid_of(processes, 70, 2000), 1);
	assert_int_equal(vpid_of(processes, 71, 2000), -1);
	processes_end(processes, 70, 3000);
	assert_int_equal(vpid_of(processes, 70, 3000), 1);
	assert_int_equal(vpid_of(processes, 70, 3001), -1);
	/* Its end was lost: the next one's start is enough. */
	assert_int_equal(processes_add(processes, &other), 0);
	assert_int_equal(vpid_of(processes, 70, 2500), -1);
	assert_int_equal(vpid_of(processes, 70, 9500), 5);
	assert_int_equal(processes_add(processes, &plain), 0);
	assert_int_equal(vpid_of(processes, 70, 30000), -1);
	assert_int_equal(processes_count(processes), 0);
	/* So is a fork that gives the pid away. */
	assert_int_equal(processes_add(processes, &other), 0);
	processes_forget(processes, 70, 9000);
	assert_int_equal(processes_count(processes), 1);
	processes_forget(processes, 70, 9001);
	assert_int_equal(processes_count(processes), 0);
	processes_free(processes);
}

static void processes_are_bounded_and_forgotten(void **state)
{
	struct processes *processes = processes_new();
	struct process_birth birth = { .vpid = 1, .start_boottime_ns = 5 }, next;
	uint32_t pid = 0, seen = 0;

	(void)state;
	for (birth.pid = 2; birth.pid < PROCESSES_MAX + 2; birth.pid++)
		assert_int_equal(processes_add(processes, &birth), 0);
	assert_int_equal(processes_add(processes, &birth), -ENOSPC);
	assert_int_equal(processes_refused(processes), 1);
	processes_end(processes, 2, 1000);
	for (; processes_after(processes, pid, &next); pid = next.pid)
		seen++;
	assert_int_equal(seen, PROCESSES_MAX - 1);
	processes_expire(processes, 1000 + MINUTE_NS);
	assert_int_equal(processes_count(processes), PROCESSES_MAX);
	processes_expire(processes, 1001 + MINUTE_NS);
	assert_int_equal(processes_count(processes), PROCESSES_MAX - 1);
	processes_free(processes);
}

static void another_tree_names_a_container(void **state)
{
	struct processes *processes = processes_new();
	const struct process_birth birth = { 70, 0, 1000, 2000 };
	struct cgroup_identity identity;
	struct attributes set;

	(void)state;
	cgroup_path_parse("/docker/" ID, &identity);
	assert_int_equal(processes_place(processes, &birth, &identity), 0);
	attributes_clear(&set);
	processes_describe(processes, 70, 2000, &set);
	assert_string_equal(attributes_string(&set, ATTRIBUTE_CONTAINER_ID), ID);
	assert_string_equal(attributes_string(&set, ATTRIBUTE_CONTAINER_RUNTIME_NAME), "docker");
	assert_null(attributes_get(&set, ATTRIBUTE_PROCESS_VPID));
	/* What its own group says comes first. */
	attributes_clear(&set);
	attributes_set_text(&set, ATTRIBUTE_CONTAINER_ID, "own");
	processes_describe(processes, 70, 2000, &set);
	assert_string_equal(attributes_string(&set, ATTRIBUTE_CONTAINER_ID), "own");
	assert_null(attributes_get(&set, ATTRIBUTE_CONTAINER_RUNTIME_NAME));
	processes_free(processes);
}

#define SHIM "containerd-shim-runc-v2"
#define TEXT(text) text, sizeof(text)

static const struct {
	const char *program;
	const char *arguments;
	size_t length;
	const char *path;
	const char *runtime;
	const char *id;
} supervisors[] = {
	{ SHIM, TEXT(SHIM "\0-namespace\0default\0-id\0k1\0-address\0/run/c.sock"), "/default/k1",
	  "containerd", "k1" },
	{ SHIM, TEXT(SHIM "\0-namespace\0moby\0-id\0" ID), "/x/" ID, "docker", ID },
	{ SHIM, TEXT(SHIM "\0-namespace\0k8s.io\0-id\0sandbox"), 
	  "/kubepods/pod" ID32 "/" ID, "containerd", ID },
	{ SHIM, TEXT(SHIM "\0-namespace\0k8s.io\0-id\0sandbox"), "/x/" ID, "", "" },
	{ SHIM, TEXT(SHIM "\0-namespace\0moby\0-id\0outer"), "/x/" ID, "", "" },
	{ SHIM, TEXT(SHIM "\0-namespace\0k8s.io\0-id\0sandbox"), "/default/k1", "", "" },
	{ SHIM, TEXT(SHIM "\0-namespace\0default\0-id\0k\n1"), "/default/k\n1", "", "" },
	{ SHIM, TEXT(SHIM "\0-namespace\0default\0-id"), "/default/k1", "", "" },
	{ SHIM, TEXT(SHIM "\0-id\0k1"), "/default/k1", "", "" },
	{ "containerd-shim", TEXT("containerd-shim\0-namespace\0moby\0-workdir\0/moby/" ID), "/x/" ID,
	  "docker", ID },
	{ "runc", TEXT("runc\0create\0-b\0bundle\0k1"), "/k1", "runc", "k1" },
	{ "runc", TEXT("runc\0--root\0/x\0run\0-b\0bundle\0k1"), "/k1", "runc", "k1" },
	{ "crun", TEXT("crun\0run\0k1"), "/k1", "crun", "k1" },
	{ "runc", TEXT("runc\0exec\0k1"), "/k1", "", "" },
	{ "runc", TEXT("runc\0run\0k2"), "/k1", "", "" },
	{ "sh", TEXT("runc\0run\0k1"), "/k1", "", "" },
	{ "runc", "runc\0run\0k1", 11, "/k1", "", "" },
	{ "runc", "", 0, "/k1", "", "" },
};

static void supervisors_name_what_they_started(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(supervisors); i++) {
		const char *leaf = strrchr(supervisors[i].path, '/') + 1;
		struct cgroup_identity found;
		bool already;
		int result;

		cgroup_path_parse(supervisors[i].path, &found);
		already = found.container_id[0];
		result = supervisor_read(supervisors[i].program, supervisors[i].arguments,
					 supervisors[i].length, leaf, &found);
		assert_int_equal(result, supervisors[i].runtime[0] != '\0');
		assert_string_equal(found.runtime, supervisors[i].runtime);
		assert_string_equal(found.container_id, already ? leaf : supervisors[i].id);
	}
}

static void supervisors_are_known_by_their_files(void **state)
{
	static const struct {
		const char *path, *program;
	} files[] = {
		{ "/usr/bin/" SHIM, SHIM },
		{ "/memfd:crun_cloned:/proc/self/exe", "crun" },
		{ "/memfd:runc_cloned:/proc/self/exe (deleted)", "runc" },
		{ "/memfd:other", "memfd:other" },
		{ "/memfd:_cloned:", "" },
		{ "/tmp/crun_cloned:/sh", "sh" },
		{ "/", "" },
		{ "", "" },
	};
	char program[64];

	(void)state;
	for (size_t i = 0; i < COUNT(files); i++) {
		supervisor_program(files[i].path, program, sizeof(program));
		assert_string_equal(program, files[i].program);
	}
}

static void births_tell_processes_apart(void **state)
{
	static const char text[] = "7 (a ) b) S 3 7 7 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4711 9 9";
	struct process_stat stat = { 0 };
	struct timespec now;

	(void)state;
	assert_int_equal(process_stat_parse(text, &stat), 0);
	assert_int_equal(stat.parent, 3);
	assert_int_equal(stat.start_ticks, 4711);
	assert_int_equal(stat.state, 'S');
	assert_int_equal(stat.flags, 4194560);
	assert_int_equal(process_stat_parse("7 (x) S 3", &stat), -EBADMSG);
	assert_int_equal(process_stat_parse("", &stat), -EBADMSG);
	assert_int_equal(process_stat_read(0, &stat), -ENOENT);
	assert_int_equal(process_stat_read(getpid(), &stat), 0);
	assert_int_equal(stat.parent, getppid());
	assert_true(process_has_program(getpid()));
	assert_false(process_has_program(0));
	assert_true(process_began_at(getpid(), stat.start_ticks * 10000000 + 5));
	assert_false(process_began_at(getpid(), (stat.start_ticks + 1) * 10000000));
	clock_gettime(CLOCK_MONOTONIC, &now);
	assert_false(process_is_younger(getpid(), (now.tv_sec + 1ULL) * 1000000000));
	assert_true(process_is_younger(getpid(), 0));
	assert_false(process_is_younger(0, 0));
}

static void a_group_is_only_told_of_those_in_it(void **state)
{
	struct cgroup_tree tree;
	char path[1024];

	(void)state;
	if (cgroup_tree_find(&tree))
		skip();
	assert_int_equal(process_cgroup_path(getpid(), &tree, 1ULL << 60, path, sizeof(path)),
			 -ESTALE);
}

static void take(struct pipeline *pipeline, enum record_type type, const void *bytes, size_t size)
{
	assert_int_equal(pipeline_take(pipeline, type, bytes, size), 0);
}

static void keep_fact(void *context, const struct fact *fact)
{
	*(struct fact *)context = *fact;
}

#define TAKE(type, record) take(pipeline, type, &(record), sizeof(record))

static void facts_say_where_their_process_is(void **state)
{
	const struct pipeline_options options = { .series_ceiling = 100, .seed = { 1, 2 } };
	struct pipeline *pipeline = pipeline_new(&options);
	struct event_process_start start = { .header = { .kind = EVENT_PROCESS_START, .tgid = 70,
		.size = sizeof(start), .time_ns = 50, .cgroup_id = 9 },
		.start_boottime_ns = 40, .vpid = 1 };
	struct event_process_exit end = { .header = { .kind = EVENT_PROCESS_EXIT, .tgid = 70,
		.size = sizeof(end), .time_ns = 99, .cgroup_id = 9 }, .start_boottime_ns = 40 };
	struct record_cgroup cgroup = { .id = 9, .path = "/default/k1" };
	struct record_maker maker = { .cgroup_id = 9, .identity = {
		.runtime = "containerd", .container_id = "k1" } };
	struct record_process process = { .birth = { 70, 1, 40, 200 }, .ended = 1 };
	struct fact fact;

	(void)state;
	assert_int_equal(pipeline_add_sink(pipeline, &(struct sink){ &fact, keep_fact }), 0);
	assert_int_equal(pipeline_take(pipeline, RECORD_MAKER, &maker, sizeof(maker)), -ENOENT);
	TAKE(RECORD_CGROUP, cgroup);
	TAKE(RECORD_MAKER, maker);
	TAKE(RECORD_CGROUP, cgroup);
	TAKE(RECORD_EVENT, start);
	assert_int_equal(attributes_integer(&fact.attributes, ATTRIBUTE_PROCESS_VPID, -1), 1);
	assert_string_equal(attributes_string(&fact.attributes, ATTRIBUTE_CONTAINER_ID), "k1");
	TAKE(RECORD_EVENT, end);
	assert_int_equal(attributes_integer(&fact.attributes, ATTRIBUTE_PROCESS_VPID, -1), 1);
	TAKE(RECORD_PROCESS, process);
	memset(maker.identity.container_id, 'x', sizeof(maker.identity.container_id));
	assert_int_equal(pipeline_take(pipeline, RECORD_MAKER, &maker, sizeof(maker)), -EINVAL);
	strcpy(maker.identity.container_id, "a\nb");
	assert_int_equal(pipeline_take(pipeline, RECORD_MAKER, &maker, sizeof(maker)), -EINVAL);
	/* As it was recorded before there were vpids. */
	start.header.size = offsetof(struct event_process_start, vpid);
	take(pipeline, RECORD_EVENT, &start, start.header.size);
	assert_int_equal(pipeline_accounts(pipeline)->lost_malformed, 0);
	pipeline_free(pipeline);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pid_that_comes_again_is_anothers),
		cmocka_unit_test(processes_are_bounded_and_forgotten),
		cmocka_unit_test(another_tree_names_a_container),
		cmocka_unit_test(supervisors_name_what_they_started),
		cmocka_unit_test(supervisors_are_known_by_their_files),
		cmocka_unit_test(births_tell_processes_apart),
		cmocka_unit_test(a_group_is_only_told_of_those_in_it),
		cmocka_unit_test(facts_say_where_their_process_is),
	};

	return RUN(tests);
}
