/* SPDX-License-Identifier: BSD-2-Clause */
/* For eyes: facts as rows, and the final diagnosis. */
#ifndef SEAMARK_ENCODE_TABLE_H
#define SEAMARK_ENCODE_TABLE_H

#include "user/model/buffer.h"
#include "user/model/fact.h"
#include "user/verdict/diagnosis.h"
#include "user/verdict/verdict.h"

void encode_fact_header(struct buffer *out, bool colour);
/* One line. */
void encode_fact_row(struct buffer *out, const struct fact *fact, bool colour);
/* What failed, how often, why, on what evidence, and what to do. */
void encode_diagnosis(struct buffer *out, const struct diagnosis *diagnosis, bool colour,
		      enum language language);

#endif
