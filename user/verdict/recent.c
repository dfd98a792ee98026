/* SPDX-License-Identifier: BSD-2-Clause */
/* A packed fact is held by the list of failures, by a trace, or by both. */
#include "user/verdict/recent.h"

#include <stdlib.h>
#include <string.h>

#include "user/model/packed.h"

#define FACT_SIZE	sizeof(struct fact)
#define CONTEXT_SIZE	sizeof(struct verdict_context)
#define KEPT_MAX	(PACKED_MAX(FACT_SIZE) + PACKED_MAX(CONTEXT_SIZE))
#define ID_SIZE		80

_Static_assert(FACT_SIZE % PACK_WORD == 0, "packed by words");
_Static_assert(CONTEXT_SIZE % PACK_WORD == 0, "packed by words");

struct kept {
	unsigned int holders;
	uint32_t tgid;
	bool has_context;		/* it follows the fact */
	char container_id[ID_SIZE];
	size_t size;
	uint8_t *packed;
};

struct recent_trace {
	uint8_t id[TRACE_ID_SIZE];
	bool has_failed;
	size_t count;
	struct kept *spans[RECENT_SPANS];
};

struct recent {
	size_t bytes;
	struct kept *failures[RECENT_FAILURES];		/* oldest first */
	size_t failure_count;
	uint64_t failures_seen;
	struct recent_trace *traces[RECENT_TRACES];	/* oldest first */
	size_t trace_count;
	size_t well_count;				/* of traces: nothing failed */
	uint64_t traces_seen;
	struct fact fact;				/* on its way in or out */
	uint8_t packed[KEPT_MAX];
};

struct recent *recent_new(void)
{
	return calloc(1, sizeof(struct recent));
}

static size_t cost_of(const struct kept *kept)
{
	return sizeof(*kept) + kept->size;
}

static void release(struct recent *recent, struct kept *kept)
{
	if (--kept->holders)
		return;
	recent->bytes -= cost_of(kept);
	free(kept->packed);
	free(kept);
}

static void drop_failure(struct recent *recent)
{
	release(recent, recent->failures[0]);
	recent->failure_count--;
	memmove(recent->failures, recent->failures + 1,
		recent->failure_count * sizeof(recent->failures[0]));
}

static void drop_trace(struct recent *recent, size_t index)
{
	struct recent_trace *trace = recent->traces[index];

	for (size_t i = 0; i < trace->count; i++)
		release(recent, trace->spans[i]);
	recent->bytes -= sizeof(*trace);
	recent->well_count -= !trace->has_failed;
	free(trace);
	recent->trace_count--;
	memmove(recent->traces + index, recent->traces + index + 1,
		(recent->trace_count - index) * sizeof(recent->traces[0]));
}

/* Those in which all went well as long as they are the more. */
static void drop_a_trace(struct recent *recent)
{
	bool well = 2 * recent->well_count > recent->trace_count;
	size_t index = 0;

	while (recent->traces[index]->has_failed == well)
		index++;
	drop_trace(recent, index);
}

void recent_free(struct recent *recent)
{
	if (!recent)
		return;
	while (recent->failure_count)
		drop_failure(recent);
	while (recent->trace_count)
		drop_trace(recent, 0);
	free(recent);
}

static void keep_room(struct recent *recent)
{
	while (recent->bytes > RECENT_BYTES && recent->trace_count > 1)
		drop_a_trace(recent);
	while (recent->bytes > RECENT_BYTES && recent->failure_count > 1)
		drop_failure(recent);
}

/* What the last fact left behind in places that this one does not use. */
static void wipe(struct fact *fact)
{
	struct attributes *attributes = &fact->attributes;

	memset(attributes->items + attributes->count, 0,
	       sizeof(attributes->items) - attributes->count * sizeof(attributes->items[0]));
	memset(attributes->bytes + attributes->used, 0,
	       sizeof(attributes->bytes) - attributes->used);
	fact->verdict = NULL;
}

/* Into the bytes of a kept one that is new, or whose names changed. */
static bool pack_fact(struct recent *recent, struct kept *kept, const struct fact *fact,
		      const struct verdict_context *context)
{
	size_t size;
	uint8_t *packed;

	recent->fact = *fact;
	wipe(&recent->fact);
	size = pack(&recent->fact, FACT_SIZE, recent->packed);
	if (context)
		size += pack(context, CONTEXT_SIZE, recent->packed + size);
	packed = malloc(size);
	if (!packed)
		return false;
	memcpy(packed, recent->packed, size);
	free(kept->packed);
	kept->packed = packed;
	kept->size = size;
	return true;
}

static struct kept *keep(struct recent *recent, const struct fact *fact,
			 const struct verdict_context *context)
{
	const char *id = attributes_string(&fact->attributes, ATTRIBUTE_CONTAINER_ID);
	struct kept *kept = calloc(1, sizeof(*kept));

	if (!kept || !pack_fact(recent, kept, fact, context)) {
		free(kept);
		return NULL;
	}
	kept->tgid = fact->tgid;
	kept->has_context = context != NULL;
	if (id)
		strncpy(kept->container_id, id, ID_SIZE - 1);
	recent->bytes += cost_of(kept);
	return kept;
}

static void add_failure(struct recent *recent, struct kept *kept)
{
	if (recent->failure_count == RECENT_FAILURES)
		drop_failure(recent);
	kept->holders++;
	recent->failures[recent->failure_count++] = kept;
}

