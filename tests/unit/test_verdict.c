/* SPDX-License-Identifier: BSD-2-Clause */
/* Each cause with the evidence that makes it certain, and without: then there is no verdict. */
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "user/verdict/verdict.h"

#define CAP_BIND	(1ULL << 10)
#define HOST_NAMESPACE	4026531837u
#define OTHER_NAMESPACE	4026532000u

static struct fact fact;
static struct verdict_context context;

static void reset(enum event_kind kind, const char *error)
{
	memset(&fact, 0, sizeof(fact));
	memset(&context, 0, sizeof(context));
	fact.kind = kind;
	fact.outcome = OUTCOME_ERROR;
	fact.tls.alert = kind == EVENT_TLS_HANDSHAKE ? -1 : 0;
	attributes_set_text(&fact.attributes, ATTRIBUTE_ERROR_TYPE, error);
}

static void bind_of(const char *error, uint16_t family, const char *address, uint16_t port)
{
	reset(EVENT_BIND, error);
	fact.bind.requested.family = family;
	fact.bind.requested.port = port;
	fact.bind.weighed = (struct event_weighed){
		.known = 1, .euid = 1001, .unprivileged_port_start = 1024,
		.user_namespace = HOST_NAMESPACE, .net_user_namespace = HOST_NAMESPACE,
		.network_owner = NETWORK_OWNER_SAME, .cap_bounding = ~0ULL,
	};
	fact.bind.gates.known = 1;
	attributes_set_text(&fact.attributes, ATTRIBUTE_NETWORK_LOCAL_ADDRESS, address);
	if (family != AF_UNIX)
		attributes_set_integer(&fact.attributes, ATTRIBUTE_NETWORK_LOCAL_PORT, port);
	snprintf(fact.name, sizeof(fact.name), "bind %s:%u", address, port);
}

static void handshake_of(const char *error, enum tls_role role, int16_t alert)
{
	reset(EVENT_TLS_HANDSHAKE, error);
	fact.tls.role = role;
	fact.tls.alert = alert;
}

static void assert_cause(const char *cause)
{
	struct verdict verdict;

	for (int language = 0; language < 2; language++) {
		memset(&verdict, 0, sizeof(verdict));
		if (!cause) {
			assert_false(verdict_of(&fact, &context, language, &verdict));
			assert_null(verdict.cause);
			continue;
		}
		assert_true(verdict_of(&fact, &context, language, &verdict));
		assert_string_equal(verdict.cause, cause);
		assert_true(verdict.explanation[0]);
		/* No blank was left unfilled. */
		assert_null(strpbrk(verdict.explanation, "{}"));
		for (size_t i = 0; i < verdict.fix_count; i++)
			assert_null(strpbrk(verdict.fixes[i], "{}"));
	}
}

static void low_ports_need_the_capability(void **state)
{
	(void)state;
	bind_of("EACCES", AF_INET, "0.0.0.0", 80);
	assert_cause("missing_cap_net_bind_service");
	fact.bind.weighed.cap_permitted = CAP_BIND;
	assert_cause("capability_not_effective");
	fact.bind.weighed.cap_effective = CAP_BIND;
	assert_cause(NULL);
	fact.bind.weighed.network_owner = NETWORK_OWNER_FOREIGN;
	assert_cause("user_namespace_does_not_own_network_namespace");
	fact.bind.weighed.cap_effective = fact.bind.weighed.cap_permitted = 0;
	assert_cause("user_namespace_does_not_own_network_namespace");
	fact.bind.weighed.network_owner = NETWORK_OWNER_BELOW;
	assert_cause("missing_cap_net_bind_service");
	fact.bind.weighed.network_owner = NETWORK_OWNER_UNKNOWN;
	assert_cause(NULL);
}

