/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds and names; what the kernel half needs is in tls_sites.c. */
#include "user/pipeline/learn.h"

#include <stdio.h>
#include <string.h>

#include "user/host/parser.h"
#include "user/pipeline/program_reason.h"
#include "user/pipeline/tls_sites.h"

static const char *static_libc(const char *name)
{
	static const char *const names[] = { "none", "glibc", "musl", "other" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name))
			return names[i];
	return NULL;
}

/* Most of what runs on a host is not Go: that is counted, and no news. */
static bool is_worth_a_word(enum gobin_refusal refusal)
{
	return refusal != GOBIN_NOT_ELF && refusal != GOBIN_NOT_GO;
}

const char *learn_report(struct known_file *file, const struct gobin_report *report)
{
	struct record_program *told = &file->told;

	told->kind = program_kind_of(report);
	if (report->refusal != GOBIN_OK) {
		snprintf(told->tls, sizeof(told->tls), "%s", gobin_refusal_name(report->refusal));
		return is_worth_a_word(report->refusal) ? gobin_refusal_text(report->refusal)
							: NULL;
	}
	snprintf(told->go_version, sizeof(told->go_version), "%s", report->version);
	file->libc = static_libc(report->libc);
	tls_layout(report, &file->layout);
	file->has_layout = true;
	return NULL;
}

const char *learn_failure(struct known_file *file, int result)
{
	file->told.kind = PROGRAM_UNKNOWN;
	snprintf(file->told.tls, sizeof(file->told.tls), "%s", parser_failure_name(result));
	return parser_failure_text(result);
}
