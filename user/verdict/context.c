/* SPDX-License-Identifier: BSD-2-Clause */
/* Where the texts of a context lie: a text that is not in this table is not checked. */
#include "user/verdict/context.h"

#include <string.h>

#define TEXT(member) { offsetof(struct verdict_context, member), \
		       sizeof(((struct verdict_context *)0)->member) }

static const struct {
	size_t offset;
	size_t size;
} texts[] = {
	TEXT(holder.program), TEXT(holder.container), TEXT(holder.address), TEXT(holder.state),
	TEXT(listener.program), TEXT(listener.container), TEXT(listener.address),
	TEXT(path.at),
	TEXT(listener.network_addresses),
	TEXT(route.type), TEXT(route.prefix), TEXT(race.winner),
	TEXT(guard.modules), TEXT(guard.label),
	TEXT(trust.bundle), TEXT(trust.issuer), TEXT(trust.subject), TEXT(trust.names),
	TEXT(trust.system), TEXT(trust.libc), TEXT(trust.common_name),
	TEXT(local_addresses), TEXT(runtime),
};

bool verdict_context_is_sound(const struct verdict_context *context)
{
	const char *bytes = (const char *)context;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!memchr(bytes + texts[i].offset, '\0', texts[i].size))
			return false;
	return true;
}
