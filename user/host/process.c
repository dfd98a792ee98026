/* SPDX-License-Identifier: BSD-2-Clause */
/* Links and lines of /proc/PID. */
#include "user/host/process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/host/text_file.h"
#include "user/model/cgroup_path.h"

#define CGROUP_LIMIT	65536
#define NAME_LIMIT	64
#define DELETED		" (deleted)"

int process_exe_open(uint32_t pid)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

int process_exe_path(uint32_t pid, char *path, size_t size)
{
	size_t mark = strlen(DELETED);
	char link[32];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/%u/exe", pid);
	length = readlink(link, path, size - 1);
	if (length < 0)
		return -errno;
	path[length] = '\0';
	if ((size_t)length > mark && !strcmp(path + length - mark, DELETED)) {
		length -= (ssize_t)mark;
		path[length] = '\0';
	}
	return (int)length;
}

/* Is wanted among the comma-separated controllers between the line's two colons? */
static bool is_line_of(const char *line, size_t length, const char *wanted)
{
	const char *first = memchr(line, ':', length), *second, *at;
	size_t left;

	if (!first)
		return false;
	first++;
	second = memchr(first, ':', length - (size_t)(first - line));
	if (!second)
		return false;
	if (!*wanted)
		return second == first;
	for (at = first; at < second; at += left + 1) {
		const char *comma = memchr(at, ',', (size_t)(second - at));

		left = (size_t)((comma ? comma : second) - at);
		if (left == strlen(wanted) && !memcmp(at, wanted, left))
			return true;
	}
	return false;
}

int cgroup_line_find(const char *text, const char *controller, char *path, size_t size)
{
	for (const char *line = text; *line;) {
		size_t length = strcspn(line, "\n");
		const char *start;

		if (is_line_of(line, length, controller)) {
			start = (const char *)memchr(strchr(line, ':') + 1, ':', length) + 1;
			return snprintf(path, size, "%.*s", (int)(line + length - start), start);
		}
		line += length + (line[length] == '\n');
	}
	return -ENOENT;
}

static char *read_cgroups(pid_t pid)
{
	char file[40];

	snprintf(file, sizeof(file), "/proc/%d/cgroup", pid);
	return text_file_read(file, CGROUP_LIMIT);
}

/* Is the group of this path the one with the id? Namespaces and removed groups hide paths. */
static bool is_group(const struct cgroup_tree *tree, const char *path, uint64_t id)
{
	struct stat status;
	char folder[1024];

	return snprintf(folder, sizeof(folder), "%s%s", tree->mount, path) <
		       (int)sizeof(folder) && !stat(folder, &status) && status.st_ino == id;
}

int process_cgroup_path(pid_t pid, const struct cgroup_tree *tree, uint64_t id, char *path,
			size_t size)
{
	char *text = read_cgroups(pid);
	int result;

	if (!text)
		return -errno;
	result = cgroup_line_find(text, tree->controller, path, size);
	free(text);
	/* What lies above the root of Seamark's own namespace is not to be looked at. */
	if (result <= 0 || !strncmp(path, "/..", 3))
		return result;
	return is_group(tree, path, id) ? result : -ESTALE;
}

int process_place(pid_t pid, struct cgroup_identity *out)
{
	struct cgroup_identity one;
	char *text = read_cgroups(pid), *rest = NULL;

	if (!text)
		return -errno;
	memset(out, 0, sizeof(*out));
	for (char *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		const char *path = strchr(line, '/');

		if (!path)
			continue;
		cgroup_path_parse(path, &one);
		if (one.container_id[0] || (one.unit[0] && !out->unit[0]))
			*out = one;
		if (one.container_id[0])
			break;
	}
	free(text);
	return out->container_id[0] || out->unit[0];
}

void process_name(pid_t pid, char *name, size_t size)
{
	char file[40], *text;

	snprintf(file, sizeof(file), "/proc/%d/comm", pid);
	text = text_file_read(file, NAME_LIMIT);
	snprintf(name, size, "%.*s", text ? (int)strcspn(text, "\n") : 0, text ? text : "");
	free(text);
}

int process_container_id(pid_t pid, char *id, size_t size)
{
	struct cgroup_identity identity;
	int result = process_place(pid, &identity);

	return result > 0 ? snprintf(id, size, "%s", identity.container_id) : result;
}
