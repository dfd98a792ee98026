/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* From a Go net.Conn to the TCP connection under it, and to the addresses that Go keeps of it. */
#ifndef SEAMARK_GOCONN_BPF_H
#define SEAMARK_GOCONN_BPF_H

#include "bpf/goerror.bpf.h"

/* net.TCPConn -> net.netFD, net.TCPAddr: the same in every release from 1.17 on. */
#define NETFD_SYSFD		16
#define NETFD_LOCAL_DATA	(96 + 8)
#define NETFD_PEER_DATA		(112 + 8)
#define TCPADDR_PORT		24

#define CONN_LEVELS		4	/* connections within connections */

static __always_inline bool is_tcp_conn(const struct type_name *name)
{
	const char wanted[] = "*net.TCPConn";

	for (unsigned int i = 0; i < sizeof(wanted); i++)
		if (name->bytes[i] != wanted[i])
			return false;
	return true;
}

/* A net.TCPAddr; IPv4 may come in four bytes or mapped into sixteen. */
static __always_inline void tcp_address_read(struct event_endpoint *out, __u64 address)
{
	__u64 bytes = user_word(address), length = user_word(address + 8);

	if (!address || !bytes)
		return;
	if (length == 4) {
		out->family = 2;
		bpf_probe_read_user(out->address, 4, (void *)bytes);
	} else if (length == 16) {
		out->family = 10;
		bpf_probe_read_user(out->address, 16, (void *)bytes);
	}
	out->port = user_word(address + TCPADDR_PORT);
}

/*
 * The *net.TCPConn under a connection, 0 if there is none. A wrapper (*tls.Conn of an outer TLS, or
 * a program's own type) mostly has the net.Conn that it wraps as its first field: that it is one
 * shows by its type's name, or it is none.
 */
static __noinline __u64 tcp_conn_find(__u64 address, const struct image *image)
{
	const struct error_shape *shape;
	struct go_value inner;
	struct type_name name;

	if (!image || !image->layout)
		return 0;
	for (int level = 0; level < CONN_LEVELS; level++) {
		interface_at(&inner, address);
		if (!inner.type || !inner.data)
			return 0;
		shape = shape_of(inner.type, image->bias, image->program);
		if (shape && shape->flags & SHAPE_TCP_CONN)
			return inner.data;
		if (!type_name_read(&name, inner.type, image))
			return 0;
		if (is_tcp_conn(&name))
			return inner.data;
		address = inner.data;
	}
	return 0;
}

/*
 * Who began it comes to where its end is looked for. It is called as a function value, whose code
 * calls on: the return address is its frame's, or, where it jumps, the handshake's own.
 */
static __always_inline bool is_end_seen(struct pt_regs *ctx, const struct image *image)
{
	__u64 returns_to = image->layout->handshake_returns_to;

	if (!returns_to)
		return true;
	returns_to += image->bias;
	return user_word(PT_REGS_FP(ctx) + 8) == returns_to ||
	       user_word(PT_REGS_SP(ctx)) == returns_to;
}

#endif
