/* SPDX-License-Identifier: BSD-2-Clause */
/* Connections: causes with and without their evidence, races, and which sockets meet. */
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "user/model/race.h"
#include "user/model/socket_rule.h"
#include "user/verdict/verdict.h"

static struct fact fact;
static struct verdict_context context;

static void connect_of(const char *error, uint16_t family, const char *address, bool syn)
{
	memset(&fact, 0, sizeof(fact));
	memset(&context, 0, sizeof(context));
	fact.kind = EVENT_CONNECT;
	fact.outcome = error ? OUTCOME_ERROR : OUTCOME_CANCELLED;
	fact.socket = syn;
	fact.connect.peer.family = family;
	fact.connect.peer.port = 443;
	fact.connect.peer.address[0] = 10;
	fact.connect.socket_type = SOCK_STREAM;
	attributes_set_text(&fact.attributes, ATTRIBUTE_ERROR_TYPE, error);
	attributes_set_text(&fact.attributes, ATTRIBUTE_NETWORK_PEER_ADDRESS, address);
	snprintf(fact.name, sizeof(fact.name), "socket connect %s:443", address);
}

static void assert_cause(const char *cause)
{
	struct verdict verdict;

	for (int language = 0; language < 2; language++) {
		memset(&verdict, 0, sizeof(verdict));
		assert_int_equal(verdict_of(&fact, &context, language, &verdict), cause != NULL);
		if (!cause)
			continue;
		assert_string_equal(verdict.cause, cause);
		assert_true(verdict.explanation[0]);
		assert_null(strpbrk(verdict.explanation, "{}"));
		assert_int_equal(verdict.fix_count == 0, verdict.harmless);
		for (size_t i = 0; i < verdict.fix_count; i++)
			assert_null(strpbrk(verdict.fixes[i], "{}"));
	}
}

static const struct {
	const char *error;
	uint16_t family;
	bool syn;
	const char *cause;
} bare[] = {
	{ "ECONNREFUSED", AF_INET, true, "refused_no_listener" },
	{ "ECONNREFUSED", AF_INET, false, NULL },
	{ "ECONNREFUSED", AF_UNIX, false, "refused_no_listener" },
	{ "ETIMEDOUT", AF_INET6, true, "syn_unanswered" },
	{ "ETIMEDOUT", AF_INET6, false, NULL },
	{ "ENETUNREACH", AF_INET, true, "no_route" },
	{ "ENETUNREACH", AF_INET, false, NULL },
	{ "EHOSTUNREACH", AF_INET6, true, "no_route" },
	{ "ECONNRESET", AF_INET, true, "reset_during_handshake" },
	{ "ECONNRESET", AF_INET, false, NULL },
	{ "EADDRNOTAVAIL", AF_INET, true, "ephemeral_ports_exhausted" },
	{ "EADDRNOTAVAIL", AF_INET6, true, "ephemeral_ports_exhausted" },
	{ "EADDRNOTAVAIL", AF_INET6, false, NULL },
	{ "EPERM", AF_INET, false, NULL },
	{ "EACCES", AF_INET, false, NULL },
	{ "EACCES", AF_INET, true, NULL },
	{ "EACCES", AF_INET6, true, "blocked_by_policy" },
	{ "EACCES", AF_UNIX, false, NULL },
	{ "ENOENT", AF_UNIX, false, "unix_path_missing" },
	{ "ENOENT", AF_INET, false, NULL },
	{ "EINVAL", AF_INET, false, NULL },
	{ NULL, AF_INET, true, NULL },
};

static void the_error_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bare); i++) {
		connect_of(bare[i].error, bare[i].family,
			   bare[i].family == AF_UNIX ? "/run/x" : "10.0.0.7", bare[i].syn);
		assert_cause(bare[i].cause);
	}
	connect_of("EADDRNOTAVAIL", AF_INET, "10.0.0.7", true);
	attributes_set_integer(&fact.attributes, ATTRIBUTE_NETWORK_LOCAL_PORT, 4000);
	assert_cause(NULL);
	connect_of("ECONNREFUSED", AF_UNIX, "@name", false);
	assert_cause("refused_no_listener");
}

static void listeners(void **state)
{
	struct verdict verdict;

	(void)state;
	connect_of("ECONNREFUSED", AF_INET, "127.0.0.1", true);
	context.listener.searched = context.listener.peer_is_here = 1;
	assert_cause("refused_no_listener");
	context.listener.known = 1;
	context.listener.pid = 77;
	strcpy(context.listener.program, "api");
	strcpy(context.listener.address, "10.0.0.5:443");
	assert_cause("refused_listens_elsewhere");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "api (pid 77) has that port open, but only on "
			       "10.0.0.5:443"));
	context.listener.other_network = 1;
	strcpy(context.listener.network_addresses, "10.0.0.5");
	assert_cause("refused_listens_elsewhere");
	context.listener.fits = 1;
	assert_cause("refused_no_listener");
	fact.socket = 0;
	assert_cause(NULL);
}

