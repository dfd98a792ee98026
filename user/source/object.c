/* SPDX-License-Identifier: BSD-2-Clause */
/* From a probe's bytes to attached programs, with one sentence for each thing that can go wrong. */
#include "user/source/object.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define PREALLOCATED_BYTES	(4u << 20)	/* of one map that is made whole */
#define ENTRY_BYTES		64		/* of the kernel's own, about */

#define LOG_COUNTS		4		/* BPF_LOG_STATS of the kernel's bpf_verifier.h */

/* Own to each object; every other map is shared by name. */
static const char *const own_maps[] = {
	"accounts", "bind_calls", "reasons_of_cpu", "connect_calls", "connecting", "handshakes",
	"error_shapes", "type_shapes", "leaving", "file_query", "syscall_slots", "syscall_errors",
	"sampled_contexts",
	"stub_cookie", "stub_targets", "nowhere",
};

static bool is_shared(const struct bpf_map *map)
{
	const char *name = bpf_map__name(map);

	if (bpf_map__is_internal(map))
		return false;
	for (size_t i = 0; i < sizeof(own_maps) / sizeof(own_maps[0]); i++)
		if (!strcmp(own_maps[i], name))
			return false;
	return true;
}

int shared_map_fd(const struct shared_maps *shared, const char *name)
{
	for (size_t i = 0; i < shared->count; i++)
		if (!strcmp(shared->maps[i].name, name))
			return shared->maps[i].fd;
	return -ENOENT;
}

/* The value that one variable is to have at first, found by its name in the object's BTF. */
static void *find_variable(const struct bpf_object *object, const struct bpf_map *map,
			   const char *section_name, const struct object_setting *setting)
{
	const struct btf *btf = bpf_object__btf(object);
	int id = btf__find_by_name_kind(btf, section_name, BTF_KIND_DATASEC);
	const struct btf_type *section = id < 0 ? NULL : btf__type_by_id(btf, id);
	size_t size = 0;
	char *data;

	if (!section)
		return NULL;
	data = bpf_map__initial_value((struct bpf_map *)map, &size);
	for (int i = 0; data && i < btf_vlen(section); i++) {
		const struct btf_var_secinfo *variable = btf_var_secinfos(section) + i;
		const char *name = btf__name_by_offset(btf,
			btf__type_by_id(btf, variable->type)->name_off);

		if (!strcmp(name, setting->name) && variable->size == setting->size &&
		    variable->offset + setting->size <= size)
			return data + variable->offset;
	}
	return NULL;
}

/* The map that holds it once it is written there; NULL: the object does not know it. */
static struct bpf_map *write_initial(struct bpf_object *object, const char *section,
				     const struct object_setting *setting)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		void *value = strstr(bpf_map__name(map), section)
				      ? find_variable(object, map, section, setting) : NULL;

		if (!value)
			continue;
		memcpy(value, setting->value, setting->size);
		return map;
	}
	return NULL;
}

static void set_before_load(struct bpf_object *object, const struct object_setting *setting)
{
	if (!write_initial(object, ".rodata", setting))
		write_initial(object, ".data", setting);
}

int object_set(struct bpf_object *object, const struct object_setting *setting)
{
	struct bpf_map *map = write_initial(object, ".data", setting);
	size_t size = 0;
	uint32_t first = 0;

	if (!map)
		return -ENOENT;
	return bpf_map_update_elem(bpf_map__fd(map), &first, bpf_map__initial_value(map, &size), 0)
		       ? -errno : 0;
}

/*
 * Where growing maps would take from the slab allocator they are made whole at the start instead,
 * smaller if need be: of the other way a kernel from 5.8 to 6.0 warns in its log. What then finds
 * no room is counted as ever.
 */
static int allocate_at_start(struct bpf_map *map)
{
	uint32_t bytes = bpf_map__key_size(map) + bpf_map__value_size(map) + ENTRY_BYTES;
	uint32_t limit = PREALLOCATED_BYTES / bytes;
	uint32_t flags = bpf_map__map_flags(map) & ~(uint32_t)BPF_F_NO_PREALLOC;
	int result = bpf_map__set_map_flags(map, flags);

	if (!result && bpf_map__max_entries(map) > limit)
		result = bpf_map__set_max_entries(map, limit);
	return result;
}

static int share_maps(struct bpf_object *object, const struct object_plan *plan,
		      const struct shared_maps *shared)
{
	struct bpf_map *map;
	int fd, error = 0;

	bpf_object__for_each_map(map, object) {
		for (size_t i = 0; i < plan->size_count; i++)
			if (!strcmp(plan->sizes[i].name, bpf_map__name(map)))
				error = error ?: bpf_map__set_max_entries(map,
							plan->sizes[i].entries);
		if (!plan->ladder->map_allocator && bpf_map__map_flags(map) & BPF_F_NO_PREALLOC)
			error = error ?: allocate_at_start(map);
		if (!is_shared(map))
			continue;
		fd = shared_map_fd(shared, bpf_map__name(map));
		if (fd >= 0)
			error = error ?: bpf_map__reuse_fd(map, fd);
	}
	return error;
}

