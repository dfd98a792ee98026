/* SPDX-License-Identifier: BSD-2-Clause */
/* Walks over the rules and renders their texts with the gaps left open. */
#include "user/verdict/causes.h"

#include <stdio.h>
#include <string.h>

#include "user/verdict/cause_meanings.h"
#include "user/verdict/rule.h"

#define TOLD_MAX	48	/* texts of one cause */

const struct term *cause_at(size_t index)
{
	for (size_t i = 0; cause_meanings[i].name; i++)
		if (i == index)
			return &cause_meanings[i];
	return NULL;
}

/* What the walk over one cause's rules has told: its words, and its texts by address. */
struct describing {
	enum language language;
	cause_take take;
	void *closure;
	const char *words[TOLD_MAX];
	size_t word_count;
	const struct text *texts[TOLD_MAX];
	size_t text_count;
};

static void say_word(struct describing *describing, enum cause_word word, const char *said)
{
	for (size_t i = 0; i < describing->word_count; i++)
		if (!strcmp(describing->words[i], said))
			return;
	if (describing->word_count < TOLD_MAX)
		describing->words[describing->word_count++] = said;
	describing->take(describing->closure, word, "", said);
}

static bool is_news(struct describing *describing, const struct text *text)
{
	for (size_t i = 0; i < describing->text_count; i++)
		if (describing->texts[i] == text)
			return false;
	if (describing->text_count < TOLD_MAX)
		describing->texts[describing->text_count++] = text;
	return true;
}

/* Of a text's ends: how long the key is without the mark of its language. */
static size_t key_length(const char *key)
{
	size_t length = strcspn(key, "}");

	return length > 3 && !strncmp(key + length - 3, "_zh", 3) ? length - 3 : length;
}

/* {key} becomes <key>; what stands between {?key} and {/} stays if that is asked for. */
static void general_text(const char *text, bool with_optional, char *out, size_t size)
{
	bool skips = false;
	size_t used = 0;

	for (out[0] = '\0'; *text && used + 1 < size;) {
		size_t length = strcspn(text, "{");

		if (*text != '{') {
			if (!skips)
				used += (size_t)snprintf(out + used, size - used, "%.*s",
							 (int)length, text);
			text += length;
			continue;
		}
		if (text[1] == '?')
			skips = !with_optional;
		else if (text[1] == '/')
			skips = false;
		else if (!skips)
			used += (size_t)snprintf(out + used, size - used, "<%.*s>",
						 (int)key_length(text + 1), text + 1);
		text += strcspn(text, "}") + 1;
	}
}

static void say(struct describing *describing, enum cause_word word, const char *where,
		const struct text *text)
{
	char said[EXPLANATION_SIZE];

	if (!is_news(describing, text))
		return;
	general_text(describing->language == LANGUAGE_CHINESE ? text->chinese : text->english,
		     word == CAUSE_FIX, said, sizeof(said));
	describing->take(describing->closure, word, where, said);
}

/* "Docker, Podman"; empty: everywhere. */
static void where_text(unsigned int places, enum language language, char *out, size_t size)
{
	static const struct {
		unsigned int place;
		struct text text;
	} names[] = {
		{ PLACE_HOST, { "host", "主机" } },
		{ PLACE_SYSTEMD, { "systemd", "systemd" } },
		{ PLACE_DOCKER, { "Docker", "Docker" } },
		{ PLACE_PODMAN, { "Podman", "Podman" } },
		{ PLACE_KUBERNETES, { "Kubernetes", "Kubernetes" } },
		{ PLACE_CONTAINER, { "other containers", "其他容器" } },
	};
	bool chinese = language == LANGUAGE_CHINESE;
	size_t used = 0;

	out[0] = '\0';
	if (places == PLACE_ANY)
		return;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && used < size; i++)
		if (places & names[i].place)
			used += (size_t)snprintf(out + used, size - used, "%s%s",
						 !used ? "" : chinese ? "、" : ", ",
						 chinese ? names[i].text.chinese
							 : names[i].text.english);
}

static void describe_rule(struct describing *describing, enum event_kind kind,
			  const struct rule *rule)
{
	say_word(describing, CAUSE_EVENT, event_kind_name(kind));
	for (size_t i = 0; i < ERRORS_MAX && rule->errors[i]; i++)
		say_word(describing, CAUSE_ERROR, rule->errors[i]);
	say(describing, CAUSE_SAID, "", rule->explanation);
	for (const struct fix *fix = rule->fixes; fix < rule->fixes + FIXES_MAX * 2 && fix->text;
	     fix++) {
		char where[96];

		where_text(fix->places, describing->language, where, sizeof(where));
		say(describing, CAUSE_FIX, where, fix->text);
	}
}

/* The next rule of the cause behind *set and *rule; NULL: that was the last. */
static const struct rule *next_rule(const char *cause, size_t *set, size_t *rule)
{
	for (; *set < rule_subject_count; ++*set, *rule = 0)
		while (*rule < rule_subjects[*set].set->count) {
			const struct rule *one = &rule_subjects[*set].set->rules[(*rule)++];

			if (!strcmp(one->cause, cause))
				return one;
		}
	return NULL;
}

void cause_describe(const char *cause, enum language language, cause_take take, void *closure)
{
	struct describing describing = { .language = language, .take = take, .closure = closure };
	const struct rule *rule;
	size_t set = 0, at = 0;

	while ((rule = next_rule(cause, &set, &at)))
		describe_rule(&describing, rule_subjects[set].kind, rule);
}

bool cause_is_of_error(const char *cause, const char *error_type)
{
	const struct rule *rule;
	size_t set = 0, at = 0;

	while ((rule = next_rule(cause, &set, &at)))
		for (size_t i = 0; i < ERRORS_MAX && rule->errors[i]; i++)
			if (!strcmp(rule->errors[i], error_type))
				return true;
	return false;
}

bool cause_is_harmless(const char *cause)
{
	size_t set = 0, at = 0;
	const struct rule *rule = next_rule(cause, &set, &at);

	return rule && rule->harmless;
}
