// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Handshakes of Go's crypto/tls, seen at the entry of clientHandshake and serverHandshake and at
 * each of their RET instructions. Never by a return probe: it would kill the program as soon as a
 * stack moves. A third of all handshakes end on another thread, so the goroutine is the key.
 */
#include "bpf/act.bpf.h"
#include "bpf/goerror.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* net.TCPConn -> net.netFD, net.TCPAddr: the same in every release from 1.17 on. */
#define NETFD_SYSFD		16
#define NETFD_LOCAL_DATA	(96 + 8)
#define NETFD_PEER_DATA		(112 + 8)
#define TCPADDR_PORT		24

#define CONN_LEVELS		4	/* connections within connections */
#define WRAPPED_LEVELS		4	/* one more of ERROR_LEVELS is the context's */
#define RESUMED_UNKNOWN		2

/* A handshake inside a handshake (TLS over TLS on one goroutine) is nested once. */
struct handshake_key {
	__u64 g;
	__u32 tgid;
	__u32 nested;
};

struct handshake {
	struct act act;
	__u64 conn;
	__u64 context_data;
	struct event_endpoint peer;
	struct event_endpoint local;
	__s32 fd;
	__u32 padding;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct handshake_key);
	__type(value, struct handshake);
} handshakes SEC(".maps");

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
	struct go_value inner;
	struct type_name name;

	if (!image || !image->layout)
		return 0;
	for (int level = 0; level < CONN_LEVELS; level++) {
		interface_at(&inner, address);
		if (!inner.type || !inner.data || !type_name_read(&name, inner.type, image))
			return 0;
		if (is_tcp_conn(&name))
			return inner.data;
		address = inner.data;
	}
	return 0;
}

/* Descriptor and both ends: at the entry only, for a deadline closes them before the return. */
static __noinline int connection_read(struct handshake *handshake, const struct image *image)
{
	__u64 conn, netfd;

	if (!handshake || !image || !image->layout)
		return 0;
	conn = tcp_conn_find(handshake->conn, image);
	netfd = conn ? user_word(conn) : 0;
	if (!netfd)
		return 0;
	bpf_probe_read_user(&handshake->fd, sizeof(handshake->fd), (void *)(netfd + NETFD_SYSFD));
	tcp_address_read(&handshake->local, user_word(netfd + NETFD_LOCAL_DATA));
	tcp_address_read(&handshake->peer, user_word(netfd + NETFD_PEER_DATA));
	return 0;
}

static __always_inline bool image_of(struct image *image, struct pt_regs *regs, __u64 cookie)
{
	__u32 program = SITE_PROGRAM(cookie);

	image->layout = bpf_map_lookup_elem(&go_layouts, &program);
	image->bias = PT_REGS_IP(regs) - SITE_ADDRESS(cookie);
	return image->layout != NULL;
}

/* Which of the goroutine's entries a new handshake takes. */
static __always_inline void place(struct handshake_key *key, const struct handshake *fresh)
{
	struct handshake *outer = bpf_map_lookup_elem(&handshakes, key);

	if (outer && outer->act.goroutine_id == fresh->act.goroutine_id &&
	    outer->conn != fresh->conn) {
		key->nested = 1;
		return;
	}
	key->nested = 1;
	bpf_map_delete_elem(&handshakes, key);
	key->nested = 0;
}

/* Fires again when the stack grew at the entry: overwriting is right, the RET counts. */
SEC("uprobe.multi")
int handshake_enter(struct pt_regs *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 cookie = bpf_get_attach_cookie(ctx);
	struct handshake_key key = {};
	struct handshake fresh;
	struct image image;

	key.tgid = bpf_get_current_pid_tgid() >> 32;
	if (!is_observed(key.tgid) || !image_of(&image, ctx, cookie))
		return 0;
	__builtin_memset(&fresh, 0, sizeof(fresh));
	key.g = GO_G(ctx);
	fresh.conn = GO_ARGUMENT1(ctx);
	fresh.context_data = GO_ARGUMENT3(ctx);
	fresh.fd = -1;
	connection_read(&fresh, &image);
	act_open(&fresh.act, task);
	fresh.act.goroutine_id = goroutine_id(key.g, image.layout);
	place(&key, &fresh);
	if (bpf_map_update_elem(&handshakes, &key, &fresh, BPF_ANY))
		fact_lost(LOSS_MAP_FULL);
	return 0;
}

static __always_inline __u16 conn_u16(__u64 conn, __s32 offset)
{
	__u16 value = 0;

	if (offset >= 0)
		bpf_probe_read_user(&value, sizeof(value), (void *)(conn + offset));
	return value;
}

