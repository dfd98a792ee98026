/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The roots of processes that have just begun, kept open for a moment: a container that lives for
 * milliseconds is gone before anyone looks at its files. Not longer, since what is kept open can't
 * be unmounted for good; and few, since storms of processes must not cost more than they are worth.
 */
#ifndef SEAMARK_KEPT_ROOTS_H
#define SEAMARK_KEPT_ROOTS_H

#include "user/host/root.h"

struct kept_roots;

struct kept_roots *kept_roots_new(void);
void kept_roots_free(struct kept_roots *kept);
void kept_roots_add(struct kept_roots *kept, pid_t pid);
/* The process has ended, and all that it did was looked at. */
void kept_roots_drop(struct kept_roots *kept, pid_t pid);
/* Lets go of what was kept long enough. */
void kept_roots_expire(struct kept_roots *kept);

/*
 * As root_open(), but a process that is gone is stood in for by what was kept of it first. *out is
 * the caller's, for root_close().
 */
int kept_roots_open(const struct kept_roots *kept, pid_t pid, const struct event_root *wanted,
		    uint64_t budget_ns, struct root *out);

#endif
