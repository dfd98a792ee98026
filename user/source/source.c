/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening and closing of the kernel side, the ring, and whom to observe. */
#include "user/source/source.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "user/source/counts.h"
#include "user/source/internal.h"
#include "user/source/stub.h"

#define SERIES_LEAST	1024		/* programs that nothing is known of yet take some, too */
#define DRAIN_MAX	8192		/* records in one go: a flood leaves time for all else */
#define SETTLE_NS	2000000		/* no program of ours runs longer on another CPU */
#define PAUSES_MAX	500		/* each of so long, for one that was preempted */

static int be_silent(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

/*
 * Before Linux 5.11 BPF's memory counts as locked. libbpf asks for no limit at all, which only
 * CAP_SYS_RESOURCE gives: where that is not held, what may be had is had here.
 */
static void raise_memlock(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_MEMLOCK, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_MEMLOCK, &limit);
}

/* Behind the last slot of the kernel's histograms, of which the first are the overflow series. */
static uint32_t series_end(uint64_t wanted)
{
	if (wanted < SERIES_LEAST)
		wanted = SERIES_LEAST;
	return wanted < SERIES_MAX - EVENT_MAX ? (uint32_t)wanted + EVENT_MAX : SERIES_MAX;
}

const struct shared_maps *source_door(const struct source *source)
{
	return source->ladder.mixed_calls && source_object(source, "syscall") ? &source->shared
									      : NULL;
}

int source_set_slow(struct source *source, uint64_t slow_ns)
{
	const struct object_setting setting = { "slow_ns", &slow_ns, sizeof(slow_ns) };
	struct bpf_object *object = source_object(source, "syscall");

	return object ? object_set(object, &setting) : 0;
}

void source_sample(struct source *source, uint32_t context, bool sampled)
{
	int map = source_map(source, "syscall", "sampled_contexts");
	const uint64_t value = sampled;

	if (map >= 0)
		bpf_map_update_elem(map, &context, &value, BPF_ANY);
}

static void detach(struct loaded *loaded)
{
	while (loaded->link_count)
		bpf_link__destroy(loaded->links[--loaded->link_count]);
}

/* root: of the cgroup2 tree; or a negative errno. */
static int attach(struct source *source, struct loaded *loaded, int root)
{
	const struct object_links links = { loaded->links, OBJECT_LINKS_MAX, &loaded->link_count };
	int result = root;

	if (source->calls == CALLS_BY_HOOK && loaded->probe->calls && root < 0)
		calls_root_problem(root, loaded->problem, sizeof(loaded->problem));
	else
		result = object_attach(loaded->probe, loaded->object, source_door(source), root,
				       &links, loaded->problem, sizeof(loaded->problem));
	/* Half of it would see beginnings without an end. */
	if (result)
		detach(loaded);
	loaded->error = result;
	return result;
}

static int attach_all(struct source *source, int root, char *error, size_t error_size)
{
	int result = 0;

	for (size_t i = 0; i < source->count && !result; i++) {
		struct loaded *loaded = &source->loaded[i];

		if (!loaded->object || !attach(source, loaded, root) ||
		    !loaded->probe->required)
			continue;
		snprintf(error, error_size, "%s", loaded->problem);
		result = loaded->error;
	}
	return result;
}

static int one_record(void *context, void *data, size_t size)
{
	struct source *source = context;
	const struct event_header *record = data;

	source->taken++;
	if (size < sizeof(*record) || record->size != size || record->kind == EVENT_NONE ||
	    record->kind >= EVENT_MAX) {
		source->malformed++;
		return 0;
	}
	source->take(source->take_context, record);
	/* What was handed out is given back to the kernel, also where the reading is ended here. */
	return ++source->drained < DRAIN_MAX ? 0 : -EAGAIN;
}

static int open_maps(struct source *source)
{
	int events = shared_map_fd(&source->shared, "events");

	source->ring = ring_buffer__new(events, one_record, source, NULL);
	if (!source->ring)
		return -errno;
	return source_map_memory(source) ?: source_fill_numbers(source);
}

/* As high as the kernel has it, where the door is to stay shut. */
static enum calls_means choose_calls(struct source *source, const struct source_options *options)
{
	if (options->syscalls != SYSCALLS_OFF)
		return CALLS_BY_DOOR;
	source->functions_error = options->without_functions ? -ECANCELED : ladder_try_functions();
	return source->functions_error ? CALLS_BY_HOOK : CALLS_BY_FUNCTION;
}

/* A map is missing where all the probes that have it were refused: for the reason of the first. */
static int explain_maps(const struct source *source, int result, char *error, size_t error_size)
{
	for (size_t i = 0; i < source->count && result == -ENOENT; i++)
		if (source->loaded[i].error) {
			snprintf(error, error_size, "%s", source->loaded[i].problem);
			return source->loaded[i].error;
		}
	snprintf(error, error_size, "the probes' maps can't be mapped: %s", strerror(-result));
	return result;
}

int source_open(const struct source_options *options, const struct probe *const list[],
		struct source **out, char *error, size_t error_size)
{
	struct source *source = calloc(1, sizeof(*source));
	const char *missing;
	int result;

