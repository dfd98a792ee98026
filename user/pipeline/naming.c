/* SPDX-License-Identifier: BSD-2-Clause */
/* Two tables of what is still asked for, each with when to ask next; files first, then daemons. */
#include "user/pipeline/naming.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "user/host/clock.h"
#include "user/host/process_words.h"
#include "user/host/runtime_files.h"
#include "user/host/runtime_socket.h"
#include "user/model/cgroup_path.h"
#include "user/model/service.h"

#define WINDOW_NS	1000000000ULL
#define BUDGET_NS	(100ULL * 1000000)	/* for looking, in each second */
#define LOOK_NS		(20ULL * 1000000)	/* for one container */
#define TURN_NS		(10ULL * 1000000)	/* after which a turn begins no other look */
#define HURRY_NS	(5ULL * 1000000)	/* between two looks because of what it does */
#define PENDING_MAX	8192			/* containers, and as many processes */
#define PATIENCE_NS	(60ULL * 1000000000)	/* to the next look while no list comes */
#define PATIENCE_MAX	60

/* Milliseconds from one look to the next; behind the last nobody is asked any more. */
static const unsigned int container_ms[] = { 20, 100, 500, 2000, 8000, 30000 };
#define TOGETHER_NS	(200ULL * 1000000)	/* from the third on, many in one turn */
static const unsigned int process_ms[] = { 500, 2500, 12000 };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct container {
	struct record_container names;	/* as far as they are known */
	bool may_be_daemons;		/* of one that answers on a socket */
	bool waits_for_socket;		/* another one is asked for */
	bool in_pod;			/* Kubernetes listed it */
	bool told;
	size_t looks;
	uint64_t looked_ns;
	uint64_t next_ns;
	UT_hash_handle hh;
};

struct process {
	uint32_t tgid;
	struct record_service service;
	size_t looks;
	uint64_t next_ns;
	UT_hash_handle hh;
};

struct naming {
	struct naming_options options;
	struct runtime_files *files;
	struct runtime_socket *socket;
	struct pods *pods;		/* NULL: nobody is asked */
	struct container *containers;
	struct process *processes;
	struct naming_accounts accounts;
	uint64_t window_ns;
	uint64_t spent_ns;
	uint64_t first_ns;		/* nothing is due before */
};

static void take_pod(void *context, const struct pod *pod);

int naming_new(const struct naming_options *options, struct naming **out, char *error,
	       size_t error_size)
{
	struct naming *naming = calloc(1, sizeof(*naming));
	size_t wrong = 0;
	int result = -ENOMEM;

	if (!naming)
		return -ENOMEM;
	naming->options = *options;
	result = runtime_files_new(options->roots, options->root_count, &naming->files, &wrong);
	if (result)
		snprintf(error, error_size, "%s can't be looked into: %s; name another directory "
			 "with --runtime-root", options->root_count ? options->roots[wrong] : "/",
			 strerror(-result));
	if (!result) {
		naming->socket = runtime_socket_new(naming->files);
		result = naming->socket ? 0 : -ENOMEM;
	}
	if (!result && options->pods)
		result = pods_new(options->pods, take_pod, naming, &naming->pods, error,
				  error_size);
	if (result) {
		naming_free(naming);
		return result;
	}
	*out = naming;
	return 0;
}

static void drop_container(struct naming *naming, struct container *container)
{
	HASH_DEL(naming->containers, container);
	free(container);
}

static void drop_process(struct naming *naming, struct process *process)
{
	HASH_DEL(naming->processes, process);
	free(process);
}

void naming_free(struct naming *naming)
{
	struct container *container, *next_container;
	struct process *process, *next_process;

	if (!naming)
		return;
	HASH_ITER(hh, naming->containers, container, next_container)
		drop_container(naming, container);
	HASH_ITER(hh, naming->processes, process, next_process)
		drop_process(naming, process);
	pods_free(naming->pods);
	runtime_socket_free(naming->socket);
	runtime_files_free(naming->files);
	free(naming);
}

/* Time that is left for a look; 0: none in this second. */
static uint64_t time_left(struct naming *naming, uint64_t now_ns)
{
	if (now_ns - naming->window_ns >= WINDOW_NS) {
		naming->window_ns = now_ns;
		naming->spent_ns = 0;
	}
	return naming->spent_ns < BUDGET_NS ? BUDGET_NS - naming->spent_ns : 0;
}

static void wake_at(struct naming *naming, uint64_t at_ns)
{
	if (at_ns < naming->first_ns)
		naming->first_ns = at_ns;
}

static struct container *find(const struct naming *naming, const char *id)
{
	struct container *container;

	HASH_FIND_STR(naming->containers, id, container);
	return container;
}

/* Containers of runtimes without images and pods have no more than a name. */
static bool has_names(const struct record_container *names)
{
	return names->name[0] && names->image_name[0] && (!names->pod_uid[0] || names->pod_name[0]);
}

