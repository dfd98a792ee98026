/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which programs make so many system calls that timing each would cost them: by the calls that were
 * counted between two looks. Who was too hot stays sampled until it is clearly less so, since being
 * sampled changes nothing of the count, but flapping would of what the durations mean.
 */
#ifndef SEAMARK_HEAT_H
#define SEAMARK_HEAT_H

#include <stdbool.h>
#include <stdint.h>

#define HEAT_LOOK_NS		1000000000ULL	/* between two looks at least */
#define HEAT_COOL_LOOKS		2	/* in a row below half of the limit */
#define HEAT_NEVER		0UL	/* limits: nobody is too hot, */
#define HEAT_ALWAYS		(~0UL)	/* or who makes any call at all */

struct heat;

/* NULL: out of memory. */
struct heat *heat_new(void);
void heat_free(struct heat *heat);
/* Calls of a context (include/aggregate.h), counted since the last time. */
void heat_add(struct heat *heat, uint32_t context, uint64_t calls);

/* The number is somebody else's now. */
void heat_forget(struct heat *heat, uint32_t context);

typedef void (*heat_tell)(void *closure, uint32_t context, bool sampled);
/* Tells of each context that changes. limit: calls a second. */
void heat_look(struct heat *heat, uint64_t now_ns, unsigned long limit, heat_tell tell,
	       void *closure);

#endif
