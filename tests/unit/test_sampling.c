/* SPDX-License-Identifier: BSD-2-Clause */
/* Rules of sampling: what they accept, what matches, and whether shares are what they say. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/connection.h"
#include "user/model/sampling.h"

#define SECOND	1000000000ULL
#define FACTS	1000000u

static const struct {
	const char *rule;
	const char *wrong;		/* in the sentence; NULL: it is one */
} rules[] = {
	{ "100%", NULL },
	{ "0%", NULL },
	{ "  event=connect   0.1%  ", NULL },
	{ "event=connect server.address=*.a?c outcome=ok network.peer.port=8443 5%..50%", NULL },
	{ "tls.resumed=true 12.3456%", NULL },
	{ "server.address= 1%", NULL },
	{ "", "no share" },
	{ "event=connect", "no share" },
	{ "event=connect 5", "no share" },
	{ "101%", "no share" },
	{ "1.23456%", "no share" },
	{ "100.1%", "no share" },
	{ "-1%", "no share" },
	{ "50%..5%", "no share" },
	{ "0%..5%", "no share" },
	{ "5%...50%", "no share" },
	{ "99999999999999999999999%", "no share" },
	{ "event 1%", "no condition" },
	{ "=connect 1%", "no condition" },
	{ "servers.address=a 1%", "no attribute 'servers.address'" },
	{ "outcome=a outcome=a outcome=a outcome=a outcome=a outcome=a outcome=a outcome=a "
	  "outcome=a 1%", "one condition too many" },
};

static void rules_are_read_with_care(void **state)
{
	char why[256], text[600];

	(void)state;
	for (size_t i = 0; i < COUNT(rules); i++) {
		struct sampling *sampling = sampling_new();
		int result = sampling_add(sampling, rules[i].rule, why, sizeof(why));

		assert_int_equal(result, rules[i].wrong ? -EINVAL : 0);
		assert_int_equal(sampling_rule_count(sampling), !rules[i].wrong);
		if (rules[i].wrong)
			assert_non_null(strstr(why, rules[i].wrong));
		sampling_free(sampling);
	}
	memset(text, 'x', sizeof(text));
	memcpy(text, "event=", 6);
	strcpy(text + 400, " 1%");
	struct sampling *sampling = sampling_new();

	assert_int_equal(sampling_add(sampling, text, why, sizeof(why)), -EINVAL);
	assert_non_null(strstr(why, "longer than 255"));
	for (size_t i = 0; i < SAMPLING_RULES_MAX; i++)
		assert_int_equal(sampling_add(sampling, "1%", why, sizeof(why)), 0);
	assert_int_equal(sampling_add(sampling, "1%", why, sizeof(why)), -ENOSPC);
	sampling_free(sampling);
}

static void make_fact(struct fact *fact, const char *server, int64_t port)
{
	memset(fact, 0, sizeof(*fact));
	fact->kind = EVENT_CONNECT;
	fact->outcome = OUTCOME_OK;
	attributes_set_text(&fact->attributes, ATTRIBUTE_SERVER_ADDRESS, server);
	attributes_set_integer(&fact->attributes, ATTRIBUTE_NETWORK_PEER_PORT, port);
	attributes_set_boolean(&fact->attributes, ATTRIBUTE_TLS_RESUMED, true);
}

static const struct {
	const char *conditions;
	bool match;
} conditions[] = {
	{ "", true },
	{ "server.address=a.health.internal", true },
	{ "server.address=a.health", false },
	{ "server.address=*", true },
	{ "server.address=*.internal", true },
	{ "server.address=a*th*al", true },
	{ "server.address=?.health.internal", true },
	{ "server.address=??.health.internal", false },
	{ "server.address=*health*health*", false },
	{ "server.address=**a**l**", true },
	{ "server.address=", false },
	{ "network.peer.port=8443", true },
	{ "network.peer.port=84?", false },
	{ "network.peer.port=84*", true },
	{ "tls.resumed=true", true },
	{ "tls.resumed=false", false },
	{ "event=connect", true },
	{ "event=bind", false },
	{ "outcome=ok", true },
	{ "event=connect outcome=error", false },
	{ "event=connect outcome=ok server.address=a.*", true },
	{ "container.id=*", false },
};

