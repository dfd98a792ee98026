/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When a number may be given to somebody else. It is looked at now and then: one that was unused at
 * several looks in a row is retired, so that nobody finds it any more, and released only when it
 * was unused at as many looks again, since who had found it before may still use it.
 */
#ifndef SEAMARK_LIFETIME_H
#define SEAMARK_LIFETIME_H

#include <stdbool.h>
#include <stdint.h>

#define LIFETIME_UNUSED_LOOKS	2
#define LIFETIME_LOOKS_MAX	65535	/* none is counted beyond */

struct lifetime {
	bool retired;
	uint16_t unused;	/* looks in a row */
};

enum lifetime_step {
	LIFETIME_STAYS,
	LIFETIME_RETIRES,
	LIFETIME_ENDS,		/* it is free, and begins anew */
};

/* may_retire: false where numbers are plenty, and being found again costs something. */
enum lifetime_step lifetime_look(struct lifetime *lifetime, bool used, bool may_retire);

#endif