/* Labels and owners are what the list of pods alone tells. */
static bool wants_pod(const struct naming *naming, const struct container *container)
{
	return naming->pods && container->names.pod_uid[0] && !container->in_pod;
}

static bool is_complete(const struct naming *naming, const struct container *container)
{
	return has_names(&container->names) && !wants_pod(naming, container);
}

static void tell(struct naming *naming, struct container *container)
{
	container->told = true;
	naming->options.tell(naming->options.context, RECORD_CONTAINER, &container->names,
			     sizeof(container->names));
}

static void take_names(struct naming *naming, struct container *container,
		       const struct record_container *found)
{
	if (!memcmp(found, &container->names, sizeof(*found)))
		return;
	container->names = *found;
	tell(naming, container);
}

/* Names stay with whom they were told; here it is only known that nobody must be asked. */
static void settle(struct naming *naming, struct container *container)
{
	if (container->names.name[0])
		naming->accounts.named++;
	else
		naming->accounts.unnamed++;
	if (!container->told)
		tell(naming, container);
	drop_container(naming, container);
}

static void plan(struct naming *naming, struct container *container, uint64_t now_ns)
{
	bool waits = wants_pod(naming, container) && pods_fail(naming->pods);

	if (container->looks >= COUNT(container_ms) + (waits ? PATIENCE_MAX : 0)) {
		settle(naming, container);
		return;
	}
	container->next_ns = now_ns + (container->looks < COUNT(container_ms) ?
		container_ms[container->looks] * 1000000ULL : PATIENCE_NS);
	if (container->looks++ > 1)
		container->next_ns += TOGETHER_NS - container->next_ns % TOGETHER_NS;
	wake_at(naming, container->next_ns);
}

/* -EAGAIN: no time, 1: all is known and container is gone, 0: not yet. */
static int look(struct naming *naming, struct container *container, uint64_t now_ns)
{
	uint64_t left_ns = time_left(naming, now_ns);
	struct record_container found = container->names;

	if (!left_ns) {
		naming->accounts.postponed++;
		return -EAGAIN;
	}
	runtime_files_look(naming->files, &found, now_ns + (left_ns < LOOK_NS ? left_ns : LOOK_NS));
	container->looked_ns = host_monotonic_ns();
	naming->spent_ns += container->looked_ns - now_ns;
	take_names(naming, container, &found);
	if (!is_complete(naming, container))
		return 0;
	settle(naming, container);
	return 1;
}

static void ask_daemons(struct naming *naming, struct container *container, uint64_t now_ns)
{
	container->waits_for_socket = runtime_socket_ask(naming->socket, &container->names,
							 now_ns) == -EBUSY;
}

static void look_when_due(struct naming *naming, struct container *container)
{
	uint64_t now_ns = host_monotonic_ns();
	int result = has_names(&container->names) ? 0 : look(naming, container, now_ns);

	if (result == -EAGAIN) {
		container->next_ns = naming->window_ns + WINDOW_NS;
		wake_at(naming, container->next_ns);
	}
	if (result)
		return;
	/* A daemon writes its files before the container runs: asked is where these fall short. */
	if (container->looks && container->may_be_daemons && !has_names(&container->names))
		ask_daemons(naming, container, now_ns);
	if (wants_pod(naming, container))
		pods_want(naming->pods);
	plan(naming, container, now_ns);
}

static bool answers_on_socket(const char *runtime)
{
	return !runtime[0] || !strcmp(runtime, "docker") || !strcmp(runtime, "podman") ||
	       !strcmp(runtime, "containerd");
}

/* NULL: it is no container's. */
static const struct cgroup_identity *container_of(const struct naming *naming, uint64_t cgroup_id)
{
	const struct cgroup_identity *identity =
		resources_identity(naming->options.resources, cgroup_id);

	return identity && identity->container_id[0] ? identity : NULL;
}

static struct container *add(struct naming *naming, const struct cgroup_identity *identity)
{
	struct container *container = NULL;

	if (HASH_COUNT(naming->containers) < PENDING_MAX)
		container = calloc(1, sizeof(*container));
	if (!container)
		return NULL;
	strcpy(container->names.id, identity->container_id);
	strcpy(container->names.pod_uid, identity->pod_uid);
	container->may_be_daemons = answers_on_socket(identity->runtime);
	HASH_ADD_STR(naming->containers, names.id, container);
	return container;
}

void naming_cgroup(struct naming *naming, uint64_t cgroup_id)
{
	const struct cgroup_identity *identity = container_of(naming, cgroup_id);

	if (!identity || find(naming, identity->container_id) ||
	    names_container(resources_names(naming->options.resources), identity->container_id))
		return;
	if (add(naming, identity))
		wake_at(naming, 0);
	else
		naming->accounts.skipped++;
}

void naming_hurry(struct naming *naming, uint64_t cgroup_id)
{
	const struct cgroup_identity *identity = container_of(naming, cgroup_id);
	struct container *container = identity ? find(naming, identity->container_id) : NULL;
	uint64_t now_ns;

	if (!container || container->names.name[0])
		return;
	now_ns = host_monotonic_ns();
	if (now_ns - container->looked_ns < HURRY_NS || container->next_ns > now_ns + WINDOW_NS)
		return;
	runtime_files_turn(naming->files);
	look(naming, container, now_ns);
}

