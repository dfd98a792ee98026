/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uprobes on the sites of one executable, for all its processes, through the very descriptor that
 * was parsed: one uprobe_multi link a program where the kernel has them, else one each.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "user/source/internal.h"

/* Debian 12's kernel headers are older than the attach type (89ae89f53d20, Linux 6.6). */
#define ATTACH_UPROBE_MULTI ((enum bpf_attach_type)48)

/* Each detach waits 20 to 90 ms for readers to go, all at once for no longer: 40 took 61 ms. */
#define DETACH_THREADS 64

struct source_link {
	size_t count;
	struct bpf_link *links[];
};

static int load_empty(void)
{
	LIBBPF_OPTS(bpf_prog_load_opts, options,
		    .expected_attach_type = ATTACH_UPROBE_MULTI);
	const struct bpf_insn instructions[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0, .imm = 0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};

	return bpf_prog_load(BPF_PROG_TYPE_KPROBE, "uprobe_multi", "GPL", instructions, 2,
			     &options);
}

/*
 * Asked of the kernel: a link with a path that can't be is refused as a bad file where the link
 * type exists, and as an invalid argument where it does not.
 */
bool kernel_has_uprobe_multi(void)
{
	LIBBPF_OPTS(bpf_link_create_opts, options);
	unsigned long offset = 0;
	int program = load_empty(), link, error;

	if (program < 0)
		return false;
	options.uprobe_multi.path = "/";
	options.uprobe_multi.offsets = &offset;
	options.uprobe_multi.cnt = 1;
	link = bpf_link_create(program, -1, ATTACH_UPROBE_MULTI, &options);
	error = errno;
	if (link >= 0)
		close(link);
	close(program);
	return link < 0 && error == EBADF;
}

static struct bpf_link *attach_multi(const struct bpf_program *program, const char *path,
				     const struct source_site *sites, size_t count)
{
	LIBBPF_OPTS(bpf_uprobe_multi_opts, options);
	unsigned long offsets[count];
	__u64 cookies[count];

	for (size_t i = 0; i < count; i++) {
		offsets[i] = sites[i].file_offset;
		cookies[i] = sites[i].cookie;
	}
	options.offsets = offsets;
	options.cookies = cookies;
	options.cnt = count;
	return bpf_program__attach_uprobe_multi(program, -1, path, NULL, &options);
}

static int add(struct source_link *into, struct bpf_link *link)
{
	if (!link)
		return -errno;
	into->links[into->count++] = link;
	return 0;
}

static int attach_sites(const struct source *source, const char *name, const char *path,
			const struct source_site *sites, size_t count, struct source_link *into)
{
	struct bpf_object *object = source_object(source, "tls");
	struct bpf_program *program;
	int result = 0;

	program = object ? bpf_object__find_program_by_name(object, name) : NULL;
	if (!program)
		return -ENOENT;
	if (!count)
		return 0;
	if (source->uprobe_multi)
		return add(into, attach_multi(program, path, sites, count));
	for (size_t i = 0; i < count && !result; i++) {
		LIBBPF_OPTS(bpf_uprobe_opts, options, .bpf_cookie = sites[i].cookie);

		result = add(into, bpf_program__attach_uprobe_opts(program, -1, path,
				   sites[i].file_offset, &options));
	}
	return result;
}

int source_attach_tls(struct source *source, int fd, const struct source_site *entries,
		      size_t entry_count, const struct source_site *returns, size_t return_count,
		      struct source_link **out)
{
	struct source_link *link;
	char path[64];
	int result;

	link = calloc(1, sizeof(*link) + (entry_count + return_count) * sizeof(link->links[0]));
	if (!link)
		return -ENOMEM;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* Returns first: an end without a beginning is nothing, the other way round leaks. */
	result = attach_sites(source, "handshake_return", path, returns, return_count, link);
	if (!result)
		result = attach_sites(source, "handshake_enter", path, entries, entry_count, link);
	if (result) {
		source_detach(link);
		return result;
	}
	*out = link;
	return 0;
}

void source_detach(struct source_link *link)
{
	if (!link)
		return;
	while (link->count)
		bpf_link__destroy(link->links[--link->count]);
	free(link);
}

/* Links that several threads take off, each the next one. */
struct detaching {
	struct source_link **links;
	size_t count;
	size_t next;
};

static void *detach_some(void *argument)
{
	struct detaching *detaching = argument;
	size_t index;

	while ((index = __atomic_fetch_add(&detaching->next, 1, __ATOMIC_RELAXED)) <
	       detaching->count)
		source_detach(detaching->links[index]);
	return NULL;
}

void source_detach_all(struct source_link **links, size_t count)
{
	struct detaching detaching = { links, count, 0 };
	pthread_t threads[DETACH_THREADS];
	size_t started = 0;

	while (started < DETACH_THREADS && started + 1 < count &&
	       !pthread_create(&threads[started], NULL, detach_some, &detaching))
		started++;
	detach_some(&detaching);
	while (started)
		pthread_join(threads[--started], NULL);
}
