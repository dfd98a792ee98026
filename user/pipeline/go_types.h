/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one executable's file knows of its errors: names by the types' addresses, constant texts by
 * theirs. Fills in what the kernel could not read of a chain of errors.
 */
#ifndef SEAMARK_GO_TYPES_H
#define SEAMARK_GO_TYPES_H

#include "include/event.h"
#include "user/source/source.h"

struct gobin_report;
struct go_types;

/* NULL when out of memory. Nothing of report is kept. */
struct go_types *go_types_new(const struct gobin_report *report);
void go_types_free(struct go_types *types);
/* Tells the kernel which types of the program it is to look into. */
int go_types_tell(const struct go_types *types, struct source *source, uint32_t program);

/* And that what it was told is so no more. */
void go_types_untell(const struct go_types *types, struct source *source, uint32_t program);

/* Is there a text or a number in it that only the file can tell? */
bool go_types_wants_file(const struct event_tls_failed *event);
/* fd: the executable, -1: not at hand. What can't be told is left empty. types may be NULL. */
void go_types_fill(const struct go_types *types, int fd, struct event_tls_failed *event);

#endif
