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
bool runtime_files_look(struct runtime_files *files, struct record_container *names,
			uint64_t until_ns);

/*
 * From here to the next turn a directory that was not there, or empty, is not asked for again. Who
 * never says so has all looked at each time.
 */
void runtime_files_turn(struct runtime_files *files);

/* Places where there may be one, and the ceiling of runtime_daemon.place. */
#define RUNTIME_DAEMONS_MAX (7 * (RUNTIME_ROOTS_MAX + 1))

enum runtime_daemon_kind {
	RUNTIME_DAEMON_DOCKER,		/* Docker and Podman: JSON over HTTP */
	RUNTIME_DAEMON_CONTAINERD,	/* gRPC */
};

struct runtime_daemon {
	int socket;			/* O_PATH; the caller closes it */
	enum runtime_daemon_kind kind;
	unsigned int place;		/* the same daemon's is always the same */
	char name_space[64];		/* containerd's, of the container */
};

/*
 * The daemons that are there now and may know the container, at most max of them: containerd is
 * one when the container is its own.
 */
size_t runtime_files_daemons(const struct runtime_files *files, const char *id,
			     struct runtime_daemon *daemons, size_t max);

#endif
