/* SPDX-License-Identifier: BSD-2-Clause */
/* A short list of hashes to look through, and the groups behind it: a flood stays cheap. */
#include "user/verdict/diagnosis.h"

#include <stdlib.h>
#include <string.h>

#include "user/model/printable.h"

#define HASH_START	14695981039346656037ULL		/* FNV-1a */
#define HASH_FACTOR	1099511628211ULL

struct entry {
	uint64_t hash;
	uint64_t turn;			/* of its last failure: no clock can step back */
	struct diagnosis_group *group;
};

struct diagnosis {
	struct entry *entries;
	size_t count;
	size_t max;
	uint64_t since_unix_ns;
	uint64_t turn;
	uint64_t beyond;
	uint64_t gave_way;
	struct diagnosis_total totals[EVENT_MAX];
};

struct diagnosis *diagnosis_new(size_t groups_max, uint64_t since_unix_ns)
{
	struct diagnosis *diagnosis = calloc(1, sizeof(*diagnosis));

	if (!diagnosis)
		return NULL;
	diagnosis->entries = calloc(groups_max, sizeof(*diagnosis->entries));
	diagnosis->max = groups_max;
	diagnosis->since_unix_ns = since_unix_ns;
	if (!diagnosis->entries) {
		free(diagnosis);
		return NULL;
	}
	return diagnosis;
}

void diagnosis_free(struct diagnosis *diagnosis)
{
	if (!diagnosis)
		return;
	for (size_t i = 0; i < diagnosis->count; i++)
		free(diagnosis->entries[i].group);
	free(diagnosis->entries);
	free(diagnosis);
}

/* What does not fit is cut off between two characters. */
static void copy_text(char *into, size_t size, const char *text)
{
	size_t left = text ? strlen(text) : 0, used = 0, length;

	while (left && (length = utf8_length(text + used, left)) && used + length < size) {
		used += length;
		left -= length;
	}
	if (used)
		memcpy(into, text, used);
	into[used] = '\0';
}

static const char *reason_of(const struct fact *fact)
{
	const char *type = attributes_string(&fact->attributes, ATTRIBUTE_ERROR_TYPE);

	if (fact->verdict)
		return fact->verdict->cause;
	return type ? type : outcome_name(fact->outcome);
}

static bool belongs(const struct diagnosis_group *group, const struct diagnosis_group *wanted)
{
	return group->kind == wanted->kind && group->outcome == wanted->outcome &&
	       group->has_verdict == wanted->has_verdict &&
	       !strcmp(group->reason, wanted->reason) &&
	       !strcmp(group->program, wanted->program) &&
	       !strcmp(group->container, wanted->container);
}

static uint64_t hash_bytes(uint64_t hash, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * HASH_FACTOR;
	return hash;
}

/* With their NULs, so that what one text ends with can't begin the next. */
static uint64_t hash_of(const struct diagnosis_group *group)
{
	uint64_t hash = HASH_START ^ ((uint64_t)group->kind << 8 | (uint64_t)group->outcome);

	hash = hash_bytes(hash, group->reason, strlen(group->reason) + 1);
	hash = hash_bytes(hash, group->program, strlen(group->program) + 1);
	return hash_bytes(hash, group->container, strlen(group->container) + 1);
}

static struct entry *find(struct diagnosis *diagnosis, uint64_t hash,
			  const struct diagnosis_group *wanted)
{
	for (struct entry *one = diagnosis->entries; one < diagnosis->entries + diagnosis->count;
	     one++)
		if (one->hash == hash && belongs(one->group, wanted))
			return one;
	return NULL;
}

static struct entry *longest_ago(struct diagnosis *diagnosis)
{
	struct entry *oldest = diagnosis->entries;

	for (size_t i = 1; i < diagnosis->count; i++)
		if (diagnosis->entries[i].turn < oldest->turn)
			oldest = &diagnosis->entries[i];
	return oldest;
}

/* A new group, or the one that gives way; NULL: there is neither. */
static struct entry *take_entry(struct diagnosis *diagnosis)
{
	struct entry *entry = &diagnosis->entries[diagnosis->count];

	if (diagnosis->count < diagnosis->max) {
		entry->group = malloc(sizeof(*entry->group));
		if (entry->group) {
			diagnosis->count++;
			return entry;
		}
	}
	if (!diagnosis->count)
		return NULL;
	entry = longest_ago(diagnosis);
	diagnosis->beyond += entry->group->count;
	diagnosis->gave_way++;
	return entry;
}

static struct entry *add_entry(struct diagnosis *diagnosis, uint64_t hash,
			       const struct diagnosis_group *wanted)
{
	struct entry *entry = take_entry(diagnosis);

	if (!entry)
		return NULL;
	entry->hash = hash;
	*entry->group = *wanted;
	return entry;
}

