/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a handshake failed; whom a certificate is not believed for is in tls_trust.c. */
#include <string.h>

#include "user/model/date.h"
#include "user/verdict/rule.h"
#include "user/verdict/show_tls.h"
#include "user/verdict/texts_connect.h"
#include "user/verdict/texts_tls.h"

#define DAY_NS			(86400ULL * 1000000000)
#define SECOND_NS		1000000000ULL
#define ALERT_PROTOCOL_VERSION	70
#define ALERT_CERTIFICATE_REQUIRED 116

static bool is_client(const struct scene *scene)
{
	return scene->fact->tls.role == TLS_ROLE_CLIENT;
}

static bool is_server(const struct scene *scene)
{
	return scene->fact->tls.role == TLS_ROLE_SERVER;
}

static bool has_wanted(const struct scene *scene)
{
	return scene->fact->tls.wanted[0] != '\0';
}

static bool has_not_after(const struct scene *scene)
{
	return scene->fact->tls.not_after_unix > 0;
}

static bool has_not_before(const struct scene *scene)
{
	return scene->fact->tls.not_before_unix > 0;
}

/* bad_certificate, unsupported, revoked, expired, unknown; unknown_ca (RFC 8446, section 6). */
static bool is_certificate_alert(const struct scene *scene)
{
	int alert = scene->fact->tls.alert;

	return (alert >= 42 && alert <= 46) || alert == 48;
}

static bool rejects_client(const struct scene *scene)
{
	return is_client(scene) && is_certificate_alert(scene);
}

static bool rejects_server(const struct scene *scene)
{
	return is_server(scene) && is_certificate_alert(scene);
}

static bool demands_certificate(const struct scene *scene)
{
	return is_client(scene) && scene->fact->tls.alert == ALERT_CERTIFICATE_REQUIRED;
}

static bool alerts_version(const struct scene *scene)
{
	return scene->fact->tls.alert == ALERT_PROTOCOL_VERSION;
}

/* A connection that the program itself closed has the same class. */
static bool was_closed_by_peer(const struct scene *scene)
{
	return !strstr(scene->fact->go_type, "poll.errNetClosing");
}

static void show_date(struct scene *scene, const char *key, int64_t unix_seconds)
{
	struct date date = date_of_unix(unix_seconds);

	scene_show(scene, key, "%04lld-%02u-%02u", (long long)date.year, date.month, date.day);
}

static void weigh_name(struct scene *scene)
{
	show_handshake(scene);
	scene_show(scene, "certificate.wanted", "%s", scene->fact->tls.wanted);
	show_certificate(scene);
	if (scene->context->trust.parsed && !scene->context->trust.names[0]) {
		scene_show(scene, "certificate.names", "none");
		scene_hint(scene, "common_name", "%s", scene->context->trust.common_name);
	}
}

static void weigh_versions(struct scene *scene)
{
	show_handshake(scene);
	show_versions(scene);
}

static void weigh_suites(struct scene *scene)
{
	show_handshake(scene);
	show_suites(scene);
}

static void weigh_bytes(struct scene *scene)
{
	show_handshake(scene);
	show_first_bytes(scene);
}

static void weigh_progress(struct scene *scene)
{
	show_handshake(scene);
	show_progress(scene);
}

/* What came lay unread, or the deadline came when something was to be sent: the program's time. */
static bool was_computing(const struct scene *scene)
{
	const struct event_progress *progress = &scene->fact->tls.progress;

	return (progress->known && progress->unread) ||
	       !strcmp(scene->fact->tls.operation, "write");
}

static bool was_waiting(const struct scene *scene)
{
	return scene->fact->tls.progress.known;
}

static bool speaks_http(const struct scene *scene)
{
	return !memcmp(scene->fact->tls.first_bytes, "HTTP/", 5);
}

/* Set before the executable was made: no clock that is right says so. */
static bool is_clock_behind(const struct scene *scene)
{
	return scene->context->trust.program_unix &&
	       scene->context->now_unix_ns / SECOND_NS + DAY_NS / SECOND_NS <
	       scene->context->trust.program_unix;
}

static void show_clock(struct scene *scene)
{
	static const char *const states[] = { "", "synchronised", "not synchronised" };
	const struct trust_evidence *trust = &scene->context->trust;

	if (!scene->context->now_unix_ns)
		return;
	show_date(scene, "clock.now", (int64_t)(scene->context->now_unix_ns / SECOND_NS));
	scene_show(scene, "clock", "%s", trust->clock <= CLOCK_FREE ? states[trust->clock] : "");
	if (is_clock_behind(scene)) {
		show_date(scene, "program.made", (int64_t)trust->program_unix);
		scene_hint(scene, "behind", "1");
	}
}

static void weigh_dates(struct scene *scene)
{
	const struct fact *fact = scene->fact;
	uint64_t now_ns = scene->context->now_unix_ns, end_ns;
	unsigned long long days;

	show_handshake(scene);
	show_certificate(scene);
	show_clock(scene);
	if (has_not_before(scene))
		show_date(scene, "certificate.not_before", fact->tls.not_before_unix);
	if (!has_not_after(scene))
		return;
	show_date(scene, "certificate.not_after", fact->tls.not_after_unix);
	end_ns = (uint64_t)fact->tls.not_after_unix * SECOND_NS;
	if (now_ns < end_ns + DAY_NS)
		return;
	days = (now_ns - end_ns) / DAY_NS;
	scene_hint(scene, "certificate.days", "%llu day%s", days, days == 1 ? "" : "s");
	scene_hint(scene, "certificate.days.number", "%llu", days);
}