	if (!source) {
		snprintf(error, error_size, "out of memory");
		return -ENOMEM;
	}
	if (!getenv("SEAMARK_LIBBPF_LOG"))
		libbpf_set_print(be_silent);
	raise_memlock();
	missing = ladder_missing();
	if (missing) {
		snprintf(error, error_size,
			 "this kernel has no %s, which Linux 5.10 has and Seamark needs", missing);
		free(source);
		return -ENOSYS;
	}
	source->follow_only = options->follow_only;
	source->all_programs = options->all_programs;
	source->series_end = series_end(options->series);
	source->calls = choose_calls(source, options);
	result = source_load(source, options, list, error, error_size);
	if (!result) {
		result = open_maps(source);
		if (result)
			result = explain_maps(source, result, error, error_size);
	}
	if (!result)
		result = error_shapes_set(source);
	if (!result && !source->ladder.attach_cookie)
		result = stubs_prepare(source);
	if (!result)
		result = attach_all(source, options->cgroup_root, error, error_size);
	if (result) {
		source_close(source);
		return result;
	}
	*out = source;
	return 0;
}

static void detach_tracepoints(struct source *source)
{
	for (size_t i = 0; i < source->count; i++)
		detach(&source->loaded[i]);
}

void source_quiet(struct source *source)
{
	const struct timespec settle = { .tv_nsec = SETTLE_NS };

	detach_tracepoints(source);
	/* Uprobes stay in place: their first question is this byte. */
	memset(source->processes.bytes, WANTED_NOTHING, source->processes.size);
	nanosleep(&settle, NULL);
}

void source_close(struct source *source)
{
	if (!source)
		return;
	detach_tracepoints(source);
	ring_buffer__free(source->ring);
	source_unmap_memory(source);
	source_forget_errors(source);
	for (size_t i = 0; i < source->count; i++)
		bpf_object__close(source->loaded[i].object);
	free(source);
}

int source_drain(struct source *source, source_take take, void *context)
{
	int result;

	source->take = take;
	source->take_context = context;
	source->drained = 0;
	result = ring_buffer__consume(source->ring);
	return result < 0 && result != -EAGAIN ? result : (int)source->drained;
}

/* The kernel's accounts of facts against what came out of the ring. */
static bool is_drained(const struct source *source)
{
	struct accounts lanes[LANE_MAX];
	uint64_t begun = 0;

	for (size_t i = 0; i < source->count; i++) {
		if (source_accounts(source, i, lanes))
			continue;
		begun += lanes[LANE_FACT].hits;
		for (int cause = 0; cause < LOSS_MAX; cause++)
			begun -= lanes[LANE_FACT].lost[cause];
	}
	return begun <= source->taken;
}

void source_drain_all(struct source *source, source_take take, void *context)
{
	const struct timespec pause = { .tv_nsec = SETTLE_NS };
	int pauses = 0;

	while (source_drain(source, take, context) > 0 ||
	       (!is_drained(source) && pauses++ < PAUSES_MAX && !nanosleep(&pause, NULL)))
		;
}

int source_fd(const struct source *source)
{
	return ring_buffer__epoll_fd(source->ring);
}

uint64_t source_malformed(const struct source *source)
{
	return source->malformed;
}

int source_find(const struct source *source, const char *name)
{
	for (size_t i = 0; i < source->count; i++)
		if (!strcmp(source->loaded[i].probe->name, name))
			return (int)i;
	return -ENOENT;
}

struct bpf_object *source_object(const struct source *source, const char *name)
{
	int index = source_find(source, name);

	return index < 0 || source->loaded[index].error ? NULL : source->loaded[index].object;
}

int source_map(const struct source *source, const char *object_name, const char *name)
{
	struct bpf_object *object = source_object(source, object_name);

	return object ? bpf_object__find_map_fd_by_name(object, name) : -ENOENT;
}

/* NULL: no such process can be. */
static uint8_t *wanted_of(const struct source *source, pid_t tgid)
{
	if (tgid < 0 || (size_t)tgid >= source->processes.size)
		return NULL;
	return (uint8_t *)source->processes.bytes + tgid;
}

/* What the kernel said meanwhile, at an exec, stands when it is more. */
static void want_at_least(const struct source *source, pid_t tgid, uint8_t value)
{
	uint8_t *wanted = wanted_of(source, tgid);
	uint8_t now = wanted ? __atomic_load_n(wanted, __ATOMIC_RELAXED) : WANTED_ALL;

	while (now < value && !__atomic_compare_exchange_n(wanted, &now, value, false,
							   __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

void source_observe(struct source *source, pid_t tgid, bool observed)
{
	uint8_t least = source->follow_only ? WANTED_DESCENT : WANTED_NOTHING;
	uint8_t *wanted = wanted_of(source, tgid);

	if (wanted)
		__atomic_store_n(wanted, observed ? WANTED_ALL : least, __ATOMIC_RELAXED);
}

void source_observe_other(struct source *source, pid_t tgid)
{
	if (source->all_programs)
		want_at_least(source, tgid, WANTED_CALLS);
}

void source_follow(struct source *source, pid_t tgid)
{
	want_at_least(source, tgid, WANTED_DESCENT);
}

int source_set_program_kind(struct source *source, const struct program_key *key,
			    enum program_kind kind)
{
	int map = shared_map_fd(&source->shared, "programs");
	struct program_value value;

	if (bpf_map_lookup_elem(map, key, &value))
		return -errno;
	value.kind = kind;
	return bpf_map_update_elem(map, key, &value, BPF_EXIST) ? -errno : 0;
}

int source_set_layout(struct source *source, uint32_t program, const struct go_layout *layout)
{
	int map = shared_map_fd(&source->shared, "go_layouts");

	return bpf_map_update_elem(map, &program, layout, BPF_ANY) ? -errno : 0;
}

void source_drop_layout(struct source *source, uint32_t program)
{
	bpf_map_delete_elem(shared_map_fd(&source->shared, "go_layouts"), &program);
}

int source_context(struct source *source, uint32_t context, struct context_key *out)
{
	int map = shared_map_fd(&source->shared, "context_keys");

	return bpf_map_lookup_elem(map, &context, out) ? -errno : 0;
}
