/* SPDX-License-Identifier: BSD-2-Clause */
/* A list of groups: there are few, and each is looked for only when something failed. */
#include "user/verdict/diagnosis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct diagnosis {
	struct diagnosis_group **groups;
	size_t count;
	size_t max;
	uint64_t beyond;
	struct diagnosis_total totals[EVENT_MAX];
};

struct diagnosis *diagnosis_new(size_t groups_max)
{
	struct diagnosis *diagnosis = calloc(1, sizeof(*diagnosis));

	if (!diagnosis)
		return NULL;
	diagnosis->groups = calloc(groups_max, sizeof(*diagnosis->groups));
	diagnosis->max = groups_max;
	if (!diagnosis->groups) {
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
		free(diagnosis->groups[i]);
	free(diagnosis->groups);
	free(diagnosis);
}

static void copy_text(char *into, size_t size, const char *text)
{
	snprintf(into, size, "%s", text ? text : "");
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
	       !strcmp(group->reason, wanted->reason) &&
	       !strcmp(group->program, wanted->program) &&
	       !strcmp(group->container, wanted->container);
}

static struct diagnosis_group *find(struct diagnosis *diagnosis,
				    const struct diagnosis_group *wanted)
{
	for (size_t i = 0; i < diagnosis->count; i++)
		if (belongs(diagnosis->groups[i], wanted))
			return diagnosis->groups[i];
	return NULL;
}

static struct diagnosis_group *add_group(struct diagnosis *diagnosis,
					 const struct diagnosis_group *wanted,
					 const struct fact *fact)
{
	struct diagnosis_group *group;

	if (diagnosis->count == diagnosis->max)
		return NULL;
	group = malloc(sizeof(*group));
	if (!group)
		return NULL;
	*group = *wanted;
	group->example = *fact;
	group->example.verdict = NULL;
	group->first_unix_ns = fact->time_unix_ns;
	group->has_verdict = fact->verdict != NULL;
	if (fact->verdict)
		group->verdict = *fact->verdict;
	diagnosis->groups[diagnosis->count++] = group;
	return group;
}

static void add_failure(struct diagnosis *diagnosis, const struct fact *fact)
{
	const struct attributes *attributes = &fact->attributes;
	struct diagnosis_group wanted = { .kind = fact->kind, .outcome = fact->outcome };
	struct diagnosis_group *group;

	copy_text(wanted.program, sizeof(wanted.program),
		  attributes_string(attributes, ATTRIBUTE_PROCESS_EXECUTABLE_NAME));
	copy_text(wanted.container, sizeof(wanted.container),
		  attributes_string(attributes, ATTRIBUTE_CONTAINER_ID));
	copy_text(wanted.reason, sizeof(wanted.reason), reason_of(fact));
	group = find(diagnosis, &wanted);
	if (!group)
		group = add_group(diagnosis, &wanted, fact);
	if (!group) {
		diagnosis->beyond++;
		return;
	}
	group->count++;
	group->last_unix_ns = fact->time_unix_ns;
}

void diagnosis_add(struct diagnosis *diagnosis, const struct fact *fact)
{
	struct diagnosis_total *total = &diagnosis->totals[fact->kind];

	total->by_outcome[fact->outcome]++;
	histogram_add(&total->durations, fact->duration_ns);
	if (fact->outcome != OUTCOME_OK && !(fact->verdict && fact->verdict->harmless))
		add_failure(diagnosis, fact);
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
	return index < diagnosis->count ? diagnosis->groups[index] : NULL;
}

uint64_t diagnosis_beyond(const struct diagnosis *diagnosis)
{
	return diagnosis->beyond;
}
