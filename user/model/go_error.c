/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules over type names and texts, innermost error first: what is wrapped says more than its
 * wrapping. The alert on the wire can't tell: Go sends the same one for every bad certificate.
 */
#include "user/model/go_error.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "user/model/errno_name.h"
#include "user/model/go_error_class.h"
#include "user/model/printable.h"
#include "user/model/tls_name.h"

#define SECONDS_TO_1970		62135596800LL	/* from year 1 */
#define REASON_EXPIRED		1
#define ECONNRESET_NUMBER	104
#define EPIPE_NUMBER		32

static bool is_type(const struct event_error_level *level, const char *name)
{
	return level->name_length < TYPE_NAME_SIZE && strlen(name) == level->name_length &&
	       !memcmp(level->name, name, level->name_length) &&
	       !(level->flags & ERROR_LEVEL_STRANGE);
}

/* Without the half of a character that a cut may have left at the end. */
static size_t whole_length(const char *text, size_t length)
{
	for (size_t back = 1; back < 4 && back <= length; back++) {
		unsigned char byte = (unsigned char)text[length - back];

		if (byte < 0x80 || byte >= 0xc0)
			return byte >= 0xc0 && !utf8_length(text + length - back, back)
				? length - back : length;
	}
	return length;
}

static size_t text_length(const struct event_error_level *level)
{
	return level->text_length < ERROR_TEXT_SIZE ? level->text_length
						    : whole_length(level->text, ERROR_TEXT_SIZE);
}

static bool text_is(const struct event_error_level *level, const char *text)
{
	return text_length(level) == strlen(text) && !memcmp(level->text, text, strlen(text));
}

static bool text_has(const struct event_error_level *level, const char *part)
{
	return memmem(level->text, text_length(level), part, strlen(part)) != NULL;
}

static int64_t unix_of(int64_t seconds)
{
	return seconds ? seconds - SECONDS_TO_1970 : 0;
}

/* Of an error whose only number could not be read nothing else is known. */
static bool has_number(const struct event_error_level *level)
{
	return !(level->flags & ERROR_LEVEL_NUMBER_UNREAD);
}

static const char *class_of_certificate(const struct event_error_level *level, int64_t now_unix,
					struct go_error *out)
{
	out->not_before_unix = unix_of(level->numbers[1]);
	out->not_after_unix = unix_of(level->numbers[2]);
	if (!has_number(level) || level->numbers[0] != REASON_EXPIRED)
		return "certificate_invalid";
	if (!out->not_after_unix)
		return "certificate_invalid";
	return now_unix < out->not_before_unix ? "certificate_not_yet_valid"
					       : "certificate_expired";
}

/* Texts that crypto/tls has kept from 1.17 to 1.27. */
static const struct {
	const char *part;
	const char *class;
} texts[] = {
	{ "offered only unsupported versions", "protocol_version" },
	{ "unsupported protocol version", "protocol_version" },
	{ "unsupported SSLv2", "protocol_version" },
	{ "no cipher suite supported by both", "no_common_cipher" },
	{ "didn't provide a certificate", "client_certificate_required" },
	/* Until 1.19 a server keeps only the words of what it found wrong with a client. */
	{ "certificate signed by unknown authority", "unknown_authority" },
	{ "is not yet valid: current time", NULL },
	{ "failed to verify client certificate", "certificate_invalid" },
	{ "first record does not look like a TLS handshake", "not_tls" },
};

/* "x509: certificate has expired or is not yet valid: current time T is before U" */
static const char *class_of_dates(const struct event_error_level *level)
{
	return text_has(level, " is before ") ? "certificate_not_yet_valid" : "certificate_expired";
}

static const char *class_of_text(const struct event_error_level *level)
{
	if (text_is(level, "EOF") || text_is(level, "unexpected EOF"))
		return "closed";
	if (text_is(level, "context canceled"))
		return "cancelled";
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (text_has(level, texts[i].part))
			return texts[i].class ? texts[i].class : class_of_dates(level);
	return "other";
}

static const char *class_of_errno(int64_t number)
{
	return number == ECONNRESET_NUMBER || number == EPIPE_NUMBER ? "closed" : "other";
}

static const struct {
	const char *name;
	const char *class;
} types[] = {
	{ "x509.UnknownAuthorityError", "unknown_authority" },
	{ "x509.HostnameError", "hostname_mismatch" },
	{ "x509.SystemRootsError", "system_roots" },
	{ "tls.RecordHeaderError", "not_tls" },
	{ "*poll.DeadlineExceededError", "timeout" },
	{ "context.deadlineExceededError", "timeout" },
	{ "poll.errNetClosing", "closed" },
};

const char *go_error_class_of_type(const char *type)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].name, type))
			return types[i].class;
	return NULL;
}

/* The class that one error alone gives; NULL: it only wraps. */
static const char *class_of_level(const struct event_error_level *level, int64_t now_unix,
				  struct go_error *out)
{
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (is_type(level, types[i].name))
			return types[i].class;
	if (is_type(level, "x509.CertificateInvalidError"))
		return class_of_certificate(level, now_unix, out);
	if (is_type(level, "tls.alert") || is_type(level, "tls.AlertError")) {
		out->alert = has_number(level) ? (int16_t)(level->numbers[0] & 0xff) : -1;
		return "remote_alert";
	}
	if (is_type(level, "syscall.Errno"))
		return has_number(level) ? class_of_errno(level->numbers[0]) : "other";
	if (is_type(level, "*errors.errorString"))
		return class_of_text(level);
	return NULL;
}

static void append(char *text, size_t size, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text + used, size - used, format, arguments);
	va_end(arguments);
}

