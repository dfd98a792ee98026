/* SPDX-License-Identifier: BSD-2-Clause */
/* Who is asked when: containers by files and by a daemon, and turns that nothing holds up. */
#include "tests/unit/folder.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/pipeline/naming.h"

#define CONTAINERS	23
#define TURNS_NS	20000000000ULL	/* all are named within that */
#define HELD_UP_NS	900000000ULL	/* a daemon has a second to answer */


struct told {
	struct resources *resources;
	size_t containers;
	size_t named;
};

static void tell(void *context, enum record_type type, const void *record, size_t size)
{
	const struct record_container *container = record;
	struct told *told = context;

	if (type != RECORD_CONTAINER)
		return;
	assert_int_equal(size, sizeof(*container));
	assert_int_equal(names_add_container(resources_names(told->resources), container), 0);
	told->containers++;
	told->named += !strncmp(container->name, "web", 3);
}

static void write_config(size_t number)
{
	char path[256];
	FILE *file;

	snprintf(path, sizeof(path), "%s/containers/%064zx", folder, number);
	mkdir(path, 0700);
	strcat(path, "/config.v2.json");
	file = fopen(path, "w");
	assert_non_null(file);
	fprintf(file, "{\"ID\":\"%064zx\",\"Name\":\"/web%zu\",\"Config\":{\"Image\":\"shop:1\"}}",
		number, number);
	fclose(file);
}

static void add_cgroup(const struct told *told, struct naming *naming, size_t number)
{
	struct record_cgroup cgroup = { .id = number };

	snprintf(cgroup.path, sizeof(cgroup.path), "/docker/%064zx", number);
	assert_int_equal(resources_add_cgroup(told->resources, &cgroup), 0);
	naming_cgroup(naming, number);
	naming_cgroup(naming, number);
}

static struct naming *make(struct told *told)
{
	const char *const roots[] = { folder };
	const struct naming_options options = {
		.roots = roots, .root_count = 1, .resources = told->resources, .tell = tell,
		.context = told,
	};
	struct naming *naming;
	char error[128];

	assert_int_equal(naming_new(&options, &naming, error, sizeof(error)), 0);
	return naming;
}

static void turn_until(struct naming *naming, const struct told *told, size_t named)
{
	uint64_t end_ns = host_monotonic_ns() + TURNS_NS;

	while (told->named < named && host_monotonic_ns() < end_ns) {
		naming_turn(naming);
		usleep(2000);
	}
}

static void each_container_is_told_of_once(void **state)
{
	struct told told = { .resources = resources_new() };
	struct naming_accounts accounts;
	struct naming *naming = make(&told);

	(void)state;
	for (size_t i = 1; i <= CONTAINERS; i++) {
		write_config(i);
		add_cgroup(&told, naming, i);
	}
	turn_until(naming, &told, CONTAINERS);
	/* Known ones are asked for no more. */
	for (size_t i = 1; i <= CONTAINERS; i++)
		add_cgroup(&told, naming, i);
	naming_turn(naming);
	naming_accounts(naming, &accounts);
	assert_int_equal(told.containers, CONTAINERS);
	assert_int_equal(told.named, CONTAINERS);
	assert_int_equal(accounts.named, CONTAINERS);
	assert_int_equal(accounts.unnamed + accounts.skipped + accounts.asked, 0);
	naming_free(naming);
	resources_free(told.resources);
}

static void what_happens_asks_at_once(void **state)
{
	struct told told = { .resources = resources_new() };
	struct naming *naming = make(&told);

	(void)state;
	write_config(9000);
	naming_hurry(naming, 9000);
	add_cgroup(&told, naming, 9000);
	assert_int_equal(told.named, 0);
	naming_hurry(naming, 9000);
	assert_int_equal(told.named, 1);
	naming_hurry(naming, 9000);
	assert_int_equal(told.containers, 1);
	naming_free(naming);
	resources_free(told.resources);
}

/* A daemon that takes connections and says nothing. */
static void hang(const char *name, size_t first)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct told told = { .resources = resources_new() };
	struct naming *naming = make(&told);
	uint64_t until_ns = host_monotonic_ns() + TURNS_NS, longest_ns = 0, one_ns;
	struct naming_accounts accounts = { 0 };

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", folder, name);
	assert_int_equal(bind(listener, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(listener, 1), 0);
	for (size_t i = first; i < first + CONTAINERS; i++)
		add_cgroup(&told, naming, i);
	while (!accounts.failed && host_monotonic_ns() < until_ns) {
		one_ns = host_monotonic_ns();
		naming_turn(naming);
		one_ns = host_monotonic_ns() - one_ns;
		longest_ns = one_ns > longest_ns ? one_ns : longest_ns;
		naming_accounts(naming, &accounts);
		usleep(2000);
	}
	assert_int_equal(accounts.failed, 1);
	assert_true(longest_ns < HELD_UP_NS);
	assert_int_equal(told.named, 0);
	close(listener);
	unlink(address.sun_path);
	naming_free(naming);
	resources_free(told.resources);
}

static void a_docker_that_hangs_holds_nothing_up(void **state)
{
	(void)state;
	hang("docker.sock", 10000);
}

/* It is asked about none but its own. */
static void a_containerd_that_hangs_holds_nothing_up(void **state)
{
	char path[256];
	int length;

	(void)state;
	snprintf(path, sizeof(path), "%s/io.containerd.runtime.v2.task", folder);
	assert_int_equal(mkdir(path, 0700), 0);
	strcat(path, "/shop");
	assert_int_equal(mkdir(path, 0700), 0);
	length = (int)strlen(path);
	for (size_t i = 20000; i < 20000 + CONTAINERS; i++) {
		snprintf(path + length, sizeof(path) - (size_t)length, "/%064zx", i);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	hang("containerd.sock", 20000);
}

static void a_process_that_is_gone_says_nothing(void **state)
{
	struct told told = { .resources = resources_new() };
	struct naming *naming = make(&told);

	(void)state;
	naming_process(naming, 0x7ffffffe, 1);
	naming_end(naming, 0x7ffffffe);
	naming_process(naming, (uint32_t)getpid(), 1);
	naming_process(naming, (uint32_t)getpid(), 2);
	naming_end(naming, (uint32_t)getpid());
	naming_turn(naming);
	naming_free(naming);
	resources_free(told.resources);
}

static int make_folder(void **state)
{
	char path[64];

	if (folder_make(state))
		return -1;
	snprintf(path, sizeof(path), "%s/containers", folder);
	return mkdir(path, 0700);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_container_is_told_of_once),
		cmocka_unit_test(what_happens_asks_at_once),
		cmocka_unit_test(a_docker_that_hangs_holds_nothing_up),
		cmocka_unit_test(a_containerd_that_hangs_holds_nothing_up),
		cmocka_unit_test(a_process_that_is_gone_says_nothing),
	};

	return cmocka_run_group_tests(tests, make_folder, folder_remove);
}
