/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One BPF object: opened from memory, told its settings by name, given the maps it shares with the
 * others, loaded, attached.
 */
#ifndef SEAMARK_OBJECT_H
#define SEAMARK_OBJECT_H

#include <bpf/libbpf.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/source/calls.h"
#include "user/source/ladder.h"
#include "user/source/probe.h"

/* A value of the BPF side, by name, before it is loaded; who doesn't know it is left alone. */
struct object_setting {
	const char *name;
	const void *value;
	size_t size;
};

/* How large a map is to be made, by name. */
struct object_map_size {
	const char *name;
	uint32_t entries;
};

struct object_plan {
	const struct object_setting *settings;
	size_t setting_count;
	const struct object_map_size *sizes;
	size_t size_count;
	const struct ladder *ladder;
	const char *types_path;		/* of the kernel's types; NULL: libbpf finds them itself */
	enum calls_means calls;
	bool verifier_counts;
};

#define SHARED_MAPS_MAX 24

/* Maps of the objects loaded so far, by name: the first to have one is its owner. */
struct shared_maps {
	struct {
		const char *name;
		int fd;
	} maps[SHARED_MAPS_MAX];
	size_t count;
};

int shared_map_fd(const struct shared_maps *shared, const char *name);

/* On failure, of the next as well, a negative errno and a sentence in error. */
int object_open(const struct probe *probe, const struct object_plan *plan,
		struct bpf_object **out, char *error, size_t error_size);
int object_load(const struct probe *probe, struct bpf_object *object,
		const struct object_plan *plan, struct shared_maps *shared, char *error,
		size_t error_size);

/* Once it is loaded: a variable, not a constant. Negative errno; -ENOENT: it has none such. */
int object_set(struct bpf_object *object, const struct object_setting *setting);

/* Whether it is the system call probe that comes to the program, by the tables in door. */
bool object_is_behind_door(const struct probe *probe, const struct bpf_program *program,
			   const struct shared_maps *door);

/*
 * Attaches what attaches by itself, and puts programs of calls into the tables in door; NULL: there
 * is none, and these attach by themselves as well. root: what hooks are attached to. links: room
 * for link_max.
 */
struct object_links {
	struct bpf_link **links;
	size_t max;
	size_t *count;
};
int object_attach(const struct probe *probe, struct bpf_object *object,
		  const struct shared_maps *door, int root, const struct object_links *out,
		  char *error, size_t error_size);

#endif
