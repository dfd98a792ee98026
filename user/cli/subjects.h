/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that has a name in Seamark's outputs, from the tables that the outputs are made of,
 * and an explanation of each.
 */
#ifndef SEAMARK_SUBJECTS_H
#define SEAMARK_SUBJECTS_H

#include <stdbool.h>
#include <stddef.h>

#include "user/encode/explanation.h"
#include "user/model/attribute.h"
#include "user/model/feature.h"
#include "user/model/metric.h"
#include "user/source/probe.h"
#include "user/verdict/fitness.h"
#include "user/verdict/refusal.h"

enum subject_kind {
	SUBJECT_METRIC,
	SUBJECT_CAUSE,
	SUBJECT_ERROR,		/* class of a failed handshake */
	SUBJECT_ALERT,		/* of TLS, as the other end sends it */
	SUBJECT_EVENT,
	SUBJECT_ATTRIBUTE,
	SUBJECT_LABEL,		/* of metrics, beside attributes */
	SUBJECT_VALUE,		/* of such a label */
	SUBJECT_PROBE,
	SUBJECT_FEATURE,
	SUBJECT_CAPABILITY,
	SUBJECT_HOST,		/* what the doctor looks at */
	SUBJECT_REFUSAL,	/* why a kernel refuses, as the doctor says it */
	SUBJECT_REASON,		/* what seamark list lacks */
	SUBJECT_ERRNO,
	SUBJECT_MAX,
};

#define SUBJECT_NAME 64

struct subject {
	enum subject_kind kind;
	char name[SUBJECT_NAME];	/* as the outputs spell it: "seamark_verdicts_total" */
	const struct metric_family *family;	/* of a metric; the first one of a label, a value */
	const struct metric_label *label;	/* of a label, a value */
	struct term term;			/* where one is all that is known */
	const struct attribute_definition *attribute;
	const struct probe *probe;
	const struct refusal *refusal;
	struct fitness_subject capability;
	enum feature feature;
	int number;				/* of an alert, an errno */
};

/* "metric", "cause": stable. */
const char *subject_kind_name(enum subject_kind kind);

typedef void (*subject_visit)(void *closure, const struct subject *subject);
/* All, in the order in which people are shown them. */
void subjects_each(subject_visit visit, void *closure);
/* Also by what scrapes and OTLP make of the name, "fate=exported", the number of an errno. */
bool subject_is(const struct subject *subject, const char *wanted);
/* The subject must outlive it; ends with explanation_free(). */
void subject_explain(const struct subject *subject, enum language language,
		     struct explanation *out);

/* For both files: metric families in the order of the outputs; NULL beyond the last. */
const struct metric_family *subject_family(size_t index);
/* Whether the family has that label, and with that meaning. */
bool subject_label_is_of(const struct metric_family *family, const struct metric_label *label);
/* The value of a label by its place; false beyond the last. */
bool subject_value(const struct metric_label *label, size_t index, struct term *out);

#endif
