/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where processes are: the host's control groups by id, what their paths leave open (a container
 * that only its supervisor or another tree of groups names), and pids inside of pid namespaces.
 */
#ifndef SEAMARK_PLACE_H
#define SEAMARK_PLACE_H

#include <stdbool.h>
#include <stddef.h>

#include "include/event.h"
#include "user/host/cgroup.h"
#include "user/pipeline/pipeline.h"

struct places;

/* Takes what was found out, as pipeline_take() does. */
typedef void (*places_feed)(void *context, enum record_type type, const void *bytes, size_t size);

/* Reads what is known from the pipeline, which must live longer. -ENOENT: no tree is mounted. */
int places_new(const struct pipeline *pipeline, places_feed feed, void *context,
	       struct places **out);
void places_free(struct places *places);
/* The tree that tells processes apart here. */
const struct cgroup_tree *places_tree(const struct places *places);

/* Tells of all groups that there are. Negative errno when they can't be read. */
int places_walk(struct places *places);
/* A group that neither the walk nor an event told of: asked of the process while it is there. */
void places_know(struct places *places, const struct event_header *record);
/* A process begins, or (is_new false) ran before: asked while those who started it are there. */
void places_start(struct places *places, const struct event_process_start *event, bool is_new);
/* A group was made, and is known: whoever made it is there still, long before the container is. */
void places_made(struct places *places, const struct event_header *record);
/* Forgets processes that ended without a word. Some at a time. */
void places_sweep(struct places *places);

#endif
