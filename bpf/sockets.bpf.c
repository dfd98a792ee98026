// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Who holds a socket: one walk over the open files of all processes, in every container, that
 * answers with the few sockets that were asked for.
 */
#include "bpf/sock.bpf.h"
#include "include/sockets.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Written before each walk. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct socket_query);
} socket_query SEC(".maps");

/* As sock_of_fd() tells sockets from other files: by the pointer back. */
static __always_inline struct sock *sock_of_file(struct file *file)
{
	struct socket *socket = BPF_CORE_READ(file, private_data);

	if (!socket || BPF_CORE_READ(socket, file) != file)
		return NULL;
	return BPF_CORE_READ(socket, sk);
}

static __always_inline bool has_name(struct unix_sock *sk, const struct socket_query *query)
{
	struct unix_address *address = BPF_CORE_READ(sk, addr);
	__u64 have[SOCKET_NAME_SIZE / 8] = {};
	__u64 length;

	if (!address)
		return false;
	length = BPF_CORE_READ(address, len) - sizeof(__u16);
	if (length != query->name_length || length > UNIX_PATH_SIZE)
		return false;
	bpf_probe_read_kernel(have, length, (void *)address +
			      bpf_core_field_offset(address->name) + sizeof(__u16));
	for (int i = 0; i < SOCKET_NAME_SIZE / 8; i++)
		if (have[i] != ((const __u64 *)query->name)[i])
			return false;
	return true;
}

static __always_inline bool has_path(struct unix_sock *sk, const struct socket_query *query)
{
	struct inode *inode = BPF_CORE_READ(sk, path.dentry, d_inode);

	return inode && BPF_CORE_READ(inode, i_ino) == query->inode &&
	       BPF_CORE_READ(inode, i_sb, s_dev) == query->device;
}

static __always_inline bool is_wanted(struct sock *sk, __u16 family,
				      const struct socket_query *query)
{
	struct unix_sock *unix_sk = (struct unix_sock *)sk;

	if (BPF_CORE_READ(sk, sk_type) != query->type ||
	    !(query->states >> (BPF_CORE_READ(sk, __sk_common.skc_state) & 31) & 1))
		return false;
	if (query->net_namespace &&
	    BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum) != query->net_namespace)
		return false;
	if (query->family == AF_UNIX)
		return family == AF_UNIX && (query->inode ? has_path(unix_sk, query)
							  : has_name(unix_sk, query));
	return (family == AF_INET || family == AF_INET6) &&
	       BPF_CORE_READ(sk, __sk_common.skc_num) == query->port;
}

static __always_inline void describe(struct socket_entry *out, struct sock *sk, __u16 family)
{
	struct event_endpoint local;

	endpoint_local(&local, sk);
	out->socket = (__u64)sk;
	out->net_namespace = BPF_CORE_READ(sk, __sk_common.skc_net.net, ns.inum);
	out->user = BPF_CORE_READ(sk, sk_uid.val);
	out->family = family;
	out->type = BPF_CORE_READ(sk, sk_type);
	out->port = local.port;
	out->state = BPF_CORE_READ(sk, __sk_common.skc_state);
	out->reuse_address = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_reuse);
	out->reuse_port = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_reuseport);
	out->only_ipv6 = BPF_CORE_READ_BITFIELD_PROBED(sk, __sk_common.skc_ipv6only);
	__builtin_memcpy(out->address, local.address, sizeof(out->address));
}

SEC("iter/task_file")
int sockets_find(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;
	struct socket_entry entry = {};
	struct socket_query *query;
	struct sock *sk;
	__u32 zero = 0;
	__u16 family;

	if (!task || !file)
		return 0;
	query = bpf_map_lookup_elem(&socket_query, &zero);
	sk = sock_of_file(file);
	if (!query || !sk)
		return 0;
	family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (!is_wanted(sk, family, query))
		return 0;
	describe(&entry, sk, family);
	entry.tgid = BPF_CORE_READ(task, tgid);
	bpf_seq_write(ctx->meta->seq, &entry, sizeof(entry));
	return 0;
}
