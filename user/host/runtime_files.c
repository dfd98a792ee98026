/* SPDX-License-Identifier: BSD-2-Clause */
/* A table of places; "*" stands for any one directory, ID for the container's. */
#include "user/host/runtime_files.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "user/host/clock.h"
#include "user/host/root.h"
#include "user/host/runtime_json.h"
#include "user/host/text_file.h"
#include "user/model/pod_log.h"

#define FILE_LIMIT	(1u << 20)	/* bytes */
#define WAY_SIZE	512
#define DIRECTORIES_MAX	256		/* that a "*" goes through */
#define LOGS_MAX	16384		/* names that are read of a folder of logs */

/* A runtime's directory, and where below it a container's document lies. */
struct place {
	const char *base;
	const char *below;
	enum runtime_document document;
};

#define TASKS "io.containerd.runtime.v2.task"
#define RUN "run/user/*"

static const struct place of_host[] = {
	{ "var/lib/docker", "containers/ID/config.v2.json", RUNTIME_DOCKER },
	{ "run/containerd/" TASKS, "*/ID/config.json", RUNTIME_OCI_CONFIG },
	{ "run/k3s/containerd/" TASKS, "*/ID/config.json", RUNTIME_OCI_CONFIG },
	{ "run/containers/storage", "*/ID/userdata/config.json", RUNTIME_OCI_CONFIG },
	{ "var/lib/containers/storage", "*/ID/userdata/config.json", RUNTIME_OCI_CONFIG },
	{ "var/lib/containers/storage", "*/containers.json", RUNTIME_STORAGE_LIST },
	{ "var/lib/containers/storage", "*/volatile-containers.json", RUNTIME_STORAGE_LIST },
	{ "run/runc", "ID/state.json", RUNTIME_OCI_STATE },
	{ "run/containerd/runc", "*/ID/state.json", RUNTIME_OCI_STATE },
	{ "run/docker/runtime-runc", "*/ID/state.json", RUNTIME_OCI_STATE },
	{ "run/crun", "ID/config.json", RUNTIME_OCI_CONFIG },
	{ RUN, "runc/ID/state.json", RUNTIME_OCI_STATE },
	{ RUN, "crun/ID/config.json", RUNTIME_OCI_CONFIG },
	{ RUN, "containers/*/ID/userdata/config.json", RUNTIME_OCI_CONFIG },
	{ "home", "*/.local/share/docker/containers/ID/config.v2.json", RUNTIME_DOCKER },
	{ "home", "*/.local/share/containers/storage/*/ID/userdata/config.json",
	  RUNTIME_OCI_CONFIG },
	{ "home", "*/.local/share/containers/storage/*/containers.json", RUNTIME_STORAGE_LIST },
};

/* In a root that was named: as a runtime lays out its own. */
static const struct place of_runtime[] = {
	{ "", "containers/ID/config.v2.json", RUNTIME_DOCKER },
	{ "", TASKS "/*/ID/config.json", RUNTIME_OCI_CONFIG },
	{ "", "*/ID/userdata/config.json", RUNTIME_OCI_CONFIG },
	{ "", "*/containers.json", RUNTIME_STORAGE_LIST },
	{ "", "*/volatile-containers.json", RUNTIME_STORAGE_LIST },
	{ "", "ID/state.json", RUNTIME_OCI_STATE },
	{ "", "*/ID/state.json", RUNTIME_OCI_STATE },
	{ "", "ID/config.json", RUNTIME_OCI_CONFIG },
};

struct daemon_place {
	const char *socket;
	const char *tasks;		/* containerd's containers, by namespace and id; or NULL */
};