static void file_capabilities_can_be_void(void **state)
{
	(void)state;
	bind_of("EACCES", AF_INET, "0.0.0.0", 80);
	context.guard.file_permitted = CAP_BIND;
	fact.bind.weighed.no_new_privs = 1;
	/* Nobody read the file. */
	assert_cause("missing_cap_net_bind_service");
	context.guard.file_known = 1;
	assert_cause("file_capabilities_ignored_no_new_privs");
	/* The kernel asks the mount first. */
	fact.bind.weighed.nosuid = 1;
	assert_cause("file_capabilities_ignored_nosuid");
	fact.bind.weighed.no_new_privs = 0;
	assert_cause("file_capabilities_ignored_nosuid");
	/* What the bounding set lacks no file can give. */
	fact.bind.weighed.cap_bounding = ~CAP_BIND;
	assert_cause("missing_cap_net_bind_service");
	fact.bind.weighed.cap_bounding = ~0ULL;
	fact.bind.weighed.network_owner = NETWORK_OWNER_FOREIGN;
	assert_cause("user_namespace_does_not_own_network_namespace");
	fact.bind.weighed.network_owner = NETWORK_OWNER_SAME;
	context.guard.file_permitted = 1;
	assert_cause("missing_cap_net_bind_service");
}

static void other_refusals_are_not_the_capability(void **state)
{
	(void)state;
	bind_of("EACCES", AF_INET, "0.0.0.0", 8080);
	assert_cause(NULL);
	bind_of("EACCES", AF_INET, "0.0.0.0", 0);
	assert_cause(NULL);
	bind_of("EACCES", AF_INET, "0.0.0.0", 80);
	fact.bind.weighed.known = 0;
	assert_cause(NULL);
	bind_of("EPERM", AF_INET, "0.0.0.0", 80);
	assert_cause(NULL);
	bind_of("EACCES", AF_INET, "0.0.0.0", 80);
	fact.bind.weighed.unprivileged_port_start = 80;
	assert_cause(NULL);
	fact.bind.weighed.unprivileged_port_start = 81;
	assert_cause("missing_cap_net_bind_service");
	fact.outcome = OUTCOME_OK;
	assert_cause(NULL);
}

static void guards_are_named_when_certain(void **state)
{
	(void)state;
	bind_of("EPERM", AF_INET, "0.0.0.0", 8080);
	fact.bind.gates.cgroup_programs = 1;
	strcpy(fact.bind.gates.cgroup_program_name, "sd_bind4");
	assert_cause("denied_by_cgroup_program");
	fact.bind.gates.known = 0;
	assert_cause(NULL);
	bind_of("EACCES", AF_INET, "0.0.0.0", 8080);
	strcpy(context.guard.label, "docker-default (enforce)");
	assert_cause("denied_by_security_module");
	strcpy(context.guard.label, "unconfined");
	assert_cause(NULL);
	strcpy(context.guard.modules, "capability,apparmor");
	assert_cause(NULL);
	strcpy(context.guard.modules, "capability,landlock,apparmor");
	assert_cause("denied_by_security_module");
	context.guard.no_module = 1;
	assert_cause(NULL);
	context.guard.no_module = 0;
	/* With a program beside the module it could be either. */
	fact.bind.gates.cgroup_programs = 1;
	assert_cause(NULL);
	/* A filter is asked before all else, whatever it answers. */
	bind_of("EADDRINUSE", AF_INET, "0.0.0.0", 80);
	fact.bind.gates.seccomp_refused = 1;
	assert_cause("denied_by_seccomp");
	bind_of("EACCES", AF_UNIX, "/run/x", 0);
	fact.bind.gates.seccomp_refused = 1;
	assert_cause("denied_by_seccomp");
}