static void remember_maps(struct bpf_object *object, struct shared_maps *shared)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, object) {
		const char *name = bpf_map__name(map);

		if (!is_shared(map) || shared_map_fd(shared, name) >= 0 ||
		    shared->count == SHARED_MAPS_MAX)
			continue;
		shared->maps[shared->count].name = name;
		shared->maps[shared->count].fd = bpf_map__fd(map);
		shared->count++;
	}
}

/* Without uprobe_multi in the kernel the same programs load as plain uprobes. */
static void choose_uprobes(struct bpf_object *object, bool multi)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, object)
		if (!multi && !strcmp(bpf_program__section_name(program), "uprobe.multi"))
			bpf_program__set_expected_attach_type(program, 0);
}

int object_open(const struct probe *probe, const struct object_plan *plan,
		struct bpf_object **out, char *error, size_t error_size)
{
	LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = probe->name,
		    .btf_custom_path = plan->types_path,
		    .kernel_log_level = plan->verifier_counts ? LOG_COUNTS : 0);
	size_t size = 0;
	const void *bytes = probe->object(&size);
	int result;

	*out = bpf_object__open_mem(bytes, size, &options);
	if (*out)
		return 0;
	result = -errno;
	snprintf(error, error_size, "the %s probe's object can't be opened: %s", probe->name,
		 strerror(-result));
	return result;
}

int object_load(const struct probe *probe, struct bpf_object *object,
		const struct object_plan *plan, struct shared_maps *shared, char *error,
		size_t error_size)
{
	int result;

	for (size_t i = 0; i < plan->setting_count; i++)
		set_before_load(object, &plan->settings[i]);
	choose_uprobes(object, plan->ladder->uprobe_multi);
	calls_choose(object, plan->calls);
	result = share_maps(object, plan, shared);
	if (!result)
		result = bpf_object__load(object);
	if (result) {
		snprintf(error, error_size, "the kernel refused the %s probe: %s", probe->name,
			 strerror(-result));
		return result;
	}
	remember_maps(object, shared);
	return 0;
}

static const struct probe_call *call_of(const struct probe *probe, const char *program)
{
	for (const struct probe_call *call = probe->calls; call && call->enter; call++)
		if (!strcmp(call->enter, program) || !strcmp(call->leave, program))
			return call;
	return NULL;
}

/* Puts a program behind the system call probe's door, for each call that wants it. */
static int attach_behind_door(const struct probe *probe, const struct bpf_program *program,
			      const struct shared_maps *door)
{
	const char *name = bpf_program__name(program);
	int entered = shared_map_fd(door, "calls_entered");
	int left = shared_map_fd(door, "calls_left");
	int fd = bpf_program__fd(program), result = 0;

	if (entered < 0 || left < 0)
		return -ENOENT;
	for (const struct probe_call *call = probe->calls; call->enter && !result; call++) {
		if (!strcmp(call->enter, name))
			result = bpf_map_update_elem(entered, &call->number, &fd, BPF_ANY);
		else if (!strcmp(call->leave, name))
			result = bpf_map_update_elem(left, &call->number, &fd, BPF_ANY);
	}
	return result;
}

static bool attaches_by_itself(const struct bpf_program *program)
{
	static const char *const sections[] = { "raw_tp/", "fentry/", "fexit/", "cgroup/" };

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		if (!strncmp(bpf_program__section_name(program), sections[i], strlen(sections[i])))
			return bpf_program__autoload(program);
	return false;
}

bool object_is_behind_door(const struct probe *probe, const struct bpf_program *program,
			   const struct shared_maps *door)
{
	return door && call_of(probe, bpf_program__name(program));
}

int object_attach(const struct probe *probe, struct bpf_object *object,
		  const struct shared_maps *door, int root, const struct object_links *out,
		  char *error, size_t error_size)
{
	struct bpf_program *program;
	struct bpf_link *link;

	bpf_object__for_each_program(program, object) {
		if (!attaches_by_itself(program))
			continue;
		if (object_is_behind_door(probe, program, door) &&
		    !attach_behind_door(probe, program, door))
			continue;
		if (*out->count == out->max)
			return -E2BIG;
		link = calls_attach(program, root);
		if (!link) {
			int result = -errno;

			snprintf(error, error_size, "the %s probe's %s can't be attached: %s",
				 probe->name, bpf_program__section_name(program),
				 strerror(-result));
			return result;
		}
		out->links[(*out->count)++] = link;
	}
	return 0;
}