static void add_type(struct go_error *out, const struct event_error_level *level)
{
	bool context = level->flags & ERROR_LEVEL_CONTEXT;
	bool cut = level->flags & ERROR_LEVEL_NAME_CUT;
	size_t length = level->name_length < TYPE_NAME_SIZE ? level->name_length : 0;
	const char *separator = level->flags & ERROR_LEVEL_GAP ? " > ... > " : " > ";

	if (cut)
		length = whole_length(level->name, length);
	if (!length)
		return;
	append(out->go_type, sizeof(out->go_type), "%s%.*s%s%s",
	       context ? " (context: " : out->go_type[0] ? separator : "", (int)length,
	       level->name, cut ? "..." : "", context ? ")" : "");
}

/* x509.InvalidReason in the words of crypto/x509/verify.go. */
static const char *reason_text(int64_t reason)
{
	static const char *const reasons[] = {
		"certificate is not authorized to sign other certificates",
		"certificate has expired or is not yet valid",
		"a root or intermediate certificate is not authorized to sign for this name",
		"too many intermediates for path length constraint",
		"certificate specifies an incompatible key usage",
		"issuer name does not match subject from issuing certificate",
		"issuer has name constraints but leaf doesn't have a SAN extension",
		"issuer has name constraints but leaf contains unknown or unconstrained name",
		"certificate has too many names or constraints to be checked",
		"a root or intermediate certificate is not authorized for an extended key usage",
		"no valid chains built",
	};

	if (reason < 0 || (size_t)reason >= sizeof(reasons) / sizeof(reasons[0]))
		return "certificate is invalid";
	return reasons[reason];
}

/* Those whose text has all that they wrap in it. */
static bool says_all(const struct event_error_level *level)
{
	return level->text_length &&
	       (is_type(level, "*fmt.wrapError") || is_type(level, "*fmt.wrapErrors"));
}

static void add_text(struct go_error *out, const struct event_error_level *level)
{
	const char *separator = out->message[0] ? ": " : "";
	int length = (int)text_length(level);
	const char *name;

	if (!has_number(level) && !is_type(level, "x509.CertificateInvalidError"))
		append(out->message, sizeof(out->message), "%sa number that was not read",
		       separator);
	else if (is_type(level, "x509.HostnameError"))
		append(out->message, sizeof(out->message), "%scertificate is not valid for %.*s",
		       separator, length, level->text);
	else if (is_type(level, "x509.UnknownAuthorityError"))
		append(out->message, sizeof(out->message),
		       "%scertificate signed by unknown authority", separator);
	else if (is_type(level, "x509.CertificateInvalidError"))
		append(out->message, sizeof(out->message), "%s%s%s%.*s", separator,
		       reason_text(has_number(level) ? level->numbers[0] : -1),
		       length ? ": " : "", length, level->text);
	else if (is_type(level, "syscall.Errno")) {
		name = errno_text((int)level->numbers[0]);
		append(out->message, sizeof(out->message), "%s%s", separator,
		       name ? name : "unknown error number");
	} else if (is_type(level, "tls.alert") || is_type(level, "tls.AlertError")) {
		name = tls_alert_name((uint8_t)level->numbers[0]);
		append(out->message, sizeof(out->message), "%stls alert %lld (%s)", separator,
		       (long long)level->numbers[0], name ? name : "unknown");
	} else if (is_type(level, "*poll.DeadlineExceededError")) {
		append(out->message, sizeof(out->message), "%si/o timeout", separator);
	} else if (is_type(level, "context.deadlineExceededError")) {
		append(out->message, sizeof(out->message), "%scontext deadline exceeded",
		       separator);
	} else if (is_type(level, "poll.errNetClosing")) {
		append(out->message, sizeof(out->message), "%suse of closed network connection",
		       separator);
	} else if (length) {
		append(out->message, sizeof(out->message), "%s%.*s", separator, length,
		       level->text);
	}
}

static void keep_detail(struct go_error *out, const struct event_error_level *level)
{
	int length = (int)text_length(level);

	if (length)
		snprintf(out->detail, sizeof(out->detail), "%.*s", length, level->text);
	if (is_type(level, "*net.OpError"))
		snprintf(out->operation, sizeof(out->operation), "%.*s", length, level->text);
	if (is_type(level, "tls.RecordHeaderError"))
		memcpy(out->first_bytes, level->bytes, sizeof(out->first_bytes));
	if (is_type(level, "syscall.Errno") && has_number(level))
		out->os_error = (uint16_t)level->numbers[0];
}

static void keep_wanted(struct go_error *out, const struct event_error_level *level)
{
	if (is_type(level, "x509.HostnameError"))
		snprintf(out->wanted, sizeof(out->wanted), "%.*s", (int)text_length(level),
			 level->text);
}

void go_error_read(const struct event_error_level *levels, size_t count, int64_t now_unix,
		   struct go_error *out)
{
	const char *class = NULL;
	bool said = false;

	memset(out, 0, sizeof(*out));
	out->alert = -1;
	for (size_t i = 0; i < count; i++) {
		add_type(out, &levels[i]);
		if (!said)
			add_text(out, &levels[i]);
		said |= says_all(&levels[i]);
		keep_wanted(out, &levels[i]);
		keep_detail(out, &levels[i]);
		/* The errno behind it says why, not what failed. */
		if (is_type(&levels[i], "x509.SystemRootsError"))
			class = "system_roots";
	}
	for (size_t i = count; i-- > 0 && !class;)
		class = class_of_level(&levels[i], now_unix, out);
	out->error_type = class ? class : "other";
	out->outcome = !strcmp(out->error_type, "cancelled") ? OUTCOME_CANCELLED : OUTCOME_ERROR;
}