static void addresses_in_use_name_their_holder(void **state)
{
	struct verdict verdict;

	(void)state;
	bind_of("EADDRINUSE", AF_INET, "127.0.0.1", 8080);
	assert_cause("address_in_use");
	context.holder.known = true;
	context.holder.pid = 77;
	strcpy(context.holder.program, "nginx");
	strcpy(context.holder.address, "0.0.0.0:8080");
	strcpy(context.holder.state, "listen");
	assert_cause("address_in_use");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "nginx (pid 77) has 0.0.0.0:8080 (listen)"));
	/* A holder's name is its owner's choice. */
	strcpy(context.holder.program, "n\n\xff\033[31m");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "n\\x0a\\xff\\x1b[31m (pid 77)"));
	context.holder.is_self = true;
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "this very process"));
	context.holder.is_self = false;
	context.holder.other_user = 1;
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "SO_REUSEPORT"));
	context.holder.other_user = 0;
	strcpy(context.holder.address, "[::]:8080");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "takes IPv4, too"));
	strcpy(context.holder.state, "time_wait");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "TIME_WAIT"));
	bind_of("EADDRINUSE", AF_INET, "127.0.0.1", 0);
	assert_cause("ephemeral_ports_exhausted");
	bind_of("EADDRINUSE", AF_UNIX, "@name", 0);
	assert_cause("address_in_use");
	bind_of("EADDRINUSE", AF_UNIX, "/run/x", 0);
	assert_cause("unix_path_exists");
	bind_of("EADDRINUSE", AF_INET, "127.0.0.1", 8080);
	fact.kind = EVENT_LISTEN;
	assert_cause("address_in_use");
}

static void addresses_and_paths(void **state)
{
	(void)state;
	bind_of("EADDRNOTAVAIL", AF_INET, "203.0.113.7", 80);
	assert_cause("address_not_local");
	bind_of("EADDRNOTAVAIL", AF_INET6, "::1", 80);
	fact.bind.requested.address[15] = 1;
	assert_cause("address_not_local");
	strcpy(context.local_addresses, "127.0.0.1, 10.0.0.2");
	assert_cause("address_family_unavailable");
	fact.bind.weighed.ipv6_disabled = 1;
	strcpy(context.local_addresses, "127.0.0.1, fe80::1");
	assert_cause("address_family_unavailable");
	fact.bind.weighed.ipv6_disabled = 0;
	assert_cause("address_not_local");
	/* It is there, if not yet for this: another reason, and none that is certain. */
	strcpy(context.local_addresses, "127.0.0.1, ::1");
	assert_cause(NULL);
	bind_of("ENOENT", AF_UNIX, "/missing/x", 0);
	assert_cause("unix_path_missing");
	bind_of("ENOTDIR", AF_UNIX, "/etc/passwd/x", 0);
	assert_cause("unix_path_missing");
	bind_of("EROFS", AF_UNIX, "/mnt/x", 0);
	assert_cause("unix_path_denied");
	bind_of("EINVAL", AF_INET, "127.0.0.1", 80);
	assert_cause(NULL);
}

static void paths_are_denied_by_what_was_walked(void **state)
{
	struct verdict verdict;

	(void)state;
	/* Without the walk it may be modes or a module. */
	bind_of("EACCES", AF_UNIX, "/root/x", 0);
	assert_cause(NULL);
	context.path.known = 1;
	context.path.mode = 0700;
	strcpy(context.path.at, "/root");
	context.path.not_searchable = 1;
	assert_cause("unix_path_denied");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "/root (mode 0700, owner 0:0) does not let it "
			       "in"));
	context.path.not_searchable = 0;
	context.path.passes = 1;
	assert_cause(NULL);
	strcpy(context.guard.label, "web (enforce)");
	assert_cause("denied_by_security_module");
	bind_of("EADDRINUSE", AF_UNIX, "/run/x", 0);
	context.path.known = context.path.exists = context.path.is_socket = 1;
	context.path.holder_searched = 1;
	assert_cause("unix_path_exists");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.fixes[0], "Remove the stale socket"));
}