static struct recent_trace *find_trace(const struct recent *recent, const uint8_t *id)
{
	for (size_t i = recent->trace_count; i-- > 0;)
		if (!memcmp(recent->traces[i]->id, id, TRACE_ID_SIZE))
			return recent->traces[i];
	return NULL;
}

static struct recent_trace *new_trace(struct recent *recent, const uint8_t *id)
{
	struct recent_trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return NULL;
	if (recent->trace_count == RECENT_TRACES)
		drop_a_trace(recent);
	memcpy(trace->id, id, TRACE_ID_SIZE);
	recent->traces[recent->trace_count++] = trace;
	recent->well_count++;
	recent->bytes += sizeof(*trace);
	return trace;
}

static bool is_child(const struct span_context *span)
{
	return id_is_set(span->parent_span_id, SPAN_ID_SIZE);
}

/* A span without a parent begins a trace. */
static void add_span(struct recent *recent, struct kept *kept, const struct fact *fact, bool failed)
{
	struct recent_trace *trace = NULL;

	if (is_child(&fact->span))
		trace = find_trace(recent, fact->span.trace_id);
	if (!trace) {
		recent->traces_seen += !is_child(&fact->span);
		trace = new_trace(recent, fact->span.trace_id);
	}
	if (!trace || trace->count == RECENT_SPANS)
		return;
	kept->holders++;
	trace->spans[trace->count++] = kept;
	if (failed && !trace->has_failed) {
		trace->has_failed = true;
		recent->well_count--;
	}
}

void recent_add(struct recent *recent, const struct fact *fact,
		const struct verdict_context *context)
{
	bool failed = fact->outcome != OUTCOME_OK && !(fact->verdict && fact->verdict->harmless);
	bool is_span = fact->is_span && id_is_set(fact->span.trace_id, TRACE_ID_SIZE);
	struct kept *kept;

	recent->failures_seen += failed;
	if (!failed && !is_span)
		return;
	kept = keep(recent, fact, fact->verdict ? context : NULL);
	if (!kept)
		return;
	kept->holders = 1;
	if (failed)
		add_failure(recent, kept);
	if (is_span)
		add_span(recent, kept, fact, failed);
	release(recent, kept);
	keep_room(recent);
}

/* The context of the verdict behind it; false: it has none. */
static bool unpack_fact(const struct kept *kept, struct fact *fact,
			struct verdict_context *context)
{
	size_t size = unpack(kept->packed, fact, FACT_SIZE);

	if (kept->has_context)
		unpack(kept->packed + size, context, CONTEXT_SIZE);
	return kept->has_context;
}

static void give(const struct kept *kept, enum language language, struct recent_fact *out)
{
	struct verdict_context context;

	if (unpack_fact(kept, &out->fact, &context) &&
	    verdict_of(&out->fact, &context, language, &out->verdict))
		out->fact.verdict = &out->verdict;
}

static void name_one(struct recent *recent, struct kept *kept, const struct names *names,
		     const struct named *who)
{
	struct verdict_context context;
	struct fact fact;
	bool has_context;

	if (kept->tgid != who->tgid &&
	    !(who->container_id && !strcmp(who->container_id, kept->container_id)))
		return;
	has_context = unpack_fact(kept, &fact, &context);
	names_describe(names, fact.tgid, fact.time_ns, &fact.attributes);
	recent->bytes -= cost_of(kept);
	pack_fact(recent, kept, &fact, has_context ? &context : NULL);
	recent->bytes += cost_of(kept);
}

void recent_name(struct recent *recent, const struct names *names, const struct named *who)
{
	for (size_t i = 0; i < recent->failure_count; i++)
		name_one(recent, recent->failures[i], names, who);
	for (size_t i = 0; i < recent->trace_count; i++)
		for (size_t j = 0; j < recent->traces[i]->count; j++)
			name_one(recent, recent->traces[i]->spans[j], names, who);
	keep_room(recent);
}

size_t recent_bytes(const struct recent *recent)
{
	return recent->bytes;
}

size_t recent_failure_count(const struct recent *recent)
{
	return recent->failure_count;
}

uint64_t recent_failures_seen(const struct recent *recent)
{
	return recent->failures_seen;
}

bool recent_failure(const struct recent *recent, size_t index, enum language language,
		    struct recent_fact *out)
{
	if (index >= recent->failure_count)
		return false;
	give(recent->failures[recent->failure_count - 1 - index], language, out);
	return true;
}

size_t recent_trace_count(const struct recent *recent)
{
	return recent->trace_count;
}

uint64_t recent_traces_seen(const struct recent *recent)
{
	return recent->traces_seen;
}

const struct recent_trace *recent_trace(const struct recent *recent, size_t index)
{
	return index < recent->trace_count ? recent->traces[recent->trace_count - 1 - index] : NULL;
}

const struct recent_trace *recent_find_trace(const struct recent *recent,
					     const uint8_t trace_id[TRACE_ID_SIZE])
{
	return find_trace(recent, trace_id);
}

const uint8_t *recent_trace_id(const struct recent_trace *trace)
{
	return trace->id;
}

size_t recent_span_count(const struct recent_trace *trace)
{
	return trace->count;
}

bool recent_span(const struct recent_trace *trace, size_t index, enum language language,
		 struct recent_fact *out)
{
	if (index >= trace->count)
		return false;
	give(trace->spans[index], language, out);
	return true;
}
