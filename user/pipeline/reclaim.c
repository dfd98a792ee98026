/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/pipeline/reclaim.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/lifetime.h"
#include "user/source/numbers.h"

#define CROWDED_LOOKS	4	/* so many times as often where more than half is in use */

/* What runs, and where: a context without its number. */
struct running {
	struct context_key *keys;
	size_t count, room;
	bool failed;			/* out of memory: not all are there */
	bool programs[PROGRAMS_MAX];
};

struct reclaim {
	struct source *source;
	struct discovery *discovery;
	struct reclaim_options options;
	uint64_t looked_ns;
	bool crowded;
	struct running running;
	struct context_key contexts[CONTEXTS_MAX];	/* as of the last look; 0: free */
	struct context_key contexts_now[CONTEXTS_MAX];
	struct lifetime context_lives[CONTEXTS_MAX];
	bool retired[CONTEXTS_MAX], found[CONTEXTS_MAX], gone[CONTEXTS_MAX];
	struct program_key programs[PROGRAMS_MAX];	/* as of this look; 0: nobody finds it */
	struct lifetime program_lives[PROGRAMS_MAX];
	bool referred[PROGRAMS_MAX];			/* by a context */
};

struct reclaim *reclaim_new(struct source *source, struct discovery *discovery,
			    const struct reclaim_options *options)
{
	struct reclaim *reclaim = calloc(1, sizeof(*reclaim));

	if (!reclaim)
		return NULL;
	reclaim->source = source;
	reclaim->discovery = discovery;
	reclaim->options = *options;
	return reclaim;
}

void reclaim_free(struct reclaim *reclaim)
{
	if (reclaim)
		free(reclaim->running.keys);
	free(reclaim);
}

static int compare(const void *left, const void *right)
{
	return memcmp(left, right, sizeof(struct context_key));
}

static void take_running(void *context, const struct event_header *record)
{
	const struct event_process_start *event = (const struct event_process_start *)record;
	struct running *running = context;
	struct context_key *grown;

	if (event->program < PROGRAMS_MAX)
		running->programs[event->program] = true;
	if (running->count == running->room) {
		running->room = running->room * 2 ?: 256;
		grown = reallocarray(running->keys, running->room, sizeof(*grown));
		running->failed |= !grown;
		if (!grown) {
			running->room = running->count;
			return;
		}
		running->keys = grown;
	}
	running->keys[running->count++] = (struct context_key){
		.cgroup_id = record->cgroup_id, .program = event->program,
	};
}

static bool list_running(struct reclaim *reclaim)
{
	struct running *running = &reclaim->running;

	running->count = 0;
	running->failed = false;
	memset(running->programs, 0, sizeof(running->programs));
	if (source_list_processes(reclaim->source, take_running, running) || running->failed)
		return false;
	qsort(running->keys, running->count, sizeof(*running->keys), compare);
	return true;
}

static bool runs(const struct running *running, const struct context_key *key)
{
	return running->count && bsearch(key, running->keys, running->count,
					 sizeof(*running->keys), compare);
}

static bool is_free(const struct context_key *key)
{
	return !key->cgroup_id;
}

/* One that was given to somebody else since is looked at from the beginning. */
static void know_contexts(struct reclaim *reclaim)
{
	const struct lifetime new_life = { .retired = false };

	for (uint32_t i = 1; i < CONTEXTS_MAX; i++)
		if (compare(&reclaim->contexts[i], &reclaim->contexts_now[i]))
			reclaim->context_lives[i] = new_life;
	memcpy(reclaim->contexts, reclaim->contexts_now, sizeof(reclaim->contexts));
}

/* Threads that kept a number whose context nobody is in: they are sent to look for their own. */
static bool find_left_behind(struct reclaim *reclaim)
{
	bool any = false;

	for (uint32_t i = 1; i < CONTEXTS_MAX; i++) {
		reclaim->retired[i] = reclaim->context_lives[i].retired;
		any |= reclaim->retired[i];
	}
	memset(reclaim->found, 0, sizeof(reclaim->found));
	return !any || source_leave_contexts(reclaim->source, reclaim->retired, reclaim->found);
}

/* How many have ended, in gone. */
static uint32_t look_at_contexts(struct reclaim *reclaim)
{
	uint32_t ended = 0, held = 0;

	if (!find_left_behind(reclaim))
		return 0;
	memset(reclaim->gone, 0, sizeof(reclaim->gone));
	for (uint32_t i = 1; i < CONTEXTS_MAX; i++) {
		const struct context_key *key = &reclaim->contexts[i];
		enum lifetime_step step;

		if (is_free(key))
			continue;
		held++;
		step = lifetime_look(&reclaim->context_lives[i],
				     runs(&reclaim->running, key) || reclaim->found[i], true);
		if (step == LIFETIME_RETIRES)
			source_retire_context(reclaim->source, i, key);
		reclaim->gone[i] = step == LIFETIME_ENDS;
		ended += reclaim->gone[i];
	}
	reclaim->crowded = held > CONTEXTS_MAX / 2;
	return ended;
}

