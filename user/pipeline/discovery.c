/* SPDX-License-Identifier: BSD-2-Clause */
/* One executable at a time to the parser, and what comes of its answers. */
#include "user/pipeline/discovery.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/host/executable.h"
#include "user/host/lease.h"
#include "user/host/process.h"
#include "user/pipeline/known_files.h"
#include "user/pipeline/learn.h"
#include "user/pipeline/program_file.h"
#include "user/pipeline/tls_sites.h"

#define WAITING_MAX	256			/* files, each with a descriptor */
#define WAIT_NS		(50ULL * 1000000)	/* for one answer, with the ring filling up */
#define WAIT_BUDGET_NS	(250ULL * 1000000)	/* in a second */
#define WINDOW_NS	1000000000ULL
#define UNUSED_SWEEPS	2

struct discovery {
	struct source *source;
	struct evidence *evidence;
	struct discovery_options options;
	struct parser *parser;
	struct known_files files;
	int epoll;
	int leases;			/* -1: none are taken */
	uint64_t window_ns;		/* when the budget's second began */
	uint64_t waited_ns;
	uint64_t swept_ns;
	struct discovery_accounts accounts;
	struct gobin_report report;
};

static void watch(const struct discovery *discovery, int fd)
{
	struct epoll_event event = { .events = EPOLLIN };

	/* One that is there already stays; one that was closed has left by itself. */
	epoll_ctl(discovery->epoll, EPOLL_CTL_ADD, fd, &event);
}

static int open_parts(struct discovery *discovery, char *error, size_t error_size)
{
	int result = parser_open(&discovery->parser);

	if (result) {
		snprintf(error, error_size, "executables can't be parsed apart from Seamark: %s; "
			 "it needs seccomp filters in the kernel, and /proc", strerror(-result));
		return result;
	}
	discovery->epoll = epoll_create1(EPOLL_CLOEXEC);
	if (discovery->epoll < 0)
		return -errno;
	discovery->leases = discovery->options.leases ? lease_open() : -1;
	if (discovery->leases >= 0)
		watch(discovery, discovery->leases);
	return 0;
}

int discovery_new(struct source *source, struct evidence *evidence,
		  const struct discovery_options *options, struct discovery **out, char *error,
		  size_t error_size)
{
	struct discovery *discovery = calloc(1, sizeof(*discovery));
	int result;

	if (!discovery)
		return -ENOMEM;
	discovery->source = source;
	discovery->evidence = evidence;
	discovery->options = *options;
	discovery->epoll = -1;
	discovery->leases = -1;
	discovery->swept_ns = host_monotonic_ns();
	result = open_parts(discovery, error, error_size);
	if (result) {
		discovery_free(discovery);
		return result;
	}
	*out = discovery;
	return 0;
}

void discovery_free(struct discovery *discovery)
{
	if (!discovery)
		return;
	tls_detach_all(&discovery->files);
	while (discovery->files.first)
		known_files_remove(&discovery->files, discovery->files.first);
	parser_close(discovery->parser);
	if (discovery->leases >= 0)
		close(discovery->leases);
	if (discovery->epoll >= 0)
		close(discovery->epoll);
	free(discovery);
}

void discovery_accounts(const struct discovery *discovery, struct discovery_accounts *out)
{
	*out = discovery->accounts;
	parser_accounts(discovery->parser, &out->parser);
	for (const struct known_file *file = discovery->files.first; file; file = file->next) {
		out->leased += file->link && file->leased;
		out->unleased += file->link && !file->leased;
	}
}

int discovery_fd(const struct discovery *discovery)
{
	return discovery->epoll;
}

bool discovery_is_busy(const struct discovery *discovery)
{
	return discovery->files.waiting > 0;
}

static void say(const struct discovery *discovery, const struct known_file *file,
		const char *what, const char *why)
{
	char sentence[1024];

	snprintf(sentence, sizeof(sentence), "%s: %s: %s", file->told.path, what, why);
	discovery->options.notice(discovery->options.context, sentence);
}

