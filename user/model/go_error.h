/* SPDX-License-Identifier: BSD-2-Clause */
/* From the chain of Go errors behind a failed handshake to its class, and to words. */
#ifndef SEAMARK_GO_ERROR_H
#define SEAMARK_GO_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include "include/event.h"
#include "user/model/fact.h"

struct go_error {
	const char *error_type;		/* static: "unknown_authority" */
	enum outcome outcome;		/* error, or cancelled */
	int16_t alert;			/* -1: none */
	int64_t not_before_unix;	/* seconds; 0: not known */
	int64_t not_after_unix;
	char wanted[SERVER_NAME_SIZE];	/* host name that did not match; empty: none */
	char detail[ERROR_TEXT_SIZE];	/* the innermost text */
	char operation[8];		/* "read", "write"; empty: none */
	uint8_t first_bytes[8];		/* that came instead of a TLS record */
	uint16_t os_error;		/* errno, 0 if none */
	char go_type[GO_TYPE_SIZE];	/* "*net.OpError > poll.errNetClosing" */
	char message[MESSAGE_SIZE];	/* what Go would print, as far as it is known */
};

/* now_unix: seconds, when the handshake failed; tells expired from not yet valid. */
void go_error_read(const struct event_error_level *levels, size_t count, int64_t now_unix,
		   struct go_error *out);

#endif
