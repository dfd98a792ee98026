/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What run, trace and agent have in common: options, pipeline, live edge, facts file, recording
 * and diagnosis, opened and closed together.
 */
#ifndef SEAMARK_OBSERVE_H
#define SEAMARK_OBSERVE_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "user/cli/cli.h"
#include "user/export/facts_file.h"
#include "user/export/recording.h"
#include "user/host/pods.h"
#include "user/host/runtime_files.h"
#include "user/pipeline/live.h"
#include "user/pipeline/pipeline.h"
#include "user/verdict/diagnosis.h"

#define DRAIN_MS		5	/* how often the ring is emptied */
#define DIAGNOSIS_GROUPS	1000	/* 14 MB, if there ever are that many */

struct observe_options {
	const char *facts;		/* NULL: none */
	const char *record;
	bool all_programs;
	unsigned int groups_max;	/* of the diagnosis; 0: none is kept */
	bool follow_only;
	bool no_expedite;
	bool no_lease;
	bool without_uprobe_multi;
	bool without_attach_cookie;
	bool without_mixed_calls;
	unsigned long slow_ms;
	unsigned long ring_kib;
	unsigned long series;
	unsigned long keep_s;
	const char *runtime_roots[RUNTIME_ROOTS_MAX];
	size_t runtime_root_count;
	struct pods_options pods;	/* without a URL: Kubernetes is not asked */
	enum language language;
};

struct observation {
	struct observe_options options;
	struct pipeline *pipeline;
	struct live *live;		/* NULL when replaying */
	struct facts_file *facts;
	struct recording *recording;
	struct diagnosis *diagnosis;	/* NULL: not asked for */
};

/* Long options that observe_option() understands; a command's own come behind them. */
#define OBSERVE_OPTIONS								\
	{ "facts", required_argument, NULL, 'f' },				\
	{ "record", required_argument, NULL, 'r' },				\
	{ "all-programs", no_argument, NULL, 'a' },				\
	{ "slow-ms", required_argument, NULL, 's' },				\
	{ "series", required_argument, NULL, 'n' },				\
	{ "lang", required_argument, NULL, 'l' },				\
	{ "ring-kib", required_argument, NULL, 'k' },				\
	{ "plain-uprobes", no_argument, NULL, 'u' },				\
	{ "stub-uprobes", no_argument, NULL, 'U' },				\
	{ "direct-calls", no_argument, NULL, 'd' },				\
	{ "no-expedite", no_argument, NULL, 'x' },				\
	{ "no-lease", no_argument, NULL, 'e' },					\
	{ "runtime-root", required_argument, NULL, 'R' },			\
	{ "pods", required_argument, NULL, 'P' },				\
	{ "pods-token", required_argument, NULL, 'T' },				\
	{ "pods-ca", required_argument, NULL, 'A' },				\
	{ "pods-unverified", no_argument, NULL, 'V' },				\
	{ "keep-probes", required_argument, NULL, 'p' },			\
	{ "help", no_argument, NULL, 'h' }

#define OBSERVE_HELP								\
	{ "--facts FILE", "write every fact as a JSON line to FILE ('-': stdout)" },	\
	{ "--record FILE", "keep the stream of records for 'seamark replay'" },	\
	{ "--all-programs", "binds and connects of other programs than Go's, too" },	\
	{ "--slow-ms N", "a system call longer than N ms gives a fact (default 100)" },	\
	{ "--ring-kib N", "room for facts under way, a power of two (default 4096)" }, \
	{ "--series N", "at most N series (default 20000)" },			\
	{ "--lang en|zh", "language of verdicts (default: the environment's)" },	\
	{ "--plain-uprobes", "one perf event a site, as before Linux 6.6" },	\
	{ "--stub-uprobes", "and a program for each, as before Linux 5.15" },	\
	{ "--direct-calls", "no tail calls, as on aarch64 before Linux 6.0" },	\
	{ "--no-expedite", "never touch /sys/kernel/rcu_expedited while attaching" }, \
	{ "--keep-probes S", "seconds on a program that nobody runs (default 60; 0: for good)" }, \
	{ "--no-lease", "don't hold up who writes over a probed executable" },	\
	{ "--runtime-root DIR", "look there, too, for names of containers; up to 8 times" }, \
	{ "--pods URL", "ask there for names of pods: https://127.0.0.1:10250 is a kubelet" },	\
	{ "--pods-token FILE", "prove it with this token (default: the pod's own)" }, \
	{ "--pods-ca FILE", "trust this authority there (default: the pod's own)" },	\
	{ "--pods-unverified", "believe whoever answers there" },		\
	{ "--help", "this text" }

void observe_defaults(struct observe_options *options);
/* True when it was a shared option, and well-formed; else false, and *code says how to exit. */
bool observe_option(struct observe_options *options, int option, const char *argument, int *code);

/* Checks rights, opens everything. An exit code; what failed was said. live: false for a replay. */
int observe_open(const struct observe_options *options, bool live, struct observation *out);
/* Drains what is left, writes the accounts, closes all. */
void observe_finish(struct observation *observation);
void observe_close(struct observation *observation);

/* False: it is not complete, for the buffer or the file had no room. */
bool observe_write(int fd, const struct buffer *text);
/* The final diagnosis as text to fd; the options must have asked for it. */
void observe_print_diagnosis(const struct observation *observation, int fd);

#endif
