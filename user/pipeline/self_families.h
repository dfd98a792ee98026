/* SPDX-License-Identifier: BSD-2-Clause */
/* Families that are no probe's: what Seamark tells of containers, of verdicts and of itself. */
#ifndef SEAMARK_SELF_FAMILIES_H
#define SEAMARK_SELF_FAMILIES_H

#include "user/model/metric.h"

/* Words that the accounts line and the metrics share; ended by a NULL name. */
extern const struct term loss_terms[];
extern const struct term lane_terms[];

extern const struct metric_family family_verdicts;
extern const struct metric_family family_container;
extern const struct metric_family family_records;
extern const struct metric_family family_hits;
extern const struct metric_family family_submitted;
extern const struct metric_family family_lost;
extern const struct metric_family family_missed;
extern const struct metric_family family_taken;
extern const struct metric_family family_fates;
extern const struct metric_family family_waiting;
extern const struct metric_family family_programs;
extern const struct metric_family family_probes;
extern const struct metric_family family_evidence;
extern const struct metric_family family_abandoned;
extern const struct metric_family family_parsed;
extern const struct metric_family family_probed;
extern const struct metric_family family_detached;
extern const struct metric_family family_late;
extern const struct metric_family family_named;
extern const struct metric_family family_naming;
extern const struct metric_family family_reloads;
extern const struct metric_family family_pods;
extern const struct metric_family family_entries;
extern const struct metric_family family_limit;
extern const struct metric_family family_refused;
extern const struct metric_family family_series;
extern const struct metric_family family_ceiling;
extern const struct metric_family family_overflowed;
extern const struct metric_family family_start;

/* All of them, in the order of the outputs; ended by NULL. */
extern const struct metric_family *const self_families[];
int self_families_add(struct metrics *metrics);

#endif
