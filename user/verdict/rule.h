/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A rule: an error of an event, what must hold beside it, evidence, and what mends it. The first
 * rule that holds gives the verdict; a rule that can't be certain must not hold.
 */
#ifndef SEAMARK_VERDICT_RULE_H
#define SEAMARK_VERDICT_RULE_H

#include "user/verdict/scene.h"
#include "user/verdict/text.h"

#define ERRORS_MAX 3

struct fix {
	const struct text *text;
	unsigned int places;				/* bits of enum place */
	bool (*fits)(const struct scene *scene);	/* NULL: always */
};

struct rule {
	const char *cause;
	const char *errors[ERRORS_MAX];			/* error.type; none: any */
	bool (*holds)(const struct scene *scene);	/* NULL: the error alone is certain */
	void (*weigh)(struct scene *scene);		/* adds evidence and hints */
	const struct text *explanation;
	bool harmless;					/* nothing failed */
	struct fix fixes[FIXES_MAX * 2];		/* what grants least comes first */
};

struct rule_set {
	const struct rule *rules;
	size_t count;
};

/* Which rules are about which event, in the order in which they are tried. */
struct rule_subject {
	enum event_kind kind;
	const struct rule_set *set;
};
extern const struct rule_subject rule_subjects[];
extern const size_t rule_subject_count;

extern const struct rule_set bind_rules;
extern const struct rule_set path_rules;
extern const struct rule_set in_use_rules;	/* of bind and listen */
extern const struct rule_set connect_rules;
extern const struct rule_set connect_unix_rules;
extern const struct rule_set tls_rules;
extern const struct rule_set trust_rules;	/* of tls.handshake */

#endif
