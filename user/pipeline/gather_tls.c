/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the host can add to a failed handshake: what the certificate says of itself, and which
 * authorities the image has. Reading Debian's 140 takes milliseconds, so that answers are kept for
 * a moment: a program that fails fails again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/host/certificate.h"
#include "user/host/clock.h"
#include "user/host/process.h"
#include "user/host/trust.h"
#include "user/pipeline/gather.h"

#define CACHE_SIZE	8
#define CACHE_NS	(1000ULL * 1000000)
#define STARTED_MAX	1024

struct cached {
	uint64_t until_ns;
	uint32_t tgid;
	struct event_root root;
	size_t issuer_length;
	uint8_t issuer[CERTIFICATE_ISSUER_MAX];
	struct trust_evidence answer;
};

/* As a process was started: it may be gone when it counts. By pid, the last to have it. */
struct started {
	pid_t pid;
	struct trust_environment environment;
};

struct trust_cache {
	size_t next;
	struct cached entries[CACHE_SIZE];
	struct started started[STARTED_MAX];
};

struct trust_cache *trust_cache_new(void)
{
	return calloc(1, sizeof(struct trust_cache));
}

void trust_cache_free(struct trust_cache *cache)
{
	free(cache);
}

void trust_started(struct trust_cache *cache, pid_t pid)
{
	struct started *started = &cache->started[pid % STARTED_MAX];

	started->pid = pid;
	trust_environment_read(pid, &started->environment);
}

/* Of the process itself, or as it was when it started. */
static bool environment_of(const struct trust_cache *cache, pid_t pid,
			   struct trust_environment *out)
{
	const struct started *started = &cache->started[pid % STARTED_MAX];

	if (!trust_environment_read(pid, out))
		return true;
	if (started->pid == pid)
		*out = started->environment;
	return out->known;
}

static const struct event_tls_failed *failed_of(const struct event_header *record)
{
	return (const struct event_tls_failed *)record;
}

static bool wants(const struct event_header *record)
{
	const struct event_tls_failed *event = failed_of(record);

	return record->size == sizeof(*event) && event->tls.act.outcome != OUTCOME_OK &&
	       event->tls.error_levels <= ERROR_LEVELS;
}

static const struct event_error_level *find_level(const struct event_tls_failed *event,
						  const char *name)
{
	for (size_t i = 0; i < event->tls.error_levels; i++)
		if (!strncmp(event->levels[i].name, name, TYPE_NAME_SIZE))
			return &event->levels[i];
	return NULL;
}

static void add_certificate(const struct certificate *certificate, struct trust_evidence *out)
{
	out->parsed = 1;
	out->is_self_issued = certificate->is_self_issued;
	out->is_authority = certificate->is_authority;
	out->has_issuer_url = certificate->has_issuer_url;
	snprintf(out->subject, sizeof(out->subject), "%s", certificate->subject);
	snprintf(out->issuer, sizeof(out->issuer), "%s", certificate->issuer);
	snprintf(out->common_name, sizeof(out->common_name), "%s", certificate->common_name);
	snprintf(out->names, sizeof(out->names), "%s", certificate->names);
}

/* Asks the system only when Go did: a pool of the program's own is all that counts then. */
static bool wants_roots(const struct event_tls_failed *event)
{
	return event->config.known && !event->config.own_pool &&
	       find_level(event, "x509.UnknownAuthorityError");
}

static void search_roots(const struct gathering *gathering, const struct event_tls_failed *event,
			 const struct certificate *certificate, struct trust_evidence *out)
{
	pid_t pid = (pid_t)event->tls.header.tgid;
	struct trust_environment environment;
	bool known = environment_of(gathering->trusts, pid, &environment);
	struct trust trust;
	struct root root;
	int result;

	/* Without its variables it can't be told where the process looked. */
	if (!known || kept_roots_open(gathering->roots, pid, &event->root,
				       SEARCH_BUDGET_NS, &root))
		return;
	result = trust_search(&root, &environment, certificate, SEARCH_BUDGET_NS, &trust);
	root_close(&root);
	snprintf(out->system, sizeof(out->system), "%s", trust.system);
	if (result)
		return;
	out->searched = 1;
	out->bundle_found = trust.bundle_found;
	out->by_environment = trust.by_environment;
	out->issuer_found = trust.authorities.has_issuer;
	out->authorities = trust.authorities.count;
	snprintf(out->bundle, sizeof(out->bundle), "%.127s", trust.bundle);
}

