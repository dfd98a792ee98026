/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All objects into the kernel. That it is asked for its types once is what makes a start cheap; who
 * can't be served so is served by libbpf, which reads all types for each object.
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "user/source/calls.h"
#include "user/source/internal.h"
#include "user/source/kernel_types.h"

#define THREADS_LIMIT	131072
#define SHED_QUARTERS	3		/* of the ring, full: successes are shed */
#define CROWDED_PART	2		/* of the ring: from there on each program has a share */
#define SHARE_PART	16		/* of the ring: that */
#define EXCERPT_BYTES	(2u << 20)
#define ITERATORS	"iter/"		/* begin so, sections of their programs */

/* The one type that may be in a module: up to 6.3 AF_UNIX could be one (97154bcf4d1b). */
#define MODULAR_TYPE	"unix_sock"

struct loading {
	struct source *source;
	struct object_plan plan;
	struct kernel_types *types;	/* NULL: libbpf reads them */
	int excerpt;			/* a file in memory; negative: none */
	int handler;			/* of iterators, at libbpf; 0: none */
	char path[32];
	bool is_in[SOURCE_PROBES_MAX];
};

static uint32_t read_pid_max(void)
{
	FILE *file = fopen("/proc/sys/kernel/pid_max", "re");
	unsigned int value = 0;

	if (!file)
		return 4194304;
	if (fscanf(file, "%u", &value) != 1 || value < 1024)
		value = 4194304;
	fclose(file);
	return value;
}

static uint32_t round_up_power(uint32_t value)
{
	uint32_t power = 1024;

	while (power < value)
		power <<= 1;
	return power;
}

/* As high as the kernel has it, or as low as a test wants it. */
static void choose_rungs(struct ladder *ladder, const struct source_options *options,
			 const struct kernel_types *types)
{
	ladder_ask(ladder, types);
	ladder->attach_cookie &= !options->without_attach_cookie;
	ladder->uprobe_multi &= ladder->attach_cookie && !options->without_uprobe_multi;
	ladder->mixed_calls &= !options->without_mixed_calls;
}

/*
 * What libbpf does for iterators, but for the reading of all types: it takes them for programs that
 * hook to none, up to here.
 */
static int prepare_iterator(struct bpf_program *program, struct bpf_prog_load_opts *options,
			    long cookie)
{
	const struct kernel_types *types = (const struct kernel_types *)cookie;
	const char *hook = bpf_program__section_name(program) + sizeof(ITERATORS) - 1;
	int number = kernel_types_number(types, ROLE_HOOK, hook);

	if (number < 0)
		return number;
	options->expected_attach_type = BPF_TRACE_ITER;
	options->attach_btf_id = (__u32)number;
	return bpf_program__set_type(program, BPF_PROG_TYPE_TRACING);
}

static void leave_types(struct loading *loading)
{
	if (loading->handler > 0)
		libbpf_unregister_prog_handler(loading->handler);
	if (loading->excerpt >= 0)
		close(loading->excerpt);
	kernel_types_close(loading->types);
	loading->handler = 0;
	loading->excerpt = -1;
	loading->types = NULL;
	loading->plan.types_path = NULL;
}

/* Before the objects are opened: they are told then where the excerpt will be. */
static void enter_types(struct loading *loading)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, options,
		    .prog_prepare_load_fn = prepare_iterator);

	loading->excerpt = memfd_create("kernel_types", MFD_CLOEXEC);
	if (loading->excerpt >= 0 && !kernel_types_open(&loading->types)) {
		options.cookie = (long)loading->types;
		loading->handler = libbpf_register_prog_handler(
			"iter+", BPF_PROG_TYPE_RAW_TRACEPOINT, BPF_TRACE_ITER, &options);
	}
	if (loading->handler <= 0) {
		leave_types(loading);
		return;
	}
	snprintf(loading->path, sizeof(loading->path), "/proc/self/fd/%d", loading->excerpt);
	loading->plan.types_path = loading->path;
}

static int want_hooks(struct kernel_types *types, const struct bpf_object *object)
{
	struct bpf_program *program;
	int result = 0;

	bpf_object__for_each_program(program, object) {
		const char *section = bpf_program__section_name(program);

		if (!result && !strncmp(section, ITERATORS, sizeof(ITERATORS) - 1))
			result = kernel_types_want(types, ROLE_HOOK,
						   section + sizeof(ITERATORS) - 1);
	}
	return result;
}

static int look_for_types(const struct loading *loading)
{
	const struct source *source = loading->source;
	int result = kernel_types_want(loading->types, ROLE_TYPE, LADDER_TYPE);

	for (size_t i = 0; i < source->count && !result; i++) {
		const struct bpf_object *object = source->loaded[i].object;

		if (!object)
			continue;
		result = kernel_types_want_all(loading->types, bpf_object__btf(object));
		result = result ?: want_hooks(loading->types, object);
	}
	result = result ?: kernel_types_look(loading->types);
	if (!result && kernel_types_number(loading->types, ROLE_TYPE, MODULAR_TYPE) < 0)
		result = -ENOENT;
	return result;
}

static int write_excerpt(const struct loading *loading)
{
	struct buffer bytes;
	int result;

	buffer_init(&bytes, EXCERPT_BYTES);
	result = kernel_types_excerpt(loading->types, &bytes);
	if (!result && write(loading->excerpt, bytes.data, bytes.size) != (ssize_t)bytes.size)
		result = -EIO;
	buffer_free(&bytes);
	return result;
}

