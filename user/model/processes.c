/* SPDX-License-Identifier: BSD-2-Clause */
/* A hash by pid; of each pid only the last process. */
#include "user/model/processes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#define REMEMBER_ENDED_NS	(60ULL * 1000000000)

struct process_entry {
	struct process_birth birth;
	uint64_t ended_ns;			/* 0: it lives */
	struct cgroup_identity *identity;	/* NULL: its control group says it all */
	UT_hash_handle hh;
};

struct processes {
	struct process_entry *entries;
	uint64_t refused;
};

struct processes *processes_new(void)
{
	return calloc(1, sizeof(struct processes));
}

static void drop(struct processes *processes, struct process_entry *entry)
{
	HASH_DEL(processes->entries, entry);
	free(entry->identity);
	free(entry);
}

void processes_free(struct processes *processes)
{
	struct process_entry *entry, *next;

	if (!processes)
		return;
	HASH_ITER(hh, processes->entries, entry, next)
		drop(processes, entry);
	free(processes);
}

static struct process_entry *find(const struct processes *processes, uint32_t pid)
{
	struct process_entry *entry;

	HASH_FIND(hh, processes->entries, &pid, sizeof(pid), entry);
	return entry;
}

static bool is_same(const struct process_entry *entry, const struct process_birth *birth)
{
	return entry->birth.start_boottime_ns == birth->start_boottime_ns;
}

static int add_entry(struct processes *processes, const struct process_birth *birth)
{
	struct process_entry *entry;

	if (HASH_COUNT(processes->entries) >= PROCESSES_MAX) {
		processes->refused++;
		return -ENOSPC;
	}
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return -ENOMEM;
	entry->birth = *birth;
	HASH_ADD(hh, processes->entries, birth.pid, sizeof(entry->birth.pid), entry);
	return 0;
}

int processes_add(struct processes *processes, const struct process_birth *birth)
{
	struct process_entry *entry = find(processes, birth->pid);

	if (entry && is_same(entry, birth))
		return 0;
	if (entry)
		drop(processes, entry);
	if (!birth->vpid || birth->vpid == birth->pid)
		return 0;
	return add_entry(processes, birth);
}

int processes_place(struct processes *processes, const struct process_birth *birth,
		    const struct cgroup_identity *identity)
{
	struct process_entry *entry = find(processes, birth->pid);
	int result;

	if (entry && !is_same(entry, birth)) {
		drop(processes, entry);
		entry = NULL;
	}
	if (!entry) {
		result = add_entry(processes, birth);
		if (result)
			return result;
		entry = find(processes, birth->pid);
	}
	if (!entry->identity)
		entry->identity = malloc(sizeof(*entry->identity));
	if (!entry->identity)
		return -ENOMEM;
	*entry->identity = *identity;
	return 0;
}

void processes_forget(struct processes *processes, uint32_t pid, uint64_t start_boottime_ns)
{
	struct process_entry *entry = find(processes, pid);

	if (entry && entry->birth.start_boottime_ns != start_boottime_ns)
		drop(processes, entry);
}

void processes_end(struct processes *processes, uint32_t pid, uint64_t now_ns)
{
	struct process_entry *entry = find(processes, pid);

	if (entry)
		entry->ended_ns = now_ns ?: 1;
}

void processes_expire(struct processes *processes, uint64_t now_ns)
{
	struct process_entry *entry, *next;

	HASH_ITER(hh, processes->entries, entry, next)
		if (entry->ended_ns && now_ns > entry->ended_ns + REMEMBER_ENDED_NS)
			drop(processes, entry);
}

static void describe_place(const struct cgroup_identity *identity, struct attributes *attributes)
{
	if (attributes_get(attributes, ATTRIBUTE_CONTAINER_ID))
		return;
	attributes_set_text(attributes, ATTRIBUTE_CONTAINER_ID, identity->container_id);
	attributes_set_text(attributes, ATTRIBUTE_CONTAINER_RUNTIME_NAME, identity->runtime);
	attributes_set_text(attributes, ATTRIBUTE_K8S_POD_UID, identity->pod_uid);
}

void processes_describe(const struct processes *processes, uint32_t pid, uint64_t time_ns,
			struct attributes *attributes)
{
	const struct process_entry *entry = find(processes, pid);

	if (!entry || time_ns < entry->birth.since_ns ||
	    (entry->ended_ns && time_ns > entry->ended_ns))
		return;
	if (entry->birth.vpid && entry->birth.vpid != pid)
		attributes_set_integer(attributes, ATTRIBUTE_PROCESS_VPID, entry->birth.vpid);
	if (entry->identity)
		describe_place(entry->identity, attributes);
}

bool processes_after(const struct processes *processes, uint32_t pid, struct process_birth *out)
{
	const struct process_entry *entry = pid ? find(processes, pid) : NULL;

	entry = entry ? entry->hh.next : processes->entries;
	while (entry && entry->ended_ns)
		entry = entry->hh.next;
	if (!entry)
		return false;
	*out = entry->birth;
	return true;
}

size_t processes_count(const struct processes *processes)
{
	return HASH_COUNT(processes->entries);
}

uint64_t processes_refused(const struct processes *processes)
{
	return processes->refused;
}