static const struct {
	const char *error;
	enum tls_role role;
	int16_t alert;
	const char *cause;
} handshakes[] = {
	{ "unknown_authority", TLS_ROLE_CLIENT, -1, NULL },
	{ "certificate_invalid", TLS_ROLE_CLIENT, -1, NULL },
	{ "other", TLS_ROLE_SERVER, -1, NULL },
	{ "hostname_mismatch", TLS_ROLE_CLIENT, -1, NULL },
	{ "certificate_expired", TLS_ROLE_CLIENT, -1, NULL },
	{ "protocol_version", TLS_ROLE_SERVER, -1, "protocol_version" },
	{ "no_common_cipher", TLS_ROLE_SERVER, -1, "no_common_cipher" },
	{ "not_tls", TLS_ROLE_CLIENT, -1, "not_tls" },
	{ "client_certificate_required", TLS_ROLE_SERVER, -1, "client_certificate_required" },
	{ "remote_alert", TLS_ROLE_CLIENT, 116, "client_certificate_required" },
	{ "remote_alert", TLS_ROLE_CLIENT, 70, "protocol_version" },
	{ "remote_alert", TLS_ROLE_CLIENT, 42, "client_certificate_rejected" },
	{ "remote_alert", TLS_ROLE_SERVER, 42, "peer_rejected_our_certificate" },
	{ "remote_alert", TLS_ROLE_SERVER, 48, "peer_rejected_our_certificate" },
	{ "remote_alert", TLS_ROLE_SERVER, 47, "remote_alert" },
	{ "remote_alert", TLS_ROLE_CLIENT, 80, "remote_alert" },
	{ "remote_alert", TLS_ROLE_CLIENT, 255, "remote_alert" },
	{ "closed", TLS_ROLE_SERVER, -1, "closed_by_peer" },
	{ "timeout", TLS_ROLE_CLIENT, -1, "timeout" },
	{ "cancelled", TLS_ROLE_CLIENT, -1, "cancelled" },
};

static void handshakes_have_causes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(handshakes); i++) {
		handshake_of(handshakes[i].error, handshakes[i].role, handshakes[i].alert);
		assert_cause(handshakes[i].cause);
	}
	handshake_of("closed", TLS_ROLE_CLIENT, -1);
	strcpy(fact.go_type, "*net.OpError > poll.errNetClosing");
	assert_cause(NULL);
}

/* What every rule about authorities needs; each test takes something away. */
static void unknown_authority(enum tls_role role)
{
	handshake_of("unknown_authority", role, -1);
	fact.tls.config.known = 1;
	fact.tls.chain = 1;
	fact.tls.is_leaf = 1;
	context.trust.parsed = 1;
	context.trust.searched = 1;
	context.trust.authorities = 140;
	context.trust.bundle_found = 1;
	strcpy(context.trust.bundle, "/etc/ssl/certs/ca-certificates.crt");
	strcpy(context.trust.issuer, "CN = ca");
}

static void authorities_have_causes(void **state)
{
	(void)state;
	unknown_authority(TLS_ROLE_CLIENT);
	assert_cause("private_ca_not_trusted");
	context.trust.has_issuer_url = 1;
	assert_cause("intermediate_not_sent");
	fact.tls.chain = 2;
	assert_cause("private_ca_not_trusted");
	fact.tls.chain = 0;
	assert_cause("private_ca_not_trusted");
	unknown_authority(TLS_ROLE_CLIENT);
	context.trust.is_self_issued = 1;
	assert_cause("self_signed");
	fact.tls.is_leaf = 0;
	assert_cause("private_ca_not_trusted");
	unknown_authority(TLS_ROLE_CLIENT);
	context.trust.authorities = 0;
	assert_cause("no_ca_bundle_in_image");
	fact.tls.config.own_pool = 1;
	assert_cause("private_ca_not_trusted");
	unknown_authority(TLS_ROLE_SERVER);
	assert_cause("client_certificate_rejected");
}

static void authorities_without_evidence_have_none(void **state)
{
	(void)state;
	unknown_authority(TLS_ROLE_CLIENT);
	context.trust.searched = 0;
	assert_cause(NULL);
	context.trust.authorities = 0;
	assert_cause(NULL);
	unknown_authority(TLS_ROLE_CLIENT);
	context.trust.parsed = 0;
	assert_cause(NULL);
	unknown_authority(TLS_ROLE_CLIENT);
	fact.tls.config.known = 0;
	assert_cause(NULL);
	/* There by name, and not tried: it came after the program had read the bundle. */
	unknown_authority(TLS_ROLE_CLIENT);
	context.trust.issuer_found = 1;
	assert_cause(NULL);
	fact.tls.same_name = 1;
	assert_cause("private_ca_not_trusted");
	handshake_of("system_roots", TLS_ROLE_CLIENT, -1);
	fact.tls.os_error = 13;
	assert_cause(NULL);
	strcpy(context.trust.bundle, "/etc/ssl/certs/ca-certificates.crt");
	assert_cause("ca_bundle_unreadable");
	fact.tls.os_error = 5;
	assert_cause(NULL);
}