static const struct rule rules[] = {
	{
		.cause = "hostname_mismatch",
		.errors = { "hostname_mismatch" },
		.holds = has_wanted,
		.weigh = weigh_name,
		.explanation = &text_hostname_mismatch,
		.fixes = {
			{ &fix_dial_right_name, PLACE_ANY, NULL },
			{ &fix_certificate_names, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "certificate_expired",
		.errors = { "certificate_expired" },
		.holds = has_not_after,
		.weigh = weigh_dates,
		.explanation = &text_certificate_expired,
		.fixes = {
			{ &fix_renew_certificate, PLACE_ANY, NULL },
			{ &fix_check_clock, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "certificate_not_yet_valid",
		.errors = { "certificate_not_yet_valid" },
		.holds = has_not_before,
		.weigh = weigh_dates,
		.explanation = &text_certificate_not_yet_valid,
		.fixes = { { &fix_check_clock, PLACE_ANY, NULL } },
	},
	{
		.cause = "protocol_version",
		.errors = { "protocol_version" },
		.weigh = weigh_versions,
		.explanation = &text_protocol_version,
		.fixes = { { &fix_versions_overlap, PLACE_ANY, NULL } },
	},
	{
		.cause = "protocol_version",
		.errors = { "remote_alert" },
		.holds = alerts_version,
		.weigh = weigh_versions,
		.explanation = &text_protocol_version,
		.fixes = { { &fix_versions_overlap, PLACE_ANY, NULL } },
	},
	{
		.cause = "no_common_cipher",
		.errors = { "no_common_cipher" },
		.weigh = weigh_suites,
		.explanation = &text_no_common_cipher,
		.fixes = { { &fix_ciphers_overlap, PLACE_ANY, NULL } },
	},
	{
		.cause = "not_tls",
		.errors = { "not_tls" },
		.weigh = weigh_bytes,
		.explanation = &text_not_tls,
		.fixes = {
			{ &fix_http_scheme, PLACE_ANY, speaks_http },
			{ &fix_speak_tls, PLACE_ANY, NULL },
			{ &fix_right_port, PLACE_ANY, is_client },
		},
	},
	{
		.cause = "client_certificate_required",
		.errors = { "client_certificate_required" },
		.holds = is_server,
		.weigh = show_handshake,
		.explanation = &text_certificate_required_server,
		.fixes = { { &fix_send_certificate, PLACE_ANY, NULL } },
	},
	{
		.cause = "client_certificate_required",
		.errors = { "remote_alert" },
		.holds = demands_certificate,
		.weigh = show_handshake,
		.explanation = &text_certificate_required_client,
		.fixes = { { &fix_send_certificate, PLACE_ANY, NULL } },
	},
	{
		.cause = "client_certificate_rejected",
		.errors = { "remote_alert" },
		.holds = rejects_client,
		.weigh = show_handshake,
		.explanation = &text_our_certificate_rejected,
		.fixes = {
			{ &fix_client_authority, PLACE_ANY, NULL },
			{ &fix_peer_log, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "peer_rejected_our_certificate",
		.errors = { "remote_alert" },
		.holds = rejects_server,
		.weigh = show_handshake,
		.explanation = &text_peer_rejected_certificate,
		.fixes = {
			{ &fix_client_trust, PLACE_ANY, NULL },
			{ &fix_peer_log, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "remote_alert",
		.errors = { "remote_alert" },
		.weigh = show_handshake,
		.explanation = &text_remote_alert,
		.fixes = { { &fix_peer_log, PLACE_ANY, NULL } },
	},
	{
		.cause = "closed_by_peer",
		.errors = { "closed" },
		.holds = was_closed_by_peer,
		.weigh = show_handshake,
		.explanation = &text_closed_by_peer,
		.fixes = { { &fix_look_at_peer, PLACE_ANY, NULL } },
	},
	{
		.cause = "timeout",
		.errors = { "timeout" },
		.holds = was_computing,
		.weigh = weigh_progress,
		.explanation = &text_timeout_computing,
		.fixes = {
			{ &fix_more_processor, PLACE_ANY, NULL },
			{ &fix_handshake_deadline, PLACE_ANY, NULL },
		},
	},
	{
		.cause = "timeout",
		.errors = { "timeout" },
		.holds = was_waiting,
		.weigh = weigh_progress,
		.explanation = &text_timeout_network,
		.fixes = { { &fix_handshake_deadline, PLACE_ANY, NULL } },
	},
	{
		.cause = "timeout",
		.errors = { "timeout" },
		.weigh = weigh_progress,
		.explanation = &text_timeout,
		.fixes = { { &fix_handshake_deadline, PLACE_ANY, NULL } },
	},
	{
		.cause = "cancelled",
		.errors = { "cancelled" },
		.weigh = show_handshake,
		.explanation = &text_cancelled,
	},
};

const struct rule_set tls_rules = { rules, sizeof(rules) / sizeof(rules[0]) };
