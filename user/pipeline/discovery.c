/* SPDX-License-Identifier: BSD-2-Clause */
/* Executables by identity, the kernel's program numbers that stand for them, and their probes. */
#include "user/pipeline/discovery.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "user/gobin/gobin.h"
#include "user/host/executable.h"
#include "user/host/expedite.h"
#include "user/host/process.h"
#include "user/pipeline/evidence.h"
#include "user/pipeline/go_types.h"

#define SITES_MAX (2 * GOBIN_RETURNS_MAX)
#define SCRATCH_SIZE (3u << 20)	/* bytes; a small program needs less, and dials soonest */

/* One executable file, however many numbers the kernel gave it. */
struct known_file {
	struct executable_identity identity;
	struct record_program told;
	struct go_layout layout;
	struct go_types *types;		/* NULL: not known */
	const char *libc;		/* NULL: not known */
	struct source_link *link;	/* NULL: no probes */
	struct known_file *next;
};

struct discovery {
	struct source *source;
	struct evidence *evidence;
	struct known_file *files;
	struct executable_scratch scratch;
	bool expedites;
	const struct known_file *looked[PROGRAMS_MAX];
};

struct discovery *discovery_new(struct source *source, struct evidence *evidence, bool expedites)
{
	struct discovery *discovery = calloc(1, sizeof(*discovery));

	if (!discovery)
		return NULL;
	discovery->source = source;
	discovery->evidence = evidence;
	discovery->expedites = expedites;
	discovery->scratch.bytes = malloc(SCRATCH_SIZE);
	if (discovery->scratch.bytes) {
		/* Touched now, so that no short-lived program waits for the pages. */
		memset(discovery->scratch.bytes, 1, SCRATCH_SIZE);
		discovery->scratch.size = SCRATCH_SIZE;
	}
	return discovery;
}

/* All at once; where there is no memory for that, one after the other. */
static void detach_files(struct known_file *files)
{
	struct source_link **links;
	size_t count = 0;

	for (struct known_file *file = files; file; file = file->next)
		count++;
	links = calloc(count + 1, sizeof(struct source_link *));
	count = 0;
	for (struct known_file *file = files; file; file = file->next) {
		if (links)
			links[count++] = file->link;
		else
			source_detach(file->link);
	}
	source_detach_all(links, count);
	free(links);
}

void discovery_free(struct discovery *discovery)
{
	struct known_file *file, *next;

	if (!discovery)
		return;
	detach_files(discovery->files);
	for (file = discovery->files; file; file = next) {
		next = file->next;
		go_types_free(file->types);
		free(file);
	}
	free(discovery->scratch.bytes);
	free(discovery);
}

static struct known_file *find_file(struct discovery *discovery,
				    const struct executable_identity *identity)
{
	struct known_file *file = discovery->files;

	while (file && memcmp(&file->identity, identity, sizeof(*identity)))
		file = file->next;
	return file;
}

/* Both sides spell "not known" as -1; an offset that was only inferred is not used. */
static void convert_layout(struct go_layout *out, const struct gobin *gobin)
{
	const struct gobin_layout *from = &gobin->layout;

	out->types = gobin->types;
	out->tls_g = gobin->tls_g;
	out->g_m = from->g_m;
	out->g_goid = from->g_goid;
	out->m_g0 = from->m_g0;
	out->m_gsignal = from->m_gsignal;
	out->m_curg = from->m_curg;
	out->conn_version = from->conn_vers;
	out->conn_cipher_suite = from->conn_cipher_suite;
	out->conn_did_resume = from->conn_did_resume;
	out->conn_curve = from->conn_curve_id;
	out->conn_server_name = from->conn_server_name;
	out->conn_alpn = from->conn_client_protocol;
	out->context_error = from->ctx_err;
	out->context_error_is_eface = from->ctx_err_is_eface;
	out->certificate_not_before = from->cert_not_before;
	out->certificate_not_after = from->cert_not_after;
	out->g_parent = from->g_parent;
	out->g_start = from->g_start;
	out->conn_config = from->conn_config;
	out->config_min_version = from->config_min_version;
}

