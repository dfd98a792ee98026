/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program that is none of Go's, and the floors. Reads "ACT MILLISECONDS" as tests/workloads/bench
 * does, and between these
 *	attach FLOOR		empty, clock, connect, connect-record, emulated, stepped
 *	probe FILE:OFFSET	an empty uprobe there, beside what is attached already
 *	detach -		all of these
 *	programs -		how many BPF programs, links and maps the kernel has now
 *	links -			how many of these are links
 */
#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <limits.h>
#include <mntent.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "tests/bench/floors.skel.h"

#define BATCH		1000
#define LINKS_MAX	64
#define DRAIN_US	5000

static struct floors_bpf *floors;
static struct bpf_link *links[LINKS_MAX];
static int link_count;
static int zero_fd, socket_fd;

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

static void connect_udp(void)
{
	const struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};

	if (connect(socket_fd, (const struct sockaddr *)&to, sizeof(to)))
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

static bool add(struct bpf_link *link)
{
	if (!link || link_count == LINKS_MAX) {
		bpf_link__destroy(link);
		return false;
	}
	links[link_count++] = link;
	return true;
}

static bool add_uprobe(const char *file, size_t offset)
{
	return add(bpf_program__attach_uprobe(floors->progs.empty_uprobe, false, -1, file, offset));
}

/* FILE:OFFSET. */
static bool add_site(char *site)
{
	char *colon = strrchr(site, ':');

	if (!colon)
		return false;
	*colon = '\0';
	return add_uprobe(site, strtoull(colon + 1, NULL, 10));
}

/* At the top of the tree of control groups, so that it is met by all. */
static bool add_to_cgroups(const struct bpf_program *program)
{
	FILE *mounts = setmntent("/proc/self/mounts", "re");
	const struct mntent *mount;
	int fd = -1;

	while (mounts && fd < 0 && (mount = getmntent(mounts)))
		if (!strcmp(mount->mnt_type, "cgroup2"))
			fd = open(mount->mnt_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (mounts)
		endmntent(mounts);
	return fd >= 0 && add(bpf_program__attach_cgroup(program, fd)) && !close(fd);
}

static bool attach(const char *floor)
{
	if (!strcmp(floor, "empty"))
		return add(bpf_program__attach(floors->progs.empty_enter)) &&
		       add(bpf_program__attach(floors->progs.empty_exit));
	if (!strcmp(floor, "clock"))
		return add(bpf_program__attach(floors->progs.clock_enter)) &&
		       add(bpf_program__attach(floors->progs.clock_exit));
	if (!strcmp(floor, "connect"))
		return add_to_cgroups(floors->progs.empty_connect);
	if (!strcmp(floor, "connect-record"))
		return add_to_cgroups(floors->progs.record_connect);
	if (!strcmp(floor, "emulated"))
		return add_uprobe("/proc/self/exe", file_offset((const void *)bench_site));
	if (!strcmp(floor, "stepped"))
		return add_uprobe("/proc/self/exe", file_offset(bench_return));
	return false;
}

static void detach(void)
{
	while (link_count)
		bpf_link__destroy(links[--link_count]);
}

static int pass_over(void *context, void *record, size_t size)
{
	(void)context;
	(void)record;
	(void)size;
	return 0;
}

/* So that the ring never is full: asleep but for a moment, as a collector's reader. */
static void *drain(void *argument)
{
	struct ring_buffer *ring = argument;

	while (ring_buffer__consume(ring) >= 0)
		usleep(DRAIN_US);
	return NULL;
}

static bool start_drain(void)
{
	struct ring_buffer *ring = ring_buffer__new(bpf_map__fd(floors->maps.records), pass_over,
						    NULL, NULL);
	pthread_t thread;

	return ring && !pthread_create(&thread, NULL, drain, ring);
}

static int count_ids(int (*next)(__u32 id, __u32 *out))
{
	__u32 id = 0;
	int count = 0;

	while (!next(id, &id))
		count++;
	return count;
}

/* Whatever somebody left behind in the kernel is one of these. */
static int count_programs(void)
{
	return count_ids(bpf_prog_get_next_id) + count_ids(bpf_link_get_next_id) +
	       count_ids(bpf_map_get_next_id);
}

static void (*act_of(const char *name))(void)
{
	static const struct {
		const char *name;
		void (*once)(void);
	} acts[] = {
		{ "getppid", ask_parent }, { "read", read_zero }, { "site", bench_site },
		{ "connect", connect_udp },
	};

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (!strcmp(acts[i].name, name))
			return acts[i].once;
	return NULL;
}

static bool obey(const char *name, char *what)
{
	void (*once)(void) = act_of(name);
	bool done = true;
	double answer = 0;

	if (once)
		answer = measure(once, strtoull(what, NULL, 10) * 1000000);
	else if (!strcmp(name, "programs"))
		answer = count_programs();
	else if (!strcmp(name, "links"))
		answer = count_ids(bpf_link_get_next_id);
	else if (!strcmp(name, "detach"))
		detach();
	else if (!strcmp(name, "attach"))
		done = attach(what);
	else if (!strcmp(name, "probe"))
		done = add_site(what);
	else
		done = false;
	if (done)
		printf("%f\n", answer);
	return done;
}

int main(void)
{
	char line[PATH_MAX + 128], name[64], what[PATH_MAX];

	zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	socket_fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	floors = floors_bpf__open_and_load();
	if (!floors || zero_fd < 0 || socket_fd < 0 || !start_drain())
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	while (fgets(line, sizeof(line), stdin)) {
		if (sscanf(line, "%63s %4095s", name, what) != 2 || !obey(name, what)) {
			fprintf(stderr, "floors: can't obey %s", line);
			return 1;
		}
	}
	/* What is attached, and the reader of the ring, end with the process. */
	return 0;
}
