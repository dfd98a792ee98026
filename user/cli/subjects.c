/* SPDX-License-Identifier: BSD-2-Clause */
/* The walk over all tables; a word that several outputs share with one meaning comes once. */
#include "user/cli/subjects.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "user/encode/listing.h"
#include "user/model/errno_name.h"
#include "user/model/fact.h"
#include "user/model/go_error_class.h"
#include "user/model/tls_name.h"
#include "user/pipeline/program_reason.h"
#include "user/pipeline/self_families.h"
#include "user/verdict/causes.h"

#define ERRNO_LAST 133	/* EHWPOISON */

const char *subject_kind_name(enum subject_kind kind)
{
	static const char *const names[SUBJECT_MAX] = {
		"metric", "cause", "error", "alert", "event", "attribute", "label", "value",
		"probe", "feature", "capability", "host", "refusal", "reason", "errno",
	};

	return names[kind];
}

const struct metric_family *subject_family(size_t index)
{
	for (size_t i = 0; probes[i]; i++) {
		const struct metric_family *const *one = probes[i]->metrics;

		for (; one && *one; one++)
			if (!index--)
				return *one;
	}
	for (size_t i = 0; self_families[i]; i++)
		if (!index--)
			return self_families[i];
	return NULL;
}

bool subject_value(const struct metric_label *label, size_t index, struct term *out)
{
	if (!strcmp(label->name, "handshakes"))
		return program_reason_at(index, out);
	if (!label->values || !label->values[index].name)
		return false;
	*out = label->values[index];
	return true;
}

struct walk {
	subject_visit visit;
	void *closure;
};

static void visit(const struct walk *walk, struct subject *subject, const char *name,
		  const char *suffix)
{
	snprintf(subject->name, sizeof(subject->name), "%s%s", name, suffix);
	walk->visit(walk->closure, subject);
}

static void visit_terms(const struct walk *walk, enum subject_kind kind, const struct term *terms)
{
	for (; terms->name; terms++) {
		struct subject subject = { .kind = kind, .term = *terms };

		visit(walk, &subject, terms->name, "");
	}
}

static void visit_metrics(const struct walk *walk)
{
	static const char *const suffixes[] = {
		[METRIC_COUNTER] = "_total", [METRIC_GAUGE] = "", [METRIC_HISTOGRAM] = "",
		[METRIC_INFO] = "_info",
	};
	const struct metric_family *family;

	for (size_t i = 0; (family = subject_family(i)); i++) {
		struct subject subject = { .kind = SUBJECT_METRIC, .family = family };

		visit(walk, &subject, family->name, suffixes[family->type]);
	}
}

static void visit_causes(const struct walk *walk)
{
	const struct term *cause;

	for (size_t i = 0; (cause = cause_at(i)); i++) {
		struct subject subject = { .kind = SUBJECT_CAUSE, .term = *cause };

		visit(walk, &subject, cause->name, "");
	}
}

static void visit_alerts(const struct walk *walk)
{
	const struct tls_alert *alert;

	for (size_t i = 0; (alert = tls_alert_at(i)); i++) {
		struct subject subject = { .kind = SUBJECT_ALERT, .term = alert->term,
					   .number = alert->number };

		visit(walk, &subject, alert->term.name, "");
	}
}

static void visit_vocabulary(const struct walk *walk)
{
	for (int kind = 0; kind < EVENT_MAX; kind++) {
		const struct term *event = event_kind_term(kind);
		struct subject subject = { .kind = SUBJECT_EVENT };

		if (!event)
			continue;
		subject.term = *event;
		visit(walk, &subject, event->name, "");
	}
	for (enum attribute_key key = 0; key < ATTRIBUTE_KEY_MAX; key++) {
		struct subject subject = { .kind = SUBJECT_ATTRIBUTE,
					   .attribute = attribute_definition(key) };

		visit(walk, &subject, subject.attribute->name, "");
	}
}

/* An own label of a family; NULL beyond the last. Attributes are explained as such. */
static const struct metric_label *label_of(const struct metric_family *family, size_t index)
{
	for (const struct metric_label *one = family->labels; one && one->name; one++)
		if (one->english && !index--)
			return one;
	return NULL;
}

bool subject_label_is_of(const struct metric_family *family, const struct metric_label *label)
{
	const struct metric_label *one;

	for (size_t i = 0; (one = label_of(family, i)); i++)
		if (!strcmp(one->name, label->name) && !strcmp(one->english, label->english) &&
		    one->values == label->values)
			return true;
	return label == &metric_overflow_label && family->by_program;
}

static bool was_label(size_t families, const struct metric_label *label)
{
	for (size_t i = 0; i < families; i++)
		if (subject_label_is_of(subject_family(i), label))
			return true;
	return false;
}

static void visit_label(const struct walk *walk, const struct metric_family *family,
			const struct metric_label *label, enum subject_kind kind)
{
	struct subject subject = { .kind = kind, .family = family, .label = label };
	struct term value;

	if (kind == SUBJECT_LABEL) {
		visit(walk, &subject, label->name, "");
		return;
	}
	for (size_t i = 0; subject_value(label, i, &value); i++) {
		subject.term = value;
		visit(walk, &subject, value.name, "");
	}
}

