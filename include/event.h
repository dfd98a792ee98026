/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * The records that cross the ring. Every record opens with an event_header; whoever reads one
 * checks header.size against the kind's struct before anything else.
 */
#ifndef SEAMARK_EVENT_H
#define SEAMARK_EVENT_H

#include <linux/types.h>

/* Append-only: a kind's number is never reused. */
enum event_kind {
	EVENT_NONE,
	EVENT_PROCESS_START,
	EVENT_PROCESS_EXIT,
	EVENT_PROCESS_FORK,
	EVENT_CGROUP_MAKE,
	EVENT_CGROUP_REMOVE,
	EVENT_BIND,
	EVENT_LISTEN,
	EVENT_CONNECT,
	EVENT_TLS_HANDSHAKE,
	EVENT_SYSCALL_SLOW,
	EVENT_MAX,
};

enum outcome {
	OUTCOME_OK,
	OUTCOME_ERROR,
	OUTCOME_CANCELLED,
	OUTCOME_MAX,
};

enum tls_role {
	TLS_ROLE_NONE,
	TLS_ROLE_CLIENT,
	TLS_ROLE_SERVER,
};

/* First in every record. */
struct event_header {
	__u64 time_ns;		/* CLOCK_MONOTONIC, when the act began */
	__u64 cgroup_id;
	__u32 tgid;
	__u32 tid;
	__u16 kind;		/* enum event_kind */
	__u16 size;		/* of the whole record, header included */
	__u32 cpu;
};
_Static_assert(sizeof(struct event_header) == 32, "wire layout");

/* Where an act's duration is counted. */
enum counted {
	COUNTED_NOT_YET,	/* by whoever decodes the record */
	COUNTED_BY_KERNEL,	/* already in a histogram */
	COUNTED_NOWHERE,	/* it is not known, and 0 in the record */
};

/* Second in every record about an act of a program. */
struct event_act {
	__u64 duration_ns;
	__u64 goroutine_id;	/* 0: not known */
	__u32 context;		/* aggregate.h; 0: none could be allotted */
	__u16 error;		/* errno, 0 on success */
	__u8 outcome;		/* enum outcome */
	__u8 counted;		/* enum counted */
	__u64 socket;		/* identity of the sock, 0 if none; never an address to follow */
};
_Static_assert(sizeof(struct event_act) == 32, "wire layout");

#define COMM_SIZE	16
#define UNIX_PATH_SIZE	108

/* A socket address. Unix paths travel beside it. */
struct event_endpoint {
	__u16 family;		/* AF_*; 0: not known */
	__u16 port;		/* host byte order */
	__u32 scope;
	__u8 address[16];	/* network order; IPv4 in the first four bytes */
};
_Static_assert(sizeof(struct event_endpoint) == 24, "wire layout");

#define EXE_NAME_SIZE	64

struct event_process_start {
	struct event_header header;
	__u64 start_boottime_ns;
	__u64 exe_inode;
	__u64 exe_size;
	__s64 exe_mtime_ns;
	__u32 exe_device;
	__u32 program;		/* aggregate.h; 0: none could be allotted */
	__u32 parent;
	__u32 uid;
	__u32 context;
	__u32 kind;		/* enum program_kind as the kernel knew it */
	char comm[COMM_SIZE];
	__u32 vpid;		/* in the innermost namespace; older recordings lack it */
	__u32 padding;
	char exe_name[EXE_NAME_SIZE];	/* of what nobody knew; older recordings lack it */
};
_Static_assert(sizeof(struct event_process_start) == 176, "wire layout");

struct event_process_exit {
	struct event_header header;
	__u64 start_boottime_ns;
	__u64 lifetime_ns;
	__u32 program;
	__u32 context;
	__u32 exit_code;	/* as wait(2) reports it */
	__u32 parent;
	char comm[COMM_SIZE];
};
_Static_assert(sizeof(struct event_process_exit) == 80, "wire layout");

struct event_process_fork {
	struct event_header header;	/* of the parent */
	__u64 start_boottime_ns;	/* of the child */
	__u32 child;
	__u32 padding;
};
_Static_assert(sizeof(struct event_process_fork) == 48, "wire layout");

#define CGROUP_PATH_SIZE 512

struct event_cgroup {
	struct event_header header;	/* cgroup_id: the one made or removed */
	__u32 hierarchy;
	__u32 path_length;
	char path[CGROUP_PATH_SIZE];
};
_Static_assert(sizeof(struct event_cgroup) == 552, "wire layout");

/*
 * What stands between a program and the protocol, in the order in which the kernel asks: a seccomp
 * filter, a security module (which leaves no trace here), programs attached to the control group.
 */