static __noinline int describe(struct event_tls *event, const struct handshake *handshake,
			       const struct go_layout *layout)
{
	__u64 conn;

	if (!event || !handshake || !layout)
		return 0;
	conn = handshake->conn;
	__builtin_memset(event->server_name, 0, sizeof(event->server_name));
	__builtin_memset(event->alpn, 0, sizeof(event->alpn));
	event->peer = handshake->peer;
	event->local = handshake->local;
	event->fd = handshake->fd;
	event->version = conn_u16(conn, layout->conn_version);
	event->cipher_suite = conn_u16(conn, layout->conn_cipher_suite);
	event->curve = conn_u16(conn, layout->conn_curve);
	event->resumed = RESUMED_UNKNOWN;
	if (layout->conn_did_resume >= 0)
		event->resumed = conn_u16(conn, layout->conn_did_resume) & 1;
	event->server_name_length = 0;
	if (layout->conn_server_name >= 0)
		event->server_name_length = go_string_read(event->server_name, SERVER_NAME_SIZE,
							   conn + layout->conn_server_name);
	event->alpn_length = 0;
	if (layout->conn_alpn >= 0)
		event->alpn_length = go_string_read(event->alpn, ALPN_SIZE,
						    conn + layout->conn_alpn);
	event->program = handshake->act.program;
	event->end_tid = (__u32)bpf_get_current_pid_tgid();
	__builtin_memcpy(event->comm, handshake->act.comm, COMM_SIZE);
	return 0;
}

/* Counted in the kernel: a failure, whose class only user space can name, is counted there. */
static __always_inline void tell_success(const struct handshake *handshake,
					 const struct image *image, __u8 role)
{
	__u16 version = conn_u16(handshake->conn, image->layout->conn_version);
	struct event_tls *event;
	struct ending ending;
	enum loss cause;

	ending_of(&ending, &handshake->act, 0, OUTCOME_OK);
	ending_count(&ending, &handshake->act, EVENT_TLS_HANDSHAKE, version, role);
	event = event_reserve(sizeof(*event), SHED_WHEN_FULL, &cause);
	if (!event) {
		event_refused(cause);
		return;
	}
	header_fill(&event->header, &handshake->act, EVENT_TLS_HANDSHAKE, sizeof(*event));
	act_fill(&event->act, &handshake->act, &ending, 0);
	event->role = role;
	event->error_levels = 0;
	describe(event, handshake, image->layout);
	event_submit(event);
}

static __always_inline __u32 context_level(struct event_tls_failed *event, __u32 count,
					   const struct handshake *handshake,
					   const struct image *image)
{
	__s32 offset = image->layout->context_error;
	struct go_value value = {};

	if (offset < 0 || !handshake->context_data || count >= ERROR_LEVELS)
		return count;
	if (image->layout->context_error_is_eface)
		eface_at(&value, handshake->context_data + offset);
	else
		interface_at(&value, handshake->context_data + offset);
	if (!value.type)
		return count;
	error_level_read(&event->levels[count], &value, image);
	event->levels[count].flags = ERROR_LEVEL_CONTEXT;
	return count + 1;
}

static __always_inline __u32 levels_read(struct event_tls_failed *event, struct go_value *value,
					 const struct handshake *handshake,
					 const struct image *image)
{
	int ask_context = 0;
	__u32 count;

	for (count = 0; count < WRAPPED_LEVELS && value->type; count++)
		ask_context |= error_level_read(&event->levels[count], value, image);
	return ask_context ? context_level(event, count, handshake, image) : count;
}

static __always_inline void tell_failure(const struct handshake *handshake,
					 const struct image *image, __u8 role,
					 struct go_value *error)
{
	struct event_tls_failed *event;
	struct ending ending;
	enum loss cause;
	__u32 levels;

	ending_of(&ending, &handshake->act, 0, OUTCOME_ERROR);
	event = event_reserve(sizeof(*event), KEEP, &cause);
	if (!event) {
		event_refused(cause);
		ending_count(&ending, &handshake->act, EVENT_TLS_HANDSHAKE, 0, role);
		return;
	}
	header_fill(&event->tls.header, &handshake->act, EVENT_TLS_HANDSHAKE, sizeof(*event));
	act_fill(&event->tls.act, &handshake->act, &ending, 0);
	event->tls.role = role;
	describe(&event->tls, handshake, image->layout);
	levels = levels_read(event, error, handshake, image);
	event->tls.error_levels = levels;
	event_submit(event);
}

/* The innermost live handshake; one left by an earlier goroutine in the same g is stale. */
static __always_inline struct handshake *live(struct handshake_key *key, __u64 goroutine)
{
	struct handshake *handshake;

	key->nested = 1;
	handshake = bpf_map_lookup_elem(&handshakes, key);
	if (handshake && handshake->act.goroutine_id == goroutine)
		return handshake;
	key->nested = 0;
	handshake = bpf_map_lookup_elem(&handshakes, key);
	return handshake && handshake->act.goroutine_id == goroutine ? handshake : NULL;
}

SEC("uprobe.multi")
int handshake_return(struct pt_regs *ctx)
{
	__u64 cookie = bpf_get_attach_cookie(ctx);
	struct handshake_key key = {};
	struct handshake *handshake;
	struct go_value error = {};
	struct image image;
	__u64 itab;

	key.tgid = bpf_get_current_pid_tgid() >> 32;
	if (!is_observed(key.tgid) || !image_of(&image, ctx, cookie))
		return 0;
	key.g = GO_G(ctx);
	handshake = live(&key, goroutine_id(key.g, image.layout));
	if (!handshake) {
		fact_lost(LOSS_NO_START);
		return 0;
	}
	itab = GO_RESULT1(ctx);
	if (itab) {
		error.type = user_word(itab + ITAB_TYPE);
		error.data = GO_RESULT2(ctx);
		tell_failure(handshake, &image, SITE_ROLE(cookie), &error);
	} else {
		tell_success(handshake, &image, SITE_ROLE(cookie));
	}
	bpf_map_delete_elem(&handshakes, &key);
	return 0;
}
