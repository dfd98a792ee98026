/* SPDX-License-Identifier: BSD-2-Clause */
/* What an HTTP client says that it takes. */
#ifndef SEAMARK_ENCODE_NEGOTIATE_H
#define SEAMARK_ENCODE_NEGOTIATE_H

#include <stdbool.h>

#include "user/encode/openmetrics.h"

/* accept: the header's value, NULL when there was none. Text 0.0.4 unless OpenMetrics is wanted. */
enum exposition negotiate_exposition(const char *accept);
/* accept_encoding: the header's value, or NULL. */
bool negotiate_gzip(const char *accept_encoding);

#endif
