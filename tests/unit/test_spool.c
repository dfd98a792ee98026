/* SPDX-License-Identifier: BSD-2-Clause */
/* What waits on disk: in order, bounded, there whole or not at all, and counted when it is lost. */
#include "tests/unit/unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/folder.h"
#include "user/export/spool.h"

static struct buffer body;

static int begin(void **state)
{
	strcpy(folder + sizeof(folder) - 7, "XXXXXX");
	buffer_init(&body, 1 << 20);
	return folder_make(state);
}

static int end(void **state)
{
	buffer_free(&body);
	return folder_remove(state);
}

static struct spool *open_spool(const char *signal, uint64_t bytes)
{
	struct spool *spool = NULL;
	char error[256] = "";

	assert_int_equal(spool_open(folder, signal, OTLP_PROTOBUF, bytes, &spool, error,
				    sizeof(error)), 0);
	return spool;
}

static uint64_t waiting(const struct spool *spool)
{
	struct spool_accounts accounts;

	spool_accounts(spool, &accounts);
	return accounts.waiting;
}

/* The first is that text, of so many facts, and is removed. */
static void takes(struct spool *spool, const char *text, uint64_t wanted)
{
	uint64_t count = 0, number = spool_first(spool, &body, &count);

	assert_true(number);
	assert_int_equal(body.size, strlen(text));
	assert_memory_equal(body.data, text, body.size);
	assert_int_equal(count, wanted);
	spool_remove(spool, number);
}

static size_t files(void)
{
	DIR *stream = opendir(folder);
	size_t count = 0;

	while (readdir(stream))
		count++;
	closedir(stream);
	return count - 2;
}

/* Name of the only file, whole. */
static void only_file(char out[400])
{
	DIR *stream = opendir(folder);
	const struct dirent *entry;

	while ((entry = readdir(stream)))
		if (entry->d_name[0] != '.')
			snprintf(out, 400, "%s/%s", folder, entry->d_name);
	closedir(stream);
}

static void the_oldest_comes_first(void **state)
{
	struct spool *spool = open_spool("traces", 1 << 20);
	uint64_t count;

	(void)state;
	assert_int_equal(spool_first(spool, &body, &count), 0);
	assert_int_equal(spool_add(spool, "one", 3, 1), 1);
	assert_int_equal(spool_add(spool, "two", 3, 20), 2);
	assert_int_equal(waiting(spool), 21);
	takes(spool, "one", 1);
	assert_int_equal(spool_add(spool, "three", 5, 300), 3);
	takes(spool, "two", 20);
	takes(spool, "three", 300);
	assert_int_equal(waiting(spool), 0);
	assert_int_equal(files(), 0);
	spool_close(spool);
}

/* Signals share a folder; what is none of ours stays, and is not looked at. */
static void it_outlives_its_end(void **state)
{
	static const char *const strangers[] = {
		"traces-1-1.pb.gz", "traces-00000000000000000009-5.json.gz", "notes",
		"traces-00000000000000000009-5.pb.gz.bak", "traces-00000000000000000000-5.pb.gz",
	};
	struct spool *spool = open_spool("traces", 1 << 20), *logs = open_spool("logs", 1 << 20);
	char path[400];

	(void)state;
	for (size_t i = 0; i < COUNT(strangers); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, strangers[i]);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	snprintf(path, sizeof(path), "%s/traces-00000000000000000007-7.pb.gz", folder);
	assert_int_equal(symlink("/etc/passwd", path), 0);
	spool_add(spool, "one", 3, 1);
	spool_add(spool, "two", 3, 2);
	spool_add(logs, "log", 3, 4);
	spool_close(spool);
	spool_close(logs);
	spool = open_spool("traces", 1 << 20);
	assert_int_equal(waiting(spool), 3);
	assert_int_equal(spool_add(spool, "three", 5, 4), 3);
	takes(spool, "one", 1);
	takes(spool, "two", 2);
	takes(spool, "three", 4);
	spool_close(spool);
	assert_int_equal(files(), COUNT(strangers) + 2);
}

