/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that is none of Go's, and the floors: reads "ACT MILLISECONDS" as tests/workloads/bench
 * does, and "attach FLOOR 0" or "detach - 0" between them.
 */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/floors.skel.h"

#define BATCH 1000

static struct floors_bpf *floors;
static struct bpf_link *links[2];
static int zero_fd;

/*
 * A branch that the kernel emulates, and a return that it steps over. The first bytes are no nop
 * of five, which newer kernels replace by a call.
 */
__asm__(".text\n"
	".type bench_site, @function\n"
	"bench_site:\n"
#if defined(__x86_64__)
	"	jmp 1f\n"
	"1:	.globl bench_return\n"
	"bench_return: ret\n"
#else
	"	b 1f\n"
	"1:	.globl bench_return\n"
	"bench_return: ret\n"
#endif
	".size bench_site, . - bench_site\n");
extern void bench_site(void);
extern char bench_return[];

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static void ask_parent(void)
{
	syscall(SYS_getppid);
}

static void read_zero(void)
{
	char byte;

	if (read(zero_fd, &byte, 1) < 0)
		abort();
}

/* Nanoseconds of one, the least of many batches. */
static double measure(void (*once)(void), uint64_t long_ns)
{
	uint64_t least = UINT64_MAX, end = now_ns() + long_ns;

	while (now_ns() < end) {
		uint64_t start = now_ns(), took;

		for (int i = 0; i < BATCH; i++)
			once();
		took = now_ns() - start;
		least = took < least ? took : least;
	}
	return (double)least / BATCH;
}

/* Where an address of this program is in its file. */
static size_t file_offset(const void *address)
{
	uint64_t start, end, offset, wanted = (uintptr_t)address;
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];

	while (maps && fgets(line, sizeof(line), maps))
		if (sscanf(line, "%lx-%lx %*s %lx", &start, &end, &offset) == 3 &&
		    wanted >= start && wanted < end) {
			fclose(maps);
			return wanted - start + offset;
		}
	abort();
}

static bool attach(const char *floor)
{
	struct bpf_program *entered = NULL, *left = NULL;
	const void *site = NULL;

	if (!strcmp(floor, "empty")) {
		entered = floors->progs.empty_enter;
		left = floors->progs.empty_exit;
	} else if (!strcmp(floor, "clock")) {
		entered = floors->progs.clock_enter;
		left = floors->progs.clock_exit;
	} else if (!strcmp(floor, "emulated")) {
		site = (const void *)bench_site;
	} else if (!strcmp(floor, "stepped")) {
		site = bench_return;
	}
	if (site) {
		links[0] = bpf_program__attach_uprobe(floors->progs.empty_uprobe, false, 0,
						      "/proc/self/exe", file_offset(site));
		return links[0];
	}
	links[0] = entered ? bpf_program__attach(entered) : NULL;
	links[1] = left ? bpf_program__attach(left) : NULL;
	return links[0] && links[1];
}

static void detach(void)
{
	for (int i = 0; i < 2; i++) {
		bpf_link__destroy(links[i]);
		links[i] = NULL;
	}
}

static void (*act_of(const char *name))(void)
{
	static const struct {
		const char *name;
		void (*once)(void);
	} acts[] = {
		{ "getppid", ask_parent }, { "read", read_zero }, { "site", bench_site },
	};

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (!strcmp(acts[i].name, name))
			return acts[i].once;
	return NULL;
}

static bool obey(const char *name, const char *what)
{
	void (*once)(void) = act_of(name);

	if (!strcmp(name, "detach"))
		detach();
	else if (!strcmp(name, "attach"))
		return attach(what) && puts("0") >= 0;
	else if (!once)
		return false;
	printf("%f\n", once ? measure(once, strtoull(what, NULL, 10) * 1000000) : 0);
	return true;
}

int main(void)
{
	char line[128], name[64], what[64];

	zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	floors = floors_bpf__open_and_load();
	if (!floors || zero_fd < 0)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%63s %63s", name, what) != 2 || !obey(name, what)) {
			fprintf(stderr, "floors: can't obey %s", line);
			return 1;
		}
	}
	detach();
	floors_bpf__destroy(floors);
	return 0;
}