static bool is_answer_to(const struct cached *entry, const struct event_tls_failed *event,
			 const struct certificate *certificate, uint64_t now_ns)
{
	return entry->until_ns > now_ns && entry->tgid == event->tls.header.tgid &&
	       !memcmp(&entry->root, &event->root, sizeof(entry->root)) &&
	       entry->issuer_length == certificate->issuer_length &&
	       !memcmp(entry->issuer, certificate->issuer_der, certificate->issuer_length);
}

static void add_roots(struct gathering *gathering, const struct event_tls_failed *event,
		      const struct certificate *certificate, struct trust_evidence *out)
{
	struct trust_cache *cache = gathering->trusts;
	uint64_t now_ns = host_monotonic_ns();
	struct trust_evidence answer = { 0 };
	struct cached *entry = NULL;

	for (size_t i = 0; i < CACHE_SIZE && !entry; i++)
		if (is_answer_to(&cache->entries[i], event, certificate, now_ns))
			entry = &cache->entries[i];
	if (!entry) {
		search_roots(gathering, event, certificate, &answer);
		entry = &cache->entries[cache->next++ % CACHE_SIZE];
		entry->tgid = event->tls.header.tgid;
		entry->root = event->root;
		entry->issuer_length = certificate->issuer_length;
		memcpy(entry->issuer, certificate->issuer_der, certificate->issuer_length);
		entry->answer = answer;
		entry->until_ns = host_monotonic_ns() + CACHE_NS;
	}
	answer = entry->answer;
	add_certificate(certificate, &answer);
	*out = answer;
}

static bool add_unreadable(const struct gathering *gathering, const struct event_tls_failed *event,
			   struct trust_evidence *out)
{
	const struct event_error_level *level = find_level(event, "*fs.PathError");
	struct trust trust = { 0 };
	struct root root;

	if (!find_level(event, "x509.SystemRootsError") || !level || !level->text_length ||
	    level->text_length >= sizeof(out->bundle))
		return false;
	snprintf(out->bundle, sizeof(out->bundle), "%.*s", level->text_length, level->text);
	if (kept_roots_open(gathering->roots, (pid_t)event->tls.header.tgid, &event->root,
			    SEARCH_BUDGET_NS, &root))
		return true;
	if (!trust_file_rights(&root, out->bundle, &trust)) {
		out->rights_known = 1;
		out->mode = trust.mode;
		out->user = trust.user;
		out->group = trust.group;
	}
	root_close(&root);
	return true;
}

static void add_clock(const struct event_tls_failed *event, struct verdict_context *out)
{
	int64_t wall_ns = host_wall_offset_ns() + (int64_t)host_monotonic_ns();
	int synchronised = host_clock_is_synchronised(), exe;
	struct stat status;

	out->now_unix_ns = wall_ns > 0 ? (uint64_t)wall_ns : 0;
	if (synchronised >= 0)
		out->trust.clock = synchronised ? CLOCK_SYNCHRONISED : CLOCK_FREE;
	exe = process_exe_open(event->tls.header.tgid);
	if (exe < 0)
		return;
	if (!fstat(exe, &status) && status.st_mtime > 0)
		out->trust.program_unix = (uint64_t)status.st_mtime;
	close(exe);
}

/* Where Go looks hangs on no libc; what an image is made with often does. */
static void add_libc(const struct gathering *gathering, uint32_t program,
		     struct trust_evidence *out)
{
	const char *libc = program < PROGRAMS_MAX ? gathering->programs[program].libc : NULL;

	if (libc)
		snprintf(out->libc, sizeof(out->libc), "%s", libc);
}

static bool gather(struct gathering *gathering, const struct event_header *record,
		   struct verdict_context *out)
{
	const struct event_tls_failed *event = failed_of(record);
	const struct event_certificate *bytes = &event->certificate;
	struct certificate certificate;

	if (add_unreadable(gathering, event, &out->trust))
		return true;
	if (!bytes->length || bytes->length != bytes->whole || bytes->length > CERTIFICATE_SIZE ||
	    certificate_read(bytes->bytes, bytes->length, &certificate))
		return false;
	if (wants_roots(event)) {
		add_roots(gathering, event, &certificate, &out->trust);
		add_libc(gathering, event->tls.program, &out->trust);
	} else {
		add_certificate(&certificate, &out->trust);
	}
	if (find_level(event, "x509.CertificateInvalidError"))
		add_clock(event, out);
	return true;
}

const struct gatherer gather_tls = { EVENT_TLS_HANDSHAKE, wants, gather };
