/* SPDX-License-Identifier: BSD-2-Clause */
/* Every cause that a verdict may give, in general: for people who ask before anything fails. */
#ifndef SEAMARK_VERDICT_CAUSES_H
#define SEAMARK_VERDICT_CAUSES_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/fact.h"
#include "user/model/term.h"
#include "user/verdict/verdict.h"

/* By event, as they are looked for; NULL beyond the last. Static. */
const struct term *cause_at(size_t index);

/* What the rules of a cause say, where nothing is known of the failure. */
enum cause_word {
	CAUSE_EVENT,		/* "bind" */
	CAUSE_ERROR,		/* "EADDRINUSE": the error.type that leads to it */
	CAUSE_SAID,		/* "<requested> is taken." */
	CAUSE_FIX,		/* what mends it; what grants least comes first */
};
/*
 * where: of a fix, the places that it is for ("Docker, Podman"), else empty. Both texts live until
 * the return; none comes twice.
 */
typedef void (*cause_take)(void *closure, enum cause_word word, const char *where,
			   const char *text);
void cause_describe(const char *cause, enum language language, cause_take take, void *closure);
/* Whether a verdict of the cause may be about a failure with this error.type. */
bool cause_is_of_error(const char *cause, const char *error_type);
/* Nothing failed: it is counted in no metric. */
bool cause_is_harmless(const char *cause);

#endif