static void timeouts_say_where(void **state)
{
	struct verdict verdict;

	(void)state;
	handshake_of("timeout", TLS_ROLE_CLIENT, -1);
	fact.tls.progress.known = 1;
	assert_cause("timeout");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "nothing at all"));
	fact.tls.progress.received = 1000;
	fact.tls.progress.unread = 700;
	assert_cause("timeout");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "700 bytes lay there unread"));
}

static void dates_are_told(void **state)
{
	struct verdict verdict;

	(void)state;
	handshake_of("certificate_expired", TLS_ROLE_CLIENT, -1);
	fact.tls.not_before_unix = 951782400;	/* 2000-02-29 */
	fact.tls.not_after_unix = 1709164800;	/* 2024-02-29 */
	context.now_unix_ns = (1709164800ULL + 3 * 86400 + 5) * 1000000000;
	assert_cause("certificate_expired");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_string_equal(verdict.explanation,
			    "The server's certificate ended on 2024-02-29, 3 days ago.");
	handshake_of("certificate_not_yet_valid", TLS_ROLE_SERVER, -1);
	fact.tls.not_before_unix = 4107542399;	/* 2100-02-28 */
	assert_cause("certificate_not_yet_valid");
	verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict);
	assert_non_null(strstr(verdict.explanation, "The client's certificate begins only on "
			       "2100-02-28"));
	handshake_of("hostname_mismatch", TLS_ROLE_CLIENT, -1);
	strcpy(fact.tls.wanted, "api.example.com");
	assert_cause("hostname_mismatch");
}

static const struct {
	const char *runtime;
	const char *unit;
	const char *word;
} places[] = {
	{ "docker", NULL, "docker run --sysctl" },
	{ "podman", NULL, "podman run --sysctl" },
	{ "kubernetes", NULL, "securityContext.sysctls" },
	{ "", "web.service", "AmbientCapabilities" },
	{ "", NULL, "setcap" },
};

static void fixes_fit_the_place(void **state)
{
	struct verdict verdict;

	(void)state;
	for (size_t i = 0; i < COUNT(places); i++) {
		int found = 0;

		bind_of("EACCES", AF_INET, "0.0.0.0", 80);
		strcpy(context.runtime, places[i].runtime);
		attributes_set_text(&fact.attributes, ATTRIBUTE_SYSTEMD_UNIT, places[i].unit);
		assert_true(verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict));
		for (size_t j = 0; j < verdict.fix_count; j++)
			found |= strstr(verdict.fixes[j], places[i].word) != NULL;
		assert_true(found);
	}
	bind_of("EACCES", AF_INET, "0.0.0.0", 80);
	fact.bind.weighed.no_new_privs = 1;
	assert_true(verdict_of(&fact, &context, LANGUAGE_ENGLISH, &verdict));
	for (size_t j = 0; j < verdict.fix_count; j++)
		assert_null(strstr(verdict.fixes[j], "setcap"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(low_ports_need_the_capability),
		cmocka_unit_test(file_capabilities_can_be_void),
		cmocka_unit_test(other_refusals_are_not_the_capability),
		cmocka_unit_test(guards_are_named_when_certain),
		cmocka_unit_test(paths_are_denied_by_what_was_walked),
		cmocka_unit_test(addresses_in_use_name_their_holder),
		cmocka_unit_test(addresses_and_paths),
		cmocka_unit_test(authorities_have_causes),
		cmocka_unit_test(authorities_without_evidence_have_none),
		cmocka_unit_test(timeouts_say_where),
		cmocka_unit_test(handshakes_have_causes),
		cmocka_unit_test(dates_are_told),
		cmocka_unit_test(fixes_fit_the_place),
	};

	return RUN(tests);
}