struct sites {
	struct source_site entries[2];
	struct source_site returns[SITES_MAX];
	size_t entry_count;
	size_t return_count;
};

static void add_sites(struct sites *sites, const struct gobin_function *function,
		      uint32_t program, enum tls_role role)
{
	if (function->status != GOBIN_SITE_FOUND)
		return;
	sites->entries[sites->entry_count++] = (struct source_site){
		function->entry_file_offset,
		SITE_COOKIE(function->entry_address, program, role),
	};
	for (uint32_t i = 0; i < function->return_count; i++)
		sites->returns[sites->return_count++] = (struct source_site){
			function->returns_file_offset[i],
			SITE_COOKIE(function->returns_address[i], program, role),
		};
}

static void attach(struct discovery *discovery, struct known_file *file, struct gobin *gobin,
		   int fd)
{
	static const char *const names[] = {
		"crypto/tls.(*Conn).clientHandshake", "crypto/tls.(*Conn).serverHandshake",
	};
	struct gobin_function functions[2];
	struct sites sites = { .entry_count = 0 };
	bool expedited;
	int result;

	if (gobin_functions(gobin, names, 2, functions)) {
		snprintf(file->told.tls, sizeof(file->told.tls), "functions_unreadable");
		return;
	}
	add_sites(&sites, &functions[0], file->told.program, TLS_ROLE_CLIENT);
	add_sites(&sites, &functions[1], file->told.program, TLS_ROLE_SERVER);
	if (!sites.entry_count) {
		snprintf(file->told.tls, sizeof(file->told.tls), "%s",
			 functions[0].status == GOBIN_SITE_ABSENT &&
			 functions[1].status == GOBIN_SITE_ABSENT ? "no_crypto_tls"
								  : "undecodable");
		return;
	}
	expedited = discovery->expedites && expedite_begin();
	result = source_attach_tls(discovery->source, fd, sites.entries, sites.entry_count,
				   sites.returns, sites.return_count, &file->link);
	if (expedited)
		expedite_end();
	if (result)
		snprintf(file->told.tls, sizeof(file->told.tls), "attach_failed: %s",
			 strerror(-result));
}

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

static void analyse(struct discovery *discovery, struct known_file *file, int fd)
{
	enum gobin_refusal refusal = GOBIN_OK;
	struct gobin *gobin = NULL;

	if (executable_open(fd, &discovery->scratch, &gobin, &refusal) || refusal != GOBIN_OK) {
		file->told.kind = kind_of_refusal(refusal);
		snprintf(file->told.tls, sizeof(file->told.tls), "%s",
			 gobin_refusal_name(refusal));
		gobin_free(gobin);
		return;
	}
	file->told.kind = PROGRAM_GO;
	snprintf(file->told.go_version, sizeof(file->told.go_version), "%s", gobin->version);
	file->libc = gobin->libc;
	convert_layout(&file->layout, gobin);
	source_set_layout(discovery->source, file->told.program, &file->layout);
	file->types = go_types_new(gobin);
	if (file->types)
		go_types_tell(file->types, discovery->source, file->told.program);
	attach(discovery, file, gobin, fd);
	gobin_free(gobin);
}

static void name_file(struct record_program *told, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(told->path, sizeof(told->path), "%s", path);
	snprintf(told->name, sizeof(told->name), "%s", slash ? slash + 1 : path);
}

/* The file behind fd, analysed if it was not before. NULL when out of memory or unreadable. */
static struct known_file *file_of(struct discovery *discovery, int fd, const char *path,
				  uint32_t program)
{
	struct executable_identity identity;
	struct known_file *file;

	memset(&identity, 0, sizeof(identity));
	if (executable_identify(fd, &identity))
		return NULL;
	file = find_file(discovery, &identity);
	if (file)
		return file;
	file = calloc(1, sizeof(*file));
	if (!file)
		return NULL;
	file->identity = identity;
	file->told.program = program;
	name_file(&file->told, path);
	analyse(discovery, file, fd);
	file->next = discovery->files;
	discovery->files = file;
	return file;
}

