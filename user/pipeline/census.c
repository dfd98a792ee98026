/* SPDX-License-Identifier: BSD-2-Clause */
/* Each executable is parsed once, however many processes run it; each container is named once. */
#include "user/pipeline/census.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/host/executable.h"
#include "user/host/parser.h"
#include "user/host/process.h"
#include "user/host/process_stat.h"
#include "user/host/runtime_files.h"
#include "user/host/survey.h"
#include "user/model/host_facts.h"
#include "user/model/printable.h"
#include "user/pipeline/program_reason.h"

#define LISTED_MAX	(1u << 20)
#define LOOK_NS		(20ULL * 1000000)	/* for the names of one container */
#define NAMES_NS	(2000ULL * 1000000)	/* for those of all */
#define DAC_READ_SEARCH	2	/* capabilities, by number */
#define SYS_PTRACE	19

struct known_program {
	struct executable_identity identity;
	struct listed_program program;
	struct known_program *next;
};

struct known_container {
	struct record_container names;
	struct known_container *next;
};

struct census {
	struct parser *parser;
	struct runtime_files *files;
	struct known_program *programs;
	struct known_container *containers;
	uint64_t names_until_ns;
	bool names_missing;		/* there was no time for all */
	size_t capacity;
	size_t lacking;			/* processes that a right would show */
	struct listing listing;
	struct gobin_report report;
};

static void note(struct census *census, enum listing_reason reason)
{
	if (census->listing.note_count < LISTING_NOTES)
		census->listing.notes[census->listing.note_count++] = listing_reasons[reason];
}

static struct term reason_named(const char *name)
{
	struct term reason;

	for (size_t i = 0; program_reason_at(i, &reason); i++)
		if (!strcmp(reason.name, name))
			return reason;
	return (struct term){ name, name, name };
}

static void take_report(const struct gobin_report *report, struct listed_program *out)
{
	const char *reason = program_reason_of(report);

	out->kind = program_kind_of(report);
	snprintf(out->version, sizeof(out->version), "%s", report->version);
	printable_keep(out->version, sizeof(out->version));
	if (reason)
		out->reason = reason_named(reason);
	out->client = report->functions[GOBIN_CLIENT_HANDSHAKE].status == GOBIN_SITE_FOUND;
	out->server = report->functions[GOBIN_SERVER_HANDSHAKE].status == GOBIN_SITE_FOUND;
}

/* NULL: no memory. */
static const struct listed_program *program_of(struct census *census, int fd,
					       const struct executable_identity *identity)
{
	struct known_program *known;
	int result;

	for (known = census->programs; known; known = known->next)
		if (executable_is_same_content(&known->identity, identity))
			return &known->program;
	known = calloc(1, sizeof(*known));
	if (!known)
		return NULL;
	known->identity = *identity;
	known->next = census->programs;
	census->programs = known;
	result = parser_parse(census->parser, fd, identity->size, &census->report);
	if (!result) {
		take_report(&census->report, &known->program);
	} else {
		known->program.kind = PROGRAM_UNKNOWN;
		known->program.reason = reason_named(parser_failure_name(result));
	}
	return &known->program;
}

static const struct record_container *names_of(struct census *census,
					       const struct cgroup_identity *place)
{
	struct known_container *known;
	uint64_t now_ns = host_monotonic_ns();

	for (known = census->containers; known; known = known->next)
		if (!strcmp(known->names.id, place->container_id))
			return &known->names;
	known = calloc(1, sizeof(*known));
	if (!known)
		return NULL;
	snprintf(known->names.id, sizeof(known->names.id), "%s", place->container_id);
	snprintf(known->names.pod_uid, sizeof(known->names.pod_uid), "%s", place->pod_uid);
	known->next = census->containers;
	census->containers = known;
	if (now_ns >= census->names_until_ns ||
	    !runtime_files_look(census->files, &known->names, now_ns + LOOK_NS))
		census->names_missing = true;
	printable_keep(known->names.name, sizeof(known->names.name));
	printable_keep(known->names.image_name, sizeof(known->names.image_name));
	printable_keep(known->names.pod_name, sizeof(known->names.pod_name));
	printable_keep(known->names.pod_namespace, sizeof(known->names.pod_namespace));
	printable_keep(known->names.pod_container, sizeof(known->names.pod_container));
	return &known->names;
}

/* NULL: there are too many, or there is no memory. */
static struct listed_process *add(struct census *census, uint32_t pid)
{
	struct listing *listing = &census->listing;
	struct listed_process *process;

	if (listing->count == census->capacity) {
		size_t wanted = census->capacity ? census->capacity * 2 : 256;

		process = wanted > LISTED_MAX ? NULL
			: realloc(listing->processes, wanted * sizeof(*process));
		if (!process)
			return NULL;
		listing->processes = process;
		census->capacity = wanted;
	}
	process = &listing->processes[listing->count++];
	memset(process, 0, sizeof(*process));
	process->pid = pid;
	return process;
}

static void name_by_path(struct listed_process *process, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(process->path, sizeof(process->path), "%.511s", path);
	snprintf(process->program, sizeof(process->program), "%.63s",
		 slash ? slash + 1 : path);
	printable_keep(process->path, sizeof(process->path));
	printable_keep(process->program, sizeof(process->program));
}

