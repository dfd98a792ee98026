/* SPDX-License-Identifier: BSD-2-Clause */
/* What the host adds to a failure, at once and within a bounded time: who holds the port. */
#ifndef SEAMARK_EVIDENCE_H
#define SEAMARK_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "include/event.h"
#include "user/verdict/verdict.h"

struct evidence_cache;

struct evidence_accounts {
	uint64_t searched;
	uint64_t skipped;		/* there was no time for it */
};

/* budget_ns: what all searches of one second may take. */
struct evidence_cache *evidence_cache_new(uint64_t budget_ns);
void evidence_cache_free(struct evidence_cache *cache);
void evidence_accounts(const struct evidence_cache *cache, struct evidence_accounts *out);

/* True when the host had something to add to this record: *out is filled. */
bool evidence_gather(struct evidence_cache *cache, const struct event_header *record,
		     struct verdict_context *out);

#endif
