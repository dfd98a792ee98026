/* SPDX-License-Identifier: BSD-2-Clause */
/* From chains of Go errors to classes: the innermost that says something decides. */
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "user/model/go_error.h"
#include "user/model/go_error_class.h"

#define YEAR_1_TO_1970	62135596800LL
#define NOW		1700000000LL

struct level {
	const char *name;
	const char *text;
	long long number;
	long long not_before;
	long long not_after;
	int flags;		/* enum error_level_flag */
};

struct chain {
	struct level levels[ERROR_LEVELS];
	const char *error_type;
	int alert;
	const char *go_type;
};

static const struct chain chains[] = {
	{ { { "*tls.CertificateVerificationError" }, { "x509.UnknownAuthorityError" } },
	  "unknown_authority", -1,
	  "*tls.CertificateVerificationError > x509.UnknownAuthorityError" },
	{ { { "x509.HostnameError", "example.com" } }, "hostname_mismatch", -1,
	  "x509.HostnameError" },
	{ { { "x509.CertificateInvalidError", "", 1, NOW - 200, NOW - 100 } },
	  "certificate_expired", -1, "x509.CertificateInvalidError" },
	{ { { "x509.CertificateInvalidError", "", 1, NOW + 100, NOW + 200 } },
	  "certificate_not_yet_valid", -1, "x509.CertificateInvalidError" },
	{ { { "x509.CertificateInvalidError", "", 1 } }, "certificate_invalid", -1, NULL },
	{ { { "x509.CertificateInvalidError", "", 4, NOW - 1, NOW + 1 } }, "certificate_invalid", -1,
	  NULL },
	{ { { "*net.OpError", "remote error" }, { "tls.alert", "", 42 } }, "remote_alert", 42,
	  "*net.OpError > tls.alert" },
	{ { { "*tls.permanentError" }, { "*net.OpError", "read" }, { "*os.SyscallError", "read" },
	    { "syscall.Errno", "", 104 } }, "closed", -1, NULL },
	{ { { "*net.OpError", "read" }, { "syscall.Errno", "", 113 } }, "other", -1, NULL },
	{ { { "*errors.errorString", "EOF" } }, "closed", -1, "*errors.errorString" },
	{ { { "*errors.errorString", "unexpected EOF" } }, "closed", -1, NULL },
	{ { { "*errors.errorString", "tls: client offered only unsupported versions: [302]" } },
	  "protocol_version", -1, NULL },
	{ { { "*errors.errorString", "tls: no cipher suite supported by both client and server" } },
	  "no_common_cipher", -1, NULL },
	{ { { "*errors.errorString", "tls: client didn't provide a certificate" } },
	  "client_certificate_required", -1, NULL },
	{ { { "*errors.errorString", "tls: failed to verify client certificate: x509: certificate "
	      "has expired or is not yet valid: current time 2026 is after 2025" } },
	  "certificate_expired", -1, NULL },
	{ { { "*errors.errorString", "tls: failed to verify client certificate: x509: certificate "
	      "has expired or is not yet valid: current time 2026 is before 2027" } },
	  "certificate_not_yet_valid", -1, NULL },
	{ { { "*errors.errorString", "tls: failed to verify client certificate: x509: certificate "
	      "signed by unknown authority" } }, "unknown_authority", -1, NULL },
	{ { { "tls.RecordHeaderError", "first record does not look like a TLS handshake" } },
	  "not_tls", -1, NULL },
	{ { { "*net.OpError", "read" }, { "poll.errNetClosing" },
	    { "context.deadlineExceededError", "", 0, 0, 0, 1 } }, "timeout", -1,
	  "*net.OpError > poll.errNetClosing (context: context.deadlineExceededError)" },
	{ { { "*net.OpError", "read" }, { "*poll.DeadlineExceededError" } }, "timeout", -1, NULL },
	{ { { "*net.OpError", "read" }, { "poll.errNetClosing" },
	    { "*errors.errorString", "context canceled", 0, 0, 0, 1 } }, "cancelled", -1, NULL },
	{ { { "*net.OpError", "read" }, { "poll.errNetClosing" } }, "closed", -1, NULL },
	{ { { "x509.SystemRootsError" } }, "system_roots", -1, NULL },
	{ { { "*main.ownError" } }, "other", -1, "*main.ownError" },
	{ { { "x509.HostnameError", "", 0, 0, 0, ERROR_LEVEL_STRANGE } }, "other", -1,
	  "x509.HostnameError" },
	{ { { "*fmt.wrapError", "a: b: c" }, { "*fmt.wrapError", "b: c" },
	    { "*errors.errorString", "EOF", 0, 0, 0, ERROR_LEVEL_GAP } }, "closed", -1,
	  "*fmt.wrapError > *fmt.wrapError > ... > *errors.errorString" },
	{ { { "*main.failure[map[string", "", 0, 0, 0, ERROR_LEVEL_NAME_CUT } }, "other", -1,
	  "*main.failure[map[string..." },
	{ { { "*main.caf\xc3", "", 0, 0, 0, ERROR_LEVEL_NAME_CUT } }, "other", -1, "*main.caf..." },
	{ { { "*net.OpError", "remote error" },
	    { "tls.alert", "", 0, 0, 0, ERROR_LEVEL_NUMBER_UNREAD } }, "remote_alert", -1, NULL },
	{ { { "syscall.Errno", "", 0, 0, 0, ERROR_LEVEL_NUMBER_UNREAD } }, "other", -1, NULL },
	{ { { "x509.CertificateInvalidError", "", 1, NOW - 2, NOW - 1, ERROR_LEVEL_NUMBER_UNREAD } },
	  "certificate_invalid", -1, NULL },
	{ { { "" } }, "other", -1, "" },
};

