/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Attaches to an executable's handshakes and detaches again, many times, while its processes run:
 *     attach_cycles FILE CYCLES multi|plain ENTRY... - RETURN...      (offsets in the file)
 * Tells how many cycles there were, handshakes seen, descriptors before and after, and its times.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "user/probe/list.h"
#include "user/source/source.h"

#define SITES_MAX	160
#define PROGRAM		1	/* a number for its layout: none is known, so nothing is read */
#define PAUSE_MAX_NS	3000000

struct sites {
	struct source_site site[SITES_MAX];
	size_t count;
};

static uint64_t records, observed;

static double seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static size_t count_descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t count = 0;

	while (folder && readdir(folder))
		count++;
	if (folder)
		closedir(folder);
	return count;
}

static void take(void *context, const struct event_header *record)
{
	(void)context;
	records++;
	if (record->kind == EVENT_TLS_HANDSHAKE)
		observed++;
}

static void take_running(void *context, const struct event_header *record)
{
	source_observe(context, (pid_t)record->tgid, true);
}

static struct source *open_source(bool plain)
{
	static const uint8_t waits[SYSCALLS_MAX];
	struct source_options options = { .ring_bytes = 1u << 20, .without_uprobe_multi = plain,
					  .waits = waits };
	struct source *source;
	struct go_layout layout;
	char error[512];

	if (source_open(&options, probes, &source, error, sizeof(error))) {
		fprintf(stderr, "attach_cycles: %s\n", error);
		exit(1);
	}
	memset(&layout, 0xff, sizeof(layout));
	layout.types = 0;
	layout.handshake_returns_to = 0;
	source_set_layout(source, PROGRAM, &layout);
	return source;
}

static char **read_sites(char **argument, struct sites *out)
{
	for (; *argument && strcmp(*argument, "-") && out->count < SITES_MAX; argument++)
		out->site[out->count++] = (struct source_site){
			strtoull(*argument, NULL, 0), SITE_COOKIE(0, PROGRAM, TLS_ROLE_CLIENT),
		};
	return *argument ? argument + 1 : argument;
}

static void pause_a_while(void)
{
	nanosleep(&(struct timespec){ 0, rand() % PAUSE_MAX_NS }, NULL);
}

static void cycle(struct source *source, int fd, const struct sites *entries,
		  const struct sites *returns, double *detaching)
{
	struct source_link *link;
	int result = source_attach_tls(source, fd, entries->site, entries->count, returns->site,
				       returns->count, &link);
	double began;

	if (result) {
		fprintf(stderr, "attach_cycles: %s\n", strerror(-result));
		exit(1);
	}
	pause_a_while();
	while (source_drain(source, take, NULL) > 0)
		;
	began = seconds();
	source_detach(link);
	*detaching += seconds() - began;
	pause_a_while();
}

int main(int count, char **arguments)
{
	struct sites entries = { .count = 0 }, returns = { .count = 0 };
	double began, detaching = 0, took;
	struct source *source;
	size_t before;
	int fd, cycles;

	if (count < 7)
		return 2;
	read_sites(read_sites(arguments + 4, &entries), &returns);
	fd = open(arguments[1], O_RDONLY | O_CLOEXEC);
	cycles = atoi(arguments[2]);
	source = open_source(!strcmp(arguments[3], "plain"));
	source_list_processes(source, take_running, source);
	before = count_descriptors();
	began = seconds();
	for (int i = 0; i < cycles; i++)
		cycle(source, fd, &entries, &returns, &detaching);
	took = seconds() - began;
	printf("{\"cycles\":%d,\"seen\":%llu,\"descriptors\":[%zu,%zu],\"seconds\":%.1f,"
	       "\"detach_ms\":%.2f}\n", cycles, (unsigned long long)observed, before,
	       count_descriptors(), took, detaching * 1000 / cycles);
	source_close(source);
	return 0;
}
