/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the way from the kernel to the agent carries, whatever real acts make of it: puts records
 * into the running agent's ring, which it throws away at its door and counts as malformed.
 *	inject RATE MILLISECONDS	RATE a second, 0: all that go; says how many went in and not
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/inject.skel.h"

#define BATCH		100	/* as in inject.bpf.c */
#define NS_PER_MS	1000000ULL
#define NS_PER_SECOND	1000000000ULL
#define NAP_US		200

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * NS_PER_SECOND + (uint64_t)now.tv_nsec;
}

static bool is_events(int fd)
{
	struct bpf_map_info info = {};
	__u32 size = sizeof(info);

	return !bpf_obj_get_info_by_fd(fd, &info, &size) && info.type == BPF_MAP_TYPE_RINGBUF &&
	       !strcmp(info.name, "events");
}

/* One agent runs: it has the only ring of this name. */
static int find_ring(void)
{
	__u32 id = 0;

	while (!bpf_map_get_next_id(id, &id)) {
		int fd = bpf_map_get_fd_by_id(id);

		if (fd >= 0 && is_events(fd))
			return fd;
		if (fd >= 0)
			close(fd);
	}
	return -1;
}

static struct inject_bpf *load(int ring)
{
	struct inject_bpf *inject = inject_bpf__open();

	if (!inject || bpf_map__reuse_fd(inject->maps.ring, ring) || inject_bpf__load(inject))
		return NULL;
	return inject;
}

int main(int argc, char **argv)
{
	uint64_t rate, long_ns, start, passed, due, done = 0;
	LIBBPF_OPTS(bpf_test_run_opts, options);
	struct inject_bpf *inject;
	int ring = find_ring();

	if (argc != 3 || ring < 0)
		return 2;
	rate = strtoull(argv[1], NULL, 10);
	long_ns = strtoull(argv[2], NULL, 10) * NS_PER_MS;
	inject = load(ring);
	if (!inject)
		return 1;
	start = now_ns();
	while ((passed = now_ns() - start) < long_ns) {
		due = rate ? (uint64_t)((double)rate * (double)passed / NS_PER_SECOND) : done + 1;
		for (; done < due; done += BATCH)
			if (bpf_prog_test_run_opts(bpf_program__fd(inject->progs.inject),
						   &options))
				return 1;
		if (rate)
			usleep(NAP_US);
	}
	printf("%llu %llu\n", (unsigned long long)inject->bss->submitted,
	       (unsigned long long)inject->bss->refused);
	return 0;
}
