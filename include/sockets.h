/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/* Sockets that processes hold open: what is asked of the kernel, and what it answers. */
#ifndef SEAMARK_SOCKETS_H
#define SEAMARK_SOCKETS_H

#include <linux/types.h>

#define SOCKET_NAME_SIZE	112	/* a unix name of 108 bytes, in whole words */

/* States of a socket, as bits; those of the kernel's numbers that matter. */
#define SOCKET_ESTABLISHED	(1u << 1)
#define SOCKET_BOUND		(1u << 7)	/* TCP_CLOSE: neither listens nor is connected */
#define SOCKET_LISTEN		(1u << 10)
#define SOCKET_ANY_STATE	(~0u)

/* Which sockets are wanted. Internet: by port. Unix: by abstract name, or by the path's file. */
struct socket_query {
	__u32 net_namespace;		/* inode number; 0: any */
	__u32 states;			/* SOCKET_* */
	__u64 inode;			/* of the path's file; 0: not by path */
	__u32 device;			/* of that file, as the kernel keeps it */
	__u16 family;			/* AF_UNIX; else both internet families */
	__u16 type;			/* SOCK_* */
	__u16 port;			/* host byte order */
	__u16 name_length;		/* of an abstract name, with its NUL; 0: not by name */
	__u8 name[SOCKET_NAME_SIZE];
	__u32 padding;
};
_Static_assert(sizeof(struct socket_query) == 144, "wire layout");

struct socket_entry {
	__u64 socket;			/* identity, as in event_act */
	__u32 tgid;
	__u32 net_namespace;
	__u32 user;			/* who made it, as the host counts users */
	__u16 family;
	__u16 type;
	__u16 port;			/* host byte order */
	__u8 state;			/* the kernel's number: TCP_LISTEN is 10 */
	__u8 reuse_address;
	__u8 reuse_port;
	__u8 only_ipv6;
	__u8 padding[2];
	__u8 address[16];		/* network order; IPv4 in the first four bytes */
};
_Static_assert(sizeof(struct socket_entry) == 48, "wire layout");

#endif
