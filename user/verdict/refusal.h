/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a kernel refuses what Seamark asks of it, told from what else is known of the host. */
#ifndef SEAMARK_VERDICT_REFUSAL_H
#define SEAMARK_VERDICT_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/feature.h"
#include "user/model/host_facts.h"
#include "user/verdict/text.h"

struct refusal_case {
	int error;			/* positive errno */
	bool by_event;			/* asked through perf_event_open(2) */
	bool reads_kernel;		/* the program that was refused reads kernel memory */
	bool may_need_jit;		/* not every interpreter has it */
	bool is_probe;			/* one of Seamark's own, not a feature alone */
	const struct host_facts *host;
	const struct feature_answer *features;	/* FEATURE_MAX of them */
};

struct refusal {
	const char *cause;		/* "lockdown": stable */
	struct text why;		/* {}: the limit of locked memory */
	struct text advice;
};

/* The first cause that explains it; NULL: the error alone must do. Static. */
const struct refusal *refusal_find(const struct refusal_case *one);
/* All of them, in that order; NULL beyond the last. Static. */
const struct refusal *refusal_at(size_t index);

#endif