static void release_contexts(struct reclaim *reclaim)
{
	struct record_context nobody = { .cgroup_id = 0 };

	if (reclaim->options.read_counts(reclaim->options.context))
		return;
	source_release_contexts(reclaim->source, reclaim->gone);
	for (uint32_t i = 1; i < CONTEXTS_MAX; i++) {
		if (!reclaim->gone[i])
			continue;
		memset(&reclaim->contexts[i], 0, sizeof(reclaim->contexts[i]));
		nobody.context = i;
		reclaim->options.tell(reclaim->options.context, RECORD_CONTEXT, &nobody,
				      sizeof(nobody));
	}
}

static void release_program(struct reclaim *reclaim, uint32_t program)
{
	const struct record_program nobody = { .program = program, .kind = PROGRAM_UNKNOWN };

	source_release_program(reclaim->source, program);
	reclaim->options.tell(reclaim->options.context, RECORD_PROGRAM, &nobody, sizeof(nobody));
}

static void refer(struct reclaim *reclaim)
{
	memset(reclaim->referred, 0, sizeof(reclaim->referred));
	for (uint32_t i = 1; i < CONTEXTS_MAX; i++)
		if (!is_free(&reclaim->contexts[i]) &&
		    reclaim->contexts[i].program < PROGRAMS_MAX)
			reclaim->referred[reclaim->contexts[i].program] = true;
}

static int compare_unused(const void *left, const void *right)
{
	const uint16_t *one = left, *other = right;

	return (*one < *other) - (*one > *other);
}

/*
 * A program that is found again is parsed again, so numbers are only taken where more than half of
 * all are in use, and from those who were unused the longest. Looks after which one is taken.
 */
static uint32_t looks_to_retire(struct reclaim *reclaim, int known)
{
	uint16_t unused[PROGRAMS_MAX];
	size_t count = 0, many = known > PROGRAMS_MAX / 2 ? (size_t)known - PROGRAMS_MAX / 2 : 0;

	for (uint32_t i = 1; i < PROGRAMS_MAX; i++)
		if (reclaim->programs[i].inode)
			unused[count++] = reclaim->program_lives[i].unused;
	if (!many || many >= count)
		return UINT32_MAX;
	qsort(unused, count, sizeof(*unused), compare_unused);
	return unused[many];
}

static void look_at_programs(struct reclaim *reclaim)
{
	int known = source_programs(reclaim->source, reclaim->programs);
	uint32_t looks;

	if (known < 0)
		return;
	reclaim->crowded |= known > PROGRAMS_MAX / 2;
	looks = looks_to_retire(reclaim, known);
	refer(reclaim);
	for (uint32_t i = 1; i < PROGRAMS_MAX; i++) {
		bool used = reclaim->running.programs[i] || reclaim->referred[i];
		struct lifetime *life = &reclaim->program_lives[i];
		enum lifetime_step step;

		/* Free: neither found, nor on its way to be. */
		if (!reclaim->programs[i].inode && !life->retired)
			continue;
		step = lifetime_look(life, used, life->unused >= looks);
		if (step == LIFETIME_STAYS)
			continue;
		/* Only once its file is let go. */
		if (!discovery_release(reclaim->discovery, i))
			life->retired = step == LIFETIME_ENDS;
		else if (step == LIFETIME_RETIRES)
			source_retire_program(reclaim->source, &reclaim->programs[i]);
		else
			release_program(reclaim, i);
	}
}

void reclaim_set_look(struct reclaim *reclaim, uint64_t look_ns)
{
	reclaim->options.look_ns = look_ns;
}

void reclaim_turn(struct reclaim *reclaim, uint64_t now_ns)
{
	uint64_t wait_ns;
	bool is_first;

	if (!reclaim)
		return;
	wait_ns = reclaim->options.look_ns;
	if (reclaim->crowded)
		wait_ns /= CROWDED_LOOKS;
	if (reclaim->looked_ns && now_ns - reclaim->looked_ns < wait_ns)
		return;
	is_first = !reclaim->looked_ns;
	reclaim->looked_ns = now_ns;
	if (is_first)
		return;
	/* The keys first: who gets one later runs while processes are listed, or has ended. */
	if (source_contexts(reclaim->source, reclaim->contexts_now) || !list_running(reclaim))
		return;
	know_contexts(reclaim);
	if (look_at_contexts(reclaim))
		release_contexts(reclaim);
	look_at_programs(reclaim);
}
