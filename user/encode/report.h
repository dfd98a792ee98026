/* SPDX-License-Identifier: BSD-2-Clause */
/* The final diagnosis for eyes: what failed, how often, why, on what evidence, and what to do. */
#ifndef SEAMARK_ENCODE_REPORT_H
#define SEAMARK_ENCODE_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "user/model/buffer.h"
#include "user/verdict/diagnosis.h"
#include "user/verdict/verdict.h"

#define REPORT_WIDTH	100	/* columns, where no terminal says otherwise */

struct report_style {
	bool colour;
	enum language language;
	size_t width;		/* lines are broken before this column */
};

/* One of its groups, after an empty line. */
void encode_report_group(struct buffer *out, const struct diagnosis_group *group,
			 const struct report_style *style);
/* Sorts the groups: what matters comes first. */
void encode_report(struct buffer *out, struct diagnosis *diagnosis,
		   const struct report_style *style);

#endif
