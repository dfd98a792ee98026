/* SPDX-License-Identifier: BSD-2-Clause */
/* Every runtime's shape of a control group's path, and shapes that are none. */
#include "tests/unit/unit.h"

#include <string.h>

#include "user/host/cgroup.h"
#include "user/host/process.h"
#include "user/model/cgroup_path.h"

#define ID "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define OTHER "fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210"
#define UID "12345678-9abc-def0-1234-56789abcdef0"
#define UID_LOW "12345678_9abc_def0_1234_56789abcdef0"

static const struct {
	const char *path;
	struct cgroup_identity wanted;
} paths[] = {
	{ "/", { .runtime = "" } },
	{ "", { .runtime = "" } },
	{ "/docker/" ID, { .runtime = "docker", .container_id = ID } },
	{ "/system.slice/docker-" ID ".scope", { .runtime = "docker", .container_id = ID } },
	{ "/docker/" ID "/init.scope", { .runtime = "docker", .container_id = ID } },
	{ "/docker/" OTHER "/docker/" ID, { .runtime = "docker", .container_id = ID } },
	{ "/machine.slice/libpod-" ID ".scope", { .runtime = "podman", .container_id = ID } },
	{ "/machine.slice/libpod-" ID ".scope/container",
	  { .runtime = "podman", .container_id = ID } },
	{ "/machine.slice/libpod-conmon-" ID ".scope",
	  { .unit = "libpod-conmon-" ID ".scope" } },
	{ "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_LOW
	  ".slice/cri-containerd-" ID ".scope",
	  { .runtime = "containerd", .container_id = ID, .pod_uid = UID, .qos = "burstable" } },
	{ "/kubepods.slice/kubepods-pod" UID_LOW ".slice/crio-" ID ".scope",
	  { .runtime = "crio", .container_id = ID, .pod_uid = UID, .qos = "guaranteed" } },
	{ "/kubepods/besteffort/pod" UID "/" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "besteffort" } },
	{ "/kubepods-besteffort-pod" UID_LOW ".slice:cri-containerd:" ID,
	  { .runtime = "containerd", .container_id = ID, .pod_uid = UID, .qos = "besteffort" } },
	{ "/ecs/task/" ID, { .runtime = "ecs", .container_id = ID } },
	{ "/lxc.payload.web", { .runtime = "lxc", .container_id = "web" } },
	{ "/lxc.monitor.web", { .runtime = "" } },
	{ "/system.slice/nginx.service", { .unit = "nginx.service" } },
	{ "/user.slice/user-0.slice/session-1.scope", { .unit = "session-1.scope" } },
	{ "/docker/0123", { .runtime = "" } },
	{ "/docker/" ID "0", { .runtime = "" } },
	{ "/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
	  { .runtime = "" } },
};

static void runtimes_are_recognised(void **state)
{
	struct cgroup_identity found;

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		cgroup_path_parse(paths[i].path, &found);
		assert_string_equal(found.container_id, paths[i].wanted.container_id);
		assert_string_equal(found.runtime, paths[i].wanted.runtime);
		assert_string_equal(found.pod_uid, paths[i].wanted.pod_uid);
		assert_string_equal(found.qos, paths[i].wanted.qos);
		assert_string_equal(found.unit, paths[i].wanted.unit);
	}
}

static void deep_paths_keep_their_end(void **state)
{
	struct cgroup_identity found;
	char path[4096] = "";

	(void)state;
	for (int i = 0; i < 500; i++)
		strcat(path, "/a");
	strcat(path, "/docker/" ID);
	cgroup_path_parse(path, &found);
	assert_string_equal(found.container_id, ID);
}

static void lines_of_a_process_are_found(void **state)
{
	static const char text[] = "12:pids:/a\n3:cpu,cpuacct:/b:c\n0::/d\n";
	char path[64];

	(void)state;
	assert_int_equal(cgroup_line_find(text, "pids", path, sizeof(path)), 2);
	assert_string_equal(path, "/a");
	cgroup_line_find(text, "cpuacct", path, sizeof(path));
	assert_string_equal(path, "/b:c");
	cgroup_line_find(text, "", path, sizeof(path));
	assert_string_equal(path, "/d");
	assert_true(cgroup_line_find(text, "memory", path, sizeof(path)) < 0);
	assert_true(cgroup_line_find("", "", path, sizeof(path)) < 0);
	assert_true(cgroup_line_find("no colons here", "", path, sizeof(path)) < 0);
}

static const struct {
	const char *mountinfo;
	const char *cgroups;
	const char *mount;
	const char *controller;
} trees[] = {
	{ "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
	  "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t10\t1\n", "/sys/fs/cgroup", "" },
	{ "30 23 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	  "31 23 0:27 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
	  "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t4\t10\t1\n",
	  "/sys/fs/cgroup/memory", "memory" },
};

static void the_tree_that_tells_processes_apart_is_chosen(void **state)
{
	struct cgroup_tree tree;

	(void)state;
	for (size_t i = 0; i < COUNT(trees); i++) {
		assert_int_equal(cgroup_tree_choose(trees[i].mountinfo, trees[i].cgroups, &tree), 0);
		assert_string_equal(tree.mount, trees[i].mount);
		assert_string_equal(tree.controller, trees[i].controller);
	}
	assert_true(cgroup_tree_choose("", "", &tree) < 0);
	assert_true(cgroup_tree_choose("rubbish\n- -\n", "x\n", &tree) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runtimes_are_recognised),
		cmocka_unit_test(deep_paths_keep_their_end),
		cmocka_unit_test(lines_of_a_process_are_found),
		cmocka_unit_test(the_tree_that_tells_processes_apart_is_chosen),
	};

	return RUN(tests);
}
