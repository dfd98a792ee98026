/* SPDX-License-Identifier: BSD-2-Clause */
/* One pod as Kubernetes writes it down: bytes in, names of its containers out. */
#ifndef SEAMARK_HOST_POD_H
#define SEAMARK_HOST_POD_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/record.h"

struct pod;

/* NULL: it is no pod, or holds more values than one would. */
struct pod *pod_new(const char *bytes, size_t size);
void pod_free(struct pod *pod);

/*
 * Is it the pod that names' uid and id are of? By its own uid; by the hash that stands for a static
 * pod's only where its status lists that container, too, for the hash is anybody's to write.
 */
bool pod_is(const struct pod *pod, const struct record_container *names);
/*
 * Adds what it says of the container whose id names holds, where names says nothing yet. False:
 * that container is not among its own (yet), or is its sandbox; only what is the pod's was added.
 */
bool pod_names(const struct pod *pod, struct record_container *names);

#endif
