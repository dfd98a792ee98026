/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Uprobes on the sites of one executable, for all its processes, through the very descriptor that
 * was parsed: one uprobe_multi link a program where the kernel has them, else one link a site, else
 * one perf event a site.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/source/internal.h"
#include "user/source/stub.h"

/* Each detach waits 20 to 90 ms for readers to go, all at once for no longer: 40 took 61 ms. */
#define DETACH_THREADS 64

struct attachment {
	struct bpf_link *link;		/* NULL: by the event alone */
	int event;
};

struct source_link {
	size_t count;
	struct attachment attachments[];
};

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

static int add_link(struct source_link *into, struct bpf_link *link)
{
	if (!link)
		return -errno;
	into->attachments[into->count++] = (struct attachment){ link, -1 };
	return 0;
}

static int add_event(struct source_link *into, int event)
{
	if (event < 0)
		return event;
	into->attachments[into->count++] = (struct attachment){ NULL, event };
	return 0;
}

static struct bpf_link *attach_one(const struct bpf_program *program, const char *path,
				   const struct source_site *site)
{
	LIBBPF_OPTS(bpf_uprobe_opts, options, .bpf_cookie = site->cookie);

	return bpf_program__attach_uprobe_opts(program, -1, path, site->file_offset, &options);
}

static int attach_sites(const struct source *source, enum stub_target target, const char *path,
			const struct source_site *sites, size_t count, struct source_link *into)
{
	const char *name = target == STUB_ENTER ? HANDSHAKE_ENTER : HANDSHAKE_RETURN;
	struct bpf_object *object = source_object(source, "tls");
	struct bpf_program *program;
	int result = 0;

	program = object ? bpf_object__find_program_by_name(object, name) : NULL;
	if (!program)
		return -ENOENT;
	if (!count)
		return 0;
	if (source->ladder.uprobe_multi)
		return add_link(into, attach_multi(program, path, sites, count));
	for (size_t i = 0; i < count && !result; i++) {
		if (source->ladder.attach_cookie)
			result = add_link(into, attach_one(program, path, &sites[i]));
		else
			result = add_event(into, stub_attach(source, target, path, &sites[i]));
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

	link = calloc(1, sizeof(*link) +
			 (entry_count + return_count) * sizeof(link->attachments[0]));
	if (!link)
		return -ENOMEM;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	/* Returns first: an end without a beginning is nothing, the other way round leaks. */
	result = attach_sites(source, STUB_RETURN, path, returns, return_count, link);
	if (!result)
		result = attach_sites(source, STUB_ENTER, path, entries, entry_count, link);
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
	while (link->count) {
		const struct attachment *last = &link->attachments[--link->count];

		if (last->link)
			bpf_link__destroy(last->link);
		else
			close(last->event);
	}
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