static const struct daemon_place of_daemons[] = {
	{ "run/docker.sock", NULL },
	{ "run/podman/podman.sock", NULL },
	{ "docker.sock", NULL },
	{ "podman.sock", NULL },
	{ "run/containerd/containerd.sock", "run/containerd/" TASKS },
	{ "run/k3s/containerd/containerd.sock", "run/k3s/containerd/" TASKS },
	{ "containerd.sock", TASKS },
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
_Static_assert(RUNTIME_DAEMONS_MAX == COUNT(of_daemons) * (RUNTIME_ROOTS_MAX + 1), "all places");

#define PLACES_MAX (COUNT(of_host) + COUNT(of_runtime))

struct runtime_files {
	size_t count;
	int roots[RUNTIME_ROOTS_MAX + 1];	/* "/" is the first */
	uint64_t turn;				/* 0: nobody tells of turns */
	uint64_t bare[RUNTIME_ROOTS_MAX + 1][PLACES_MAX];	/* the last turn that found it so */
};

struct search {
	struct record_container *names;
	enum runtime_document document;
	uint64_t until_ns;
	bool out_of_time;
	bool found;			/* a runtime's document of this container */
};

int runtime_files_new(const char *const *roots, size_t count, struct runtime_files **out,
		      size_t *wrong)
{
	struct runtime_files *files = calloc(1, sizeof(*files));
	int result;

	*wrong = 0;
	if (!files)
		return -ENOMEM;
	for (size_t i = 0; i < count + 1 && i < COUNT(files->roots); i++) {
		files->roots[i] = open(i ? roots[i - 1] : "/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (files->roots[i] < 0) {
			result = -errno;
			*wrong = i ? i - 1 : 0;
			runtime_files_free(files);
			return result;
		}
		files->count++;
	}
	*out = files;
	return 0;
}

void runtime_files_free(struct runtime_files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->count; i++)
		close(files->roots[i]);
	free(files);
}

/* Links are refused wherever they stand; resolve: what else is. */
static int open_below(int directory, const char *path, int flags, uint64_t resolve)
{
	return root_open_within(directory, *path ? path : ".", flags,
				RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | resolve);
}

/* A name that can't lead anywhere else. */
static bool is_plain(const char *id)
{
	size_t length = 0;

	for (; isalnum((unsigned char)id[length]) || (id[length] && strchr("._-+:", id[length]));
	     length++)
		;
	return length && !id[length] && id[0] != '.';
}

/* The same way with its ID filled in; false when it has no room. */
static bool fill_in(const char *below, const char *id, char way[WAY_SIZE])
{
	const char *at = strstr(below, "ID");
	size_t before = at ? (size_t)(at - below) : strlen(below);

	if (strlen(below) + strlen(id) >= WAY_SIZE)
		return false;
	memcpy(way, below, before);
	strcpy(way + before, at ? id : "");
	strcat(way, at ? at + 2 : "");
	return true;
}

static void take_file(int fd, struct search *search)
{
	struct stat status;
	char *bytes;

	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_size > FILE_LIMIT) {
		close(fd);
		return;
	}
	bytes = text_file_drain(fd, FILE_LIMIT);
	if (bytes && !runtime_json_read(search->document, bytes, strlen(bytes), search->names))
		search->found = true;
	free(bytes);
}

typedef void (*take_name)(int directory, const char *name, void *context);

/* Every name of a directory, which is closed; dots left out. False: there is none. */
static bool each_name(int directory, size_t max, take_name take, void *context)
{
	DIR *listed = fdopendir(directory);
	struct dirent *entry;
	bool any = false;

	if (!listed) {
		close(directory);
		return false;
	}
	while (max && (entry = readdir(listed))) {
		if (entry->d_name[0] == '.')
			continue;
		any = true;
		take(dirfd(listed), entry->d_name, context);
		max--;
	}
	closedir(listed);
	return any;
}

struct step {
	struct search *search;
	const char *rest;		/* of the way, behind the "*" */
};

static bool walk(int directory, const char *way, struct search *search);

