/* SPDX-License-Identifier: BSD-2-Clause */
/* A fact as one JSON line. */
#ifndef SEAMARK_ENCODE_LINES_H
#define SEAMARK_ENCODE_LINES_H

#include "user/encode/json.h"
#include "user/model/fact.h"
#include "user/verdict/verdict.h"

void encode_fact_line(struct buffer *out, const struct fact *fact);
/* The same object as an element of an array. */
void encode_fact(struct json *json, const struct fact *fact);
/* What a fact has beside time, event, outcome and verdict: into an object that is open. */
void encode_fact_members(struct json *json, const struct fact *fact);
/* An object {cause, explanation, evidence, fixes} under key. */
void encode_verdict(struct json *json, const char *key, const struct verdict *verdict);

#endif
