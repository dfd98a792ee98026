/* SPDX-License-Identifier: BSD-2-Clause */
/* Why the handshakes of a program are not observed: by name, for metrics, and in words. */
#ifndef SEAMARK_PROGRAM_REASON_H
#define SEAMARK_PROGRAM_REASON_H

#include <stdbool.h>
#include <stddef.h>

#include "user/gobin/report.h"
#include "user/model/record.h"
#include "user/model/term.h"

#define PROGRAM_OBSERVED "observed"

/* Every word of the label handshakes, "observed" first; false beyond the last. */
bool program_reason_at(size_t index, struct term *out);
/* What a report gives no place to probe for: "packed", "no_crypto_tls"; NULL: they are observed. */
const char *program_reason_of(const struct gobin_report *report);
/* Whether it is Go as far as can be told; what is not is observed in nothing. */
enum program_kind program_kind_of(const struct gobin_report *report);

#endif
