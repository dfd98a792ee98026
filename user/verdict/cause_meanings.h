/* SPDX-License-Identifier: BSD-2-Clause */
/* For causes.c alone: the texts, in the order in which people are shown them. */
#ifndef SEAMARK_VERDICT_CAUSE_MEANINGS_H
#define SEAMARK_VERDICT_CAUSE_MEANINGS_H

#include "user/model/term.h"

/* One for each cause of the rules; ended by a NULL name. */
extern const struct term cause_meanings[];

#endif
