/* SPDX-License-Identifier: BSD-2-Clause */
/* A fact as an entry of systemd's journal, in its native protocol. */
#ifndef SEAMARK_ENCODE_JOURNAL_H
#define SEAMARK_ENCODE_JOURNAL_H

#include "user/model/buffer.h"
#include "user/model/fact.h"

/*
 * Fields as systemd.io/JOURNAL_NATIVE_PROTOCOL has them. MESSAGE is what happened, why, and what
 * mends it; TRACE_ID and SPAN_ID are hexadecimal; attributes keep their names in capitals, with _
 * for a point. CONTAINER_ID is given whole and by its first twelve digits, as container runtimes
 * log it, so that one match shows the program's own lines, too. SEAMARK_EVENT, SEAMARK_OUTCOME,
 * SEAMARK_CAUSE and SEAMARK_DURATION_NS say the rest.
 */
void encode_journal_entry(struct buffer *out, const struct fact *fact);

#endif