static void take_directory(int directory, const char *name, void *context)
{
	const struct step *step = context;
	int fd;

	if (host_monotonic_ns() > step->search->until_ns) {
		step->search->out_of_time = true;
		return;
	}
	fd = open_below(directory, name, O_PATH | O_DIRECTORY, RESOLVE_NO_XDEV);
	if (fd < 0)
		return;
	walk(fd, step->rest, step->search);
	close(fd);
}

/*
 * way: "a/b", or "a" then "*" then "b/c", with as many stars as there are. False: there is nothing
 * where the first star stands, whoever is looked for.
 */
static bool walk(int directory, const char *way, struct search *search)
{
	const char *star = strchr(way, '*');
	struct step step = { search, star ? star + 2 : NULL };
	char before[WAY_SIZE];
	int fd;

	if (!star) {
		fd = open_below(directory, way, O_RDONLY, RESOLVE_NO_XDEV);
		if (fd >= 0)
			take_file(fd, search);
		return true;
	}
	memcpy(before, way, (size_t)(star - way));
	before[star - way] = '\0';
	fd = open_below(directory, before, O_RDONLY | O_DIRECTORY, RESOLVE_NO_XDEV);
	return fd >= 0 && each_name(fd, DIRECTORIES_MAX, take_directory, &step);
}

/* Below the base nothing leaves its mount, so that one look at that is enough. */
static bool walk_from(int base, const char *way, struct search *search)
{
	return !root_is_slow_fd(base) && walk(base, way, search);
}

/* A user's own runtime directory is a mount of its own. */
static void take_user(int directory, const char *name, void *context)
{
	const struct step *step = context;
	int fd = open_below(directory, name, O_PATH | O_DIRECTORY, 0);

	if (fd < 0)
		return;
	if (host_monotonic_ns() > step->search->until_ns)
		step->search->out_of_time = true;
	else
		walk_from(fd, step->rest, step->search);
	close(fd);
}

/* False: there is nothing, and would not be for another container. */
static bool look_in(int root, const struct place *place, struct search *search)
{
	const char *star = strchr(place->base, '*');
	char way[WAY_SIZE], base[WAY_SIZE];
	struct step step = { search, way };
	bool any;
	int fd;

	if (!fill_in(place->below, search->names->id, way))
		return true;
	search->document = place->document;
	strcpy(base, place->base);
	if (star)
		base[star - place->base - 1] = '\0';
	fd = open_below(root, base, star ? O_RDONLY | O_DIRECTORY : O_PATH | O_DIRECTORY, 0);
	if (fd < 0)
		return false;
	if (star)
		return each_name(fd, DIRECTORIES_MAX, take_user, &step);
	any = walk_from(fd, way, search);
	close(fd);
	return any;
}

static void take_pod(int directory, const char *name, void *context)
{
	(void)directory;
	pod_log_folder(name, context);
}

static void take_link(int directory, const char *name, void *context)
{
	(void)directory;
	pod_log_link(name, context);
}

static void look_at_logs(int root, const char *folder, take_name take, struct search *search)
{
	int fd = open_below(root, folder, O_RDONLY | O_DIRECTORY, 0);

	if (fd < 0)
		return;
	if (root_is_slow_fd(fd))
		close(fd);
	else
		each_name(fd, LOGS_MAX, take, search->names);
}

/* Where this turn found nothing at all it asks no more. */
static void look_in_places(struct runtime_files *files, size_t root, bool is_host,
			   struct search *search)
{
	const struct place *places = is_host ? of_host : of_runtime;
	size_t count = is_host ? COUNT(of_host) : COUNT(of_runtime);
	uint64_t *bare = files->bare[root] + (is_host ? 0 : COUNT(of_host));

	for (size_t i = 0; i < count && !search->out_of_time; i++) {
		if (files->turn && bare[i] == files->turn)
			continue;
		if (!look_in(files->roots[root], &places[i], search))
			bare[i] = files->turn;
		search->out_of_time |= host_monotonic_ns() > search->until_ns;
	}
}

