/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a probe of the product is in place, and by which means. */
#ifndef SEAMARK_MODEL_PROBE_STATE_H
#define SEAMARK_MODEL_PROBE_STATE_H

#include <stdbool.h>

struct probe_state {
	const char *name;	/* "tls"; static */
	char means[64];		/* "raw_tp+uprobe_multi"; empty: it is not in place */
	bool required;		/* without it nothing is observed */
	bool is_off;		/* not in place, for that was asked for */
	bool by_hooks;		/* calls are, which do not tell all of them */
	int error;		/* 0, or a positive errno */
	char problem[256];	/* a sentence; empty: it works */
};

#endif
