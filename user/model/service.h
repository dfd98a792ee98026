/* SPDX-License-Identifier: BSD-2-Clause */
/* What a service is called, by OpenTelemetry's order of who may say so. */
#ifndef SEAMARK_SERVICE_H
#define SEAMARK_SERVICE_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/record.h"

#define SERVICE_VARIABLE_NAME		"OTEL_SERVICE_NAME"
#define SERVICE_VARIABLE_ATTRIBUTES	"OTEL_RESOURCE_ATTRIBUTES"

/*
 * From the two variables of a process; NULL where it has none. What is not said, or can't be
 * decoded, stays empty.
 */
void service_of_variables(const char *name, const char *attributes, struct service_words *out);
/* One attribute of a resource; true when it is one of service.*. */
bool service_take(struct service_words *words, const char *key, const char *value, size_t length);
/* What out does not say yet, from other. */
void service_fill(struct service_words *out, const struct service_words *other);

/*
 * The first of each that is said: by the process, by annotations, by labels, by what follows from
 * pod and container. process, container: NULL when not known.
 */
void service_decide(const struct service_words *process, const struct record_container *container,
		    struct service_words *out);

#endif