static void visit_labels(const struct walk *walk, enum subject_kind kind)
{
	const struct metric_family *family;

	for (size_t i = 0; (family = subject_family(i)); i++) {
		const struct metric_label *label;

		for (size_t j = 0; (label = label_of(family, j)); j++)
			if (!was_label(i, label))
				visit_label(walk, family, label, kind);
	}
	if (kind == SUBJECT_LABEL)
		visit_label(walk, NULL, &metric_overflow_label, kind);
}

static void visit_probes(const struct walk *walk)
{
	for (size_t i = 0; probes[i]; i++) {
		struct subject subject = { .kind = SUBJECT_PROBE, .probe = probes[i] };

		visit(walk, &subject, probes[i]->name, "");
	}
}

static void visit_doctor(const struct walk *walk)
{
	struct subject subject = { .kind = SUBJECT_CAPABILITY };
	const struct refusal *refusal;

	for (enum feature one = 0; one < FEATURE_MAX; one++) {
		struct subject feature = { .kind = SUBJECT_FEATURE, .feature = one };

		visit(walk, &feature, feature_name(one), "");
	}
	for (size_t i = 0; fitness_capability_at(i, &subject.capability); i++)
		visit(walk, &subject, subject.capability.name, "");
	visit_terms(walk, SUBJECT_HOST, fitness_host_terms);
	for (size_t i = 0; (refusal = refusal_at(i)); i++) {
		struct subject one = { .kind = SUBJECT_REFUSAL, .refusal = refusal };

		visit(walk, &one, refusal->cause, "");
	}
}

static void visit_errnos(const struct walk *walk)
{
	for (int number = 1; number <= ERRNO_LAST; number++) {
		struct subject subject = { .kind = SUBJECT_ERRNO, .number = number };

		if (errno_name(number))
			visit(walk, &subject, errno_name(number), "");
	}
}

void subjects_each(subject_visit visit_one, void *closure)
{
	const struct walk walk = { visit_one, closure };

	visit_metrics(&walk);
	visit_causes(&walk);
	visit_terms(&walk, SUBJECT_ERROR, go_error_classes);
	visit_alerts(&walk);
	visit_vocabulary(&walk);
	visit_labels(&walk, SUBJECT_LABEL);
	visit_labels(&walk, SUBJECT_VALUE);
	visit_probes(&walk);
	visit_doctor(&walk);
	visit_terms(&walk, SUBJECT_REASON, listing_reasons);
	visit_errnos(&walk);
}

static bool is_metric(const struct metric_family *family, const char *wanted)
{
	static const char *const suffixes[] = { "", "_total", "_info", "_bucket", "_count", "_sum",
						"_created" };
	size_t length = strlen(family->name), rest;

	if (!strcasecmp(family->otlp_name, wanted))
		return true;
	if (strncasecmp(family->name, wanted, length))
		return false;
	/* Of a whole series, as a scrape has it, the labels are left. */
	rest = strcspn(wanted + length, "{");
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (rest == strlen(suffixes[i]) &&
		    !strncasecmp(wanted + length, suffixes[i], rest))
			return true;
	return false;
}

/* fate=exported, fate="exported" */
static bool is_pair(const struct subject *subject, const char *wanted)
{
	size_t label = strlen(subject->label->name), value = strlen(subject->name);

	if (strncasecmp(subject->label->name, wanted, label) || wanted[label] != '=')
		return false;
	wanted += label + 1;
	if (*wanted == '"')
		return !strncasecmp(wanted + 1, subject->name, value) &&
		       !strcmp(wanted + 1 + value, "\"");
	return !strcasecmp(wanted, subject->name);
}

/* As Go spells it: "bad certificate". */
static bool is_spaced(const char *name, const char *wanted)
{
	for (; *name && (*name == *wanted || (*name == '_' && *wanted == ' ')); name++)
		wanted++;
	return !*name && !*wanted;
}

/* By the type of Go's error. */
static bool is_type(const char *class, const char *wanted)
{
	const char *found = go_error_class_of_type(wanted);

	return found && !strcmp(found, class);
}

bool subject_is(const struct subject *subject, const char *wanted)
{
	if (!strcasecmp(subject->name, wanted))
		return true;
	switch (subject->kind) {
	case SUBJECT_METRIC:
		return is_metric(subject->family, wanted);
	case SUBJECT_ERROR:
		return is_type(subject->name, wanted);
	case SUBJECT_ALERT:
		return is_spaced(subject->name, wanted);
	case SUBJECT_ATTRIBUTE:
		return !strcasecmp(subject->attribute->label, wanted);
	case SUBJECT_VALUE:
		return is_pair(subject, wanted);
	case SUBJECT_ERRNO:
		return atoi(wanted) == subject->number &&
		       strspn(wanted, "0123456789") == strlen(wanted);
	default:
		return false;
	}
}
