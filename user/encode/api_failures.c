/* SPDX-License-Identifier: BSD-2-Clause */
/* Newest first; what is beyond is how many more there were. */
#include "user/encode/api_failures.h"

#include "user/encode/json.h"
#include "user/encode/lines.h"

void encode_api_failures(struct buffer *out, const struct recent *recent, size_t limit,
			 enum language language)
{
	struct recent_fact one;
	struct json json;
	size_t index = 0;

	json_begin(&json, out);
	json_open(&json, NULL, '{');
	json_open(&json, "failures", '[');
	for (; index < limit && recent_failure(recent, index, language, &one); index++)
		encode_fact(&json, &one.fact);
	json_close(&json, ']');
	json_unsigned(&json, "beyond", recent_failures_seen(recent) - index);
	json_close(&json, '}');
	buffer_byte(out, '\n');
}