/* The latest tells most about now, unless there was no time to gather as much evidence for it. */
static void keep_example(struct diagnosis_group *group, const struct fact *fact,
			 const struct verdict_context *context)
{
	if (group->count && fact->verdict &&
	    fact->verdict->evidence_count < group->verdict.evidence_count)
		return;
	group->example = *fact;
	group->example.verdict = NULL;
	group->has_context = fact->verdict && context;
	if (fact->verdict)
		group->verdict = *fact->verdict;
	if (group->has_context)
		group->context = *context;
}

static void count_failure(struct diagnosis_group *group, const struct fact *fact,
			  const struct verdict_context *context)
{
	keep_example(group, fact, context);
	if (!group->count++ || fact->time_unix_ns < group->first_unix_ns)
		group->first_unix_ns = fact->time_unix_ns;
	if (fact->time_unix_ns > group->last_unix_ns)
		group->last_unix_ns = fact->time_unix_ns;
}

static void add_failure(struct diagnosis *diagnosis, const struct fact *fact,
			const struct verdict_context *context)
{
	const struct attributes *attributes = &fact->attributes;
	struct diagnosis_group wanted = { .kind = fact->kind, .outcome = fact->outcome,
					  .has_verdict = fact->verdict != NULL };
	struct entry *entry;
	uint64_t hash;

	copy_text(wanted.program, sizeof(wanted.program),
		  attributes_string(attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME));
	copy_text(wanted.container, sizeof(wanted.container),
		  attributes_string(attributes, ATTRIBUTE_CONTAINER_ID));
	copy_text(wanted.reason, sizeof(wanted.reason), reason_of(fact));
	hash = hash_of(&wanted);
	entry = find(diagnosis, hash, &wanted);
	if (!entry)
		entry = add_entry(diagnosis, hash, &wanted);
	if (!entry) {
		diagnosis->beyond++;
		return;
	}
	entry->turn = ++diagnosis->turn;
	count_failure(entry->group, fact, context);
}

void diagnosis_add(struct diagnosis *diagnosis, const struct fact *fact,
		   const struct verdict_context *context)
{
	struct diagnosis_total *total = &diagnosis->totals[fact->kind];

	total->by_outcome[fact->outcome]++;
	if (!fact->unmeasured)
		histogram_add(&total->durations, fact->duration_ns);
	if (fact->outcome != OUTCOME_OK && !(fact->verdict && fact->verdict->harmless))
		add_failure(diagnosis, fact, context);
}

const struct verdict *diagnosis_verdict(const struct diagnosis_group *group,
					enum language language, struct verdict *room)
{
	if (group->has_context && verdict_of(&group->example, &group->context, language, room))
		return room;
	return &group->verdict;
}

bool diagnosis_is_no_failure(const struct diagnosis_group *group)
{
	if (!group->has_verdict)
		return group->outcome == OUTCOME_CANCELLED;
	return !strcmp(group->reason, "happy_eyeballs_loser") ||
	       !strcmp(group->reason, "cancelled");
}

static int rank(const struct diagnosis_group *group)
{
	return diagnosis_is_no_failure(group) ? 2 : !group->has_verdict;
}

static int compare(const void *left, const void *right)
{
	const struct entry *one = left, *other = right;
	int ranks = rank(one->group) - rank(other->group);

	if (ranks)
		return ranks;
	if (one->group->count != other->group->count)
		return one->group->count > other->group->count ? -1 : 1;
	return one->turn > other->turn ? -1 : 1;
}

void diagnosis_sort(struct diagnosis *diagnosis)
{
	qsort(diagnosis->entries, diagnosis->count, sizeof(*diagnosis->entries), compare);
}

uint64_t diagnosis_since(const struct diagnosis *diagnosis)
{
	return diagnosis->since_unix_ns;
}

const struct diagnosis_total *diagnosis_total(const struct diagnosis *diagnosis,
					      enum event_kind kind)
{
	return &diagnosis->totals[kind];
}

size_t diagnosis_count(const struct diagnosis *diagnosis)
{
	return diagnosis->count;
}

const struct diagnosis_group *diagnosis_group(const struct diagnosis *diagnosis, size_t index)
{
	return index < diagnosis->count ? diagnosis->entries[index].group : NULL;
}

uint64_t diagnosis_beyond(const struct diagnosis *diagnosis)
{
	return diagnosis->beyond;
}

uint64_t diagnosis_gave_way(const struct diagnosis *diagnosis)
{
	return diagnosis->gave_way;
}
