/* SPDX-License-Identifier: BSD-2-Clause */
/* A list: a host runs some dozens of programs, and it is walked once for each that is new. */
#include "user/pipeline/known_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_untouched(const struct known_file *file, const struct executable_identity *seen)
{
	return executable_is_same_content(&file->identity, seen) &&
	       file->identity.ctime_ns == seen->ctime_ns;
}

/* What is leased was not written to, whatever its times say. */
bool known_file_looks(const struct known_file *file, const struct executable_identity *seen)
{
	return is_untouched(file, seen) ||
	       (file->leased && file->identity.device == seen->device &&
		file->identity.inode == seen->inode);
}

static bool has_place(const struct known_file *file, const struct program_key *key)
{
	return file->device == key->device && file->inode == key->inode;
}

struct known_file *known_files_find(const struct known_files *files, const struct program_key *key,
				    const struct executable_identity *identity)
{
	struct known_file *file = files->first;

	while (file && !(has_place(file, key) && (file->leased || is_untouched(file, identity))))
		file = file->next;
	return file;
}

struct known_file *known_files_older(const struct known_files *files,
				     const struct program_key *key,
				     const struct executable_identity *identity)
{
	struct known_file *file = files->first;

	while (file && (!has_place(file, key) || file->leased || is_untouched(file, identity)))
		file = file->next;
	return file;
}

static void mark_running(void *context, const struct event_header *record)
{
	const struct event_process_start *event = (const struct event_process_start *)record;
	const struct program_key key = { .inode = event->exe_inode, .device = event->exe_device };
	struct known_files *files = context;

	for (struct known_file *file = files->first; file; file = file->next)
		file->in_use |= has_place(file, &key);
}

int known_files_mark_running(struct known_files *files, struct source *source)
{
	for (struct known_file *file = files->first; file; file = file->next)
		file->in_use = file->waits || !file->link;
	return source_list_processes(source, mark_running, files);
}

static void name_file(struct record_program *told, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(told->path, sizeof(told->path), "%s", path);
	snprintf(told->name, sizeof(told->name), "%s", slash ? slash + 1 : path);
}

struct known_file *known_files_add(struct known_files *files, const struct program_key *key,
				   const struct executable_identity *identity, const char *path,
				   uint32_t program, int fd)
{
	struct known_file *file = calloc(1, sizeof(*file));

	if (!file)
		return NULL;
	file->inode = key->inode;
	file->device = key->device;
	file->identity = *identity;
	file->told.program = program;
	file->told.kind = PROGRAM_UNKNOWN;
	file->fd = fd;
	file->waits = true;
	file->in_use = true;
	name_file(&file->told, path);
	file->next = files->first;
	files->first = file;
	files->waiting++;
	return file;
}

bool known_file_wait(struct known_file *file, const struct program_key *key, uint32_t program,
		     pid_t tgid, bool began)
{
	struct waiter *waiter = malloc(sizeof(*waiter));

	if (!waiter)
		return false;
	*waiter = (struct waiter){ *key, program, tgid, began, file->waiters };
	file->waiters = waiter;
	return true;
}

size_t known_files_numbers(const struct known_files *files, const struct known_file *file)
{
	size_t count = 0;

	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		count += files->by_program[i] == file;
	return count;
}

void known_file_close(struct known_file *file)
{
	if (file->fd >= 0)
		close(file->fd);
	file->fd = -1;
}

void known_files_remove(struct known_files *files, struct known_file *file)
{
	struct known_file **at = &files->first;
	struct waiter *waiter, *next;

	while (*at != file)
		at = &(*at)->next;
	*at = file->next;
	for (size_t i = 0; i < PROGRAMS_MAX; i++)
		if (files->by_program[i] == file)
			files->by_program[i] = NULL;
	for (waiter = file->waiters; waiter; waiter = next) {
		next = waiter->next;
		free(waiter);
	}
	files->waiting -= file->waits;
	known_file_close(file);
	go_types_free(file->types);
	free(file);
}
