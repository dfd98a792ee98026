/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who: programs, cgroups and the kernel's contexts by number, and the attributes and labels that
 * follow from them. Bounded; what is not known is absent.
 */
#ifndef SEAMARK_RESOURCE_H
#define SEAMARK_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/attribute.h"
#include "user/model/metric.h"
#include "user/model/names.h"
#include "user/model/record.h"

#define RESOURCE_LABELS_MAX	12
#define CGROUPS_MAX		32768	/* held at once */

struct resources;

struct resources *resources_new(void);
void resources_free(struct resources *resources);

/*
 * The newest word wins. -ENOMEM, or -ENOSPC at the ceiling (counted by the caller). A program that
 * nothing is known of, not even its path, and a context of no program in no control group are taken
 * off: their numbers are free.
 */
int resources_add_program(struct resources *resources, const struct record_program *program);
int resources_add_cgroup(struct resources *resources, const struct record_cgroup *cgroup);
int resources_add_context(struct resources *resources, const struct record_context *context);
/* Adds what the path left open. -ENOENT: the group is not known. */
int resources_add_maker(struct resources *resources, const struct record_maker *maker);
/* Marks it gone; it is remembered for a minute after now_ns. */
void resources_remove_cgroup(struct resources *resources, uint64_t id, uint64_t now_ns);
void resources_expire(struct resources *resources, uint64_t now_ns);
/* Labels of containers and units that are gone for five minutes, each once. */
typedef void (*resources_take)(void *closure, const struct label *labels, size_t count);
void resources_each_departed(struct resources *resources, uint64_t now_ns, resources_take take,
			     void *closure);

/* NULL when not known. Live until the next change. */
const struct record_program *resources_program(const struct resources *resources,
					       uint32_t program);
const struct record_context *resources_context(const struct resources *resources,
					       uint32_t context);
struct cgroup_identity;
const struct cgroup_identity *resources_identity(const struct resources *resources, uint64_t id);
const char *resources_cgroup_path(const struct resources *resources, uint64_t id);
/* Control groups held now, removed ones among them, and how many found no place. */
size_t resources_cgroup_count(const struct resources *resources);
uint64_t resources_cgroups_refused(const struct resources *resources);
/* Contexts and programs that have a number, as far as they were told of. */
size_t resources_context_count(const struct resources *resources);
size_t resources_program_count(const struct resources *resources);

/* What the program is known to be; PROGRAM_UNKNOWN when it is not. */
enum program_kind resources_kind(const struct resources *resources, uint32_t context);

/* What containers and services are called: lives as long as resources, to be added to. */
struct names *resources_names(const struct resources *resources);

/* Program, runtime, container, pod, unit, cgroup: what is known. */
void resources_describe(const struct resources *resources, uint32_t context, uint64_t cgroup_id,
			struct attributes *attributes);
/* Which attributes these may be; ended by ATTRIBUTE_KEY_MAX. */
extern const enum attribute_key resources_label_keys[];
/* The labels that every series carries. Values live until the next change. */
size_t resources_labels(const struct resources *resources, uint32_t context,
			struct label labels[RESOURCE_LABELS_MAX]);
/* Programs known, each once. */
typedef void (*resources_take_program)(void *closure, const struct record_program *program);
void resources_each_program(const struct resources *resources, resources_take_program take,
			    void *closure);
/* Containers there are, and those of the last minute: for seamark_container_info. */
void resources_each_container(const struct resources *resources, resources_take take,
			      void *closure);

#endif
