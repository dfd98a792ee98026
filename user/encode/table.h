/* SPDX-License-Identifier: BSD-2-Clause */
/* For eyes: facts as rows, and what the texts for people share. */
#ifndef SEAMARK_ENCODE_TABLE_H
#define SEAMARK_ENCODE_TABLE_H

#include <stdbool.h>

#include "user/model/buffer.h"
#include "user/model/fact.h"
#include "user/verdict/verdict.h"

#define COLOUR_END	"\033[0m"

void encode_fact_header(struct buffer *out, bool colour);
/* One line. */
void encode_fact_row(struct buffer *out, const struct fact *fact, bool colour);

/* Begins a colour; COLOUR_END ends it. */
const char *table_colour(enum outcome outcome);
void table_bold(struct buffer *out, bool colour, const char *text);
/* What the act was about: the span's name says it best; processes have a path. */
const char *table_what(const struct fact *fact);

#endif
