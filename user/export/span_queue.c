/* SPDX-License-Identifier: BSD-2-Clause */
/* A circle of pointers; a copy has the verdict behind it only where there is one. */
#include "user/export/span_queue.h"

#include <stdlib.h>

#include "user/verdict/verdict.h"

struct entry {
	struct fact fact;
	struct verdict verdict[];
};

struct span_queue {
	size_t max;
	size_t start;
	size_t count;
	struct entry *entries[];
};

struct span_queue *span_queue_new(size_t max)
{
	struct span_queue *queue = calloc(1, sizeof(*queue) + max * sizeof(queue->entries[0]));

	if (queue)
		queue->max = max;
	return queue;
}

void span_queue_free(struct span_queue *queue)
{
	if (!queue)
		return;
	span_queue_remove(queue, queue->count);
	free(queue);
}

bool span_queue_add(struct span_queue *queue, const struct fact *fact)
{
	struct entry *entry;

	if (queue->count == queue->max)
		return false;
	entry = malloc(sizeof(*entry) + (fact->verdict ? sizeof(struct verdict) : 0));
	if (!entry)
		return false;
	entry->fact = *fact;
	if (fact->verdict) {
		entry->verdict[0] = *fact->verdict;
		entry->fact.verdict = entry->verdict;
	}
	queue->entries[(queue->start + queue->count++) % queue->max] = entry;
	return true;
}

size_t span_queue_count(const struct span_queue *queue)
{
	return queue->count;
}

void span_queue_first(const struct span_queue *queue, const struct fact **facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		facts[i] = &queue->entries[(queue->start + i) % queue->max]->fact;
}

void span_queue_name(struct span_queue *queue, const struct names *names, const struct named *who)
{
	for (size_t i = 0; i < queue->count; i++) {
		struct fact *fact = &queue->entries[(queue->start + i) % queue->max]->fact;

		if (names_concern(who, fact->tgid, &fact->attributes))
			names_describe(names, fact->tgid, fact->time_ns, &fact->attributes);
	}
}

void span_queue_remove(struct span_queue *queue, size_t count)
{
	for (; count; count--, queue->count--) {
		free(queue->entries[queue->start]);
		queue->start = (queue->start + 1) % queue->max;
	}
}
