/* SPDX-License-Identifier: BSD-2-Clause */
/* Spans that wait to be sent: copies of facts with their verdicts, first in, first out, bounded. */
#ifndef SEAMARK_SPAN_QUEUE_H
#define SEAMARK_SPAN_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/fact.h"
#include "user/model/names.h"

struct span_queue;

struct span_queue *span_queue_new(size_t max);
void span_queue_free(struct span_queue *queue);
/* False when it is full or there is no memory. */
bool span_queue_add(struct span_queue *queue, const struct fact *fact);
size_t span_queue_count(const struct span_queue *queue);
/* The first count facts, count <= span_queue_count(); live until span_queue_remove(). */
void span_queue_first(const struct span_queue *queue, const struct fact **facts, size_t count);
/* Names that came late, into the facts that they concern. */
void span_queue_name(struct span_queue *queue, const struct names *names,
		     const struct named *who);
void span_queue_remove(struct span_queue *queue, size_t count);

#endif