/* Whether it matched is told by the share: none is a threshold that nothing passes. */
static void the_first_that_matches_decides(void **state)
{
	char rule[256], why[256];
	struct fact fact;

	(void)state;
	make_fact(&fact, "a.health.internal", 8443);
	for (size_t i = 0; i < COUNT(conditions); i++) {
		struct sampling *sampling = sampling_new();

		snprintf(rule, sizeof(rule), "%s 0%%", conditions[i].conditions);
		assert_int_equal(sampling_add(sampling, rule, why, sizeof(why)), 0);
		assert_int_equal(sampling_add(sampling, "50%", why, sizeof(why)), 0);
		assert_int_equal(sampling_threshold(sampling, &fact, false),
				 conditions[i].match ? SAMPLING_WHOLE : SAMPLING_WHOLE / 2);
		sampling_free(sampling);
	}
}

static void no_rule_keeps_all(void **state)
{
	struct sampling *sampling = sampling_new();
	struct fact fact;

	(void)state;
	make_fact(&fact, "a", 1);
	assert_int_equal(sampling_threshold(sampling, &fact, false), 0);
	sampling_free(sampling);
}

static const struct {
	const char *server;
	const char *rule;
	double share;
	unsigned int part;		/* of a hundred facts */
} kinds[] = {
	{ "probe.health.internal", "server.address=*.health.internal 0.1%", 0.001, 2 },
	{ "orders.internal", "server.address=orders.* 100%", 1, 10 },
	{ "callback.internal", "server.address=callback.* 5%", 0.05, 30 },
	{ "else.example", "25%", 0.25, 58 },
};

/* A million acts: the share that each rule declares is kept, and the weights make up the whole. */
static void shares_are_what_they_say(void **state)
{
	struct sampling *sampling = sampling_new();
	struct id_source ids = { .state = { 42, 43 } };
	double seen[COUNT(kinds)] = { 0 }, kept[COUNT(kinds)] = { 0 }, weights = 0;
	struct fact facts[COUNT(kinds)];
	uint8_t trace[TRACE_ID_SIZE];
	char why[256];

	(void)state;
	for (size_t i = 0; i < COUNT(kinds); i++) {
		make_fact(&facts[i], kinds[i].server, 443);
		assert_int_equal(sampling_add(sampling, kinds[i].rule, why, sizeof(why)), 0);
	}
	for (unsigned int i = 0; i < FACTS; i++) {
		unsigned int place = i % 100;
		size_t kind = 0;
		uint64_t threshold;

		for (; place >= kinds[kind].part; kind++)
			place -= kinds[kind].part;
		id_source_trace(&ids, trace);
		threshold = sampling_threshold(sampling, &facts[kind], false);
		seen[kind]++;
		if (sampling_number(trace) < threshold)
			continue;
		kept[kind]++;
		weights += (double)SAMPLING_WHOLE / (double)(SAMPLING_WHOLE - threshold);
	}
	for (size_t i = 0; i < COUNT(kinds); i++) {
		double wanted = kinds[i].share * seen[i];

		/* Within 1 %, or what four times the chance of so few allows. */
		assert_true(fabs(kept[i] - wanted) <=
			    fmax(0.01 * wanted, 4 * sqrt(wanted * (1 - kinds[i].share))));
		print_message("%s: %.0f of %.0f, %.0f declared\n", kinds[i].server, kept[i],
			      seen[i], wanted);
	}
	print_message("weights make up %.0f of %u\n", weights, FACTS);
	assert_true(fabs(weights - FACTS) <= 0.01 * FACTS);
	sampling_free(sampling);
}

