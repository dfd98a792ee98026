/* SPDX-License-Identifier: BSD-2-Clause */
/* What the kernel answers when it is asked: processes that run, sockets that are held. */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "user/source/internal.h"
#include "user/source/sockets.h"

#define CHUNK_BYTES 4096

/* Returns false when no more is wanted. */
typedef bool (*take_entry)(void *context, const void *entry);

/* Over one thread only, where the kernel can do that (6.1), else over all of the host. */
static struct bpf_link *attach_iterator(const struct bpf_program *program, pid_t thread)
{
	union bpf_iter_link_info info = { .task = { .tid = (__u32)thread } };
	LIBBPF_OPTS(bpf_iter_attach_opts, options, .link_info = &info,
		    .link_info_len = sizeof(info));
	struct bpf_link *link = thread ? bpf_program__attach_iter(program, &options) : NULL;

	return link ? link : bpf_program__attach_iter(program, NULL);
}

int source_open_iterator(const struct source *source, const char *object_name,
			 const char *program_name, pid_t thread, struct bpf_link **link)
{
	struct bpf_object *object = source_object(source, object_name);
	struct bpf_program *program;
	int fd, error;

	program = object ? bpf_object__find_program_by_name(object, program_name) : NULL;
	if (!program)
		return -ENOENT;
	*link = attach_iterator(program, thread);
	if (!*link)
		return -errno;
	fd = bpf_iter_create(bpf_link__fd(*link));
	if (fd >= 0)
		return fd;
	error = -errno;
	bpf_link__destroy(*link);
	return error;
}

static ssize_t read_entries(int fd, size_t size, take_entry take, void *context)
{
	char bytes[CHUNK_BYTES];
	size_t held = 0;
	ssize_t got;

	while ((got = read(fd, bytes + held, sizeof(bytes) - held)) > 0) {
		size_t at = 0;

		held += (size_t)got;
		for (; at + size <= held; at += size)
			if (!take(context, bytes + at))
				return 0;
		held -= at;
		memmove(bytes, bytes + at, held);
	}
	return got < 0 ? -errno : 0;
}

static int iterate(const struct source *source, const char *object, const char *program,
		   pid_t thread, size_t size, take_entry take, void *context)
{
	struct bpf_link *link;
	int fd = source_open_iterator(source, object, program, thread, &link);
	ssize_t result;

	if (fd < 0)
		return fd;
	result = read_entries(fd, size, take, context);
	close(fd);
	bpf_link__destroy(link);
	return (int)result;
}

struct process_taker {
	source_take take;
	void *context;
};

static bool take_process(void *context, const void *entry)
{
	const struct process_taker *taker = context;
	struct event_process_start event;

	memcpy(&event, entry, sizeof(event));
	taker->take(taker->context, &event.header);
	return true;
}

int source_list_processes(struct source *source, source_take take, void *context)
{
	struct process_taker taker = { take, context };

	return iterate(source, "process", "process_list", 0, sizeof(struct event_process_start),
		       take_process, &taker);
}

struct key_taker {
	struct program_key *out;
	bool taken;
};

static bool take_key(void *context, const void *entry)
{
	struct key_taker *taker = context;

	memcpy(taker->out, entry, sizeof(*taker->out));
	taker->taken = true;
	return false;
}

int source_file_key(struct source *source, int fd, struct program_key *out)
{
	struct key_taker taker = { out, false };
	int map = source_map(source, "process", "file_query"), result;
	uint32_t zero = 0, wanted = (uint32_t)fd;

	if (map < 0)
		return map;
	if (bpf_map_update_elem(map, &zero, &wanted, BPF_ANY))
		return -errno;
	result = iterate(source, "process", "file_key", gettid(), sizeof(*out), take_key, &taker);
	return result ? result : taker.taken ? 0 : -ENOENT;
}

struct socket_taker {
	struct socket_entry *out;
	size_t max;
	size_t count;
};

static bool take_socket(void *context, const void *entry)
{
	struct socket_taker *taker = context;

	memcpy(&taker->out[taker->count++], entry, sizeof(*taker->out));
	return taker->count < taker->max;
}

int source_find_sockets(struct source *source, const struct socket_query *query,
			struct socket_entry *out, size_t max)
{
	struct socket_taker taker = { out, max, 0 };
	int map = source_map(source, "sockets", "socket_query"), result;
	uint32_t zero = 0;

	if (map < 0)
		return map;
	if (bpf_map_update_elem(map, &zero, query, BPF_ANY))
		return -errno;
	result = max ? iterate(source, "sockets", "sockets_find", 0, sizeof(*out), take_socket,
			       &taker) : 0;
	return result ? result : (int)taker.count;
}
