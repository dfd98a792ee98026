/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The executables that were looked at or wait for it, by identity, and which of the kernel's
 * program numbers stand for each.
 */
#ifndef SEAMARK_KNOWN_FILES_H
#define SEAMARK_KNOWN_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "include/go_layout.h"
#include "user/host/executable.h"
#include "user/model/record.h"
#include "user/pipeline/go_types.h"
#include "user/source/source.h"

/* A process, or a program yet to be started (tgid 0), that a file is looked at for. */
struct waiter {
	struct program_key key;
	uint32_t program;
	pid_t tgid;
	bool began;			/* while Seamark watched */
	struct waiter *next;
};

/* One executable file, however many numbers the kernel gave it. */
struct known_file {
	uint64_t inode;			/* as the kernel tells: below all overlays */
	uint32_t device;
	struct executable_identity identity;	/* as seen where it was met first */
	struct record_program told;
	struct go_layout layout;
	bool has_layout;
	struct go_types *types;		/* NULL: not known */
	const char *libc;		/* static; NULL: not known */
	int fd;				/* while it waits, and while leased; -1: closed */
	bool waits;			/* for the parser */
	bool asked;			/* it is the parser's now */
	bool leased;
	unsigned int unused_sweeps;	/* in a row */
	bool in_use;			/* seen by the sweep under way */
	struct source_link *link;	/* NULL: no probes */
	struct waiter *waiters;
	struct known_file *next;
};

struct known_files {
	struct known_file *first;
	struct known_file *by_program[PROGRAMS_MAX];
	size_t waiting;
};

/* Whether this is how the file looks, through whichever overlay. */
bool known_file_looks(const struct known_file *file, const struct executable_identity *seen);
/* key: of the file as it is now, identity: how it looks. */
struct known_file *known_files_find(const struct known_files *files, const struct program_key *key,
				    const struct executable_identity *identity);
/* Another with the same device and inode: what the file was before it was written over. */
struct known_file *known_files_older(const struct known_files *files,
				     const struct program_key *key,
				     const struct executable_identity *identity);
/* NULL when out of memory. fd: becomes the file's. */
struct known_file *known_files_add(struct known_files *files, const struct program_key *key,
				   const struct executable_identity *identity, const char *path,
				   uint32_t program, int fd);
/* False when out of memory. */
bool known_file_wait(struct known_file *file, const struct program_key *key, uint32_t program,
		     pid_t tgid, bool began);
/* How many of the kernel's program numbers stand for the file. */
size_t known_files_numbers(const struct known_files *files, const struct known_file *file);
void known_file_close(struct known_file *file);
/* Sets in_use of what a process runs, waits, or has no probes. Negative errno: not known. */
int known_files_mark_running(struct known_files *files, struct source *source);
/* Forgets one; its probes are the caller's to take off before. */
void known_files_remove(struct known_files *files, struct known_file *file);

#endif
