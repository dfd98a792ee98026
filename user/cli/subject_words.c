/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said of each kind of subject, and an example query for each type of metric. */
#include "user/cli/subjects.h"

#include <stdio.h>
#include <string.h>

#include "user/model/errno_name.h"
#include "user/model/fact.h"
#include "user/model/resource.h"
#include "user/verdict/causes.h"

#define TEXT_SIZE 1024

static const char *in(enum language language, const char *english, const char *chinese)
{
	return language == LANGUAGE_CHINESE ? chinese : english;
}

static void add_term(struct explanation *out, enum language language, const struct term *term)
{
	explanation_add(out, PASSAGE_MEANING, "", in(language, term->english, term->chinese));
}

static void add_text(struct explanation *out, enum passage passage, enum language language,
		     const struct text *text)
{
	if (text)
		explanation_add(out, passage, "", in(language, text->english, text->chinese));
}

static const struct attribute_definition *attribute_of_label(const char *label)
{
	for (enum attribute_key key = 0; key < ATTRIBUTE_KEY_MAX; key++)
		if (!strcmp(attribute_definition(key)->label, label))
			return attribute_definition(key);
	return NULL;
}

/* One label of a metric; the values follow it with its name before each. */
static void add_label(struct explanation *out, enum language language,
		      const struct metric_label *label)
{
	const struct attribute_definition *attribute = attribute_of_label(label->name);
	const char *english = label->english, *chinese = label->chinese;
	struct term value;

	if (!english && attribute) {
		english = attribute->help;
		chinese = attribute->chinese;
	}
	explanation_add(out, PASSAGE_LABELS, label->name, in(language, english, chinese));
	for (size_t i = 0; subject_value(label, i, &value); i++) {
		char name[96];

		snprintf(name, sizeof(name), "%s=%s", label->name, value.name);
		explanation_add(out, PASSAGE_VALUES, name,
				in(language, value.english, value.chinese));
	}
}

static void add_labels(struct explanation *out, enum language language,
		       const struct metric_family *family)
{
	const enum attribute_key *key = resources_label_keys;

	for (; family->by_program && *key != ATTRIBUTE_KEY_MAX; key++) {
		const struct metric_label label = { .name = attribute_definition(*key)->label };

		add_label(out, language, &label);
	}
	for (const struct metric_label *label = family->labels; label && label->name; label++)
		add_label(out, language, label);
	if (family->by_program)
		add_label(out, language, &metric_overflow_label);
}

static bool has_label(const struct metric_family *family, const char *name)
{
	for (const struct metric_label *label = family->labels; label && label->name; label++)
		if (!strcmp(label->name, name))
			return true;
	return false;
}

static void add_histogram_queries(struct explanation *out, const struct metric_family *family)
{
	const char *name = family->name;
	char query[TEXT_SIZE];

	snprintf(query, sizeof(query), "histogram_quantile(0.99, sum by (le, "
		 "process_executable_name) (rate(%s_bucket[5m])))", name);
	explanation_add(out, PASSAGE_QUERIES, "", query);
	if (!has_label(family, "outcome"))
		return;
	snprintf(query, sizeof(query), "sum by (process_executable_name, error_type) "
		 "(rate(%s_count{outcome=\"error\"}[5m]))", name);
	explanation_add(out, PASSAGE_QUERIES, "", query);
	snprintf(query, sizeof(query), "sum(rate(%s_count{outcome=\"error\"}[5m])) / "
		 "sum(rate(%s_count[5m]))", name, name);
	explanation_add(out, PASSAGE_QUERIES, "", query);
}

/* By the labels that tell its series apart; many names of a container would tell too much. */
static void add_queries(struct explanation *out, const struct subject *subject)
{
	const struct metric_family *family = subject->family;
	char query[TEXT_SIZE], by[256] = "";
	size_t used = 0;

	if (family->type == METRIC_HISTOGRAM) {
		add_histogram_queries(out, family);
		return;
	}
	if (family->type == METRIC_INFO) {
		snprintf(query, sizeof(query), "sum by (container_id) (rate("
			 "seamark_connect_duration_seconds_count[5m])) * on (container_id) "
			 "group_left (container_name) %s", subject->name);
		explanation_add(out, PASSAGE_QUERIES, "", query);
		return;
	}
	for (const struct metric_label *one = family->labels; one && one->name; one++)
		used += (size_t)snprintf(by + used, sizeof(by) - used, "%s%s", used ? ", " : "",
					 one->name);
	snprintf(query, sizeof(query), family->type == METRIC_GAUGE ? "sum%s%s%s (%s)"
		 : "sum%s%s%s (increase(%s[1h]))", used ? " by (" : "", by, used ? ")" : "",
		 subject->name);
	explanation_add(out, PASSAGE_QUERIES, "", query);
}

