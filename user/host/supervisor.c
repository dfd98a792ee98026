/* SPDX-License-Identifier: BSD-2-Clause */
/* Ancestors of a process, their arguments, and the state folders of runc and crun. */
#include "user/host/supervisor.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "user/host/process.h"
#include "user/host/process_stat.h"
#include "user/host/text_file.h"
#include "user/model/cgroup_segment.h"

#define ANCESTORS_MAX	16
#define ARGUMENTS_LIMIT	4096
#define STATE_LIMIT	(1u << 20)
#define COPY_BEGIN	"/memfd:"
#define COPY_END	"_cloned:"

static bool is_name(const char *text)
{
	return segment_is_word((struct segment){ text, strlen(text) }, "_.+-");
}

static int set(struct cgroup_identity *identity, const char *runtime, const char *id)
{
	if (!identity->container_id[0]) {
		if (strlen(id) >= sizeof(identity->container_id) || !is_name(id))
			return 0;
		strcpy(identity->container_id, id);
		/* A unit around it is the supervisor's. */
		identity->unit[0] = '\0';
	}
	snprintf(identity->runtime, sizeof(identity->runtime), "%s", runtime);
	return 1;
}

/* What follows the flag; NULL: nothing does. */
static const char *value_of(const char *arguments, size_t length, const char *flag)
{
	const char *end = arguments + length;

	for (const char *at = arguments; at < end; at += strlen(at) + 1)
		if (!strcmp(at, flag) && at + strlen(at) + 1 < end)
			return at + strlen(at) + 1;
	return NULL;
}

static const char *last_of(const char *arguments, size_t length)
{
	const char *last = arguments;

	for (const char *at = arguments; at < arguments + length; at += strlen(at) + 1)
		last = at;
	return last;
}

/* "-id k1", before version 2 "-workdir /.../moby/k1". */
static bool shim_has(const char *arguments, size_t length, const char *leaf)
{
	const char *id = value_of(arguments, length, "-id");
	const char *folder = value_of(arguments, length, "-workdir");

	if (!id && folder)
		id = strrchr(folder, '/') ? strrchr(folder, '/') + 1 : folder;
	return id && !strcmp(id, leaf);
}

/*
 * "containerd-shim-runc-v2 -namespace default -id k1 -address ...". Docker's containers are those
 * of the namespace "moby". One shim serves a whole pod: then its id is not the container's.
 */
static int read_shim(const char *arguments, size_t length, const char *leaf,
		     struct cgroup_identity *identity)
{
	const char *space = value_of(arguments, length, "-namespace");

	if (!space || (!shim_has(arguments, length, leaf) &&
		       (strcmp(space, "k8s.io") || !identity->pod_uid[0])))
		return 0;
	return set(identity, strcmp(space, "moby") ? "containerd" : "docker", leaf);
}

static bool is_shim(const char *program)
{
	return !strncmp(program, "containerd-shim", strlen("containerd-shim"));
}

static bool is_runtime(const char *program)
{
	return !strcmp(program, "runc") || !strcmp(program, "crun");
}

void supervisor_program(const char *path, char *out, size_t size)
{
	const char *name = strrchr(path, '/');
	const char *end = strstr(path, COPY_END);

	name = name ? name + 1 : path;
	if (strncmp(path, COPY_BEGIN, strlen(COPY_BEGIN)) || !end) {
		snprintf(out, size, "%s", name);
		return;
	}
	path += strlen(COPY_BEGIN);
	snprintf(out, size, "%.*s", (int)(end - path), path);
}

int supervisor_read(const char *program, const char *arguments, size_t length, const char *leaf,
		    struct cgroup_identity *identity)
{
	if (!length || arguments[length - 1])
		return 0;
	if (is_shim(program))
		return read_shim(arguments, length, leaf, identity);
	/* "runc run k1", "crun create -b bundle k1": the id comes last. */
	if (!is_runtime(program) || strcmp(last_of(arguments, length), leaf) ||
	    (!value_of(arguments, length, "run") && !value_of(arguments, length, "create")))
		return 0;
	return set(identity, program, leaf);
}

/* 0: nothing could be read. */
static size_t read_arguments(pid_t pid, char arguments[ARGUMENTS_LIMIT])
{
	char path[32];
	ssize_t got;
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return 0;
	got = read(fd, arguments, ARGUMENTS_LIMIT);
	close(fd);
	return got > 0 ? (size_t)got : 0;
}

/* Of no other program are the arguments looked at. 1: a runtime answered, 2: a shim. */
static int ask(pid_t pid, const char *leaf, struct cgroup_identity *identity)
{
	char path[4096], program[256], arguments[ARGUMENTS_LIMIT];

	if (process_exe_path((uint32_t)pid, path, sizeof(path)) < 0)
		return 0;
	supervisor_program(path, program, sizeof(program));
	if (!is_shim(program) && !is_runtime(program))
		return 0;
	if (!supervisor_read(program, arguments, read_arguments(pid, arguments), leaf, identity))
		return 0;
	return is_shim(program) ? 2 : 1;
}

/* Does the pid still belong to that process? */
static bool is_still(pid_t pid, const struct process_stat *stat)
{
	struct process_stat again;

	return !process_stat_read(pid, &again) && again.start_ticks == stat->start_ticks;
}

/* The process itself and those above it. A shim knows better than the runtime that it calls. */
static int ask_line(pid_t pid, const char *leaf, struct cgroup_identity *identity)
{
	struct cgroup_identity asked = *identity;
	uint64_t born_ticks = UINT64_MAX;
	int found = 0;

	for (int i = 0; i < ANCESTORS_MAX && pid > 1 && found < 2; i++) {
		struct cgroup_identity answer = asked;
		struct process_stat stat;
		int result;

		/* A parent that is younger than its child has the pid of one that died. */
		if (process_stat_read(pid, &stat) || stat.start_ticks > born_ticks)
			break;
		result = ask(pid, leaf, &answer);
		if (result > found && is_still(pid, &stat)) {
			*identity = answer;
			found = result;
		}
		born_ticks = stat.start_ticks;
		pid = stat.parent;
	}
	return found > 0;
}

/* A state with this path in it: "/sys/fs/cgroup/memory/k1" for "/k1". */
static bool holds_path(const char *file, const char *path)
{
	char *text = text_file_read(file, STATE_LIMIT), quoted[600];
	bool holds;

	if (!text)
		return false;
	snprintf(quoted, sizeof(quoted), "%s\"", path);
	holds = strstr(text, quoted) != NULL;
	free(text);
	return holds;
}

static int ask_folders(const char *path, const char *leaf, struct cgroup_identity *identity)
{
	static const struct {
		const char *form;
		const char *runtime;
	} states[] = {
		{ "/run/runc/%s/state.json", "runc" },
		{ "/run/crun/%s/status", "crun" },
	};

	if (identity->container_id[0] || !is_name(leaf) || leaf[0] == '.' || strlen(path) > 512)
		return 0;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		char file[600];

		snprintf(file, sizeof(file), states[i].form, leaf);
		if (holds_path(file, path))
			return set(identity, states[i].runtime, leaf);
	}
	return 0;
}

int supervisor_find(pid_t pid, const char *path, struct cgroup_identity *identity)
{
	const char *leaf = strrchr(path, '/');

	if (!leaf || !leaf[1])
		return 0;
	return ask_line(pid, leaf + 1, identity) || ask_folders(path, leaf + 1, identity);
}
