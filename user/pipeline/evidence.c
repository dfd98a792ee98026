/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Gatherers by kind of event, and the time that they may take: so that a flood of failures holds up
 * neither ring nor scrape, all searches together have a budget; what comes beyond goes without, and
 * is counted.
 */
#include "user/pipeline/evidence.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/host/process.h"
#include "user/host/process_stat.h"
#include "user/pipeline/gather.h"

#define WINDOW_NS (1000ULL * 1000000)

static const struct gatherer *const gatherers[] = {
	&gather_bind,
	&gather_listen,
	&gather_connect,
	&gather_tls,
};

struct evidence {
	struct gathering gathering;
	struct evidence_accounts accounts;
	uint64_t budget_ns;		/* for each second */
	uint64_t window_ns;		/* when it began */
	uint64_t spent_ns;		/* of it */
};

struct evidence *evidence_new(struct source *source, uint64_t budget_ns)
{
	struct evidence *evidence = calloc(1, sizeof(*evidence));

	if (!evidence)
		return NULL;
	evidence->gathering.source = source;
	evidence->gathering.ports = port_cache_new();
	evidence->gathering.trusts = trust_cache_new();
	evidence->gathering.roots = kept_roots_new();
	evidence->budget_ns = budget_ns;
	if (!evidence->gathering.ports || !evidence->gathering.trusts ||
	    !evidence->gathering.roots) {
		evidence_free(evidence);
		return NULL;
	}
	return evidence;
}

void evidence_free(struct evidence *evidence)
{
	if (!evidence)
		return;
	port_cache_free(evidence->gathering.ports);
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		free(evidence->gathering.programs[i].path);
	trust_cache_free(evidence->gathering.trusts);
	kept_roots_free(evidence->gathering.roots);
	free(evidence);
}

void evidence_accounts(const struct evidence *evidence, struct evidence_accounts *out)
{
	*out = evidence->accounts;
}

void evidence_program(struct evidence *evidence, uint32_t program, int fd, const char *path,
		      const char *libc)
{
	struct known_program *known;

	if (program >= PROGRAMS_MAX)
		return;
	known = &evidence->gathering.programs[program];
	known->known = !file_capabilities_read(fd, &known->capabilities) &&
		       !executable_identify(fd, &known->identity);
	free(known->path);
	known->path = strdup(path);
	known->libc = libc;
}

void evidence_forget(struct evidence *evidence, uint32_t program)
{
	const struct known_program nobody = { .known = false };

	free(evidence->gathering.programs[program].path);
	evidence->gathering.programs[program] = nobody;
}

void evidence_start(struct evidence *evidence, uint32_t program, pid_t pid)
{
	struct known_program *known;
	int fd;

	trust_started(evidence->gathering.trusts, pid);
	kept_roots_add(evidence->gathering.roots, pid);
	if (program >= PROGRAMS_MAX || !evidence->gathering.programs[program].known)
		return;
	known = &evidence->gathering.programs[program];
	fd = process_exe_open((uint32_t)pid);
	if (fd < 0)
		return;
	file_capabilities_read(fd, &known->capabilities);
	close(fd);
}

void evidence_end(struct evidence *evidence, pid_t pid)
{
	kept_roots_drop(evidence->gathering.roots, pid);
}

void evidence_expire(struct evidence *evidence)
{
	kept_roots_expire(evidence->gathering.roots);
}

static const struct gatherer *find(const struct event_header *record)
{
	for (size_t i = 0; i < sizeof(gatherers) / sizeof(gatherers[0]); i++)
		if (gatherers[i]->kind == record->kind)
			return gatherers[i]->wants(record) ? gatherers[i] : NULL;
	return NULL;
}

static bool may_search(struct evidence *evidence, uint64_t now_ns)
{
	if (now_ns - evidence->window_ns >= WINDOW_NS) {
		evidence->window_ns = now_ns;
		evidence->spent_ns = 0;
	}
	if (evidence->spent_ns >= evidence->budget_ns) {
		evidence->accounts.skipped++;
		return false;
	}
	evidence->accounts.searched++;
	return true;
}

bool evidence_gather(struct evidence *evidence, const struct event_header *record,
		     struct verdict_context *out)
{
	const struct gatherer *gatherer = find(record);
	uint64_t now_ns;
	bool found;

	if (!gatherer)
		return false;
	now_ns = host_monotonic_ns();
	if (!may_search(evidence, now_ns))
		return false;
	memset(out, 0, sizeof(*out));
	/* Where another has the pid by now, nothing that it leads to is of that process. */
	found = !process_is_younger((pid_t)record->tgid, record->time_ns) &&
		gatherer->gather(&evidence->gathering, record, out);
	evidence->spent_ns += host_monotonic_ns() - now_ns;
	return found;
}
