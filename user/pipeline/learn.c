/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds and names; what the kernel half needs is in tls_sites.c. */
#include "user/pipeline/learn.h"

#include <stdio.h>
#include <string.h>

#include "user/host/parser.h"
#include "user/pipeline/tls_sites.h"

/* Packed and obfuscated programs can't be probed, but are observed by their system calls. */
static enum program_kind kind_of_refusal(enum gobin_refusal refusal)
{
	switch (refusal) {
	case GOBIN_NOT_ELF:
	case GOBIN_NOT_GO:
	case GOBIN_32_BIT:
	case GOBIN_MACHINE:
		return PROGRAM_OTHER;
	default:
		return PROGRAM_GO;
	}
}

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

	if (report->refusal != GOBIN_OK) {
		told->kind = kind_of_refusal(report->refusal);
		snprintf(told->tls, sizeof(told->tls), "%s", gobin_refusal_name(report->refusal));
		return is_worth_a_word(report->refusal) ? gobin_refusal_text(report->refusal)
							: NULL;
	}
	told->kind = PROGRAM_GO;
	snprintf(told->go_version, sizeof(told->go_version), "%s", report->version);
	file->libc = static_libc(report->libc);
	tls_layout(report, &file->layout);
	return NULL;
}

const char *learn_failure(struct known_file *file, int result)
{
	file->told.kind = PROGRAM_UNKNOWN;
	snprintf(file->told.tls, sizeof(file->told.tls), "%s", parser_failure_name(result));
	return parser_failure_text(result);
}