static size_t fill(const struct chain *chain, struct event_error_level out[ERROR_LEVELS])
{
	size_t count = 0;

	memset(out, 0, ERROR_LEVELS * sizeof(*out));
	for (; count < ERROR_LEVELS && chain->levels[count].name; count++) {
		const struct level *from = &chain->levels[count];
		const char *text = from->text ? from->text : "";

		out[count].name_length = (uint8_t)strlen(from->name);
		memcpy(out[count].name, from->name, strlen(from->name));
		out[count].text_length = (uint16_t)strlen(text);
		memcpy(out[count].text, text, strlen(text));
		out[count].numbers[0] = from->number;
		if (from->not_after) {
			out[count].numbers[1] = from->not_before + YEAR_1_TO_1970;
			out[count].numbers[2] = from->not_after + YEAR_1_TO_1970;
		}
		out[count].flags = (uint8_t)from->flags;
	}
	return count;
}

static bool is_explained(const char *error_type)
{
	for (const struct term *one = go_error_classes; one->name; one++)
		if (!strcmp(one->name, error_type))
			return one->english[0] && one->chinese[0];
	return false;
}

static void chains_have_classes(void **state)
{
	struct event_error_level levels[ERROR_LEVELS];
	struct go_error found;

	(void)state;
	for (size_t i = 0; i < COUNT(chains); i++) {
		go_error_read(levels, fill(&chains[i], levels), NOW, &found);
		assert_string_equal(found.error_type, chains[i].error_type);
		assert_true(is_explained(found.error_type));
		assert_int_equal(found.alert, chains[i].alert);
		assert_int_equal(found.outcome, strcmp(found.error_type, "cancelled")
						? OUTCOME_ERROR : OUTCOME_CANCELLED);
		if (chains[i].go_type)
			assert_string_equal(found.go_type, chains[i].go_type);
	}
}

static const struct {
	struct level levels[ERROR_LEVELS];
	const char *message;
} messages[] = {
	{ { { "*fmt.wrapError", "a: EOF" }, { "*errors.errorString", "EOF" } }, "a: EOF" },
	{ { { "*net.OpError", "read" }, { "syscall.Errno", "", 104 } },
	  "read: connection reset by peer" },
	{ { { "x509.CertificateInvalidError", "in detail", 7 } },
	  "issuer has name constraints but leaf contains unknown or unconstrained name: in detail" },
	{ { { "x509.CertificateInvalidError", "", 10 } }, "no valid chains built" },
	{ { { "x509.CertificateInvalidError", "", 11 } }, "certificate is invalid" },
	{ { { "x509.CertificateInvalidError", "", -1 } }, "certificate is invalid" },
	{ { { "*net.OpError", "remote error" },
	    { "tls.alert", "", 0, 0, 0, ERROR_LEVEL_NUMBER_UNREAD } },
	  "remote error: a number that was not read" },
};

static void messages_say_what_go_says(void **state)
{
	struct event_error_level levels[ERROR_LEVELS];
	struct chain chain = { .error_type = NULL };
	struct go_error found;

	(void)state;
	for (size_t i = 0; i < COUNT(messages); i++) {
		memcpy(chain.levels, messages[i].levels, sizeof(chain.levels));
		go_error_read(levels, fill(&chain, levels), NOW, &found);
		assert_string_equal(found.message, messages[i].message);
	}
}

/* A text is cut where a character ends; of what is no UTF-8 nothing is left out. */
static void no_half_character_is_told(void **state)
{
	static const struct {
		const char *end;
		size_t lost;
	} cases[] = {
		{ "ab", 0 }, { "a\xc3", 1 }, { "\xc3\xa9", 0 }, { "\xe2\x82", 2 }, { "\xff\xa9", 2 },
		{ "\xa9\xa9", 0 },
	};
	struct event_error_level level;
	struct go_error found;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		memset(&level, 0, sizeof(level));
		memset(level.text, 'x', sizeof(level.text));
		memcpy(level.text + ERROR_TEXT_SIZE - 2, cases[i].end, 2);
		level.text_length = ERROR_TEXT_SIZE;
		go_error_read(&level, 1, NOW, &found);
		assert_int_equal(strlen(found.message), ERROR_TEXT_SIZE - cases[i].lost);
	}
}

static void nothing_is_other(void **state)
{
	struct go_error found;

	(void)state;
	go_error_read(NULL, 0, NOW, &found);
	assert_string_equal(found.error_type, "other");
	assert_string_equal(found.message, "");
}

/* Lengths beyond the fields, bytes without an end: what a hostile program may hold. */
static void lengths_that_lie_are_harmless(void **state)
{
	struct event_error_level levels[ERROR_LEVELS];
	struct go_error found;

	(void)state;
	memset(levels, 'x', sizeof(levels));
	go_error_read(levels, ERROR_LEVELS, NOW, &found);
	assert_string_equal(found.error_type, "other");
	for (size_t i = 0; i < ERROR_LEVELS; i++) {
		levels[i].name_length = TYPE_NAME_SIZE - 1;
		levels[i].text_length = ERROR_TEXT_SIZE;
	}
	go_error_read(levels, ERROR_LEVELS, NOW, &found);
	assert_int_equal(strlen(found.go_type), GO_TYPE_SIZE - 1);
	assert_true(strlen(found.message) < MESSAGE_SIZE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chains_have_classes),
		cmocka_unit_test(messages_say_what_go_says),
		cmocka_unit_test(no_half_character_is_told),
		cmocka_unit_test(nothing_is_other),
		cmocka_unit_test(lengths_that_lie_are_harmless),
	};

	return RUN(tests);
}
