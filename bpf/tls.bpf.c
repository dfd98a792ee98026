// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
/*
 * Handshakes of Go's crypto/tls, seen at the entry of clientHandshake and serverHandshake, and at a
 * branch behind their call or at each of their RET instructions. Never by a return probe: it would
 * kill the program as soon as a stack moves. A third of all handshakes end on another thread, so
 * the goroutine is the key.
 */
#include "bpf/act.bpf.h"
#include "bpf/gates.bpf.h"
#include "bpf/goconn.bpf.h"
#include "bpf/gocontext.bpf.h"
#include "bpf/own_stack.bpf.h"
#include "bpf/progress.bpf.h"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define WRAPPED_LEVELS		4	/* one more of ERROR_LEVELS is the context's */
#define RESUMED_UNKNOWN		2
#define CERTIFICATE_DER_MAX	65535

/* tls.Config and x509.CertPool: the same in every release from 1.19 on. */
#define CONFIG_ROOT_CAS		96
#define CONFIG_CLIENT_AUTH	144
#define CONFIG_CLIENT_CAS	152
#define CONFIG_CIPHER_SUITES	168
#define POOL_LENGTH		16

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
	__u32 role;
	__u64 sk;			/* 0: no TCP socket */
	struct socket_reading first;
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 65536);
	__type(key, struct handshake_key);
	__type(value, struct handshake);
} handshakes SEC(".maps");

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

/* How the socket is before anything is said on it. */
static __noinline int socket_begin(struct handshake *handshake, struct task_struct *task)
{
	struct socket_reading open = {};
	struct sock *sk;

	if (!handshake || handshake->fd < 0)
		return 0;
	sk = sock_of_fd(task, handshake->fd);
	if (!sk || !is_tcp(sk))
		return 0;
	handshake->sk = (__u64)sk;
	socket_read(&handshake->first, sk);
	bpf_map_update_elem(&shaking, &handshake->sk, &open, BPF_ANY);
	return 0;
}

/*
 * The socket as it is, or as it was when it was closed; no other that got its descriptor. Like the
 * two below it returns what is used: of an unused result a stale register would be left, which the
 * verifier may take for a pointer that leaves its stack.
 */
static __noinline int socket_end(struct event_progress *out, const struct handshake *handshake)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	struct socket_reading *closed, now = {};

	if (!out || !handshake || !handshake->sk)
		return 0;
	closed = bpf_map_lookup_elem(&shaking, &handshake->sk);
	if (closed && closed->time_ns) {
		progress_fill(out, &handshake->first, closed);
	} else if ((__u64)sock_of_fd(task, handshake->fd) == handshake->sk) {
		socket_read(&now, (struct sock *)handshake->sk);
		progress_fill(out, &handshake->first, &now);
	} else {
		return 0;
	}
	return 1;
}

/* Only sockets that shake hands are known here; all others cost a look into the map. */
SEC("raw_tp/inet_sock_set_state")
int handshake_socket_state(struct bpf_raw_tracepoint_args *ctx)
{
	struct socket_reading *reading;
	__u64 sk = ctx->args[0];

	if ((int)ctx->args[1] != TCP_ESTABLISHED)
		return 0;
	reading = bpf_map_lookup_elem(&shaking, &sk);
	if (reading)
		socket_read(reading, (struct sock *)sk);
	return 0;
}

/* The kernel hands over what a probe was attached with. Set before load. */
const volatile bool attach_cookies = true;

/*
 * Before Linux 5.15 it does not: there each site has a stub of its own, written by user space, that
 * leaves its cookie here and goes on in the program by tail call. No other comes between: on those
 * kernels preemption is off from the first instruction of an uprobe's program to its last.
 */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, __u64);
} stub_cookie SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PROG_ARRAY);
	__uint(max_entries, STUB_TARGETS);
	__type(key, __u32);
	__type(value, __u32);
} stub_targets SEC(".maps");