static void tell_service(struct naming *naming, const struct record_service *service)
{
	naming->options.tell(naming->options.context, RECORD_SERVICE, service, sizeof(*service));
}

void naming_end(struct naming *naming, uint32_t tgid)
{
	struct process *process;

	HASH_FIND(hh, naming->processes, &tgid, sizeof(tgid), process);
	if (process)
		drop_process(naming, process);
}

void naming_process(struct naming *naming, uint32_t tgid, uint64_t began_ns)
{
	struct process *process;

	naming_end(naming, tgid);
	if (HASH_COUNT(naming->processes) >= PENDING_MAX)
		return;
	process = calloc(1, sizeof(*process));
	if (!process)
		return;
	process->tgid = tgid;
	process->service.tgid = tgid;
	process->service.began_ns = began_ns;
	if (process_words_of_environment((pid_t)tgid, &process->service.words)) {
		free(process);
		return;
	}
	/* Told also when it says nothing: its number may have been another's. */
	tell_service(naming, &process->service);
	process->next_ns = host_monotonic_ns() + process_ms[process->looks++] * 1000000ULL;
	wake_at(naming, process->next_ns);
	HASH_ADD(hh, naming->processes, tgid, sizeof(process->tgid), process);
}

/* What its SDK publishes stands before its environment. process may be gone afterwards. */
static void look_at_process(struct naming *naming, struct process *process, uint64_t now_ns)
{
	struct service_words words;
	int result;

	if (!time_left(naming, now_ns)) {
		process->next_ns = naming->window_ns + WINDOW_NS;
		wake_at(naming, process->next_ns);
		return;
	}
	result = process_words_of_context((pid_t)process->tgid, &words);
	naming->spent_ns += host_monotonic_ns() - now_ns;
	if (!result) {
		service_fill(&words, &process->service.words);
		process->service.words = words;
		tell_service(naming, &process->service);
	}
	if (!result || result != -ENOENT || process->looks >= COUNT(process_ms)) {
		drop_process(naming, process);
		return;
	}
	process->next_ns = now_ns + process_ms[process->looks++] * 1000000ULL;
	wake_at(naming, process->next_ns);
}

static void ask_for_next(struct naming *naming, uint64_t now_ns)
{
	struct container *container, *next;

	HASH_ITER(hh, naming->containers, container, next)
		if (container->waits_for_socket) {
			ask_daemons(naming, container, now_ns);
			return;
		}
}

static void take_answer(struct naming *naming, uint64_t now_ns)
{
	struct record_container found;
	struct container *container;

	if (!runtime_socket_turn(naming->socket, now_ns, &found))
		return;
	container = find(naming, found.id);
	if (container) {
		take_names(naming, container, &found);
		if (is_complete(naming, container))
			settle(naming, container);
	}
	ask_for_next(naming, now_ns);
}

static void take_pod(void *context, const struct pod *pod)
{
	struct naming *naming = context;
	struct container *container, *next;
	struct record_container found;

	HASH_ITER(hh, naming->containers, container, next) {
		if (!wants_pod(naming, container) || !pod_is(pod, &container->names))
			continue;
		found = container->names;
		container->in_pod = pod_names(pod, &found);
		take_names(naming, container, &found);
		if (is_complete(naming, container))
			settle(naming, container);
	}
}

/* Is it the time of what is due at due_ns? If not, there is another turn. */
static bool is_due(struct naming *naming, uint64_t due_ns, uint64_t began_ns)
{
	if (due_ns <= began_ns && host_monotonic_ns() - began_ns < TURN_NS)
		return true;
	wake_at(naming, due_ns);
	return false;
}

void naming_turn(struct naming *naming)
{
	struct container *container, *next_container;
	struct process *process, *next_process;
	uint64_t now_ns = host_monotonic_ns();

	take_answer(naming, now_ns);
	if (naming->pods)
		pods_turn(naming->pods, now_ns);
	if (now_ns < naming->first_ns)
		return;
	naming->first_ns = UINT64_MAX;
	runtime_files_turn(naming->files);
	HASH_ITER(hh, naming->containers, container, next_container)
		if (is_due(naming, container->next_ns, now_ns))
			look_when_due(naming, container);
	HASH_ITER(hh, naming->processes, process, next_process)
		if (is_due(naming, process->next_ns, now_ns))
			look_at_process(naming, process, host_monotonic_ns());
}

void naming_accounts(const struct naming *naming, struct naming_accounts *out)
{
	struct runtime_socket_accounts socket;

	*out = naming->accounts;
	runtime_socket_accounts(naming->socket, &socket);
	out->asked = socket.asked;
	out->failed = socket.failed;
	if (naming->pods)
		pods_accounts(naming->pods, &out->pods);
}
