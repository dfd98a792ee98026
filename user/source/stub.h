/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What stands in for attach cookies on kernels without them: for each site a program of a dozen
 * instructions that knows the site's cookie, leaves it for this CPU, and goes on by tail call.
 */
#ifndef SEAMARK_STUB_H
#define SEAMARK_STUB_H

#include "include/go_layout.h"
#include "user/source/source.h"

/* Puts the programs that stubs go on to into their table. Negative errno. */
int stubs_prepare(const struct source *source);

/*
 * A perf event at the site's offset in the file at path, for all processes, with the site's stub.
 * Returns the event's descriptor, the caller's to close, which detaches; or a negative errno.
 */
int stub_attach(const struct source *source, enum stub_target target, const char *path,
		const struct source_site *site);

#endif
