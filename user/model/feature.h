/* SPDX-License-Identifier: BSD-2-Clause */
/* What a kernel can be asked for, and what it answered when it was tried. */
#ifndef SEAMARK_MODEL_FEATURE_H
#define SEAMARK_MODEL_FEATURE_H

#include "user/model/term.h"

enum feature {
	FEATURE_BPF,			/* bpf(2) makes a map */
	FEATURE_RING_BUFFER,
	FEATURE_RAW_TP,
	FEATURE_READ_KERNEL,		/* the helper that locked down kernels keep back */
	FEATURE_MIXED_CALLS,		/* functions and tail calls in one program */
	FEATURE_TP_BTF,
	FEATURE_ITER_TASK,
	FEATURE_ITER_TASK_FILE,
	FEATURE_UPROBE,			/* one perf event a site */
	FEATURE_UPROBE_MULTI,		/* many sites by one link */
	FEATURE_ATTACH_COOKIE,		/* of a uprobe by perf event */
	FEATURE_FETCHING_ATOMICS,
	FEATURE_KPROBE,
	FEATURE_FENTRY,
	FEATURE_FEXIT,
	FEATURE_LSM,
	FEATURE_MAX,
};

/* How far a try came before it was refused. */
enum feature_stage {
	STAGE_FIND,			/* nothing there to attach to */
	STAGE_LOAD,
	STAGE_ATTACH,
	STAGE_ARRIVE,			/* attached, but what was probed was not told */
	STAGE_MAX,
};

struct feature_answer {
	int error;			/* 0: got; else a positive errno */
	enum feature_stage stage;	/* of the refusal */
};

/* Seen of the uprobes on a function of ours. */
struct feature_arrivals {
	unsigned int calls;
	unsigned int arrived;
};

/* "uprobe_multi", "load": stable, for JSON. Static. */
const char *feature_name(enum feature feature);
/* The same name, and what it is. */
const struct term *feature_term(enum feature feature);
const char *feature_stage_name(enum feature_stage stage);

#endif
