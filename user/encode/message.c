/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/encode/message.h"

#include "user/verdict/verdict.h"

enum message_level message_level(const struct fact *fact)
{
	if (fact->kind == EVENT_SYSCALL_SLOW)
		return MESSAGE_NOTICE;
	if (fact->outcome != OUTCOME_ERROR || (fact->verdict && fact->verdict->harmless))
		return MESSAGE_INFO;
	return MESSAGE_WARNING;
}

void encode_message(struct buffer *out, const struct fact *fact)
{
	const char *type = attributes_string(&fact->attributes, ATTRIBUTE_ERROR_TYPE);
	const char *why = fact->verdict ? fact->verdict->cause : type;

	buffer_string(out, fact->name[0] ? fact->name : event_kind_name(fact->kind));
	buffer_string(out, ": ");
	buffer_string(out, why ? why : outcome_name(fact->outcome));
	if (!fact->verdict && fact->message[0])
		buffer_printf(out, "\n%s", fact->message);
	if (!fact->verdict)
		return;
	buffer_printf(out, "\n%s", fact->verdict->explanation);
	for (size_t i = 0; i < fact->verdict->fix_count; i++)
		buffer_printf(out, "\n%zu. %s", i + 1, fact->verdict->fixes[i]);
}
