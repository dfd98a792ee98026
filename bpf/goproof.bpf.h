/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only */
/*
 * For executables whose layout nobody knows: the places where any release from 1.17 to 1.27 keeps a
 * thing, of which the running process must prove exactly one. What it doesn't prove is left out.
 */
#ifndef SEAMARK_GOPROOF_BPF_H
#define SEAMARK_GOPROOF_BPF_H

#include "bpf/core.bpf.h"

/* The same in every release: g.m, m.g0; m.gsignal is behind m.procid, goid behind the status. */
#define PROOF_G_M		48
#define PROOF_M_G0		0

#define G_RUNNING		2
#define G_SYSCALL		3
#define G_SCAN			0x1000	/* beside these, while the collector looks */
#define IDS_MOST		(1ULL << 32)	/* more are no ids but pointers */

#define VERSION_LEAST		0x0301
#define VERSION_MOST		0x0304

static __always_inline __u64 user_word(__u64 address)
{
	__u64 word = 0;

	bpf_probe_read_user(&word, sizeof(word), (void *)address);
	return word;
}

static __always_inline __u16 user_half(__u64 address)
{
	__u16 half = 0;

	bpf_probe_read_user(&half, sizeof(half), (void *)address);
	return half;
}

/* The goroutine of a thread of Go's, if procid and curg are where the two are; else 0. */
static __always_inline __u64 current_goroutine(__u64 g, __u32 tid, __u32 procid, __u32 curg_at)
{
	__u64 m = user_word(g + PROOF_G_M), g0, curg;

	if (!m || user_word(m + procid) != tid)
		return 0;
	g0 = user_word(m + PROOF_M_G0);
	curg = user_word(m + curg_at);
	if (!g0 || !curg || g0 == curg || user_word(g0 + PROOF_G_M) != m ||
	    user_word(curg + PROOF_G_M) != m)
		return 0;
	if (g != curg && g != g0 && g != user_word(m + procid + 8))
		return 0;
	return curg;
}

/* The id behind the status, if that is the status of a goroutine at work; else 0. */
static __always_inline __u64 id_behind(__u64 g, __u32 status_at)
{
	__u32 status = (__u32)user_word(g + status_at) & ~G_SCAN;
	__u64 id = user_word(g + status_at + 8);

	return (status == G_RUNNING || status == G_SYSCALL) && id < IDS_MOST ? id : 0;
}

/* Of exactly one that is not 0. */
static __always_inline __u64 only_one(__u64 one, __u64 other)
{
	return one && other ? 0 : one | other;
}

/*
 * The id of the goroutine that a thread works for, 0 when that is not proven. g: what the register
 * or the thread-local says, the scheduler's g0 and the signal stack's among them. Not static:
 * looked at by itself, once (see weigh.bpf.h).
 */
__noinline __u64 goroutine_prove(__u64 g, __u32 tid)
{
	__u64 goroutine;

	if (!g || !tid)
		return 0;
	goroutine = only_one(current_goroutine(g, tid, 72, 192),
			     current_goroutine(g, tid, 64, 184));
	return goroutine ? only_one(id_behind(goroutine, 144), id_behind(goroutine, 152)) : 0;
}

/* Those that Go knows; SSL's renegotiation and fallback signals are never negotiated. */
static __always_inline bool is_cipher_suite(__u16 suite, __u16 version)
{
	if (version == VERSION_MOST)
		return suite >= 0x1301 && suite <= 0x1303;
	switch (suite) {
	case 0x0005: case 0x000a: case 0x002f: case 0x0035: case 0x003c: case 0x009c:
	case 0x009d: case 0xc007: case 0xc009: case 0xc00a: case 0xc011: case 0xc012:
	case 0xc013: case 0xc014: case 0xc023: case 0xc027: case 0xc02b: case 0xc02c:
	case 0xc02f: case 0xc030: case 0xcca8: case 0xcca9:
		return true;
	}
	return false;
}

/* A version and, behind it, that there is one: haveVers. */
static __always_inline __u16 version_at(__u64 address)
{
	__u16 version = user_half(address);

	return version >= VERSION_LEAST && version <= VERSION_MOST &&
	       (user_half(address + 2) & 0xff) == 1 ? version : 0;
}

static __always_inline __u16 suite_at(__u64 address, __u16 version)
{
	__u16 suite = user_half(address);

	return is_cipher_suite(suite, version) ? suite : 0;
}

/* Version of a conn that shook hands well, and the cipher suite above it; 0: not proven. */
__noinline __u32 conn_prove(__u64 conn)
{
	__u32 before = version_at(conn + 64), after = version_at(conn + 72), suite;
	__u32 version = only_one(before, after);

	if (!version)
		return 0;
	suite = before ? suite_at(conn + 90, version)
		       : only_one(suite_at(conn + 98, version), suite_at(conn + 100, version));
	return version | suite << 16;
}

#endif