/* 0, or -EAGAIN when the file changed meanwhile. */
static int take_report(struct discovery *discovery, struct known_file *file)
{
	const struct gobin_report *report = &discovery->report;
	const char *why = learn_report(file, report);
	int result;

	if (why)
		say(discovery, file, "TLS handshakes are not observed", why);
	if (report->refusal != GOBIN_OK)
		return 0;
	source_set_layout(discovery->source, file->told.program, &file->layout);
	file->types = go_types_new(report);
	if (file->types)
		go_types_tell(file->types, discovery->source, file->told.program);
	result = tls_attach(discovery->source, file, report, discovery->leases >= 0,
			    discovery->options.expedites);
	if (result && result != -ENOENT && result != -EAGAIN)
		say(discovery, file, "TLS handshakes are not observed", file->told.tls);
	return result == -EAGAIN ? -EAGAIN : 0;
}

/*
 * A process of a program that is none of Go's is observed no more. It may have gone on to another
 * since it was asked about, and what the kernel then said of it must stand: so it is looked at
 * before the word is given, and after, to take it back.
 */
static void let_go(struct discovery *discovery, const struct known_file *file, pid_t tgid)
{
	if (!program_runs(file, (uint32_t)tgid))
		return;
	source_observe(discovery->source, tgid, false);
	if (program_runs(file, (uint32_t)tgid))
		source_observe_other(discovery->source, tgid);
	else
		source_observe(discovery->source, tgid, true);
}

/* Tells the kernel, and whom it concerns, what the number stands for. */
static void tell(struct discovery *discovery, struct known_file *file, int fd,
		 const struct program_key *key, uint32_t program, pid_t tgid)
{
	struct record_program told = file->told;

	discovery->files.by_program[program] = file;
	if (file->told.kind != PROGRAM_OTHER)
		evidence_program(discovery->evidence, program, fd, file->told.path, file->libc);
	if (!file->waits)
		source_set_program_kind(discovery->source, key, file->told.kind);
	if (file->has_layout)
		source_set_layout(discovery->source, program, &file->layout);
	told.program = program;
	discovery->options.tell(discovery->options.context, &told);
	if (file->told.kind == PROGRAM_OTHER && tgid)
		let_go(discovery, file, tgid);
}

/* Off with the probes, and as if it had never been seen. */
static void forget(struct discovery *discovery, struct known_file *file)
{
	for (uint32_t i = 0; i < PROGRAMS_MAX; i++)
		if (discovery->files.by_program[i] == file)
			source_drop_layout(discovery->source, i);
	tls_detach(file);
	if (file->types)
		go_types_untell(file->types, discovery->source, file->told.program);
	known_files_remove(&discovery->files, file);
}

/* result: of the parser; when 0, its report is at hand. */
static void settle(struct discovery *discovery, struct known_file *file, int result)
{
	file->waits = false;
	file->asked = false;
	discovery->files.waiting--;
	if (result) {
		say(discovery, file, "the executable could not be parsed",
		    learn_failure(file, result));
	} else if (take_report(discovery, file)) {
		forget(discovery, file);
		return;
	}
	while (file->waiters) {
		struct waiter *waiter = file->waiters;

		file->waiters = waiter->next;
		discovery->accounts.late += waiter->began && file->link;
		tell(discovery, file, file->fd, &waiter->key, waiter->program, waiter->tgid);
		free(waiter);
	}
	if (!file->leased)
		known_file_close(file);
}

/* The one that waits longest: the last of the list. */
static struct known_file *next_waiting(const struct discovery *discovery)
{
	struct known_file *found = NULL;

	for (struct known_file *file = discovery->files.first; file; file = file->next)
		if (file->waits)
			found = file;
	return found;
}

static void ask_next(struct discovery *discovery)
{
	struct known_file *file;
	int result;

	while ((file = next_waiting(discovery)) && !file->asked) {
		result = parser_ask(discovery->parser, file->fd, file->identity.size);
		if (!result) {
			file->asked = true;
			watch(discovery, parser_fd(discovery->parser));
			return;
		}
		if (result == -EBUSY)
			return;
		settle(discovery, file, result);
	}
}

