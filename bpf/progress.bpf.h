/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * How far a handshake came on its socket: bytes that went and came, what lay unread, and for how
 * long nothing came. A deadline closes the socket before the handshake returns: then what counts
 * is how the socket was when it left ESTABLISHED.
 */
#ifndef SEAMARK_PROGRESS_BPF_H
#define SEAMARK_PROGRESS_BPF_H

#include "bpf/sock.bpf.h"

/* A reading of a socket. Jiffies beside the time tell how long one lasts: no need to know HZ. */
struct socket_reading {
	__u64 time_ns;
	__u64 jiffies;
	__u64 received;
	__u64 acknowledged;
	__u32 unread;
	__u32 data_came;	/* jiffies, the low half; 0: not known */
};

/* By struct sock, while they shake hands. What was forgotten by a killed process is pushed out. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, __u64);
	__type(value, struct socket_reading);	/* time_ns 0: not closed so far */
} shaking SEC(".maps");

static __always_inline bool is_tcp(struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	return (family == AF_INET || family == AF_INET6) &&
	       BPF_CORE_READ(sk, sk_protocol) == IPPROTO_TCP;
}

static __noinline int socket_read(struct socket_reading *out, struct sock *sk)
{
	struct tcp_sock *tcp = (struct tcp_sock *)sk;
	struct inet_connection_sock *connection = (struct inet_connection_sock *)sk;

	if (!out || !sk)
		return 0;
	out->time_ns = bpf_ktime_get_ns();
	out->jiffies = bpf_jiffies64();
	out->received = BPF_CORE_READ(tcp, bytes_received);
	out->acknowledged = BPF_CORE_READ(tcp, bytes_acked);
	out->unread = BPF_CORE_READ(tcp, rcv_nxt) - BPF_CORE_READ(tcp, copied_seq);
	out->data_came = 0;
	if (bpf_core_field_exists(connection->icsk_ack.lrcvtime))
		out->data_came = BPF_CORE_READ(connection, icsk_ack.lrcvtime);
	return 0;
}

/* A jiffy's length shows over the handshake; a short one can't tell. */
static __always_inline __u64 silence_ns(const struct socket_reading *first,
					const struct socket_reading *last)
{
	__u64 jiffies = last->jiffies - first->jiffies;
	__u32 silent = (__u32)last->jiffies - last->data_came;

	if (!last->data_came || jiffies < 4)
		return 0;
	return silent * ((last->time_ns - first->time_ns) / jiffies);
}

static __always_inline void progress_fill(struct event_progress *out,
					  const struct socket_reading *first,
					  const struct socket_reading *last)
{
	out->received = last->received - first->received;
	out->acknowledged = last->acknowledged - first->acknowledged;
	out->silent_ns = silence_ns(first, last);
	out->unread = last->unread;
}

#endif