static void explain_metric(const struct subject *subject, enum language language,
			   struct explanation *out)
{
	static const struct term types[] = {
		[METRIC_COUNTER] = { "counter", "counter: it only grows while Seamark runs",
				     "counter：在 Seamark 运行期间只增不减" },
		[METRIC_GAUGE] = { "gauge", "gauge: as it is now", "gauge：当前值" },
		[METRIC_HISTOGRAM] = { "histogram",
				       "histogram, four buckets for each doubling; a scrape has "
				       "_bucket, _count, _sum",
				       "histogram，每翻一倍四个桶；抓取结果中有 _bucket、_count、_sum" },
		[METRIC_INFO] = { "info", "info: always 1, its labels are what it says",
				  "info：恒为 1，内容在标签中" },
	};
	const struct metric_family *family = subject->family;

	explanation_add(out, PASSAGE_MEANING, "", in(language, family->help, family->chinese));
	explanation_add(out, PASSAGE_TYPE, "", in(language, types[family->type].english,
						  types[family->type].chinese));
	explanation_add(out, PASSAGE_UNIT, "", family->unit);
	explanation_add(out, PASSAGE_OTLP, "", family->otlp_name);
	add_labels(out, language, family);
	add_queries(out, subject);
}

static void take_cause(void *closure, enum cause_word word, const char *where, const char *text)
{
	static const enum passage passages[] = {
		[CAUSE_EVENT] = PASSAGE_EVENTS,
		[CAUSE_ERROR] = PASSAGE_ERRORS,
		[CAUSE_SAID] = PASSAGE_SAID,
		[CAUSE_FIX] = PASSAGE_FIXES,
	};

	explanation_add(closure, passages[word], where, text);
}

static void explain_cause(const struct subject *subject, enum language language,
			  struct explanation *out)
{
	char query[TEXT_SIZE];

	add_term(out, language, &subject->term);
	cause_describe(subject->name, language, take_cause, out);
	snprintf(query, sizeof(query), "sum by (process_executable_name) (increase("
		 "seamark_verdicts_total{cause=\"%s\"}[1h]))", subject->name);
	if (!cause_is_harmless(subject->name))
		explanation_add(out, PASSAGE_QUERIES, "", query);
}

static void add_causes(struct explanation *out, const char *error_type)
{
	const struct term *cause;

	for (size_t i = 0; (cause = cause_at(i)); i++)
		if (cause_is_of_error(cause->name, error_type))
			explanation_add(out, PASSAGE_CAUSES, "", cause->name);
}

static void explain_errno(const struct subject *subject, enum language language,
			  struct explanation *out)
{
	const char *text = errno_text(subject->number);
	char meaning[TEXT_SIZE], number[16];

	snprintf(meaning, sizeof(meaning), in(language, "Linux says: %s.",
					      "Linux 的说法：%s。"), text);
	explanation_add(out, PASSAGE_MEANING, "", meaning);
	snprintf(number, sizeof(number), "%d", subject->number);
	explanation_add(out, PASSAGE_NUMBER, "", number);
	add_causes(out, subject->name);
}

/* That the other end sent it is all that the error says. */
static void explain_alert(const struct subject *subject, enum language language,
			  struct explanation *out)
{
	char number[16];

	add_term(out, language, &subject->term);
	snprintf(number, sizeof(number), "%d", subject->number);
	explanation_add(out, PASSAGE_NUMBER, "", number);
	explanation_add(out, PASSAGE_ERRORS, "", "remote_alert");
}

static void add_metrics(struct explanation *out, const struct metric_label *label,
			const char *value)
{
	const struct metric_family *family;
	char text[256];

	for (size_t i = 0; (family = subject_family(i)); i++) {
		if (!subject_label_is_of(family, label))
			continue;
		snprintf(text, sizeof(text), value ? "%s{%s=\"%s\"}" : "%s", family->name,
			 label->name, value);
		explanation_add(out, PASSAGE_METRICS, "", text);
	}
}