/* True when there was an answer. */
static bool take_answer(struct discovery *discovery)
{
	struct known_file *file = next_waiting(discovery);
	int result;

	if (!file || !file->asked) {
		parser_tend(discovery->parser);
		return false;
	}
	result = parser_answer(discovery->parser, file->fd, &discovery->report);
	if (result == -EAGAIN)
		return false;
	settle(discovery, file, result);
	ask_next(discovery);
	return true;
}

/* Most answers are there within a millisecond; what is slow must not keep the ring. */
static void wait_a_moment(struct discovery *discovery)
{
	uint64_t began_ns = host_monotonic_ns(), now_ns = began_ns, limit_ns;

	if (began_ns - discovery->window_ns >= WINDOW_NS) {
		discovery->window_ns = began_ns;
		discovery->waited_ns = 0;
	}
	limit_ns = WAIT_BUDGET_NS - discovery->waited_ns;
	if (limit_ns > WAIT_NS)
		limit_ns = WAIT_NS;
	while (discovery->files.waiting && now_ns - began_ns < limit_ns) {
		struct pollfd one = { .fd = parser_fd(discovery->parser), .events = POLLIN };

		if (!take_answer(discovery))
			poll(&one, 1, (int)((limit_ns - (now_ns - began_ns)) / 1000000 + 1));
		now_ns = host_monotonic_ns();
	}
	discovery->waited_ns += now_ns - began_ns;
	if (discovery->waited_ns > WAIT_BUDGET_NS)
		discovery->waited_ns = WAIT_BUDGET_NS;
}

/* The file behind fd, which is taken over. NULL: it can't be looked at. */
static struct known_file *file_of(struct discovery *discovery, int fd, const char *path,
				  const struct program_key *key, uint32_t program, bool *is_new)
{
	struct executable_identity identity;
	struct known_file *file, *older;

	*is_new = false;
	if (executable_identify(fd, &identity)) {
		close(fd);
		return NULL;
	}
	file = known_files_find(&discovery->files, key, &identity);
	if (file) {
		close(fd);
		return file;
	}
	older = known_files_older(&discovery->files, key, &identity);
	if (older && !older->waits)
		forget(discovery, older);
	if (discovery->files.waiting >= WAITING_MAX) {
		discovery->accounts.skipped++;
		close(fd);
		return NULL;
	}
	file = known_files_add(&discovery->files, key, &identity, path, program, fd);
	if (!file)
		close(fd);
	*is_new = file != NULL;
	return file;
}

static void look_at(struct discovery *discovery, int fd, const char *path,
		    const struct program_key *key, uint32_t program, pid_t tgid, bool began)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 3);
	struct known_file *file;
	bool is_new;

	if (own < 0)
		return;
	file = file_of(discovery, own, path, key, program, &is_new);
	if (!file || (!file->waits && discovery->files.by_program[program] == file))
		return;
	tell(discovery, file, fd, key, program, tgid);
	if (!file->waits || !known_file_wait(file, key, program, tgid, began))
		return;
	if (is_new)
		ask_next(discovery);
	wait_a_moment(discovery);
}

/* Without a lease a probed file may have been written over under the same number. */
static bool is_settled(const struct known_file *file)
{
	return file && !file->waits && (file->leased || !file->link);
}

void discovery_look(struct discovery *discovery, const struct event_process_start *event,
		    bool began)
{
	const struct program_key key = {
		.inode = event->exe_inode,
		.size = event->exe_size,
		.mtime_ns = event->exe_mtime_ns,
		.device = event->exe_device,
	};
	struct record_program told;
	char path[4096];
	int fd;

	if (!event->program || event->program >= PROGRAMS_MAX ||
	    is_settled(discovery->files.by_program[event->program]))
		return;
	fd = program_open(event, path, sizeof(path));
	if (fd < 0) {
		discovery->accounts.gone += began;
		if (!discovery->files.by_program[event->program] && program_named(event, &told))
			discovery->options.tell(discovery->options.context, &told);
		return;
	}
	look_at(discovery, fd, path, &key, event->program, (pid_t)event->header.tgid, began);
	close(fd);
}

