/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Why something failed, on what evidence, and what mends it. Rules are tables: facts and evidence
 * in, a verdict out, nothing else. A rule whose evidence is missing gives no verdict.
 */
#ifndef SEAMARK_VERDICT_H
#define SEAMARK_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/fact.h"
#include "user/verdict/context.h"

enum language {
	LANGUAGE_ENGLISH,
	LANGUAGE_CHINESE,
};

#define EVIDENCE_MAX		24
#define EVIDENCE_KEY_SIZE	48
#define EVIDENCE_VALUE_SIZE	160
#define FIXES_MAX		6
#define FIX_SIZE		384
#define EXPLANATION_SIZE	768

struct evidence {
	char key[EVIDENCE_KEY_SIZE];		/* "net.ipv4.ip_unprivileged_port_start" */
	char value[EVIDENCE_VALUE_SIZE];
};

struct verdict {
	const char *cause;			/* static: "missing_cap_net_bind_service" */
	char explanation[EXPLANATION_SIZE];
	bool harmless;				/* nothing failed: not to be counted as such */
	uint8_t evidence_count;
	uint8_t fix_count;
	struct evidence evidence[EVIDENCE_MAX];
	char fixes[FIXES_MAX][FIX_SIZE];	/* what grants least comes first */
};

/*
 * Fills *out and returns true when a rule is certain; false, *out untouched, when there is nothing
 * to say. fact must have its attributes set.
 */
bool verdict_of(const struct fact *fact, const struct verdict_context *context,
		enum language language, struct verdict *out);

#endif