static void place(struct census *census, struct listed_process *process)
{
	if (process_place((pid_t)process->pid, &process->place) > 0 &&
	    process->place.container_id[0])
		process->names = names_of(census, &process->place);
}

static void take_unread(struct census *census, uint32_t pid, enum listing_reason why)
{
	struct listed_process *process = add(census, pid);

	if (!process)
		return;
	/* Where nobody could, the list is as whole as it may be. */
	census->lacking += why != LISTING_REFUSED;
	process->unread = listing_reasons[why];
	process_name((pid_t)pid, process->program, sizeof(process->program));
	printable_keep(process->program, sizeof(process->program));
	place(census, process);
}

/* Whether the way to the file is barred, or the file itself. */
static enum listing_reason why_unread(uint32_t pid, int error)
{
	uint64_t capabilities = survey_capabilities();
	struct executable_identity unused;
	char path[32];

	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	if (error != -EACCES && error != -EPERM)
		return LISTING_UNREADABLE;
	if (executable_identify_path(path, &unused))
		return capabilities >> SYS_PTRACE & 1 ? LISTING_REFUSED : LISTING_OTHERS;
	return capabilities >> DAC_READ_SEARCH & 1 ? LISTING_REFUSED : LISTING_CLOSED;
}

static int take_open(struct census *census, uint32_t pid, int fd)
{
	struct executable_identity identity;
	struct listed_process *process;
	char path[4096];

	/* It may have ended, or gone on to another, meanwhile. */
	if (executable_identify(fd, &identity) || process_exe_path(pid, path, sizeof(path)) < 0)
		return 0;
	process = add(census, pid);
	if (!process)
		return -ENOMEM;
	process->runs = program_of(census, fd, &identity);
	if (!process->runs)
		return -ENOMEM;
	name_by_path(process, path);
	place(census, process);
	return 0;
}

static int take_process(struct census *census, uint32_t pid)
{
	int fd, result = 0;

	if (!process_has_program((pid_t)pid))
		return 0;
	fd = process_exe_open(pid);
	if (fd >= 0) {
		result = take_open(census, pid, fd);
		close(fd);
	} else if (fd != -ENOENT && fd != -ESRCH) {
		take_unread(census, pid, why_unread(pid, fd));
	}
	return result;
}

static int walk(struct census *census, char *error, size_t error_size)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	bool any = false;
	int result = 0;

	while (folder && !result && (entry = readdir(folder))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		any = true;
		result = take_process(census, (uint32_t)strtoul(entry->d_name, NULL, 10));
	}
	if (folder)
		closedir(folder);
	if (result)
		snprintf(error, error_size, "there is no memory for so many processes");
	if (any || result)
		return result;
	snprintf(error, error_size, "no process is to be seen: /proc is not mounted; mount -t proc "
		 "proc /proc");
	return -ENOSYS;
}

/* What nobody sees who may not: told, since it can't be counted. */
static void take_notes(struct census *census)
{
	struct host_facts facts;

	survey_take(&facts);
	if (facts.hide_pid[0] && strcmp(facts.hide_pid, "0") && strcmp(facts.hide_pid, "off") &&
	    !(facts.capabilities >> SYS_PTRACE & 1)) {
		note(census, LISTING_HIDDEN);
		census->lacking++;
	}
	if (facts.own_pid_namespace == 1)
		note(census, LISTING_INSIDE);
	if (census->names_missing)
		note(census, LISTING_UNNAMED);
}

static int open_parts(struct census *census, const char *const *roots, size_t root_count,
		      char *error, size_t error_size)
{
	size_t wrong = 0;
	int result = parser_open(&census->parser);

	if (result) {
		snprintf(error, error_size, "executables can't be parsed apart from Seamark: %s; "
			 "it needs seccomp filters in the kernel, and /proc", strerror(-result));
		return result;
	}
	result = runtime_files_new(roots, root_count, &census->files, &wrong);
	if (result)
		snprintf(error, error_size, "%s can't be looked into: %s; name another directory "
			 "with --runtime-root", root_count ? roots[wrong] : "/",
			 strerror(-result));
	return result;
}

int census_take(const char *const *roots, size_t root_count, struct census **out, char *error,
		size_t error_size)
{
	struct census *census = calloc(1, sizeof(*census));
	int result;

	if (!census) {
		snprintf(error, error_size, "no memory");
		return -ENOMEM;
	}
	census->names_until_ns = host_monotonic_ns() + NAMES_NS;
	result = open_parts(census, roots, root_count, error, error_size);
	if (!result)
		result = walk(census, error, error_size);
	if (result) {
		census_free(census);
		return result;
	}
	take_notes(census);
	listing_sort(&census->listing);
	*out = census;
	return 0;
}

void census_free(struct census *census)
{
	if (!census)
		return;
	while (census->programs) {
		struct known_program *known = census->programs;

		census->programs = known->next;
		free(known);
	}
	while (census->containers) {
		struct known_container *known = census->containers;

		census->containers = known->next;
		free(known);
	}
	runtime_files_free(census->files);
	parser_close(census->parser);
	free(census->listing.processes);
	free(census);
}

const struct listing *census_listing(const struct census *census)
{
	return &census->listing;
}

bool census_is_whole(const struct census *census)
{
	return !census->lacking;
}
