/* SPDX-License-Identifier: BSD-2-Clause */
/* Tries on this host what Seamark needs of it, and judges what comes of it. */
#ifndef SEAMARK_TRIAL_H
#define SEAMARK_TRIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/probe_state.h"
#include "user/verdict/fitness.h"

/* Everything: the host, each feature, each probe by the agent's own code. Leaves nothing behind. */
void trial_run(enum language language, struct fitness *out);

/*
 * What forbids to start, of what can be seen without loading anything: false, and a sentence in
 * why; true when nothing does.
 */
bool trial_may_start(char *why, size_t size);

/* A sentence for each probe that has a problem: what failed, why, what is lost, what to change. */
typedef void (*trial_say)(void *context, const char *sentence);
void trial_explain(const struct probe_state *probes, size_t count, trial_say say, void *context);

/* As live_open_source(), but a refusal is told with its cause, where the host shows one. */
struct cgroup_tree;
struct live_options;
struct source;
int trial_open_source(const struct live_options *options, const struct cgroup_tree *tree,
		      struct source **out, char *error, size_t error_size);

#endif