struct event_gates {
	__u32 cgroup_program;		/* id of the first attached to this kind of call */
	__u8 cgroup_programs;		/* how many, at most 8 are counted */
	__u8 seccomp_mode;		/* 2: a filter is at work */
	__u8 seccomp_refused;		/* 1: the call never reached what it is for */
	__u8 known;			/* 1: this struct was filled */
	char cgroup_program_name[16];
};
_Static_assert(sizeof(struct event_gates) == 24, "wire layout");

/* Where a process sees its files: the root directory and the mount namespace. */
struct event_root {
	__u64 inode;
	__u32 device;			/* as the kernel keeps it: major << 20 | minor */
	__u32 mount_namespace;		/* inode number; 0: not known */
};
_Static_assert(sizeof(struct event_root) == 16, "wire layout");

/* The range of an id map that an id falls into, as /proc/PID/uid_map has it. */
struct event_id_range {
	__u32 inside;			/* the id itself, as seen in the user namespace */
	__u32 first_inside;
	__u32 first_outside;
	__u32 count;			/* 0: the id is not mapped, or not known */
};
_Static_assert(sizeof(struct event_id_range) == 16, "wire layout");

/* Do capabilities of the process' user namespace count in its network? */
enum network_owner {
	NETWORK_OWNER_UNKNOWN,
	NETWORK_OWNER_SAME,		/* that very namespace owns the network */
	NETWORK_OWNER_BELOW,		/* one below it does: they count, too */
	NETWORK_OWNER_FOREIGN,		/* another does: they count for nothing */
};

/* What the kernel weighed when it refused: read at the moment of failure, for failures only. */
struct event_weighed {
	__u64 cap_effective;
	__u64 cap_permitted;
	__u64 cap_inheritable;
	__u64 cap_bounding;
	__u64 cap_ambient;
	__u32 uid;
	__u32 gid;
	__u32 euid;
	__u32 fsuid;
	__u32 securebits;
	__u32 user_namespace;		/* inode number of the task's user namespace */
	__u32 net_namespace;		/* inode number */
	__u32 net_user_namespace;	/* inode number of the network namespace's owner */
	__u32 unprivileged_port_start;
	__u16 first_port;		/* of the ephemeral range */
	__u16 last_port;
	__u8 no_new_privs;
	__u8 network_owner;		/* enum network_owner */
	__u8 nosuid;			/* 1: the program's file is on a mount without suid */
	__u8 ipv6_disabled;		/* 1: net.ipv6.conf.all.disable_ipv6 */
	__u8 known;			/* 1: this struct was filled */
	__u8 padding[3];
	struct event_id_range user;
	struct event_id_range group;
};
_Static_assert(sizeof(struct event_weighed) == 120, "wire layout");

/* bind(2) and listen(2). For listen, requested is the address that the socket is bound to. */
struct event_bind {
	struct event_header header;
	struct event_act act;
	struct event_endpoint requested;
	struct event_endpoint bound;	/* after success */
	__s32 fd;
	__u16 socket_type;		/* SOCK_*; 0: not known */
	__u16 protocol;
	__u16 path_length;		/* of path; abstract names keep their leading NUL */
	__u8 reuse_address;
	__u8 reuse_port;
	__u32 backlog;			/* listen only */
	char comm[COMM_SIZE];
	char path[UNIX_PATH_SIZE];
	__u32 user;			/* who made the socket, as the host counts users */
	struct event_weighed weighed;
	struct event_gates gates;
	struct event_root root;
	__u8 only_ipv6;			/* IPV6_V6ONLY */
	__u8 padding[7];
};
_Static_assert(sizeof(struct event_bind) == 424, "wire layout");

struct event_connect {
	struct event_header header;
	struct event_act act;
	struct event_endpoint peer;
	struct event_endpoint local;
	__s32 fd;
	__u16 socket_type;
	__u16 protocol;
	__u16 path_length;
	__u8 retransmits;
	__u8 in_call;			/* 1: ended within connect(2) */
	__u32 net_namespace;
	char comm[COMM_SIZE];
	char path[UNIX_PATH_SIZE];
	__u16 first_port;		/* of the ephemeral range; as what follows, of failures */
	__u16 last_port;
	struct event_weighed weighed;
	struct event_gates gates;
	struct event_root root;
	__u64 parent_goroutine_id;	/* that started this one; 0: not known */
	__u64 goroutine_start;		/* where its function begins; 0: not known */
};
_Static_assert(sizeof(struct event_connect) == 432, "wire layout");

struct event_syscall_slow {
	struct event_header header;
	struct event_act act;
	__s64 result;
	__u32 number;
	__u32 padding;
	char comm[COMM_SIZE];
};
_Static_assert(sizeof(struct event_syscall_slow) == 96, "wire layout");

