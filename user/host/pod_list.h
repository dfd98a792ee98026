/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A list of pods, taken apart while it arrives: one pod is in memory at a time, however many there
 * are.
 */
#ifndef SEAMARK_HOST_POD_LIST_H
#define SEAMARK_HOST_POD_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/host/pod.h"

#define POD_SIZE_MAX (2u << 20)	/* bytes; what a cluster stores of one is at most 1.5 MiB */

typedef void (*pod_take)(void *context, const struct pod *pod);

struct pod_list;

/* take: is given each pod, which lives as long as the call. NULL: no memory. */
struct pod_list *pod_list_new(pod_take take, void *context);
void pod_list_free(struct pod_list *list);

/* Before the first byte of an answer. */
void pod_list_begin(struct pod_list *list);
/* -EINVAL: it is no list of pods; -ENOMEM. */
int pod_list_feed(struct pod_list *list, const char *bytes, size_t size);
/* Did it come to its end, with a list in it? */
bool pod_list_is_whole(const struct pod_list *list);
/* Of this list, what was no pod, or one with too much in it: longer than POD_SIZE_MAX, say. */
uint64_t pod_list_unreadable(const struct pod_list *list);

#endif
