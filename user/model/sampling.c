/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Shares are millionths. One that adapts is looked at every ten seconds of the facts' own time: it
 * doubles when more than 1 % of what the rule matched failed, and halves again after three such
 * stretches in a row with less than half of that. What lies between leaves it where it is.
 */
#include "user/model/sampling.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONDITIONS_MAX	8
#define PATTERN_SIZE	256
#define MILLION		1000000u
#define STRETCH_NS	(10 * 1000000000ULL)
#define CLIMB_AT	100	/* one of so many failed */
#define CALM_AT		200
#define CALM_STRETCHES	3
#define FEW		20	/* acts of which nothing is concluded */

enum subject {
	OF_ATTRIBUTE,
	OF_EVENT,
	OF_OUTCOME,
};

struct condition {
	enum subject subject;
	enum attribute_key key;
	char pattern[PATTERN_SIZE];
};

struct rule {
	struct condition conditions[CONDITIONS_MAX];
	size_t count;
	uint32_t least, most;		/* the same: it does not adapt */
	uint32_t share;
	uint64_t stretch_ns;		/* when it began */
	uint64_t matched, failed;	/* in it */
	unsigned int calm;		/* stretches in a row */
};

struct sampling {
	struct rule rules[SAMPLING_RULES_MAX];
	size_t count;
};

struct sampling *sampling_new(void)
{
	return calloc(1, sizeof(struct sampling));
}

void sampling_free(struct sampling *sampling)
{
	free(sampling);
}

size_t sampling_rule_count(const struct sampling *sampling)
{
	return sampling->count;
}

/* Digits and at most four behind a point, then %: "0.1%" is 1000 millionths. NULL: it is none. */
static const char *read_share(const char *text, uint32_t *out)
{
	uint64_t value = 0, unit = MILLION / 100;
	const char *at = text;

	for (; *at >= '0' && *at <= '9' && value <= 100; at++)
		value = value * 10 + (uint64_t)(*at - '0');
	if (at == text || value > 100)
		return NULL;
	value *= unit;
	if (*at == '.')
		for (at++; *at >= '0' && *at <= '9' && unit >= 10; at++)
			value += (uint64_t)(*at - '0') * (unit /= 10);
	if (*at != '%' || value > MILLION)
		return NULL;
	*out = (uint32_t)value;
	return at + 1;
}

static bool read_shares(const char *text, struct rule *out)
{
	const char *at = read_share(text, &out->least);

	out->most = out->least;
	if (at && !strncmp(at, "..", 2))
		at = read_share(at + 2, &out->most);
	out->share = out->least;
	return at && !*at && out->least <= out->most && (out->least || !out->most);
}

static bool read_name(const char *name, size_t length, struct condition *out)
{
	out->subject = OF_EVENT;
	if (length == 5 && !memcmp(name, "event", length))
		return true;
	out->subject = OF_OUTCOME;
	if (length == 7 && !memcmp(name, "outcome", length))
		return true;
	out->subject = OF_ATTRIBUTE;
	for (int key = 0; key < ATTRIBUTE_KEY_MAX; key++) {
		const char *known = attribute_definition(key)->name;

		if (strlen(known) == length && !memcmp(known, name, length)) {
			out->key = key;
			return true;
		}
	}
	return false;
}

static int refuse(char *why, size_t size, const char *format, size_t length, const char *text)
{
	snprintf(why, size, format, (int)(length < 64 ? length : 64), text);
	return -EINVAL;
}

static int read_condition(const char *word, size_t length, struct rule *rule, char *why,
			  size_t size)
{
	struct condition *condition = &rule->conditions[rule->count];
	const char *equals = memchr(word, '=', length);
	size_t name = equals ? (size_t)(equals - word) : 0, pattern = length - name - 1;

	if (!equals || !name)
		return refuse(why, size, "'%.*s' is no condition NAME=PATTERN", length, word);
	if (rule->count == CONDITIONS_MAX)
		return refuse(why, size, "'%.*s' is one condition too many: 8 are the limit",
			      length, word);
	if (!read_name(word, name, condition))
		return refuse(why, size, "there is no attribute '%.*s'; 'seamark explain --all' "
			      "lists them", name, word);
	if (pattern >= PATTERN_SIZE)
		return refuse(why, size, "the pattern of '%.*s' is longer than 255 bytes", name,
			      word);
	memcpy(condition->pattern, equals + 1, pattern);
	condition->pattern[pattern] = '\0';
	rule->count++;
	return 0;
}

