/* SPDX-License-Identifier: BSD-2-Clause */
/* Every cause of the rules is explained, nothing else is, and no gap of a text stays open. */
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <string.h>

#include "user/verdict/causes.h"
#include "user/verdict/rule.h"

static size_t times_explained(const char *cause)
{
	const struct term *one;
	size_t times = 0;

	for (size_t i = 0; (one = cause_at(i)); i++)
		times += !strcmp(one->name, cause);
	return times;
}

static void causes_of_rules_are_explained_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < rule_subject_count; i++)
		for (size_t j = 0; j < rule_subjects[i].set->count; j++)
			assert_int_equal(times_explained(rule_subjects[i].set->rules[j].cause), 1);
}

static bool is_of_rules(const char *cause)
{
	for (size_t i = 0; i < rule_subject_count; i++)
		for (size_t j = 0; j < rule_subjects[i].set->count; j++)
			if (!strcmp(rule_subjects[i].set->rules[j].cause, cause))
				return true;
	return false;
}

struct seen {
	size_t by_word[CAUSE_FIX + 1];
};

/* Ends that a text has where all that it says was optional. */
static bool is_whole(const char *text)
{
	static const char *const parts[] = { "{", "}", "  ", " .", " ,", "、。", "，。", "，，", "：。" };

	for (size_t i = 0; i < COUNT(parts); i++)
		if (strstr(text, parts[i]))
			return false;
	return text[0] != '\0';
}

static void take(void *closure, enum cause_word word, const char *where, const char *text)
{
	struct seen *seen = closure;

	(void)where;
	seen->by_word[word]++;
	if (!is_whole(text))
		print_error("%s\n", text);
	assert_true(is_whole(text));
}

static void both_languages_say_the_same(void **state)
{
	const struct term *cause;

	(void)state;
	for (size_t i = 0; (cause = cause_at(i)); i++) {
		struct seen english = { { 0 } }, chinese = { { 0 } };

		assert_true(is_of_rules(cause->name));
		assert_true(cause->english[0] && cause->chinese[0]);
		cause_describe(cause->name, LANGUAGE_ENGLISH, take, &english);
		cause_describe(cause->name, LANGUAGE_CHINESE, take, &chinese);
		assert_memory_equal(&english, &chinese, sizeof(english));
		assert_true(english.by_word[CAUSE_EVENT] >= 1);
		assert_true(english.by_word[CAUSE_SAID] >= 1);
		assert_true(english.by_word[CAUSE_FIX] >= 1 || cause_is_harmless(cause->name) ||
			    !strcmp(cause->name, "cancelled"));
	}
}

struct fix_wanted {
	const char *text;
	const char *where;
	size_t found;
};

static void find_fix(void *closure, enum cause_word word, const char *where, const char *text)
{
	struct fix_wanted *wanted = closure;

	if (word == CAUSE_FIX && strstr(text, wanted->text)) {
		assert_string_equal(where, wanted->where);
		wanted->found++;
	}
}

static void fixes_say_where_they_fit(void **state)
{
	struct fix_wanted docker = { "--tmpfs", "Docker, Podman", 0 };
	struct fix_wanted anywhere = { "Listen on another port", "", 0 };

	(void)state;
	cause_describe("unix_path_denied", LANGUAGE_ENGLISH, find_fix, &docker);
	assert_int_equal(docker.found, 1);
	cause_describe("address_in_use", LANGUAGE_ENGLISH, find_fix, &anywhere);
	assert_int_equal(anywhere.found, 1);
}

static void errors_lead_to_causes(void **state)
{
	(void)state;
	assert_true(cause_is_of_error("address_in_use", "EADDRINUSE"));
	assert_true(cause_is_of_error("private_ca_not_trusted", "unknown_authority"));
	assert_false(cause_is_of_error("address_in_use", "EACCES"));
	assert_false(cause_is_of_error("no_such_cause", "EACCES"));
	assert_true(cause_is_harmless("happy_eyeballs_loser"));
	assert_false(cause_is_harmless("address_in_use"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(causes_of_rules_are_explained_once),
		cmocka_unit_test(both_languages_say_the_same),
		cmocka_unit_test(fixes_say_where_they_fit),
		cmocka_unit_test(errors_lead_to_causes),
	};

	return RUN(tests);
}