#define SERVER_NAME_SIZE	256
#define ALPN_SIZE		32
#define TYPE_NAME_SIZE		64
#define ERROR_TEXT_SIZE		160
#define ERROR_LEVELS		5

enum error_level_flag {
	ERROR_LEVEL_CONTEXT = 1,	/* read from the context, not wrapped by the one before */
	ERROR_LEVEL_GAP = 2,		/* others lie between the one before and this one */
	ERROR_LEVEL_NAME_CUT = 4,
	ERROR_LEVEL_TEXT_UNREAD = 8,	/* its page was not there: unread is valid, not text */
	ERROR_LEVEL_STRANGE = 16,	/* no type of Go's own, whatever its name */
	ERROR_LEVEL_NUMBER_UNREAD = 32,	/* the same of numbers[0]: small ones are constants, too */
};

/* A text or a number that only the executable's file can tell. */
struct event_unread {
	__u64 address;		/* in the file, bias taken off */
	__u64 length;		/* bytes */
};

/* One Go error in a chain, outermost first. A type known by its address has no name yet. */
struct event_error_level {
	__u64 type;			/* address of its type in the file, bias taken off */
	__s64 numbers[3];		/* errno, alert or reason; two dates, seconds from year 1 */
	__u16 text_length;
	__u8 name_length;
	__u8 flags;			/* enum error_level_flag */
	__u8 bytes[8];			/* the record header of a peer that speaks no TLS */
	__u32 padding;
	char name[TYPE_NAME_SIZE];	/* "*net.OpError" */
	union {
		char text[ERROR_TEXT_SIZE];
		struct event_unread unread;
	};
};
_Static_assert(sizeof(struct event_error_level) == 272, "wire layout");

struct event_tls {
	struct event_header header;
	struct event_act act;
	struct event_endpoint peer;
	struct event_endpoint local;
	__s32 fd;			/* -1: not known */
	__u16 version;			/* as on the wire, 0: not negotiated */
	__u16 cipher_suite;
	__u16 curve;			/* 0: not known */
	__u8 role;			/* enum tls_role */
	__u8 resumed;			/* 0, 1; 2: not known */
	__u16 server_name_length;
	__u8 alpn_length;
	__u8 error_levels;		/* 0 on success; the levels follow this struct */
	__u32 end_tid;			/* thread at the end; header.tid: at the beginning */
	__u32 program;
	char comm[COMM_SIZE];
	char server_name[SERVER_NAME_SIZE];
	char alpn[ALPN_SIZE];
};
_Static_assert(sizeof(struct event_tls) == 440, "wire layout");

#define CERTIFICATE_SIZE	2048
#define CIPHER_SUITES		8

/* The certificate that an error is about. Longer ones are cut, and then not to be parsed. */
struct event_certificate {
	__u16 length;			/* of bytes; 0: none was read */
	__u16 whole;			/* of the certificate */
	__u8 chain;			/* how many the other end sent; 0: not known */
	__u8 is_leaf;			/* the first of them; valid with chain */
	__u8 same_name;			/* an authority of the issuer's name was tried, in vain */
	__u8 padding;
	__u8 bytes[CERTIFICATE_SIZE];	/* DER */
};
_Static_assert(sizeof(struct event_certificate) == 2056, "wire layout");

/* What the program's tls.Config says. */
struct event_tls_config {
	__u32 authorities;		/* how many the pool below holds */
	__u16 min_version;		/* 0: Go's own choice */
	__u16 max_version;
	__u8 known;			/* 1: this struct was filled */
	__u8 own_pool;			/* RootCAs of a client, ClientCAs of a server; 0: nil */
	__u8 client_auth;		/* tls.ClientAuthType */
	__u8 suite_count;		/* of CipherSuites, of which the first are below; 0: nil */
	__u16 suites[CIPHER_SUITES];
	__u32 padding;
};
_Static_assert(sizeof(struct event_tls_config) == 32, "wire layout");

/* What the socket had seen by the end of the handshake, or when it was closed before that. */
struct event_progress {
	__u64 received;			/* bytes, since the handshake began */
	__u64 acknowledged;		/* of those sent */
	__u64 silent_ns;		/* since data came last; 0: not known */
	__u32 unread;			/* bytes that came and that the program did not fetch */
	__u8 known;			/* 1: this struct was filled */
	__u8 padding[3];
};
_Static_assert(sizeof(struct event_progress) == 32, "wire layout");

struct event_tls_failed {
	struct event_tls tls;
	struct event_error_level levels[ERROR_LEVELS];
	struct event_root root;
	struct event_tls_config config;
	struct event_progress progress;
	struct event_certificate certificate;
};
_Static_assert(sizeof(struct event_tls_failed) == 440 + 5 * 272 + 16 + 32 + 32 + 2056,
	       "wire layout");

#endif