/* Who keeps a trace with a small share keeps it with every larger one, on every host. */
static void decisions_agree(void **state)
{
	static const char *const shares[] = { "0.1%", "1%", "5%", "50%", "99.9%", "100%" };
	struct id_source ids = { .state = { 7, 8 } };
	uint64_t thresholds[COUNT(shares)];
	uint8_t trace[TRACE_ID_SIZE];
	struct fact fact;
	char why[256];

	(void)state;
	make_fact(&fact, "a", 1);
	for (size_t i = 0; i < COUNT(shares); i++) {
		struct sampling *sampling = sampling_new();

		sampling_add(sampling, shares[i], why, sizeof(why));
		thresholds[i] = sampling_threshold(sampling, &fact, false);
		sampling_free(sampling);
	}
	for (unsigned int i = 0; i < 100000; i++) {
		bool before = false;

		id_source_trace(&ids, trace);
		for (size_t j = 0; j < COUNT(shares); j++) {
			bool now = sampling_number(trace) >= thresholds[j];

			assert_true(now || !before);
			before = now;
		}
		assert_true(before);
	}
}

/* A hundred acts a second, of which failing of a thousand fail. The share at the end. */
static uint32_t run_for(struct sampling *sampling, uint64_t *now_ns, unsigned int seconds,
			unsigned int failing)
{
	struct fact fact;

	make_fact(&fact, "a", 1);
	for (unsigned int i = 0; i < seconds * 100; i++) {
		fact.time_ns = *now_ns += SECOND / 100;
		sampling_threshold(sampling, &fact, i * 7 % 1000 < failing);
	}
	return sampling_share(sampling, 0);
}

static void a_share_follows_its_own_failures(void **state)
{
	struct sampling *sampling = sampling_new();
	uint64_t now_ns = SECOND;
	char why[256];

	(void)state;
	assert_int_equal(sampling_add(sampling, "event=connect 5%..50%", why, sizeof(why)), 0);
	assert_int_equal(run_for(sampling, &now_ns, 60, 0), 50000);
	assert_int_equal(run_for(sampling, &now_ns, 12, 50), 100000);
	assert_int_equal(run_for(sampling, &now_ns, 60, 50), 500000);
	/* Less than what made it climb, more than what lets it come back: it stays. */
	assert_int_equal(run_for(sampling, &now_ns, 120, 8), 500000);
	assert_int_equal(run_for(sampling, &now_ns, 35, 0), 250000);
	/* One bad stretch begins the wait anew. */
	assert_int_equal(run_for(sampling, &now_ns, 10, 8), 250000);
	assert_int_equal(run_for(sampling, &now_ns, 300, 0), 50000);
	/* Few acts, one of them failed: nothing is concluded. */
	now_ns += 1000 * SECOND;
	assert_int_equal(run_for(sampling, &now_ns, 0, 0), 50000);
	sampling_free(sampling);
}

/* Where nothing came for long, the share is what it was at least: time passed, too. */
static void silence_is_calm(void **state)
{
	struct sampling *sampling = sampling_new();
	uint64_t now_ns = SECOND;
	char why[256];

	(void)state;
	sampling_add(sampling, "5%..50%", why, sizeof(why));
	assert_int_equal(run_for(sampling, &now_ns, 100, 100), 500000);
	now_ns += 3600 * SECOND;
	assert_int_equal(run_for(sampling, &now_ns, 1, 0), 50000);
	sampling_free(sampling);
}

static const struct {
	uint64_t threshold;
	const char *state;
} states[] = {
	{ 0, "ot=th:0" },
	{ SAMPLING_WHOLE / 2, "ot=th:8" },
	{ SAMPLING_WHOLE / 4 * 3, "ot=th:c" },
	{ 0xfd70a3d70a3d70, "ot=th:fd70a3d70a3d7" },
	{ 1, "ot=th:00000000000001" },
};

static void thresholds_are_told_as_the_specification_has_them(void **state)
{
	char text[SAMPLING_STATE_SIZE];

	(void)state;
	for (size_t i = 0; i < COUNT(states); i++) {
		sampling_state(states[i].threshold, text);
		assert_string_equal(text, states[i].state);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_are_read_with_care),
		cmocka_unit_test(the_first_that_matches_decides),
		cmocka_unit_test(no_rule_keeps_all),
		cmocka_unit_test(shares_are_what_they_say),
		cmocka_unit_test(decisions_agree),
		cmocka_unit_test(a_share_follows_its_own_failures),
		cmocka_unit_test(silence_is_calm),
		cmocka_unit_test(thresholds_are_told_as_the_specification_has_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
