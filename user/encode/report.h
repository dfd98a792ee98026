/* SPDX-License-Identifier: BSD-2-Clause */
/* The final diagnosis for eyes: what failed, how often, why, on what evidence, and what to do. */
#ifndef SEAMARK_ENCODE_REPORT_H
#define SEAMARK_ENCODE_REPORT_H

#include <stdbool.h>

#include "user/model/buffer.h"
#include "user/verdict/diagnosis.h"
#include "user/verdict/verdict.h"

void encode_diagnosis(struct buffer *out, const struct diagnosis *diagnosis, bool colour,
		      enum language language);

#endif
