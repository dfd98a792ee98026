/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers are those of opentelemetry/proto/trace/v1 and logs/v1, which are the same up to here. */
#include "user/encode/otlp_facts.h"

#include <string.h>

#include "user/verdict/verdict.h"

enum {
	RESOURCE_ITEMS = 1,
	SCOPE_ITEMS = 2,
};

static void verdict_attributes(struct otlp_writer *writer, uint32_t number,
			       const struct verdict *verdict)
{
	char key[EVIDENCE_KEY_SIZE + 32] = "seamark.verdict.evidence.";
	const size_t prefix = strlen(key);

	otlp_attribute_text(writer, number, "seamark.verdict.cause", verdict->cause);
	otlp_attribute_text(writer, number, "seamark.verdict.explanation",
			    verdict->explanation);
	if (verdict->fix_count)
		otlp_attribute_text(writer, number, "seamark.verdict.fix",
				    verdict->fixes[0]);
	for (size_t i = 0; i < verdict->evidence_count; i++) {
		strncpy(key + prefix, verdict->evidence[i].key, EVIDENCE_KEY_SIZE);
		otlp_attribute_text(writer, number, key, verdict->evidence[i].value);
	}
}

void otlp_fact_attributes(struct otlp_writer *writer, uint32_t number, uint32_t dropped,
			  const struct fact *fact)
{
	otlp_list(writer, "attributes");
	for (size_t i = 0; i < fact->attributes.count; i++)
		if (!otlp_is_resource_key(fact->attributes.items[i].key))
			otlp_attribute(writer, number, &fact->attributes,
				       &fact->attributes.items[i]);
	otlp_attribute_text(writer, number, "seamark.outcome",
			    outcome_name(fact->outcome));
	otlp_attribute_text(writer, number, "seamark.error.go_type", fact->go_type);
	if (fact->verdict)
		verdict_attributes(writer, number, fact->verdict);
	otlp_list_end(writer);
	if (fact->attributes.left_out)
		otlp_enum(writer, dropped, "droppedAttributesCount",
			  fact->attributes.left_out);
}

/* Is there an earlier fact of the same resource? Then it stands with that one. */
static bool is_first_of_resource(const struct fact *const *facts, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (otlp_same_resource(&facts[i]->attributes, &facts[index]->attributes))
			return false;
	return true;
}

static void resource_items(struct otlp_writer *writer, const struct otlp_agent *agent,
			   const struct otlp_items *items,
			   const struct fact *const *facts, size_t first, size_t count)
{
	const struct attributes *who = &facts[first]->attributes;

	otlp_open(writer, RESOURCE_ITEMS, NULL);
	otlp_resource(writer, agent, who);
	otlp_list(writer, items->scopes);
	otlp_open(writer, SCOPE_ITEMS, NULL);
	otlp_scope(writer, agent);
	otlp_list(writer, items->items);
	for (size_t i = first; i < count; i++)
		if (otlp_same_resource(&facts[i]->attributes, who))
			items->item(writer, facts[i]);
	otlp_list_end(writer);
	otlp_close(writer);
	otlp_list_end(writer);
	otlp_close(writer);
}

void otlp_facts(struct buffer *out, enum otlp_format format, const struct otlp_agent *agent,
		const struct otlp_items *items, const struct fact *const *facts, size_t count)
{
	struct otlp_writer writer;

	if (!count)
		return;
	otlp_begin(&writer, out, format);
	otlp_list(&writer, items->resources);
	for (size_t i = 0; i < count; i++)
		if (is_first_of_resource(facts, i))
			resource_items(&writer, agent, items, facts, i, count);
	otlp_list_end(&writer);
	otlp_end(&writer);
}