static void open_object(struct loading *loading, struct loaded *loaded)
{
	bpf_object__close(loaded->object);
	loaded->object = NULL;
	if (loaded->is_off)
		return;
	loaded->error = object_open(loaded->probe, &loading->plan, &loaded->object,
				    loaded->problem, sizeof(loaded->problem));
}

static void load_object(struct loading *loading, struct loaded *loaded)
{
	if (!loaded->object)
		return;
	loaded->problem[0] = '\0';
	loaded->error = object_load(loaded->probe, loaded->object, &loading->plan,
				    &loading->source->shared, loaded->problem,
				    sizeof(loaded->problem));
	if (!loaded->error)
		return;
	bpf_object__close(loaded->object);
	loaded->object = NULL;
}

/* All that are not in yet; false: not all that were tried are. Ends where a required one is not. */
static bool load_each(struct loading *loading, bool are_open)
{
	bool all = true;

	for (size_t i = 0; i < loading->source->count; i++) {
		struct loaded *loaded = &loading->source->loaded[i];

		if (loading->is_in[i])
			continue;
		if (!are_open)
			open_object(loading, loaded);
		load_object(loading, loaded);
		loading->is_in[i] = !loaded->error;
		all = all && loading->is_in[i];
		if (loaded->error && loaded->probe->required)
			break;
	}
	return all;
}

/* As it is: objects are opened, types known, all is loaded. As it may be: once more by libbpf. */
static void load_all(struct loading *loading, const struct source_options *options)
{
	struct source *source = loading->source;
	bool all = false;

	enter_types(loading);
	if (loading->types) {
		for (size_t i = 0; i < source->count; i++)
			open_object(loading, &source->loaded[i]);
		if (!look_for_types(loading) && !write_excerpt(loading)) {
			choose_rungs(&source->ladder, options, loading->types);
			all = load_each(loading, true);
		}
		leave_types(loading);
	}
	if (all)
		return;
	choose_rungs(&source->ladder, options, NULL);
	load_each(loading, false);
}

static int load_list(struct source *source, const struct source_options *options,
		     const struct object_plan *plan, char *error, size_t error_size)
{
	struct loading loading = { .source = source, .plan = *plan, .excerpt = -1 };

	load_all(&loading, options);
	for (size_t i = 0; i < source->count; i++) {
		const struct loaded *loaded = &source->loaded[i];

		if (!loaded->error || !loaded->probe->required)
			continue;
		snprintf(error, error_size, "%s", loaded->problem);
		return loaded->error;
	}
	return 0;
}

int source_load(struct source *source, const struct source_options *options,
		const struct probe *const list[], char *error, size_t error_size)
{
	uint32_t pid_max = round_up_power(read_pid_max());
	uint32_t threads = pid_max < THREADS_LIMIT ? pid_max : THREADS_LIMIT;
	uint32_t mask = threads - 1;
	bool all_sampled = options->syscalls == SYSCALLS_SAMPLED;
	uint64_t shed_above = (uint64_t)options->ring_bytes / 4 * SHED_QUARTERS;
	uint64_t crowded_above = options->ring_bytes / CROWDED_PART;
	uint64_t share = options->ring_bytes / SHARE_PART;
	uint32_t stack_bytes = calls_stack_bytes();
	bool calls_off = options->syscalls == SYSCALLS_OFF;
	bool by_hooks = source->calls == CALLS_BY_HOOK;
	const struct object_setting settings[] = {
		{ "cgroup_source", &options->cgroup_source, sizeof(options->cgroup_source) },
		{ "hierarchy", &options->cgroup_hierarchy, sizeof(options->cgroup_hierarchy) },
		{ "follow_only", &options->follow_only, sizeof(options->follow_only) },
		{ "all_programs", &options->all_programs, sizeof(options->all_programs) },
		{ "all_sampled", &all_sampled, sizeof(all_sampled) },
		{ "slow_ns", &options->slow_ns, sizeof(options->slow_ns) },
		{ "waits", options->waits, SYSCALLS_MAX },
		{ "threads_mask", &mask, sizeof(mask) },
		{ "shed_above_bytes", &shed_above, sizeof(shed_above) },
		{ "crowded_above_bytes", &crowded_above, sizeof(crowded_above) },
		{ "share_bytes", &share, sizeof(share) },
		{ "attach_cookies", &source->ladder.attach_cookie, sizeof(bool) },
		{ "has_door", &source->ladder.mixed_calls, sizeof(bool) },
		{ "calls_off", &calls_off, sizeof(calls_off) },
		{ "by_hooks", &by_hooks, sizeof(by_hooks) },
		{ "stack_bytes", &stack_bytes, sizeof(stack_bytes) },
	};
	const struct object_map_size sizes[] = {
		{ "events", options->ring_bytes },
		{ "processes", pid_max / 8 },
		{ "threads", threads },
		{ "series", source->series_end },
		{ "series_keys", source->series_end },
		{ "series_index", source->series_end },
		{ "free_series", source->series_end },
		{ "syscall_errors", source->series_end },
	};
	const struct object_plan plan = {
		.settings = settings, .setting_count = sizeof(settings) / sizeof(settings[0]),
		.sizes = sizes, .size_count = sizeof(sizes) / sizeof(sizes[0]),
		.ladder = &source->ladder, .calls = source->calls,
		.verifier_counts = options->verifier_counts,
	};

	for (size_t i = 0; list[i] && i < SOURCE_PROBES_MAX; i++) {
		struct loaded *loaded = &source->loaded[source->count++];

		loaded->probe = list[i];
		loaded->is_off = calls_off && list[i]->sees_every_call;
	}
	return load_list(source, options, &plan, error, error_size);
}
