/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What runtimes and the kubelet leave on disk about a container. Nothing is followed out of a
 * runtime's directory, no symbolic link and no mount, and no file system is asked that may hang.
 */
#ifndef SEAMARK_HOST_RUNTIME_FILES_H
#define SEAMARK_HOST_RUNTIME_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/record.h"

#define RUNTIME_ROOTS_MAX 8

struct runtime_files;

/*
 * roots: directories beside "/" to look in, each laid out as a host's root or as one runtime's own
 * (Docker's data-root, runc's --root, containerd's state, root or runroot of containers/storage).
 * Negative errno, with its index in *wrong, when one can't be opened.
 */
int runtime_files_new(const char *const *roots, size_t count, struct runtime_files **out,
		      size_t *wrong);
void runtime_files_free(struct runtime_files *files);

/*
 * Adds to names, which holds id (and pod_uid where known), what is found before until_ns
 * (CLOCK_MONOTONIC). False: there was no time for all places.
 */
bool runtime_files_look(const struct runtime_files *files, struct record_container *names,
			uint64_t until_ns);

/*
 * The sockets of Docker and Podman that are there now, at most max of them, as descriptors
 * (O_PATH) which the caller closes.
 */
size_t runtime_files_sockets(const struct runtime_files *files, int *sockets, size_t max);

#endif
