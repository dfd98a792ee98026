/* SPDX-License-Identifier: BSD-2-Clause */
/* A ring of the last processes that began, and how many of a second may be kept. */
#include "user/pipeline/kept_roots.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "user/host/clock.h"

#define KEPT_MAX	64
#define KEPT_A_SECOND	50
#define SECOND_NS	(1000ULL * 1000000)

struct kept {
	pid_t pid;			/* 0: none is kept here */
	uint64_t until_ns;
	struct root root;
};

struct kept_roots {
	size_t next;
	uint64_t window_ns;
	uint32_t in_window;
	struct kept entries[KEPT_MAX];
};

struct kept_roots *kept_roots_new(void)
{
	return calloc(1, sizeof(struct kept_roots));
}

static void let_go(struct kept *entry)
{
	if (entry->pid)
		root_close(&entry->root);
	entry->pid = 0;
}

void kept_roots_free(struct kept_roots *kept)
{
	if (!kept)
		return;
	for (size_t i = 0; i < KEPT_MAX; i++)
		let_go(&kept->entries[i]);
	free(kept);
}

void kept_roots_drop(struct kept_roots *kept, pid_t pid)
{
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (kept->entries[i].pid == pid)
			let_go(&kept->entries[i]);
}

void kept_roots_expire(struct kept_roots *kept)
{
	uint64_t now_ns = host_monotonic_ns();

	for (size_t i = 0; i < KEPT_MAX; i++)
		if (kept->entries[i].pid && kept->entries[i].until_ns <= now_ns)
			let_go(&kept->entries[i]);
}

static bool is_one_too_many(struct kept_roots *kept, uint64_t now_ns)
{
	if (now_ns - kept->window_ns >= SECOND_NS) {
		kept->window_ns = now_ns;
		kept->in_window = 0;
	}
	return ++kept->in_window > KEPT_A_SECOND;
}

void kept_roots_add(struct kept_roots *kept, pid_t pid)
{
	struct kept *entry = &kept->entries[kept->next++ % KEPT_MAX];
	uint64_t now_ns = host_monotonic_ns();

	let_go(entry);
	if (is_one_too_many(kept, now_ns) || root_open_own(pid, &entry->root))
		return;
	entry->pid = pid;
	entry->until_ns = now_ns + SECOND_NS;
}

int kept_roots_open(const struct kept_roots *kept, pid_t pid, const struct event_root *wanted,
		    uint64_t budget_ns, struct root *out)
{
	if (!root_open_own(pid, out)) {
		out->device = wanted->device;
		return 0;
	}
	for (size_t i = 0; i < KEPT_MAX; i++)
		if (kept->entries[i].pid == pid &&
		    !root_copy(&kept->entries[i].root, wanted, out))
			return 0;
	return root_open(pid, wanted, budget_ns, out);
}