static void look_in_root(struct runtime_files *files, size_t index, bool is_host,
			 struct search *search)
{
	int root = files->roots[index];

	look_in_places(files, index, is_host, search);
	if (!is_host || search->out_of_time)
		return;
	if (search->names->pod_uid[0] && !search->names->pod_name[0])
		look_at_logs(root, "var/log/pods", take_pod, search);
	if (search->names->pod_uid[0] && !search->names->pod_container[0])
		look_at_logs(root, "var/log/containers", take_link, search);
}

static bool is_generated(const char *id)
{
	return strspn(id, "0123456789abcdef") == 64 && !id[64];
}

/* A pod's container has no other name; nor has one whose id was chosen by people (runc, ctr). */
static void name_last(const struct search *search)
{
	struct record_container *names = search->names;

	if (names->name[0])
		return;
	if (names->pod_container[0])
		strcpy(names->name, names->pod_container);
	else if (search->found && !is_generated(names->id))
		strcpy(names->name, names->id);
}

void runtime_files_turn(struct runtime_files *files)
{
	files->turn++;
}

bool runtime_files_look(struct runtime_files *files, struct record_container *names,
			uint64_t until_ns)
{
	struct search search = { .names = names, .until_ns = until_ns };

	if (!is_plain(names->id))
		return true;
	/* What was named first: it is the likeliest. */
	for (size_t i = files->count; i-- && !search.out_of_time;) {
		if (i)
			look_in_root(files, i, false, &search);
		if (!search.out_of_time)
			look_in_root(files, i, true, &search);
	}
	name_last(&search);
	return !search.out_of_time;
}

struct owner {
	const char *id;
	char *name_space;		/* of runtime_daemon; empty: not found */
};

static void take_namespace(int directory, const char *name, void *context)
{
	const struct owner *owner = context;
	char way[WAY_SIZE];
	int fd;

	if (!is_plain(name) || strlen(name) >= sizeof(((struct runtime_daemon *)0)->name_space))
		return;
	snprintf(way, sizeof(way), "%s/%s", name, owner->id);
	fd = open_below(directory, way, O_PATH | O_DIRECTORY, RESOLVE_NO_XDEV);
	if (fd < 0)
		return;
	strcpy(owner->name_space, name);
	close(fd);
}

static bool is_its_own(int root, const char *tasks, const char *id, char *name_space)
{
	struct owner owner = { id, name_space };
	int fd = open_below(root, tasks, O_RDONLY | O_DIRECTORY, 0);

	name_space[0] = '\0';
	if (fd < 0)
		return false;
	if (root_is_slow_fd(fd))
		close(fd);
	else
		each_name(fd, DIRECTORIES_MAX, take_namespace, &owner);
	return name_space[0];
}

static bool find_daemon(int root, const struct daemon_place *place, const char *id,
			struct runtime_daemon *out)
{
	struct stat status;

	out->kind = place->tasks ? RUNTIME_DAEMON_CONTAINERD : RUNTIME_DAEMON_DOCKER;
	if (place->tasks && !is_its_own(root, place->tasks, id, out->name_space))
		return false;
	out->socket = open_below(root, place->socket, O_PATH, 0);
	if (out->socket < 0)
		return false;
	if (!fstat(out->socket, &status) && S_ISSOCK(status.st_mode))
		return true;
	close(out->socket);
	return false;
}

size_t runtime_files_daemons(const struct runtime_files *files, const char *id,
			     struct runtime_daemon *daemons, size_t max)
{
	size_t count = 0;

	if (!is_plain(id))
		return 0;
	for (size_t i = 0; i < files->count; i++)
		for (size_t j = 0; j < COUNT(of_daemons) && count < max; j++) {
			if (!find_daemon(files->roots[i], &of_daemons[j], id, &daemons[count]))
				continue;
			daemons[count++].place = (unsigned int)(i * COUNT(of_daemons) + j);
		}
	return count;
}