void discovery_complete(const struct discovery *discovery, struct event_tls_failed *event)
{
	const struct known_file *file = event->tls.program < PROGRAMS_MAX
					? discovery->files.by_program[event->tls.program] : NULL;
	int fd = -1;

	if (file && go_types_wants_file(event))
		fd = program_open_again(file, event->tls.header.tgid);
	go_types_fill(file ? file->types : NULL, fd, event);
	if (fd >= 0)
		close(fd);
}

void discovery_recall(struct discovery *discovery, uint32_t program, uint32_t tgid)
{
	struct program_key key;
	char path[4096];
	int fd = program < PROGRAMS_MAX ? process_exe_open(tgid) : -1;

	if (fd < 0)
		return;
	if (!program_key_of(discovery->source, fd, &key) &&
	    process_exe_path(tgid, path, sizeof(path)) > 0)
		look_at(discovery, fd, path, &key, program, (pid_t)tgid, false);
	close(fd);
}

int discovery_prepare(struct discovery *discovery, int fd, const char *path)
{
	struct program_key key;
	int program, result = program_key_of(discovery->source, fd, &key);

	if (result)
		return result;
	program = source_program(discovery->source, &key);
	if (program < 0)
		return program;
	look_at(discovery, fd, path, &key, (uint32_t)program, 0, false);
	while (discovery_is_busy(discovery)) {
		struct pollfd one = { .fd = parser_fd(discovery->parser), .events = POLLIN };

		if (!take_answer(discovery))
			poll(&one, 1, 100);
	}
	return 0;
}

/* A writer waits for each: the probes go, then the lease, then it writes. */
static void give_way(struct discovery *discovery)
{
	int fd;

	while (discovery->leases >= 0 && (fd = lease_wanted(discovery->leases)) >= 0)
		for (struct known_file *file = discovery->files.first; file; file = file->next)
			if (file->leased && file->fd == fd) {
				forget(discovery, file);
				discovery->accounts.broken++;
				break;
			}
}

/* Probes keep a file's mount and its blocks; they are not kept where nobody runs it. */
static void sweep(struct discovery *discovery)
{
	struct known_file *file, *next;

	if (known_files_mark_running(&discovery->files, discovery->source))
		return;
	for (file = discovery->files.first; file; file = next) {
		next = file->next;
		file->unused_sweeps = file->in_use ? 0 : file->unused_sweeps + 1;
		if (file->unused_sweeps < UNUSED_SWEEPS)
			continue;
		forget(discovery, file);
		discovery->accounts.retired++;
	}
}

bool discovery_release(struct discovery *discovery, uint32_t program)
{
	struct known_file *file = discovery->files.by_program[program];
	size_t numbers = file ? known_files_numbers(&discovery->files, file) : 0;

	if (file && (file->link || file->waits || (numbers > 1 && file->told.program == program)))
		return false;
	evidence_forget(discovery->evidence, program);
	source_drop_layout(discovery->source, program);
	discovery->files.by_program[program] = NULL;
	if (numbers == 1)
		forget(discovery, file);
	return true;
}

void discovery_set_keep(struct discovery *discovery, uint64_t keep_ns)
{
	discovery->options.keep_ns = keep_ns;
}

void discovery_turn(struct discovery *discovery)
{
	uint64_t now_ns = host_monotonic_ns();

	give_way(discovery);
	while (take_answer(discovery))
		;
	if (discovery->options.keep_ns &&
	    now_ns - discovery->swept_ns >= discovery->options.keep_ns / UNUSED_SWEEPS) {
		discovery->swept_ns = now_ns;
		sweep(discovery);
	}
}