static void given_up(void **state)
{
	(void)state;
	connect_of(NULL, AF_INET, "10.0.0.7", true);
	fact.connect.retransmits = 1;
	assert_cause("program_deadline");
	fact.connect.retransmits = 0;
	fact.connect.goroutine_start = 0x1000;
	assert_cause("program_deadline");
	context.race.lost = 1;
	strcpy(context.race.winner, "10.0.0.8:443");
	assert_cause("happy_eyeballs_loser");
}

static void routes_and_policies(void **state)
{
	(void)state;
	connect_of("ENETUNREACH", AF_INET, "10.0.0.7", false);
	context.route.known = 1;
	assert_cause("no_route");
	strcpy(context.route.type, "unicast");
	assert_cause(NULL);
	strcpy(context.route.type, "broadcast");
	assert_cause(NULL);
	context.route.type[0] = '\0';
	fact.connect.peer.address[0] = 224;
	assert_cause(NULL);
	fact.connect.peer.address[0] = 10;
	fact.connect.socket_type = SOCK_DGRAM;
	assert_cause("no_route");
	fact.connect.peer.port = 53;
	assert_cause(NULL);
	connect_of("ENETUNREACH", AF_INET, "10.0.0.7", false);
	fact.connect.gates.known = 1;
	assert_cause("no_route");
	fact.connect.gates.cgroup_programs = 1;
	assert_cause(NULL);
	connect_of("EACCES", AF_INET, "10.0.0.7", false);
	context.route.known = 1;
	strcpy(context.route.type, "prohibit");
	assert_cause("blocked_by_policy");
	strcpy(context.route.type, "unicast");
	assert_cause(NULL);
	fact.connect.gates.known = 1;
	strcpy(context.guard.modules, "apparmor");
	assert_cause("blocked_by_policy");
	fact.connect.gates.cgroup_programs = 1;
	assert_cause(NULL);
	connect_of("EPERM", AF_INET, "10.0.0.7", false);
	fact.connect.gates.known = fact.connect.gates.cgroup_programs = 1;
	assert_cause("blocked_by_policy");
	connect_of("ENOSYS", AF_UNIX, "/run/x", false);
	fact.connect.gates.known = fact.connect.gates.seccomp_refused = 1;
	assert_cause("blocked_by_policy");
}

static void unix_paths(void **state)
{
	struct verdict verdict;

	(void)state;
	connect_of("EACCES", AF_UNIX, "/var/run/docker.sock", false);
	context.path = (struct path_evidence){ .known = 1, .exists = 1, .is_socket = 1,
					       .passes = 1, .mode = 0660, .group = 998 };
	assert_cause(NULL);
	context.path.passes = 0;
	strcpy(context.path.at, "/var/run/docker.sock");
	assert_cause("unix_path_denied");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.fixes[0], "--group-add 998"));
	connect_of("ECONNREFUSED", AF_UNIX, "/etc/passwd", false);
	context.path.known = context.path.exists = 1;
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "no socket"));
}

static struct racer racer(uint16_t family, uint64_t parent, uint64_t start, uint64_t end_ns)
{
	return (struct racer){ .tgid = 7, .parent = parent, .start = start, .begin_ns = 100,
			       .end_ns = end_ns, .peer = { .family = family, .port = 443 } };
}

static void races_have_winners(void **state)
{
	struct races *races = races_new();
	struct racer winner = racer(AF_INET, 5, 0x1100, 200), loser = racer(AF_INET6, 5, 0x1000, 300);

	(void)state;
	assert_null(races_winner(races, &loser));
	races_add(races, &winner);
	assert_non_null(races_winner(races, &loser));
	loser.parent = 6;
	assert_null(races_winner(races, &loser));
	loser = racer(AF_INET, 5, 0x1000, 300);
	assert_null(races_winner(races, &loser));
	/* One go statement, two addresses: that is not how Go's dialer races. */
	loser = racer(AF_INET6, 5, 0x1100, 300);
	assert_null(races_winner(races, &loser));
	loser = racer(AF_INET6, 5, 0x9000, 300);
	assert_null(races_winner(races, &loser));
	loser = racer(AF_INET6, 5, 0x1000, 150);
	assert_null(races_winner(races, &loser));
	loser = racer(AF_INET6, 5, 0, 300);
	assert_null(races_winner(races, &loser));
	/* Without parents only who was given up at once. */
	winner = racer(AF_INET, 0, 0x1100, 200);
	races_add(races, &winner);
	loser = racer(AF_INET6, 0, 0x1000, 200 + 100000000);
	assert_non_null(races_winner(races, &loser));
	loser.end_ns++;
	assert_null(races_winner(races, &loser));
	/* What is old is forgotten. */
	winner.tgid = 8;
	for (int i = 0; i < 1024; i++)
		races_add(races, &winner);
	loser.end_ns--;
	assert_null(races_winner(races, &loser));
	races_free(races);
}