static void explain_label(const struct subject *subject, enum language language,
			  struct explanation *out)
{
	const struct metric_label *label = subject->label;
	struct term value;

	explanation_add(out, PASSAGE_MEANING, "", in(language, label->english, label->chinese));
	add_metrics(out, label, NULL);
	for (size_t i = 0; subject_value(label, i, &value); i++)
		explanation_add(out, PASSAGE_VALUES, value.name,
				in(language, value.english, value.chinese));
}

static void explain_attribute(const struct subject *subject, enum language language,
			      struct explanation *out)
{
	static const char *const types[] = {
		[ATTRIBUTE_STRING] = "string", [ATTRIBUTE_INTEGER] = "integer",
		[ATTRIBUTE_BOOLEAN] = "boolean", [ATTRIBUTE_STRING_LIST] = "list of strings",
	};
	const struct attribute_definition *attribute = subject->attribute;

	explanation_add(out, PASSAGE_MEANING, "",
			in(language, attribute->help, attribute->chinese));
	explanation_add(out, PASSAGE_TYPE, "", types[attribute->type]);
	explanation_add(out, PASSAGE_PROMETHEUS, "", attribute->label);
}

static void explain_probe(const struct subject *subject, enum language language,
			  struct explanation *out)
{
	const struct probe *probe = subject->probe;

	explanation_add(out, PASSAGE_MEANING, "", in(language, probe->help, probe->chinese));
	for (const struct metric_family *const *one = probe->metrics; one && *one; one++)
		explanation_add(out, PASSAGE_METRICS, "", (*one)->name);
	for (const enum event_kind *kind = probe->kinds; *kind != EVENT_NONE; kind++)
		explanation_add(out, PASSAGE_EVENTS, "", event_kind_name(*kind));
	add_text(out, PASSAGE_LOST, language, fitness_probe_lost(probe->name));
}

/* With a number in it that is the host's. */
static void add_refusal(struct explanation *out, enum language language, const struct text *text)
{
	const char *said = in(language, text->english, text->chinese), *gap = strstr(said, "{}");
	char whole[TEXT_SIZE];

	snprintf(whole, sizeof(whole), "%.*s%s%s", (int)(gap ? (size_t)(gap - said) : strlen(said)),
		 said, gap ? "..." : "", gap ? gap + 2 : "");
	explanation_add(out, PASSAGE_MEANING, "", whole);
}

static void explain_doctor(const struct subject *subject, enum language language,
			   struct explanation *out)
{
	switch (subject->kind) {
	case SUBJECT_FEATURE:
		add_term(out, language, feature_term(subject->feature));
		add_text(out, PASSAGE_LOST, language, fitness_feature_rests(subject->feature));
		break;
	case SUBJECT_CAPABILITY:
		add_text(out, PASSAGE_MEANING, language, subject->capability.meaning);
		add_text(out, PASSAGE_LOST, language, subject->capability.lost);
		add_text(out, PASSAGE_FIXES, language, subject->capability.advice);
		break;
	default:
		add_refusal(out, language, &subject->refusal->why);
		add_text(out, PASSAGE_FIXES, language, &subject->refusal->advice);
	}
}

void subject_explain(const struct subject *subject, enum language language,
		     struct explanation *out)
{
	explanation_begin(out, subject_kind_name(subject->kind), subject->name);
	switch (subject->kind) {
	case SUBJECT_METRIC:
		explain_metric(subject, language, out);
		break;
	case SUBJECT_CAUSE:
		explain_cause(subject, language, out);
		break;
	case SUBJECT_ALERT:
		explain_alert(subject, language, out);
		break;
	case SUBJECT_ATTRIBUTE:
		explain_attribute(subject, language, out);
		break;
	case SUBJECT_LABEL:
		explain_label(subject, language, out);
		break;
	case SUBJECT_PROBE:
		explain_probe(subject, language, out);
		break;
	case SUBJECT_ERRNO:
		explain_errno(subject, language, out);
		break;
	case SUBJECT_FEATURE:
	case SUBJECT_CAPABILITY:
	case SUBJECT_REFUSAL:
		explain_doctor(subject, language, out);
		break;
	default:
		add_term(out, language, &subject->term);
	}
	if (subject->kind == SUBJECT_ERROR)
		add_causes(out, subject->name);
	if (subject->kind == SUBJECT_VALUE)
		add_metrics(out, subject->label, subject->name);
}
