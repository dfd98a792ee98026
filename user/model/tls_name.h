/* SPDX-License-Identifier: BSD-2-Clause */
/* TLS numbers as on the wire, by their registered names. NULL for a number without one; static. */
#ifndef SEAMARK_TLS_NAME_H
#define SEAMARK_TLS_NAME_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/term.h"

const char *tls_version_name(uint16_t version);	/* 0x0304 -> "1.3" */
const char *tls_cipher_name(uint16_t suite);	/* 0x1301 -> "TLS_AES_128_GCM_SHA256" */
const char *tls_curve_name(uint16_t curve);	/* 29 -> "x25519" */
const char *tls_alert_name(uint8_t alert);	/* 42 -> "bad_certificate" */

struct tls_alert {
	uint8_t number;
	struct term term;
};
/* What each says, by number; NULL beyond the last. */
const struct tls_alert *tls_alert_at(size_t index);

#endif
