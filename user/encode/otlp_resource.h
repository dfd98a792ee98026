/* SPDX-License-Identifier: BSD-2-Clause */
/* What both kinds of request have in common: attributes, resources, the scope. Internal. */
#ifndef SEAMARK_ENCODE_OTLP_RESOURCE_H
#define SEAMARK_ENCODE_OTLP_RESOURCE_H

#include "user/encode/otlp_writer.h"

/* A KeyValue within a list. */
void otlp_attribute_text(struct otlp_writer *writer, uint32_t number, const char *key,
			 const char *value);
/* One of a fact's attributes, by its type. */
void otlp_attribute(struct otlp_writer *writer, uint32_t number,
		    const struct attributes *attributes, const struct attribute *item);

/* Does the attribute tell who, rather than what happened? */
bool otlp_is_resource_key(enum attribute_key key);
/* Do both tell the same who? */
bool otlp_same_resource(const struct attributes *left, const struct attributes *right);

/* The Resource of the program that the attributes are of; of the agent itself when NULL. */
void otlp_resource(struct otlp_writer *writer, const struct otlp_agent *agent,
		   const struct attributes *attributes);
void otlp_scope(struct otlp_writer *writer, const struct otlp_agent *agent);

#endif
