/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an OpenTelemetry SDK publishes in a mapping of its process (OTEP 4719, "process context"): a
 * header, and a resource as protobuf.
 */
#ifndef SEAMARK_PROCESS_CONTEXT_H
#define SEAMARK_PROCESS_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/record.h"

#define PROCESS_CONTEXT_HEADER	32		/* bytes */
#define PROCESS_CONTEXT_MAX	(64u * 1024)	/* bytes of a payload that are looked at */

struct process_context {
	uint64_t payload;	/* address in the process */
	uint32_t size;		/* bytes of it, at most PROCESS_CONTEXT_MAX */
	uint64_t published_ns;	/* another one after the payload was read: read again */
};

/* Where the mapping lies, from a line of /proc/PID/maps; false: it is another mapping. */
bool process_context_mapping(const char *line, size_t length, uint64_t *address);
/* -EINVAL: no header of version 2, or too large a payload. -EAGAIN: it is being written. */
int process_context_header(const uint8_t bytes[PROCESS_CONTEXT_HEADER],
			   struct process_context *out);
/* The attributes service.* of the resource. -EINVAL, and out is empty, when it is malformed. */
int process_context_read(const uint8_t *payload, size_t size, struct service_words *out);

#endif
