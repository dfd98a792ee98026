/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * What the kernel counts: histograms in one mmap-able array, and the keys that say whose they are.
 * A series is allotted once and never moves; user space reads differences, modulo 2^32 per slot.
 */
#ifndef SEAMARK_AGGREGATE_H
#define SEAMARK_AGGREGATE_H

#include <linux/types.h>
#include "slots.h"

#define CONTEXTS_MAX		4096	/* (cgroup, program) pairs; 0 means none */
#define PROGRAMS_MAX		4096	/* executables; 0 means unknown */
#define SERIES_MAX		65535	/* histograms at most: their numbers have 16 bits */
#define SYSCALLS_MAX		512	/* numbers above are counted as 511 */
#define CALLS_A_TIMED	16	/* of a sampled program's system calls one in so many is timed */
#define ERRNOS_MAX		134	/* errnos above are counted as 0 */

/* What is wanted of a process, each more than the one before: one byte of the table of all. */
enum wanted {
	WANTED_NOTHING,
	WANTED_DESCENT,		/* with follow_only: what it becomes and what it starts */
	WANTED_CALLS,		/* binds and connects, and that */
	WANTED_ALL,		/* it is observed */
};

/* An executable file as the kernel knows it at exec: a replaced file is another one. */
struct program_key {
	__u64 inode;
	__u64 size;
	__s64 mtime_ns;
	__u32 device;		/* the kernel's dev_t: major << 20 | minor */
	__u32 padding;
};
_Static_assert(sizeof(struct program_key) == 32, "wire layout");

enum program_kind {
	PROGRAM_UNKNOWN,	/* seen at exec, not looked at yet: observed in doubt */
	PROGRAM_GO,
	PROGRAM_OTHER,
};

struct program_value {
	__u32 program;		/* 1..PROGRAMS_MAX-1 */
	__u32 kind;		/* enum program_kind, set by user space */
};

/* Whose numbers: allotted in the kernel, read back by user space. */
struct context_key {
	__u64 cgroup_id;
	__u32 program;
	__u32 padding;
};

/* What a thread is doing in the kernel, and who it is. */
struct thread {
	__u64 start_ns;		/* 0: not in a system call; or CALL_UNTIMED */
	__u32 tid;		/* whose entry this is; 0: nobody's */
	__u32 tgid;
	__u32 context;		/* 0: to be looked up */
	__u32 number;		/* of the system call */
	__u32 chance;		/* of its next calls to be timed: a random number's state */
	__u32 padding;
};
_Static_assert(sizeof(struct thread) == 32, "found by a shift");

#define CALL_UNTIMED	1	/* within a system call that is counted only */

/* Everything but system calls: one histogram per key. */
struct series_key {
	__u32 context;
	__u16 kind;		/* enum event_kind */
	__u16 error;		/* errno, 0 on success */
	__u16 version;		/* TLS version as on the wire, else 0 */
	__u8 outcome;		/* enum outcome */
	__u8 role;		/* enum tls_role */
	__u32 padding;
};
_Static_assert(sizeof(struct series_key) == 16, "wire layout");

/* Failed system calls by errno. */
struct syscall_error_key {
	__u32 context;
	__u16 number;
	__u16 error;
};

/*
 * A call that was not timed is taken to have lasted as long as the last one that was, of its kind:
 * so the counts are exact at any time, and every slot only grows.
 */
struct series_slots {
	__u64 sum_ns;
	__u64 last;		/* LAST_TIMED(); 0: none was timed yet */
	__u32 slots[SLOT_COUNT];
};
_Static_assert(sizeof(struct series_slots) == 528, "wire layout");

/* A duration and its slot in one word, so that they belong together whoever writes beside. */
#define LAST_TIMED(duration_ns, slot) \
	((duration_ns) << 8 | 0x80 | ((slot) & (SLOT_COUNT - 1)))
#define LAST_SLOT(last)		((last) & (SLOT_COUNT - 1))
#define LAST_NS(last)		((last) >> 8)

#endif
