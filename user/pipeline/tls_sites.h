/* SPDX-License-Identifier: BSD-2-Clause */
/* From what a report says of an executable to probes on it, under a lease. */
#ifndef SEAMARK_TLS_SITES_H
#define SEAMARK_TLS_SITES_H

#include "user/gobin/report.h"
#include "user/pipeline/known_files.h"
#include "user/source/source.h"

/* What the kernel half must know of the executable. Both sides spell "not known" as -1. */
void tls_layout(const struct gobin_report *report, struct go_layout *out);

/*
 * Attaches to what the report found in the file behind file->fd. 0 with file->link set; -ENOENT,
 * -EILSEQ when there is no site: file->told.tls says why; -EAGAIN: the file changed since it was
 * looked at; else a negative errno of attaching.
 */
int tls_attach(struct source *source, struct known_file *file, const struct gobin_report *report,
	       bool leases, bool expedites);
void tls_detach(struct known_file *file);
void tls_detach_all(struct known_files *files);

#endif