/* SITE_COOKIE(); 0 belongs to no site. */
static __always_inline __u64 cookie_of(struct pt_regs *ctx)
{
	__u32 first = 0;
	__u64 *left;

	if (attach_cookies)
		return bpf_get_attach_cookie(ctx);
	left = bpf_map_lookup_elem(&stub_cookie, &first);
	return left ? *left : 0;
}

static __always_inline bool image_of(struct image *image, struct pt_regs *regs, __u64 cookie)
{
	__u32 program = SITE_PROGRAM(cookie);

	image->layout = bpf_map_lookup_elem(&go_layouts, &program);
	image->bias = PT_REGS_IP(regs) - SITE_ADDRESS(cookie);
	image->program = program;
	return image->layout != NULL;
}

/* An entry is taken over whose handshake never returned: its socket shakes hands no more. */
static __always_inline void forget_socket(const struct handshake *old,
					  const struct handshake *fresh)
{
	if (old && old->sk && old->sk != fresh->sk)
		bpf_map_delete_elem(&shaking, &old->sk);
}

/* Which of the goroutine's entries a new handshake takes. */
static __always_inline void place(struct handshake_key *key, const struct handshake *fresh)
{
	struct handshake *outer = bpf_map_lookup_elem(&handshakes, key);

	if (outer && is_same_goroutine(outer->act.goroutine_id, fresh->act.goroutine_id) &&
	    outer->conn != fresh->conn) {
		key->nested = 1;
		forget_socket(bpf_map_lookup_elem(&handshakes, key), fresh);
		return;
	}
	forget_socket(outer, fresh);
	key->nested = 1;
	forget_socket(bpf_map_lookup_elem(&handshakes, key), fresh);
	bpf_map_delete_elem(&handshakes, key);
	key->nested = 0;
}

