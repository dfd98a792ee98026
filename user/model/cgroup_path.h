/* SPDX-License-Identifier: BSD-2-Clause */
/* What a control group's path says about who made it: pure text, every runtime's shape. */
#ifndef SEAMARK_CGROUP_PATH_H
#define SEAMARK_CGROUP_PATH_H

/* Empty strings where the path doesn't say. */
struct cgroup_identity {
	char runtime[16];	/* docker, containerd, crio, podman, lxc, ecs, nspawn, garden */
	char container_id[80];
	char pod_uid[40];	/* with dashes */
	char qos[12];		/* guaranteed, burstable, besteffort */
	char unit[96];		/* systemd unit, outside of containers */
};

/* path: as in /proc/PID/cgroup, "/docker/<id>". Never fails: what is not recognised is absent. */
void cgroup_path_parse(const char *path, struct cgroup_identity *out);

#endif
