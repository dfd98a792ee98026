/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel edge: loads the probes, hands out what they send and count, and tells the kernel whom
 * to observe. One per process of ours; not thread-safe.
 */
#ifndef SEAMARK_SOURCE_H
#define SEAMARK_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "include/aggregate.h"
#include "include/event.h"
#include "include/go_layout.h"
#include "include/losses.h"
#include "user/model/probe_state.h"
#include "user/source/probe.h"

struct gobin_type;

#define SOURCE_PROBES_MAX 16

/* How much is asked of system calls. */
enum syscalls_mode {
	SYSCALLS_FULL,		/* each is timed */
	SYSCALLS_SAMPLED,	/* each is counted, one in CALLS_A_TIMED is timed */
	SYSCALLS_OFF,		/* none but bind, listen and connect is looked at */
};

struct source_options {
	enum syscalls_mode syscalls;
	bool follow_only;		/* only what descends from source_follow()ed processes */
	bool all_programs;		/* binds and connects of other programs than Go's, too */
	uint64_t slow_ns;		/* a system call longer than this gives a fact */
	uint32_t cgroup_source;		/* enum cgroup_source of bpf/core.bpf.h: 0 is cgroup2 */
	int32_t cgroup_hierarchy;	/* id of the tree whose cgroups are told */
	uint32_t ring_bytes;		/* power of two, a multiple of the page size */
	uint64_t series;		/* histograms in the kernel: so many, within its bounds */
	bool without_uprobe_multi;	/* as on a kernel that has only plain uprobes */
	bool without_attach_cookie;	/* as on a kernel that has not even those */
	bool without_mixed_calls;	/* as on an aarch64 kernel before Linux 6.0 */
	bool without_functions;		/* as on one before 6.4; with SYSCALLS_OFF */
	int cgroup_root;		/* with SYSCALLS_OFF: of cgroup2; or a negative errno */
	bool verifier_counts;		/* have it tell libbpf's log what each program took */
	const uint8_t *waits;		/* SYSCALLS_MAX bytes: 1 where waiting is the purpose */
};

struct source;

/*
 * Loads and attaches every probe of list (ended by NULL). One that the kernel refuses is left out,
 * its reason in source_state(); a required one fails the whole: negative errno, a sentence why.
 */
int source_open(const struct source_options *options, const struct probe *const list[],
		struct source **out, char *error, size_t error_size);
void source_close(struct source *source);

int source_set_slow(struct source *source, uint64_t slow_ns);	/* from now on */
/* Of the context's system calls one in CALLS_A_TIMED is timed; or each. From now on. */
void source_sample(struct source *source, uint32_t context, bool sampled);
/* How the probe at index fares; false beyond the last. */
bool source_state(const struct source *source, size_t index, struct probe_state *out);
/*
 * Tries what is otherwise only attached later, on Seamark's own executable, and takes it off again:
 * uprobes, and the walk over sockets. What is refused is told by source_state().
 */
void source_attempt(struct source *source);

/*
 * Hands records of the ring to take, oldest first, some thousands at most; returns how many, 0 when
 * there was none, or a negative errno.
 */
typedef void (*source_take)(void *context, const struct event_header *record);
int source_drain(struct source *source, source_take take, void *context);
/* To the last, after source_quiet(): waits a second for one that a thread is still writing. */
void source_drain_all(struct source *source, source_take take, void *context);
/* Readable when the kernel wants the ring to be drained at once; for epoll. */
int source_fd(const struct source *source);
/* Records whose size or kind was not what the wire promises; never handed out. */
uint64_t source_malformed(const struct source *source);

/*
 * The end of observing: nothing begins or ends to be counted any more, and what was under way on
 * another CPU has come to its end. What is in the ring and the histograms can still be read.
 */
void source_quiet(struct source *source);

/* Every process that runs now, as if it had just begun. */
int source_list_processes(struct source *source, source_take take, void *context);

void source_observe(struct source *source, pid_t tgid, bool observed);
/* Of a program that is none of Go's: its binds and connects, with all_programs. */
void source_observe_other(struct source *source, pid_t tgid);
void source_follow(struct source *source, pid_t tgid);
int source_set_program_kind(struct source *source, const struct program_key *key,
			    enum program_kind kind);
/*
 * The key under which the kernel knows a program in the file behind fd, which must be the caller's
 * own. -ENOENT where it can't be asked, or another negative errno.
 */
int source_file_key(struct source *source, int fd, struct program_key *out);
/* The program's number, allotted if need be; negative errno when all are taken. */
int source_program(struct source *source, const struct program_key *key);
int source_set_layout(struct source *source, uint32_t program, const struct go_layout *layout);
/* The program's file has changed (its types go, too), or nobody runs it any more. */
void source_drop_layout(struct source *source, uint32_t program);
/* Tells which of the program's types are known errors; minor: of the Go release, 1.N. */
int source_set_types(struct source *source, uint32_t program, int minor,
		     const struct gobin_type *types, size_t count);
void source_drop_types(struct source *source, uint32_t program, const struct gobin_type *types,
		       size_t count);
int source_context(struct source *source, uint32_t context, struct context_key *out);

/*
 * Drops handshakes that will not end and returns how many: of a process that has exited; or whose
 * goroutine ended inside (runtime.Goexit, a panic recovered further out).
 */
uint64_t source_drop_handshakes(struct source *source, pid_t tgid);
uint64_t source_sweep_handshakes(struct source *source, uint64_t now_ns);

/* One site of a TLS probe. */
struct source_site {
	uint64_t file_offset;
	uint64_t cookie;		/* SITE_COOKIE() */
};
struct source_link;
/*
 * Attaches to the executable behind fd, for all its processes: entries to the handshake's entry
 * program, returns to its return program. Offsets must have been checked by the caller against the
 * instruction bytes behind the same fd.
 */
int source_attach_tls(struct source *source, int fd, const struct source_site *entries,
		      size_t entry_count, const struct source_site *returns, size_t return_count,
		      struct source_link **out);
void source_detach(struct source_link *link);
/* The same for many, at once; NULLs among them are fine. */
void source_detach_all(struct source_link **links, size_t count);

#endif
