/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Sockets and socket addresses: from a descriptor to the struct sock, from bytes to an endpoint. */
#ifndef SEAMARK_SOCK_BPF_H
#define SEAMARK_SOCK_BPF_H

#include <bpf/bpf_endian.h>

#include "bpf/core.bpf.h"

#define AF_UNSPEC	0
#define AF_UNIX		1
#define AF_INET		2
#define AF_INET6	10
#define SOCK_STREAM	1
#define IPPROTO_TCP	6

#define TCP_ESTABLISHED	1
#define TCP_SYN_SENT	2
#define TCP_CLOSE	7
#define TCP_LISTEN	10

#define SOCKADDR_SIZE	128

/* An address as user space handed it in: a claim, copied once. */
struct claimed_address {
	__u32 length;			/* of bytes, at most SOCKADDR_SIZE */
	__u32 padding;
	__u8 bytes[SOCKADDR_SIZE];
};

static __always_inline void address_claim(struct claimed_address *claim, __u64 user, __u64 length)
{
	__u64 size = clamp_length(length & 0xffffffff, SOCKADDR_SIZE);

	__builtin_memset(claim, 0, sizeof(*claim));
	barrier_var(size);
	if (size == 0 || size > SOCKADDR_SIZE)
		return;
	if (!bpf_probe_read_user(claim->bytes, size, (void *)user))
		claim->length = size;
}

static __always_inline __u16 claim_family(const struct claimed_address *claim)
{
	return claim->length >= 2 ? *(__u16 *)claim->bytes : AF_UNSPEC;
}

static __always_inline void endpoint_of_claim(struct event_endpoint *out,
					      const struct claimed_address *claim)
{
	__builtin_memset(out, 0, sizeof(*out));
	out->family = claim_family(claim);
	if (out->family == AF_INET && claim->length >= 8) {
		out->port = bpf_ntohs(*(__u16 *)(claim->bytes + 2));
		__builtin_memcpy(out->address, claim->bytes + 4, 4);
	} else if (out->family == AF_INET6 && claim->length >= 24) {
		out->port = bpf_ntohs(*(__u16 *)(claim->bytes + 2));
		__builtin_memcpy(out->address, claim->bytes + 8, 16);
		if (claim->length >= 28)
			out->scope = *(__u32 *)(claim->bytes + 24);
	}
}

static const volatile char no_path[UNIX_PATH_SIZE];

/*
 * Copies a unix path out; returns its length. Abstract names keep their leading NUL. By the helper,
 * for a record's path is aligned to nothing: else it is 300 steps, of a byte each.
 */
static __always_inline __u16 path_of_claim(char path[UNIX_PATH_SIZE],
					   const struct claimed_address *claim)
{
	if (claim_family(claim) != AF_UNIX || claim->length <= 2) {
		bpf_probe_read_kernel(path, UNIX_PATH_SIZE, (const void *)no_path);
		return 0;
	}
	bpf_probe_read_kernel(path, UNIX_PATH_SIZE, claim->bytes + 2);
	return clamp_length(claim->length - 2, UNIX_PATH_SIZE);
}

static __always_inline void endpoint_local(struct event_endpoint *out, struct sock *sk)
{
	__builtin_memset(out, 0, sizeof(*out));
	if (!sk)
		return;
	out->family = BPF_CORE_READ(sk, __sk_common.skc_family);
	if (out->family != AF_INET && out->family != AF_INET6)
		return;
	out->port = BPF_CORE_READ(sk, __sk_common.skc_num);
	if (out->family == AF_INET)
		BPF_CORE_READ_INTO((__u32 *)out->address, sk, __sk_common.skc_rcv_saddr);
	else
		BPF_CORE_READ_INTO((struct in6_addr *)out->address, sk,
				   __sk_common.skc_v6_rcv_saddr);
}

/* From which ports the kernel picks one for who asks for any. */
static __always_inline void ephemeral_range(struct net *net, __u16 *first, __u16 *last)
{
	struct netns_ipv4___pre_6_8 *old = (void *)&net->ipv4;
	__u32 both;

	if (bpf_core_field_exists(old->ip_local_ports.range) &&
	    bpf_core_field_size(old->ip_local_ports.range) == 2 * sizeof(int)) {
		*first = BPF_CORE_READ(old, ip_local_ports.range[0]);
		*last = BPF_CORE_READ(old, ip_local_ports.range[1]);
		return;
	}
	if (!bpf_core_field_exists(net->ipv4.ip_local_ports.range))
		return;
	both = BPF_CORE_READ(net, ipv4.ip_local_ports.range);
	*first = both;
	*last = both >> 16;
}

/* The struct sock behind a descriptor of the current task; NULL when it is none. */
static __always_inline struct sock *sock_of_fd(struct task_struct *task, __u32 fd)
{
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct socket *socket;
	struct file *file = NULL;
	struct file **files;

	if (!table || fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	files = BPF_CORE_READ(table, fd);
	bpf_probe_read_kernel(&file, sizeof(file), files + fd);
	if (!file)
		return NULL;
	socket = BPF_CORE_READ(file, private_data);
	if (!socket || BPF_CORE_READ(socket, file) != file)
		return NULL;
	return BPF_CORE_READ(socket, sk);
}

#endif