int sampling_add(struct sampling *sampling, const char *text, char *why, size_t size)
{
	struct rule *rule = &sampling->rules[sampling->count];
	int result = 0;

	if (sampling->count == SAMPLING_RULES_MAX) {
		snprintf(why, size, "there are %d rules already", SAMPLING_RULES_MAX);
		return -ENOSPC;
	}
	memset(rule, 0, sizeof(*rule));
	while (!result) {
		size_t length;

		text += strspn(text, " ");
		length = strcspn(text, " ");
		if (!text[length + strspn(text + length, " ")]) {
			char last[64] = "";

			memcpy(last, text, length < sizeof(last) ? length : sizeof(last) - 1);
			if (!read_shares(last, rule))
				return refuse(why, size, "'%.*s' is no share like 0.1%% or "
					      "5%%..50%%", length, text);
			sampling->count++;
			return 0;
		}
		result = read_condition(text, length, rule, why, size);
		text += length;
	}
	return result;
}

/* * is any text, ? any character; what follows the last * is tried from each place once. */
static bool fits(const char *pattern, const char *text)
{
	const char *star = NULL, *from = NULL;

	while (*text) {
		if (*pattern == '*') {
			star = ++pattern;
			from = text;
		} else if (*pattern == '?' || *pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			text = ++from;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return !*pattern;
}

static bool attribute_fits(const struct condition *condition, const struct attributes *attributes)
{
	const struct attribute *item = attributes_get(attributes, condition->key);
	char number[24];

	if (!item)
		return false;
	switch (attribute_definition(condition->key)->type) {
	case ATTRIBUTE_INTEGER:
		snprintf(number, sizeof(number), "%lld", (long long)item->integer);
		return fits(condition->pattern, number);
	case ATTRIBUTE_BOOLEAN:
		return fits(condition->pattern, item->boolean ? "true" : "false");
	default:
		return fits(condition->pattern, attribute_string(attributes, item));
	}
}

static bool holds(const struct condition *condition, const struct fact *fact)
{
	switch (condition->subject) {
	case OF_EVENT:
		return fits(condition->pattern, event_kind_name(fact->kind));
	case OF_OUTCOME:
		return fits(condition->pattern, outcome_name(fact->outcome));
	default:
		return attribute_fits(condition, &fact->attributes);
	}
}

static bool matches(const struct rule *rule, const struct fact *fact)
{
	for (size_t i = 0; i < rule->count; i++)
		if (!holds(&rule->conditions[i], fact))
			return false;
	return true;
}

static void end_stretch(struct rule *rule)
{
	if (rule->matched < FEW && !rule->failed)
		rule->calm++;
	else if (rule->matched >= FEW && rule->failed * CLIMB_AT > rule->matched) {
		rule->share = rule->share > rule->most / 2 ? rule->most : rule->share * 2;
		rule->calm = 0;
	} else if (rule->failed * CALM_AT < rule->matched) {
		rule->calm++;
	} else {
		rule->calm = 0;
	}
	if (rule->calm >= CALM_STRETCHES) {
		rule->share = rule->share / 2 > rule->least ? rule->share / 2 : rule->least;
		rule->calm = 0;
	}
	rule->matched = rule->failed = 0;
}

static void adapt(struct rule *rule, uint64_t now_ns, bool failed)
{
	if (rule->least == rule->most)
		return;
	if (!rule->stretch_ns)
		rule->stretch_ns = now_ns;
	/* Of stretches without anything each is calm; after some it makes no difference. */
	for (int i = 0; i < 64 && now_ns >= rule->stretch_ns + STRETCH_NS; i++) {
		end_stretch(rule);
		rule->stretch_ns += STRETCH_NS;
	}
	if (now_ns >= rule->stretch_ns + STRETCH_NS)
		rule->stretch_ns = now_ns;
	rule->matched++;
	rule->failed += failed;
}

uint64_t sampling_threshold(struct sampling *sampling, const struct fact *fact, bool failed)
{
	for (size_t i = 0; i < sampling->count; i++) {
		struct rule *rule = &sampling->rules[i];

		if (!matches(rule, fact))
			continue;
		adapt(rule, fact->time_ns + fact->duration_ns, failed);
		return (SAMPLING_WHOLE / MILLION) * (MILLION - rule->share) +
		       (SAMPLING_WHOLE % MILLION) * (MILLION - rule->share) / MILLION;
	}
	return 0;
}

uint64_t sampling_number(const uint8_t trace_id[TRACE_ID_SIZE])
{
	uint64_t number = 0;

	for (size_t i = TRACE_ID_SIZE - 7; i < TRACE_ID_SIZE; i++)
		number = number << 8 | trace_id[i];
	return number;
}

uint32_t sampling_share(const struct sampling *sampling, size_t rule)
{
	return rule < sampling->count ? sampling->rules[rule].share : MILLION;
}

void sampling_state(uint64_t threshold, char out[SAMPLING_STATE_SIZE])
{
	char digits[15];
	size_t length = 14;

	snprintf(digits, sizeof(digits), "%014llx", (unsigned long long)threshold);
	/* Zeros at the end say nothing: one is left where there is nothing else. */
	while (length > 1 && digits[length - 1] == '0')
		length--;
	snprintf(out, SAMPLING_STATE_SIZE, "ot=th:%.*s", (int)length, digits);
}
