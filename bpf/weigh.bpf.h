/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* What the kernel weighs before it gives an address away: credentials, and who owns the network. */
#ifndef SEAMARK_WEIGH_BPF_H
#define SEAMARK_WEIGH_BPF_H

#include "bpf/core.bpf.h"
#include "bpf/sock.bpf.h"

#define TASK_NO_NEW_PRIVS	0	/* bit of task_struct.atomic_flags */
#define MOUNT_NOSUID		1	/* bit of vfsmount.mnt_flags */
#define USER_NAMESPACES_MAX	33	/* the kernel nests no deeper */
#define ID_EXTENTS		5	/* in the map itself; longer maps are not followed */

/*
 * Not static: the verifier looks at such a function by itself, once. As a part of its caller each
 * way out of a loop is a way through all that follows; Linux 6.1 gave up after a million steps.
 */

/* As ns_capable() does: from the owner up; who stands above it has its capabilities count there. */
__noinline int network_owner_of(__u64 own, __u64 owner)
{
	if (!own || !owner)
		return NETWORK_OWNER_UNKNOWN;
	if (own == owner)
		return NETWORK_OWNER_SAME;
	for (int i = 0; i < USER_NAMESPACES_MAX; i++) {
		owner = (__u64)BPF_CORE_READ((struct user_namespace *)owner, parent);
		if (!owner)
			break;
		if (owner == own)
			return NETWORK_OWNER_BELOW;
	}
	return NETWORK_OWNER_FOREIGN;
}

/* Index of the extent that holds the id, -1: none does. */
__noinline int extent_of(__u64 address, __u32 id)
{
	struct uid_gid_map *map = (struct uid_gid_map *)address;
	__u32 extents = BPF_CORE_READ(map, nr_extents);

	if (extents > ID_EXTENTS)
		return -1;
	for (__u32 i = 0; i < ID_EXTENTS; i++) {
		__u32 outside = BPF_CORE_READ(map, extent[i].lower_first);
		__u32 count = BPF_CORE_READ(map, extent[i].count);

		if (i < extents && id >= outside && id - outside < count)
			return i;
	}
	return -1;
}

static __always_inline void range_find(struct event_id_range *out, struct uid_gid_map *map,
				       __u32 id)
{
	int found = extent_of((__u64)map, id);
	struct uid_gid_extent *extent;

	if (found < 0 || found >= ID_EXTENTS)
		return;
	extent = (void *)map + bpf_core_field_offset(map->extent) +
		 found * bpf_core_type_size(struct uid_gid_extent);
	out->first_inside = BPF_CORE_READ(extent, first);
	out->first_outside = BPF_CORE_READ(extent, lower_first);
	out->count = BPF_CORE_READ(extent, count);
	out->inside = out->first_inside + (id - out->first_outside);
}

static __noinline int weigh_network(struct event_weighed *out, struct net *net)
{
	if (!out)
		return 0;
	out->net_namespace = BPF_CORE_READ(net, ns.inum);
	out->net_user_namespace = BPF_CORE_READ(net, user_ns, ns.inum);
	out->unprivileged_port_start = BPF_CORE_READ(net, ipv4.sysctl_ip_prot_sock);
	if (bpf_core_field_exists(net->ipv6.devconf_all))
		out->ipv6_disabled = !!BPF_CORE_READ(net, ipv6.devconf_all, disable_ipv6);
	ephemeral_range(net, &out->first_port, &out->last_port);
	return 0;
}

/* Of the current task; out was cleared. */
static __noinline int weigh(struct event_weighed *out)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct net *net = BPF_CORE_READ(task, nsproxy, net_ns);
	struct user_namespace *own = BPF_CORE_READ(cred, user_ns);

	if (!out)
		return 0;
	out->cap_effective = READ_CAPABILITIES(cred, cap_effective);
	out->cap_permitted = READ_CAPABILITIES(cred, cap_permitted);
	out->cap_inheritable = READ_CAPABILITIES(cred, cap_inheritable);
	out->cap_bounding = READ_CAPABILITIES(cred, cap_bset);
	out->cap_ambient = READ_CAPABILITIES(cred, cap_ambient);
	out->uid = BPF_CORE_READ(cred, uid.val);
	out->gid = BPF_CORE_READ(cred, gid.val);
	out->euid = BPF_CORE_READ(cred, euid.val);
	out->fsuid = BPF_CORE_READ(cred, fsuid.val);
	out->securebits = BPF_CORE_READ(cred, securebits);
	out->user_namespace = BPF_CORE_READ(own, ns.inum);
	out->no_new_privs = (BPF_CORE_READ(task, atomic_flags) >> TASK_NO_NEW_PRIVS) & 1;
	out->nosuid = BPF_CORE_READ(task, mm, exe_file, f_path.mnt, mnt_flags) & MOUNT_NOSUID;
	out->network_owner = network_owner_of((__u64)own, (__u64)BPF_CORE_READ(net, user_ns));
	range_find(&out->user, &own->uid_map, out->euid);
	range_find(&out->group, &own->gid_map, BPF_CORE_READ(cred, egid.val));
	weigh_network(out, net);
	out->known = 1;
	return 0;
}

#endif
