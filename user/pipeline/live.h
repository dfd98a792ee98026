/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Feeds the pipeline from this host: what the kernel sends, and what the host adds to it in time.
 */
#ifndef SEAMARK_LIVE_H
#define SEAMARK_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/export/recording.h"
#include "user/host/pods.h"
#include "user/model/probe_state.h"
#include "user/pipeline/pipeline.h"

struct live_options {
	bool follow_only;		/* seamark run: only what descends from the command */
	bool all_programs;
	unsigned int syscalls;		/* enum syscalls_mode */
	unsigned long hot_calls;	/* a second, of a program; 0: none is too hot */
	bool no_expedite;		/* leave /sys/kernel/rcu_expedited alone */
	bool no_lease;			/* don't lease probed files */
	uint64_t keep_ns;		/* see discovery.h */
	bool without_uprobe_multi;	/* one perf event a site, as before Linux 6.6 */
	bool without_attach_cookie;	/* and a stub for each, as before 5.15 */
	bool without_mixed_calls;	/* bind and connect attached by themselves */
	uint64_t slow_ns;
	uint32_t ring_bytes;		/* 0: the default */
	uint64_t series;		/* as in source.h */
	const char *const *runtime_roots;	/* see naming.h; live as long as this */
	size_t runtime_root_count;
	const struct pods_options *pods;	/* see naming.h; NULL: none; likewise */
	struct recording *recording;	/* NULL: none; owned by the caller */
	void (*notice)(const char *sentence);	/* for people; NULL: not told */
};

struct live;

/* Loads and attaches everything; what runs already is found by live_scan(). */
int live_open(const struct live_options *options, struct pipeline *pipeline, struct live **out,
	      char *error, size_t error_size);
void live_close(struct live *live);
/* The kernel side alone, as live_open() has it; to be closed with source_close(). */
struct cgroup_tree;
struct source;
int live_open_source(const struct live_options *options, const struct cgroup_tree *tree,
		     struct source **out, char *error, size_t error_size);

/* Existing cgroups, and unless follow_only existing processes. */
int live_scan(struct live *live);
/* Readable when the ring wants to be drained at once. */
int live_fd(const struct live *live);
/* Records that are in the ring now, some thousands at most; returns how many, 0: it was empty. */
int live_drain(struct live *live);
/* Histograms, counters, accounts and clock up to date. */
int live_refresh(struct live *live);

/* The last drain and refresh, with the kernel side at rest: afterwards the accounts close. */
int live_finish(struct live *live);

/* While it runs; as in struct live_options. Negative errno. */
int live_set_slow(struct live *live, uint64_t slow_ns);
void live_set_hot(struct live *live, unsigned long calls_a_second);
void live_set_keep(struct live *live, uint64_t keep_ns);

/* How often the host was searched for evidence, and how often there was no time for it. */
struct evidence_accounts;
void live_evidence(const struct live *live, struct evidence_accounts *out);

/* Handshakes that began and never came to a return, because what made them ended. */
struct live_abandoned {
	uint64_t by_exit;		/* the process */
	uint64_t by_goroutine;		/* the goroutine, in a process that lives on */
};
void live_abandoned(const struct live *live, struct live_abandoned *out);

/* What became of the executables. */
struct discovery_accounts;
void live_discovery(const struct live *live, struct discovery_accounts *out);

/* What containers are called, and whom that was asked. */
struct naming_accounts;
void live_naming(const struct live *live, struct naming_accounts *out);

/* Hands out how each probe fares. */
void live_probes(const struct live *live,
		 void (*take)(void *context, const struct probe_state *state), void *context);

/* seamark run: the command's executable is probed before it starts, its process followed. */
int live_prepare(struct live *live, int fd, const char *path);
void live_follow(struct live *live, int pid);

#endif