/* Tells the kernel, and the caller, what the number stands for. */
static void tell(struct discovery *discovery, const struct known_file *file,
		 const struct program_key *key, uint32_t program, struct record_program *out)
{
	source_set_program_kind(discovery->source, key, file->told.kind);
	if (file->told.kind == PROGRAM_GO && file->layout.types)
		source_set_layout(discovery->source, program, &file->layout);
	discovery->looked[program] = file;
	*out = file->told;
	out->program = program;
}

static bool is_same(const struct executable_identity *identity,
		    const struct event_process_start *event)
{
	return identity->size == event->exe_size && identity->mtime_ns == event->exe_mtime_ns;
}

/* The program's file, by the process that runs it; -ENOENT when that is gone or runs another. */
static int open_program(const struct event_process_start *event, char *path, size_t size)
{
	struct executable_identity identity;
	int fd = process_exe_open(event->header.tgid);

	if (fd < 0)
		return fd;
	if (executable_identify(fd, &identity) || !is_same(&identity, event) ||
	    process_exe_path(event->header.tgid, path, size) < 0) {
		close(fd);
		return -ENOENT;
	}
	return fd;
}

bool discovery_look(struct discovery *discovery, const struct event_process_start *event,
		    struct record_program *out)
{
	const struct program_key key = {
		.inode = event->exe_inode,
		.size = event->exe_size,
		.mtime_ns = event->exe_mtime_ns,
		.device = event->exe_device,
	};
	struct known_file *file;
	char path[4096];
	int fd;

	if (!event->program || event->program >= PROGRAMS_MAX || discovery->looked[event->program])
		return false;
	fd = open_program(event, path, sizeof(path));
	if (fd < 0)
		return false;
	file = file_of(discovery, fd, path, event->program);
	if (file && file->told.kind == PROGRAM_GO)
		evidence_program(discovery->evidence, event->program, fd, path, file->libc);
	close(fd);
	if (!file)
		return false;
	tell(discovery, file, &key, event->program, out);
	if (file->told.kind == PROGRAM_OTHER) {
		source_observe(discovery->source, (pid_t)event->header.tgid, false);
		source_observe_other(discovery->source, (pid_t)event->header.tgid);
	}
	return true;
}

/* The file that a process runs, or ran, if it is that one. */
static int open_again(const struct known_file *file, pid_t tgid)
{
	struct executable_identity identity;
	int fd = process_exe_open(tgid);

	if (fd < 0)
		fd = open(file->told.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	memset(&identity, 0, sizeof(identity));
	if (fd < 0 || (!executable_identify(fd, &identity) &&
		       !memcmp(&identity, &file->identity, sizeof(identity))))
		return fd;
	close(fd);
	return -ENOENT;
}

void discovery_complete(const struct discovery *discovery, struct event_tls_failed *event)
{
	const struct known_file *file = event->tls.program < PROGRAMS_MAX
					? discovery->looked[event->tls.program] : NULL;
	int fd = -1;

	if (file && go_types_wants_file(event))
		fd = open_again(file, (pid_t)event->tls.header.tgid);
	go_types_fill(file ? file->types : NULL, fd, event);
	if (fd >= 0)
		close(fd);
}

int discovery_prepare(struct discovery *discovery, int fd, const char *path,
		      struct record_program *out)
{
	struct program_key key = { 0 };
	struct known_file *file;
	struct stat status;
	int program;

	if (fstat(fd, &status))
		return -errno;
	key.inode = status.st_ino;
	key.size = (uint64_t)status.st_size;
	key.mtime_ns = status.st_mtim.tv_sec * 1000000000LL + status.st_mtim.tv_nsec;
	key.device = major(status.st_dev) << 20 | minor(status.st_dev);
	program = source_program(discovery->source, &key);
	if (program < 0)
		return program;
	file = file_of(discovery, fd, path, (uint32_t)program);
	if (!file)
		return -ENOMEM;
	evidence_program(discovery->evidence, (uint32_t)program, fd, path, file->libc);
	tell(discovery, file, &key, (uint32_t)program, out);
	return 0;
}
