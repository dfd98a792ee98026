/* SPDX-License-Identifier: BSD-2-Clause */
/* From the event's kind to its rules, and from the first rule that holds to the verdict. */
#include "user/verdict/verdict.h"

#include <string.h>

#include "user/verdict/rule.h"

const struct rule_subject rule_subjects[] = {
	{ EVENT_BIND, &bind_rules },
	{ EVENT_BIND, &path_rules },
	{ EVENT_BIND, &in_use_rules },
	{ EVENT_LISTEN, &bind_rules },
	{ EVENT_LISTEN, &in_use_rules },
	{ EVENT_CONNECT, &connect_rules },
	{ EVENT_CONNECT, &connect_unix_rules },
	{ EVENT_TLS_HANDSHAKE, &tls_rules },
	{ EVENT_TLS_HANDSHAKE, &trust_rules },
};
const size_t rule_subject_count = sizeof(rule_subjects) / sizeof(rule_subjects[0]);

static bool names_error(const struct rule *rule, const char *error)
{
	if (!rule->errors[0])
		return true;
	for (size_t i = 0; i < ERRORS_MAX && rule->errors[i]; i++)
		if (error && !strcmp(rule->errors[i], error))
			return true;
	return false;
}

static const char *in_language(const struct text *text, enum language language)
{
	return language == LANGUAGE_CHINESE ? text->chinese : text->english;
}

static void add_fixes(struct scene *scene, const struct rule *rule, enum language language)
{
	struct verdict *verdict = &scene->verdict;

	for (const struct fix *fix = rule->fixes; fix < rule->fixes + FIXES_MAX * 2; fix++) {
		if (!fix->text || verdict->fix_count == FIXES_MAX)
			return;
		if (!(fix->places & scene->place) || (fix->fits && !fix->fits(scene)))
			continue;
		scene_text(scene, in_language(fix->text, language),
			   verdict->fixes[verdict->fix_count++], FIX_SIZE);
	}
}

static const struct rule *find_rule(const struct scene *scene)
{
	const char *error = attributes_string(&scene->fact->attributes, ATTRIBUTE_ERROR_TYPE);

	for (size_t i = 0; i < rule_subject_count; i++) {
		const struct rule_set *set = rule_subjects[i].set;

		if (rule_subjects[i].kind != scene->fact->kind)
			continue;
		for (const struct rule *rule = set->rules; rule < set->rules + set->count; rule++)
			if (names_error(rule, error) && (!rule->holds || rule->holds(scene)))
				return rule;
	}
	return NULL;
}

bool verdict_of(const struct fact *fact, const struct verdict_context *context,
		enum language language, struct verdict *out)
{
	const struct rule *rule;
	struct scene scene;

	if (fact->outcome == OUTCOME_OK)
		return false;
	scene_begin(&scene, fact, context);
	rule = find_rule(&scene);
	if (!rule)
		return false;
	scene.verdict.cause = rule->cause;
	scene.verdict.harmless = rule->harmless;
	if (rule->weigh)
		rule->weigh(&scene);
	scene_text(&scene, in_language(rule->explanation, language), scene.verdict.explanation,
		   EXPLANATION_SIZE);
	add_fixes(&scene, rule, language);
	*out = scene.verdict;
	return true;
}
