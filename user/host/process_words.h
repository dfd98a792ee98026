/* SPDX-License-Identifier: BSD-2-Clause */
/* What a process says of the service that it is: two variables, and what its SDK publishes. */
#ifndef SEAMARK_HOST_PROCESS_WORDS_H
#define SEAMARK_HOST_PROCESS_WORDS_H

#include <sys/types.h>

#include "user/model/record.h"

/* From OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES. Negative errno: it is gone. */
int process_words_of_environment(pid_t pid, struct service_words *out);
/*
 * From its OpenTelemetry process context; nothing is written to the process. -ENOENT: it publishes
 * none, or is just about to.
 */
int process_words_of_context(pid_t pid, struct service_words *out);

#endif