/* Fires again when the stack grew at the entry: overwriting is right, the end counts. */
SEC("uprobe.multi")
int handshake_enter(struct pt_regs *ctx)
{
	struct task_struct *task = (struct task_struct *)bpf_get_current_task();
	__u64 cookie = cookie_of(ctx);
	struct handshake_key key = {};
	struct handshake fresh;
	struct image image;

	keep_own_stack(ctx);
	key.tgid = bpf_get_current_pid_tgid() >> 32;
	if (!is_observed(key.tgid) || !image_of(&image, ctx, cookie))
		return 0;
	if (!is_end_seen(ctx, &image)) {
		fact_lost(LOSS_NO_END);
		return 0;
	}
	__builtin_memset(&fresh, 0, sizeof(fresh));
	key.g = GO_G(ctx);
	fresh.role = SITE_ROLE(cookie);
	fresh.conn = GO_ARGUMENT1(ctx);
	fresh.context_data = GO_ARGUMENT3(ctx);
	fresh.fd = -1;
	connection_read(&fresh, &image);
	socket_begin(&fresh, task);
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

/* Version, and above it the cipher suite; of a layout that nobody knows what a success proves. */
static __always_inline __u32 negotiated_read(__u64 conn, const struct go_layout *layout,
					     bool succeeded)
{
	if (layout->conn_version >= 0 && layout->conn_cipher_suite >= 0)
		return conn_u16(conn, layout->conn_version) |
		       (__u32)conn_u16(conn, layout->conn_cipher_suite) << 16;
	return succeeded ? conn_prove(conn) : 0;
}

static __noinline int describe(struct event_tls *event, const struct handshake *handshake,
			       const struct go_layout *layout)
{
	__u32 negotiated;
	__u64 conn;

	if (!event || !handshake || !layout)
		return 0;
	conn = handshake->conn;
	__builtin_memset(event->server_name, 0, sizeof(event->server_name));
	__builtin_memset(event->alpn, 0, sizeof(event->alpn));
	event->peer = handshake->peer;
	event->local = handshake->local;
	event->fd = handshake->fd;
	negotiated = negotiated_read(conn, layout, event->act.outcome == OUTCOME_OK);
	event->version = negotiated;
	event->cipher_suite = negotiated >> 16;
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
	event->end_tid = (__u32)bpf_get_current_pid_tgid();
	__builtin_memcpy(event->comm, handshake->act.comm, COMM_SIZE);
	return 0;
}

/* Counted in the kernel: a failure, whose class only user space can name, is counted there. */
static __always_inline void tell_success(const struct handshake *handshake,
					 const struct image *image, __u8 role)
{
	__u16 version = negotiated_read(handshake->conn, image->layout, true);
	struct event_tls *event;
	struct ending ending;
	enum loss cause;

	ending_of(&ending, &handshake->act, 0, OUTCOME_OK);
	ending_count(&ending, &handshake->act, EVENT_TLS_HANDSHAKE, version, role);
	event = event_reserve(sizeof(*event), SHED_WHEN_FULL, handshake->act.context, &cause);
	if (!event) {
		event_refused(cause);
		return;
	}
	header_fill(&event->header, &handshake->act, EVENT_TLS_HANDSHAKE, sizeof(*event));
	act_fill(&event->act, &handshake->act, &ending, 0);
	event->role = role;
	event->error_levels = 0;
	describe(event, handshake, image->layout);
	event->program = image->program;
	event_submit(event);
}

static __always_inline __u32 context_level(struct event_tls_failed *event, __u32 count,
					   const struct handshake *handshake,
					   const struct image *image,
					   struct certificates_seen *seen)
{
	__u32 is_eface = image->layout->context_error_is_eface;
	__s32 offset = image->layout->context_error;
	struct go_value value = {};

	/* One way for the verifier, whichever level it is. */
	count += nothing;
	if (offset < 0 || !handshake->context_data || count >= ERROR_LEVELS)
		return count;
	context_error_at(&value, context_error_find(handshake->context_data, offset, is_eface,
						    image->bias, image->program), is_eface);
	if (!value.type)
		return count;
	error_level_read(&event->levels[count], &value, image, seen);
	event->levels[count].flags |= ERROR_LEVEL_CONTEXT;
	return count + 1;
}

static __always_inline __u32 levels_read(struct event_tls_failed *event, struct go_value *value,
					 const struct handshake *handshake,
					 const struct image *image,
					 struct certificates_seen *seen)
{
	__u64 ask_context = nothing;
	__u64 passed = nothing;
	__u32 count;

	for (count = 0; count < WRAPPED_LEVELS && value->type; count++) {
		if (count == WRAPPED_LEVELS - 1)
			passed = error_innermost(value->type, value->data, image->bias,
						 image->program);
		if (passed)
			interface_at(value, passed);
		ask_context |= error_level_read(&event->levels[count], value, image, seen);
		if (passed)
			event->levels[count].flags |= ERROR_LEVEL_GAP;
	}
	return ask_context ? context_level(event, count, handshake, image, seen) : count;
}

/* More bytes than clang clears by itself. */
static const volatile struct event_certificate no_certificate;

static __noinline int certificate_copy(struct event_certificate *out,
				       const struct certificates_seen *seen)
{
	__u64 from, length;

	if (!out || !seen)
		return 0;
	bpf_probe_read_kernel(out, sizeof(*out), (const void *)&no_certificate);
	out->chain = clamp_length(seen->chain, 255);
	out->is_leaf = seen->leaf && seen->leaf == seen->failing;
	out->same_name = seen->same_name;
	if (!seen->failing)
		return 0;
	from = user_word(seen->failing);
	length = user_word(seen->failing + 8);
	if (!from || length > CERTIFICATE_DER_MAX)
		return 0;
	out->whole = length;
	length = clamp_length(length, CERTIFICATE_SIZE);
	barrier_var(length);
	if (length == 0 || length > CERTIFICATE_SIZE)
		return 0;
	return bpf_probe_read_user(out->bytes, length, (void *)from) ? 0 : length;
}

static __noinline int config_read(struct event_tls_config *out, const struct handshake *handshake,
				  const struct go_layout *layout, __u32 role)
{
	__u64 config, pool, suites;

	if (!out || !handshake || !layout)
		return 0;
	if (layout->conn_config < 0 || layout->config_min_version < 0)
		return 0;
	config = user_word(handshake->conn + layout->conn_config);
	if (!config)
		return 0;
	out->min_version = conn_u16(config, layout->config_min_version);
	out->max_version = conn_u16(config, layout->config_min_version + 2);
	out->client_auth = user_word(config + CONFIG_CLIENT_AUTH);
	pool = user_word(config + (role == TLS_ROLE_CLIENT ? CONFIG_ROOT_CAS : CONFIG_CLIENT_CAS));
	out->own_pool = pool != 0;
	out->authorities = pool ? user_word(pool + POOL_LENGTH) : 0;
	suites = user_word(config + CONFIG_CIPHER_SUITES);
	if (suites) {
		out->suite_count = clamp_length(user_word(config + CONFIG_CIPHER_SUITES + 8), 255);
		bpf_probe_read_user(out->suites, sizeof(out->suites), (void *)suites);
	}
	return 1;
}

static __always_inline void tell_failure(const struct handshake *handshake,
					 const struct image *image, __u8 role,
					 struct go_value *error)
{
	struct certificates_seen seen = { nothing, nothing, nothing, nothing };
	struct event_tls_failed *event;
	struct ending ending;
	enum loss cause;
	__u32 levels;

	ending_of(&ending, &handshake->act, 0, OUTCOME_ERROR);
	event = event_reserve(sizeof(*event), KEEP, handshake->act.context, &cause);
	if (!event) {
		event_refused(cause);
		ending_count(&ending, &handshake->act, EVENT_TLS_HANDSHAKE, 0, role);
		return;
	}
	header_fill(&event->tls.header, &handshake->act, EVENT_TLS_HANDSHAKE, sizeof(*event));
	act_fill(&event->tls.act, &handshake->act, &ending, 0);
	event->tls.role = role;
	describe(&event->tls, handshake, image->layout);
	event->tls.program = image->program;
	levels = levels_read(event, error, handshake, image, &seen);
	event->tls.error_levels = levels;
	__builtin_memset(&event->root, 0, offsetof(struct event_tls_failed, certificate) -
			 offsetof(struct event_tls_failed, root));
	root_fill(&event->root);
	event->config.known = config_read(&event->config, handshake, image->layout, role);
	event->progress.known = socket_end(&event->progress, handshake);
	event->certificate.length = certificate_copy(&event->certificate, &seen);
	event_submit_now(event);
}

/* The innermost live handshake; one left by an earlier goroutine in the same g is stale. */
static __always_inline struct handshake *live(struct handshake_key *key, __u64 goroutine)
{
	struct handshake *handshake;

	key->nested = 1;
	handshake = bpf_map_lookup_elem(&handshakes, key);
	if (handshake && is_same_goroutine(handshake->act.goroutine_id, goroutine))
		return handshake;
	key->nested = 0;
	handshake = bpf_map_lookup_elem(&handshakes, key);
	return handshake && is_same_goroutine(handshake->act.goroutine_id, goroutine) ? handshake
										       : NULL;
}

SEC("uprobe.multi")
int handshake_return(struct pt_regs *ctx)
{
	__u64 cookie = cookie_of(ctx);
	struct handshake_key key = {};
	struct handshake *handshake;
	struct go_value error = {};
	struct image image;
	__u64 itab;

	keep_own_stack(ctx);
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
		tell_failure(handshake, &image, handshake->role, &error);
	} else {
		tell_success(handshake, &image, handshake->role);
	}
	if (handshake->sk)
		bpf_map_delete_elem(&shaking, &handshake->sk);
	bpf_map_delete_elem(&handshakes, &key);
	return 0;
}