static void the_oldest_gives_way(void **state)
{
	struct spool *spool = open_spool("traces", 100);
	struct spool_accounts accounts;

	(void)state;
	for (uint64_t i = 1; i <= 10; i++)
		assert_int_equal(spool_add(spool, "0123456789", 10, i), i);
	spool_accounts(spool, &accounts);
	assert_int_equal(accounts.full + accounts.waiting, 55);
	assert_true(accounts.full > 0 && accounts.waiting >= 10);
	assert_true(files() >= 2 && files() <= 4);
	takes(spool, "0123456789", 11 - files());
	spool_close(spool);
}

static void what_is_held_stays(void **state)
{
	struct spool *spool = open_spool("traces", 100);
	uint64_t count, first;

	(void)state;
	first = spool_add(spool, "the first", 9, 1);
	assert_int_equal(spool_first(spool, &body, &count), first);
	for (uint64_t i = 0; i < 10; i++)
		spool_add(spool, "0123456789", 10, 1);
	takes(spool, "the first", 1);
	spool_close(spool);
}

static void too_large_is_refused(void **state)
{
	struct spool *spool = open_spool("traces", 20);

	(void)state;
	assert_int_equal(spool_add(spool, "a", 1, 1), 0);
	assert_int_equal(files(), 0);
	spool_close(spool);
}

static void damage_is_counted(void **state)
{
	(void)state;
	for (int how = 0; how < 4; how++) {
		struct spool *spool = open_spool("traces", 1 << 20);
		struct spool_accounts accounts;
		char path[400], byte = 0;
		uint64_t count;
		int file;

		spool_add(spool, "0123456789012345678901234567890123456789", 40, 9);
		only_file(path);
		file = open(path, O_RDWR);
		if (how == 0)
			assert_int_equal(ftruncate(file, 25), 0);
		else if (how == 1)
			assert_int_equal(ftruncate(file, 0), 0);
		else if (how == 2)
			assert_int_equal(pwrite(file, &byte, 1, 12), 1);
		else
			unlink(path);
		close(file);
		assert_int_equal(spool_first(spool, &body, &count), 0);
		spool_accounts(spool, &accounts);
		assert_int_equal(accounts.damaged, 9);
		assert_int_equal(accounts.waiting, 0);
		assert_int_equal(files(), 0);
		spool_close(spool);
	}
}

/* A file that would grow beyond a limit ends the write half way, as a full disk does. */
static void a_full_disk_leaves_nothing_half(void **state)
{
	struct spool *spool = open_spool("traces", 1 << 20);
	struct rlimit limit, small;
	char noise[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (char)(i * i >> 3 ^ i * 31);
	getrlimit(RLIMIT_FSIZE, &limit);
	small = (struct rlimit){ 100, limit.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &small);
	assert_int_equal(spool_add(spool, noise, sizeof(noise), 5), 0);
	setrlimit(RLIMIT_FSIZE, &limit);
	assert_int_equal(files(), 0);
	assert_int_equal(waiting(spool), 0);
	assert_true(spool_add(spool, noise, sizeof(noise), 5));
	spool_close(spool);
}

static void where_it_can_t_be_is_said(void **state)
{
	struct spool *spool = NULL;
	char error[256] = "";

	(void)state;
	assert_true(spool_open("/proc/nowhere", "traces", OTLP_JSON, 1, &spool, error,
			       sizeof(error)) < 0);
	assert_non_null(strstr(error, "/proc/nowhere can't hold what waits to be sent: "));
	assert_non_null(strstr(error, "--spool"));
}

#define SPOOL_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SPOOL_TEST(the_oldest_comes_first),
		SPOOL_TEST(it_outlives_its_end),
		SPOOL_TEST(the_oldest_gives_way),
		SPOOL_TEST(what_is_held_stays),
		SPOOL_TEST(too_large_is_refused),
		SPOOL_TEST(damage_is_counted),
		SPOOL_TEST(a_full_disk_leaves_nothing_half),
		SPOOL_TEST(where_it_can_t_be_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
