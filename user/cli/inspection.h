/* SPDX-License-Identifier: BSD-2-Clause */
/* A report on an executable, for eyes and for programs. */
#ifndef SEAMARK_INSPECTION_H
#define SEAMARK_INSPECTION_H

#include "user/gobin/report.h"
#include "user/model/buffer.h"

void inspection_text(struct buffer *out, const char *path, const struct gobin_report *report);
void inspection_json(struct buffer *out, const char *path, const struct gobin_report *report);

#endif
