/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the judgement share. */
#ifndef SEAMARK_VERDICT_FITNESS_INTERNAL_H
#define SEAMARK_VERDICT_FITNESS_INTERNAL_H

#include "user/verdict/fitness.h"
#include "user/verdict/refusal.h"

struct judging {
	const struct fitness_findings *findings;
	enum language language;
	struct fitness *out;
};

/* What a state costs, and what mends it; for checks that are not ok. */
struct consequence {
	struct text lost;
	struct text advice;
};

/* A check whose texts are empty yet; one beyond the last is overwritten. */
struct fitness_check *check_add(struct judging *judging, enum fitness_section section,
				const char *name, enum fitness_state state);
/* The text in the language asked for, {} filled in; argument NULL: there is none. */
void check_text(const struct judging *judging, char out[FITNESS_TEXT], const struct text *text,
		const char *argument);
/* Both texts of it. */
void check_consequence(const struct judging *judging, struct fitness_check *check,
		       const struct consequence *consequence);
/* Error, cause, why and advice of what the kernel refused. */
void check_refusal(const struct judging *judging, struct fitness_check *check, int error,
		   bool by_event);

/* "64 KiB", "unlimited". */
#define LIMIT_TEXT 32
void limit_text(uint64_t bytes, char out[LIMIT_TEXT]);

void judge_host(struct judging *judging);
void judge_limits(struct judging *judging);
void judge_capabilities(struct judging *judging);

#endif
