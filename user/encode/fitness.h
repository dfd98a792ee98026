/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether a host is fit: a table for eyes, and JSON. */
#ifndef SEAMARK_ENCODE_FITNESS_H
#define SEAMARK_ENCODE_FITNESS_H

#include "user/encode/report.h"
#include "user/model/buffer.h"
#include "user/verdict/fitness.h"

void encode_fitness(struct buffer *out, const struct fitness *fitness,
		    const struct report_style *style);
/* One object: {"fit":true,"state":"ok","host":{"kernel":{"state":"ok","found":"6.1.0"},...}}. */
void encode_fitness_json(struct buffer *out, const struct fitness *fitness);

#endif
