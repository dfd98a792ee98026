/* SPDX-License-Identifier: BSD-2-Clause */
/* Facts in a request, as spans or as log records: grouped by whose they are. Internal. */
#ifndef SEAMARK_ENCODE_OTLP_FACTS_H
#define SEAMARK_ENCODE_OTLP_FACTS_H

#include "user/encode/otlp_resource.h"

#define OTLP_ITEM 2		/* a span's number in its scope, and a log record's */

/* The same message under other names. */
struct otlp_items {
	const char *resources;		/* "resourceSpans" */
	const char *scopes;
	const char *items;
	void (*item)(struct otlp_writer *writer, const struct fact *fact);
};

/* The whole request; nothing when count is 0. */
void otlp_facts(struct buffer *out, enum otlp_format format, const struct otlp_agent *agent,
		const struct otlp_items *items, const struct fact *const *facts, size_t count);
/* What the resource does not say, verdict and all, and how much found no room. */
void otlp_fact_attributes(struct otlp_writer *writer, uint32_t number, uint32_t dropped,
			  const struct fact *fact);

#endif
