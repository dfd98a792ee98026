/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a host is fit for Seamark: each finding with what it means, what is lost and what to
 * change. Pure: tables from findings to judgements.
 */
#ifndef SEAMARK_VERDICT_FITNESS_H
#define SEAMARK_VERDICT_FITNESS_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/feature.h"
#include "user/model/host_facts.h"
#include "user/model/probe_state.h"
#include "user/model/term.h"
#include "user/verdict/text.h"
#include "user/verdict/verdict.h"

#define FITNESS_CHECKS	64
#define FITNESS_TEXT	512

struct fitness_findings {
	const struct host_facts *host;
	const struct feature_answer *features;	/* FEATURE_MAX of them */
	struct feature_arrivals arrivals;
	const struct probe_state *probes;
	size_t probe_count;
	const struct probe_state *off;	/* bind with --syscalls=off; NULL: not tried */
};

/* Worse ones are greater. */
enum fitness_state {
	FITNESS_OK,
	FITNESS_NOTE,			/* refused or unusual, and nothing is lost by it */
	FITNESS_LOSS,			/* Seamark works without */
	FITNESS_UNFIT,			/* Seamark does not work */
	FITNESS_MAX,
};

enum fitness_section {
	SECTION_HOST,
	SECTION_CAPABILITIES,
	SECTION_FEATURES,
	SECTION_PROBES,
	SECTION_MAX,
};

struct fitness_check {
	enum fitness_section section;
	const char *name;		/* "rcu_expedited"; static, the same in every language */
	enum fitness_state state;
	const char *error;		/* "EPERM"; NULL: nothing was refused. Static */
	const char *stage;		/* "load", "attach"; NULL likewise. Static */
	const char *cause;		/* of the refusal: "lockdown"; NULL: not known. Static */
	char found[FITNESS_TEXT];
	/* Empty where there is nothing to say. */
	char why[FITNESS_TEXT];
	char lost[FITNESS_TEXT];
	char advice[FITNESS_TEXT];
};

struct fitness {
	enum fitness_state state;	/* the worst of all */
	size_t count;
	struct fitness_check checks[FITNESS_CHECKS];
};

void fitness_judge(const struct fitness_findings *findings, enum language language,
		   struct fitness *out);

/* What a judgement rests on, for people who ask before one is made; static. */
struct fitness_subject {
	const char *name;		/* "CAP_LEASE", "tls" */
	const struct text *meaning;	/* what Seamark does by it */
	const struct text *lost;	/* without it */
	const struct text *advice;	/* NULL: there is none */
};
/* Capabilities; false beyond the last. */
bool fitness_capability_at(size_t index, struct fitness_subject *out);
const struct text *fitness_feature_rests(enum feature feature);
/* NULL for a name that is no probe's. */
const struct text *fitness_probe_lost(const char *probe);
/* Findings about the host, and what each is about; ended by a NULL name. */
extern const struct term fitness_host_terms[];

/* "ok" "note" "loss" "unfit", and "host" "capabilities" "features" "probes". Static. */
const char *fitness_state_name(enum fitness_state state);
const char *fitness_section_name(enum fitness_section section);

#endif
