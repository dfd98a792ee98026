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

enum language {
	LANGUAGE_ENGLISH,
	LANGUAGE_CHINESE,
};

#define EVIDENCE_MAX		16
#define EVIDENCE_KEY_SIZE	48
#define EVIDENCE_VALUE_SIZE	160
#define FIXES_MAX		6
#define FIX_SIZE		256
#define EXPLANATION_SIZE	512

struct evidence {
	char key[EVIDENCE_KEY_SIZE];		/* "net.ipv4.ip_unprivileged_port_start" */
	char value[EVIDENCE_VALUE_SIZE];
};

struct verdict {
	const char *cause;			/* static: "missing_cap_net_bind_service" */
	char explanation[EXPLANATION_SIZE];
	uint8_t evidence_count;
	uint8_t fix_count;
	struct evidence evidence[EVIDENCE_MAX];
	char fixes[FIXES_MAX][FIX_SIZE];	/* what grants least comes first */
};

/* What the host could add in time; every member optional. Strings empty when not known. */
struct verdict_context {
	/* Who has the port or path. */
	bool holder_known;
	bool holder_is_self;			/* the failing process itself */
	uint32_t holder_pid;			/* 0: not known */
	char holder_program[64];
	char holder_container[72];
	char holder_address[128];		/* "0.0.0.0:8080" */
	char holder_state[16];			/* "listen", "time_wait", "bound" */
	/* What addresses this network namespace has, "127.0.0.1, 10.0.0.5". */
	char local_addresses[160];
	char runtime[16];			/* "docker", "containerd"; empty: none */
	uint64_t now_unix_ns;			/* for certificates; 0: not known */
};

/*
 * Fills *out and returns true when a rule is certain; false, *out untouched, when there is nothing
 * to say. fact must have its attributes set.
 */
bool verdict_of(const struct fact *fact, const struct verdict_context *context,
		enum language language, struct verdict *out);

#endif