#define ANY	{ 0 }
#define LOCAL	{ 127, 0, 0, 1 }
#define OTHER	{ 10, 0, 0, 1 }
#define MAPPED	{ [10] = 0xff, 0xff, 127, 0, 0, 1 }
#define ONE	{ [15] = 1 }

static const struct {
	struct socket_claim claim;
	struct socket_entry holder;
	bool conflicts;
} meetings[] = {
	{ { { AF_INET, 80, 0, LOCAL } }, { .family = AF_INET, .address = LOCAL }, true },
	{ { { AF_INET, 80, 0, LOCAL } }, { .family = AF_INET, .address = OTHER }, false },
	{ { { AF_INET, 80, 0, LOCAL } }, { .family = AF_INET, .address = ANY }, true },
	{ { { AF_INET, 80, 0, ANY } }, { .family = AF_INET, .address = OTHER }, true },
	{ { { AF_INET, 80, 0, LOCAL } }, { .family = AF_INET6, .address = ANY }, true },
	{ { { AF_INET, 80, 0, LOCAL } }, { .family = AF_INET6, .only_ipv6 = 1 }, false },
	{ { { AF_INET, 80, 0, LOCAL } }, { .family = AF_INET6, .address = MAPPED }, true },
	{ { { AF_INET, 80, 0, ANY } }, { .family = AF_INET6, .address = ONE }, false },
	{ { { AF_INET6, 80, 0, ANY } }, { .family = AF_INET, .address = LOCAL }, true },
	{ { { AF_INET6, 80, 0, ANY }, .only_ipv6 = 1 },
	  { .family = AF_INET, .address = LOCAL }, false },
	{ { { AF_INET6, 80, 0, ONE } }, { .family = AF_INET6, .address = ANY, .only_ipv6 = 1 }, true },
	{ { { AF_INET6, 80, 0, ONE } }, { .family = AF_INET, .address = ANY }, false },
	{ { { AF_INET, 80, 0, LOCAL }, .reuse_address = 1 },
	  { .family = AF_INET, .address = LOCAL, .state = 7, .reuse_address = 1 }, false },
	{ { { AF_INET, 80, 0, LOCAL }, .reuse_address = 1 },
	  { .family = AF_INET, .address = LOCAL, .state = 10, .reuse_address = 1 }, true },
	{ { { AF_INET, 80, 0, LOCAL }, .reuse_address = 1 },
	  { .family = AF_INET, .address = LOCAL, .state = 7 }, true },
	{ { { AF_INET, 80, 0, LOCAL }, .reuse_port = 1, .user = 5 },
	  { .family = AF_INET, .address = LOCAL, .state = 10, .reuse_port = 1, .user = 5 }, false },
	{ { { AF_INET, 80, 0, LOCAL }, .reuse_port = 1, .user = 5 },
	  { .family = AF_INET, .address = LOCAL, .state = 10, .reuse_port = 1, .user = 6 }, true },
};

static void sockets_meet_as_in_the_kernel(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(meetings); i++) {
		struct socket_claim claim = meetings[i].claim;
		struct socket_entry holder = meetings[i].holder;

		claim.type = holder.type = SOCK_STREAM;
		holder.port = 80;
		assert_int_equal(socket_conflicts(&claim, &holder), meetings[i].conflicts);
		holder.port = 81;
		assert_false(socket_conflicts(&claim, &holder));
	}
}

static void listeners_take_what_reaches_them(void **state)
{
	struct socket_entry entry = { .family = AF_INET6, .port = 80, .state = 10 };
	const struct event_endpoint ipv4 = { AF_INET, 80, 0, LOCAL };
	const struct event_endpoint ipv6 = { AF_INET6, 80, 0, ONE };

	(void)state;
	assert_true(socket_takes(&entry, &ipv4));
	assert_true(socket_takes(&entry, &ipv6));
	entry.only_ipv6 = 1;
	assert_false(socket_takes(&entry, &ipv4));
	assert_true(socket_takes(&entry, &ipv6));
	entry.state = 7;
	assert_false(socket_takes(&entry, &ipv6));
	entry = (struct socket_entry){ .family = AF_INET, .port = 80, .state = 10 };
	assert_true(socket_takes(&entry, &ipv4));
	assert_false(socket_takes(&entry, &ipv6));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_error_alone),
		cmocka_unit_test(listeners),
		cmocka_unit_test(given_up),
		cmocka_unit_test(routes_and_policies),
		cmocka_unit_test(unix_paths),
		cmocka_unit_test(races_have_winners),
		cmocka_unit_test(sockets_meet_as_in_the_kernel),
		cmocka_unit_test(listeners_take_what_reaches_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
