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

#define ID25 "k3x0pz9w8v7u6t5s4r3q2p1o0"
#define HASH "0123456789abcdef0123456789abcdef"
#define DOCKER .runtime = "docker", .container_id = ID
#define CONTAINERD .runtime = "containerd", .container_id = ID
#define CRIO .runtime = "crio", .container_id = ID
#define PODMAN .runtime = "podman", .container_id = ID
#define USER "/user.slice/user-1000.slice/user@1000.service"
#define BURSTABLE "/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod" UID_LOW ".slice"
#define NODE "/docker/" OTHER "/kubelet.slice"

static const struct {
	const char *path;
	struct cgroup_identity wanted;
} paths[] = {
	{ "/", { .runtime = "" } },
	{ "", { .runtime = "" } },
	/* Docker */
	{ "/docker/" ID, { DOCKER } },
	{ "/system.slice/docker-" ID ".scope", { DOCKER } },
	{ USER "/user.slice/docker-" ID ".scope", { DOCKER } },
	{ "/mine.slice/docker-" ID ".scope", { DOCKER } },
	{ "/docker/" ID "/init.scope", { DOCKER } },
	{ "/docker/" ID "/system.slice/nginx.service", { DOCKER, .unit = "nginx.service" } },
	{ "/docker/" OTHER "/docker/" ID, { DOCKER } },
	{ "/lxc.payload.web/docker/" ID, { DOCKER } },
	{ "/kubepods/pod" UID "/" OTHER "/docker/" ID,
	  { DOCKER, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/system.slice/docker.service/docker/" ID, { DOCKER } },
	{ "/system.slice:docker:" ID, { DOCKER } },
	{ "/docker/buildkit/" ID25, { .runtime = "buildkit", .container_id = ID25 } },
	{ "/buildkit/" ID25, { .runtime = "buildkit", .container_id = ID25 } },
	{ "/parent/" ID, { .container_id = ID } },
	{ "/" ID, { .container_id = ID } },
	{ "/docker/" ID " (deleted)", { DOCKER } },
	{ "/../../docker/" ID, { DOCKER } },
	{ "/../" ID, { .container_id = ID } },
	/* containerd */
	{ "/system.slice/nerdctl-" ID ".scope", { CONTAINERD } },
	{ "/k8s.io/" ID, { CONTAINERD } },
	{ "/default/" ID, { .container_id = ID } },
	{ "/default/k1", { .runtime = "" } },
	/* Kubernetes */
	{ "/kubepods/burstable/pod" UID "/" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "Burstable" } },
	{ "/kubepods/besteffort/pod" UID "/" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "BestEffort" } },
	{ "/kubepods/pod" UID "/" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/kubepods/pod" UID "/crio-" ID, { CRIO, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/kubepods/burstable/pod" HASH "/" ID,
	  { .container_id = ID, .pod_uid = HASH, .qos = "Burstable" } },
	{ "/kubepods/burstable/pod" UID, { .runtime = "" } },
	{ BURSTABLE "/cri-containerd-" ID ".scope",
	  { CONTAINERD, .pod_uid = UID, .qos = "Burstable" } },
	{ BURSTABLE "/crio-" ID ".scope", { CRIO, .pod_uid = UID, .qos = "Burstable" } },
	{ BURSTABLE "/crio-" ID ".scope/container", { CRIO, .pod_uid = UID, .qos = "Burstable" } },
	{ BURSTABLE "/docker-" ID ".scope", { DOCKER, .pod_uid = UID, .qos = "Burstable" } },
	{ "/kubepods.slice/kubepods-pod" UID_LOW ".slice/crio-" ID ".scope",
	  { CRIO, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod" HASH
	  ".slice/cri-containerd-" ID ".scope", { CONTAINERD, .pod_uid = HASH, .qos = "BestEffort" } },
	{ BURSTABLE "/crio-conmon-" ID ".scope", { .unit = "crio-conmon-" ID ".scope" } },
	{ "/kubepods/burstable/pod" UID "/crio-conmon-" ID, { .runtime = "" } },
	{ "/system.slice/containerd.service/kubepods-burstable-pod" UID_LOW
	  ".slice:cri-containerd:" ID, { CONTAINERD, .pod_uid = UID, .qos = "Burstable" } },
	{ "/kubepods-besteffort-pod" UID_LOW ".slice:cri-containerd:" ID,
	  { CONTAINERD, .pod_uid = UID, .qos = "BestEffort" } },
	{ "/kubepods-pod" UID_LOW ".slice:crio:" ID,
	  { CRIO, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/kubepods-pod" UID_LOW ".slice:other:" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "Guaranteed" } },
	/* What a namespace hides: the class of the first is not to be seen. */
	{ "/../../pod" UID "/" ID, { .container_id = ID, .pod_uid = UID } },
	{ "/../../../besteffort/pod" UID "/" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "BestEffort" } },
	{ "/../kubepods-pod" UID_LOW ".slice/cri-containerd-" ID ".scope",
	  { CONTAINERD, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/kata_overhead/" ID, { .runtime = "" } },
	/* kind: a node is a container, and pods are containers in it */
	{ NODE "/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable"
	  "-pod" UID_LOW ".slice/cri-containerd-" ID ".scope",
	  { CONTAINERD, .pod_uid = UID, .qos = "Burstable" } },
	{ "/system.slice/docker-" OTHER ".scope/kubelet.slice/kubelet-kubepods.slice/"
	  "kubelet-kubepods-pod" UID_LOW ".slice/cri-containerd-" ID ".scope",
	  { CONTAINERD, .pod_uid = UID, .qos = "Guaranteed" } },
	{ NODE "/kubelet.service",
	  { .runtime = "docker", .container_id = OTHER, .unit = "kubelet.service" } },
	{ "/docker/" OTHER "/kubelet/kubepods/pod" UID "/" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/kubepods/burstable/pod" HASH "/" OTHER "/kubepods/pod" UID "/" ID,
	  { .container_id = ID, .pod_uid = UID, .qos = "Guaranteed" } },
	{ "/docker/" OTHER "/crio.slice/crio-conmon-" ID ".scope",
	  { .runtime = "docker", .container_id = OTHER, .unit = "crio-conmon-" ID ".scope" } },
	/* Podman */
	{ "/machine.slice/libpod-" ID ".scope", { PODMAN } },
	{ "/machine.slice/libpod-" ID ".scope/container", { PODMAN } },
	{ "/machine.slice/libpod-conmon-" ID ".scope", { .unit = "libpod-conmon-" ID ".scope" } },
	{ "/libpod_parent/libpod-" ID, { PODMAN } },
	{ "/libpod_parent/conmon", { .runtime = "" } },
	{ USER "/user.slice/libpod-" ID ".scope/container", { PODMAN } },
	{ USER "/user.slice/libpod-conmon-" ID ".scope", { .unit = "libpod-conmon-" ID ".scope" } },
	{ "/machine.slice/machine-libpod_pod_" OTHER ".slice/libpod-" ID ".scope", { PODMAN } },
	{ "/libpod_parent/libpod_pod_" OTHER "/libpod-" ID, { PODMAN } },
	{ "/system.slice/app.service/libpod-payload-" ID, { PODMAN } },
	{ "/system.slice/app.service/supervisor", { .unit = "app.service" } },
	{ "/docker/" ID "/libpod_parent/conmon", { DOCKER } },
	/* runc and crun by themselves */
	{ "/system.slice/runc-web_1.scope", { .runtime = "runc", .container_id = "web_1" } },
	{ "/system.slice/crun-web.scope", { .runtime = "crun", .container_id = "web" } },
	/* ECS */
	{ "/ecs/" UID "/" ID, { DOCKER } },
	{ "/ecs/cluster/" UID "/" ID, { DOCKER } },
	{ "/ecstasks.slice/ecstasks-" HASH ".slice/docker-" ID ".scope", { DOCKER } },
	{ "/ecs/" HASH "/" HASH "-1234567890", { .container_id = HASH "-1234567890" } },
	{ "/ecs/" HASH "/" HASH "-", { .runtime = "" } },
	{ "/ecs/" HASH "/" HASH "-12x", { .runtime = "" } },
	/* LXC, LXD, Incus */
	{ "/lxc/web", { .runtime = "lxc", .container_id = "web" } },
	{ "/lxc.payload/web", { .runtime = "lxc", .container_id = "web" } },
	{ "/lxc.payload.web", { .runtime = "lxc", .container_id = "web" } },
	{ "/lxc.payload.web/system.slice/nginx.service",
	  { .runtime = "lxc", .container_id = "web", .unit = "nginx.service" } },
	{ "/lxc.payload.web/.lxc", { .runtime = "lxc", .container_id = "web" } },
	{ "/lxc.payload.outer/lxc.payload.inner/init.scope",
	  { .runtime = "lxc", .container_id = "inner" } },
	{ "/lxc.payload.outer/lxc.monitor.inner", { .runtime = "lxc", .container_id = "outer" } },
	{ "/lxc.monitor.web", { .runtime = "" } },
	{ "/lxc.monitor/web", { .runtime = "" } },
	{ "/lxc.monitor/" ID, { .runtime = "" } },
	{ "/lxc.pivot", { .runtime = "" } },
	{ "/lxc.payload.", { .runtime = "" } },
	/* Machines */
	{ "/machine.slice/systemd-nspawn@web.service",
	  { .runtime = "nspawn", .container_id = "web" } },
	{ "/machine.slice/systemd-nspawn@my\\x2dweb.service/payload/system.slice/nginx.service",
	  { .runtime = "nspawn", .container_id = "my-web", .unit = "nginx.service" } },
	{ "/machine.slice/systemd-nspawn@web.service/supervisor",
	  { .unit = "systemd-nspawn@web.service" } },
	{ "/machine.slice/machine-foo\\x2dbar.scope/payload",
	  { .runtime = "nspawn", .container_id = "foo-bar" } },
	{ "/machine.slice/machine-foo\\x2dbar.scope/supervisor",
	  { .unit = "machine-foo\\x2dbar.scope" } },
	{ "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope/libvirt/emulator",
	  { .unit = "machine-qemu\\x2d1\\x2dvm.scope" } },
	{ "/machine/web.libvirt-lxc", { .runtime = "libvirt", .container_id = "web" } },
	{ "/machine/web.libvirt-qemu/emulator", { .runtime = "" } },
	{ "/system.slice/garden.service/garden/6f1a2b3c-0000-4000-8000-123456789abc",
	  { .runtime = "garden", .container_id = "6f1a2b3c-0000-4000-8000-123456789abc" } },
	/* Units */
	{ "/system.slice/nginx.service", { .unit = "nginx.service" } },
	{ "/system.slice/system-getty.slice/getty@tty1.service", { .unit = "getty@tty1.service" } },
	{ "/system.slice/containerd.service/below", { .unit = "containerd.service" } },
	{ "/user.slice/user-0.slice/session-1.scope", { .unit = "session-1.scope" } },
	{ USER "/app.slice/app-org.example\\x2dweb.service",
	  { .unit = "app-org.example\\x2dweb.service" } },
	{ USER "/init.scope", { .unit = "user@1000.service" } },
	{ "/init.scope", { .unit = "init.scope" } },
	{ "/system.slice/_memory.service", { .unit = "memory.service" } },
	{ "/system.slice/var-lib-docker-overlay2-" ID "-merged.mount", { .runtime = "" } },
	/* Odd and hostile */
	{ "/docker/0123", { .runtime = "" } },
	{ "/docker/" ID "0", { .runtime = "" } },
	{ "/docker/0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
	  { .runtime = "" } },
	{ "docker", { .runtime = "" } },
	{ "//docker///" ID "//", { DOCKER } },
	{ "/docker/..", { .runtime = "" } },
	{ "/lxc/we\nb", { .runtime = "" } },
	{ "/lxc/w\xc3\xa9" "b", { .runtime = "" } },
	{ "/lxc/" ID "" ID, { .runtime = "" } },
	{ "/system.slice/\xff\xfe.service", { .runtime = "" } },
	{ "/system.slice/docker-" ID ".scope\n/docker/" OTHER,
	  { .runtime = "docker", .container_id = OTHER } },
	{ "/kubepods/pod12345678_9abc-def0-1234-56789abcdef0/" ID, { .container_id = ID } },
	{ "/kubepods/podpodpod/" ID, { .container_id = ID } },
	{ "/::", { .runtime = "" } },
	{ "/::" ID, { .container_id = ID } },
};

static void runtimes_are_recognised(void **state)
{
	struct cgroup_identity found;

	(void)state;
	for (size_t i = 0; i < COUNT(paths); i++) {
		cgroup_path_parse(paths[i].path, &found);
		if (memcmp(&found, &paths[i].wanted, sizeof(found)))
			print_message("# %s\n", paths[i].path);
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
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	cgroup_path_parse(path, &found);
	assert_string_equal(found.container_id, "");
	memcpy(path + sizeof(path) - 9, ".service", 8);
	cgroup_path_parse(path, &found);
	assert_string_equal(found.unit, "");
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
	/* Version 1 alone, without a memory controller: as on a Raspberry Pi. */
	{ "31 23 0:27 / /sys/fs/cgroup/pids rw shared:9 - cgroup cgroup rw,pids\n"
	  "32 23 0:28 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n",
	  "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t0\t1\t0\npids\t7\t10\t1\n",
	  "/sys/fs/cgroup/pids", "pids" },
	/* A lone net_cls beside cgroup2 tells nobody apart. */
	{ "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
	  "31 23 0:27 / /sys/fs/cgroup/net_cls rw - cgroup cgroup rw,net_cls\n", "",
	  "/sys/fs/cgroup", "" },
	/* In a container, with the host's tree beside the own part of it. */
	{ "30 23 0:26 /docker/x /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
	  "31 23 0:26 / /host/memory ro - cgroup cgroup rw,memory\n",
	  "#subsys_name\thierarchy\tnum_cgroups\tenabled\nmemory\t4\t10\t1\n",
	  "/host/memory", "memory" },
	/* The same in a namespace of its own, whatever comes first; and in its parent's alone. */
	{ "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n"
	  "31 23 0:26 /../../.. /host/cgroup ro - cgroup2 cgroup2 rw\n", "", "/host/cgroup", "" },
	{ "31 23 0:26 /../../.. /host/cgroup ro - cgroup2 cgroup2 rw\n"
	  "30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n", "", "/host/cgroup", "" },
	{ "30 23 0:26 /.. /sys/fs/cgroup ro - cgroup2 cgroup2 rw\n", "", "/sys/fs/cgroup", "" },
	/* Others' parts are neither above nor one's own. */
	{ "30 23 0:26 /../x /a ro - cgroup2 cgroup2 rw\n31 23 0:26 /..x /b ro - cgroup2 cgroup2 rw\n"
	  "32 23 0:26 / /c ro - cgroup2 cgroup2 rw\n", "", "/c", "" },
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
	assert_true(cgroup_tree_choose("30 23 0:26 /x /a rw - cgroup2 cgroup2 rw\n", "", &tree) < 0);
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
