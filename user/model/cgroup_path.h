/* SPDX-License-Identifier: BSD-2-Clause */
/* What a control group's path says about who made it: pure text, every runtime's shape. */
#ifndef SEAMARK_CGROUP_PATH_H
#define SEAMARK_CGROUP_PATH_H

#include <stdbool.h>

/* Empty strings where the path doesn't say. */
struct cgroup_identity {
	char runtime[16];	/* docker, containerd, crio, podman, runc, crun, lxc, nspawn, ... */
	char container_id[80];	/* letters, digits and "_.+-" only */
	char pod_uid[40];	/* with dashes; of static pods 32 digits without */
	char qos[12];		/* Burstable, BestEffort, Guaranteed */
	char unit[256];		/* systemd's: the innermost; in a container the container's own */
};

/* Do its texts end, and hold no more than the parser ever lets in? For recordings. */
bool cgroup_identity_is_sound(const struct cgroup_identity *identity);

/*
 * path: as in /proc/PID/cgroup, "/docker/<id>", also with the mark of a removed one or seen from
 * inside a cgroup namespace ("/../../<id>"). Never fails: what is not recognised is absent, and so
 * is what looks the same for several runtimes. A pod's sandbox can't be told from a container.
 */
void cgroup_path_parse(const char *path, struct cgroup_identity *out);

#endif
