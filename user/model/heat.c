/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/model/heat.h"

#include <stdlib.h>

#include "include/aggregate.h"

struct context_heat {
	uint64_t calls;		/* since the last look */
	bool sampled;
	uint8_t cool;		/* looks in a row */
};

struct heat {
	struct context_heat contexts[CONTEXTS_MAX];
	uint64_t looked_ns;
};

struct heat *heat_new(void)
{
	return calloc(1, sizeof(struct heat));
}

void heat_free(struct heat *heat)
{
	free(heat);
}

void heat_add(struct heat *heat, uint32_t context, uint64_t calls)
{
	if (context < CONTEXTS_MAX)
		heat->contexts[context].calls += calls;
}

void heat_forget(struct heat *heat, uint32_t context)
{
	if (context < CONTEXTS_MAX)
		heat->contexts[context] = (struct context_heat){ .calls = 0 };
}

/* True when it changes. */
static bool turn(struct context_heat *context, double seconds, unsigned long limit)
{
	double rate = (double)context->calls / seconds;
	bool is_hot = limit == HEAT_ALWAYS ? context->calls
					   : limit != HEAT_NEVER && rate >= (double)limit;

	if (!context->sampled) {
		context->sampled = is_hot;
		context->cool = 0;
		return is_hot;
	}
	if (limit != HEAT_NEVER && (limit == HEAT_ALWAYS || rate >= (double)limit / 2)) {
		context->cool = 0;
		return false;
	}
	if (limit != HEAT_NEVER && ++context->cool < HEAT_COOL_LOOKS)
		return false;
	context->sampled = false;
	return true;
}

void heat_look(struct heat *heat, uint64_t now_ns, unsigned long limit, heat_tell tell,
	       void *closure)
{
	double seconds = (double)(now_ns - heat->looked_ns) / 1e9;

	if (heat->looked_ns && now_ns < heat->looked_ns + HEAT_LOOK_NS)
		return;
	for (uint32_t i = 1; i < CONTEXTS_MAX; i++) {
		struct context_heat *context = &heat->contexts[i];

		if (turn(context, seconds, limit))
			tell(closure, i, context->sampled);
		context->calls = 0;
	}
	heat->looked_ns = now_ns;
}
