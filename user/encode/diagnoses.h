/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The diagnosis for programs: what GET /api/v1/diagnoses and `seamark run --diagnosis FILE` give.
 *
 * {"since": "2026-01-02T03:04:05.000000000Z",	when counting began
 *  "diagnoses": [{				in the order of diagnosis_sort()
 *    "event": "bind", "outcome": "error",
 *    "cause": "missing_cap_net_bind_service",	null: no rule was certain
 *    "error_type": "EACCES",			an errno's name, or a handshake's class
 *    "program": "caddy",
 *    "container": {"id": "...", "name": "...", "runtime": "docker"},
 *    "failure": true,				false: given up by the program, or lost a race
 *    "count": 3, "first": "...", "last": "...",
 *    "example": {"time": "...", "duration_ns": 1, "trace_id": "...", "span_id": "...",
 *                "attributes": {...}, "error": {"go_type": "...", "message": "..."}},
 *    "verdict": {"cause": "...", "explanation": "...", "evidence": {...}, "fixes": ["..."]}}],
 *  "beyond": 0,				failures of groups that gave way to newer ones
 *  "gave_way": 0,				how many groups did
 *  "totals": {"bind": {"ok": 1, "error": 3, "cancelled": 0}, ...}}
 *
 * Moments are UTC. A member that is not known is left out, "cause" excepted. Keys and causes are
 * never translated; the texts of a verdict are in the language that is asked for.
 * The counts of all groups + beyond are the errors + cancellations of the totals.
 */
#ifndef SEAMARK_ENCODE_DIAGNOSES_H
#define SEAMARK_ENCODE_DIAGNOSES_H

#include "user/model/buffer.h"
#include "user/verdict/diagnosis.h"

/* Sorts the groups. One document, a newline at its end. */
void encode_diagnoses(struct buffer *out, struct diagnosis *diagnosis, enum language language);

#endif
