/* SPDX-License-Identifier: BSD-2-Clause */
/* RFC 9110, section 12: elements between commas, parameters between semicolons, weights by q. */
#include "user/encode/negotiate.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define OPENMETRICS	"application/openmetrics-text"
#define PROTOBUF	"application/vnd.google.protobuf"
#define WHOLE		1000		/* a weight of 1 */

struct element {
	const char *name;
	size_t length;
	const char *end;	/* of the element with its parameters */
};

static const char *skip_blanks(const char *text)
{
	return text + strspn(text, " \t,");
}

/* The element at *text, which moves behind it. False at the end. */
static bool next_element(const char **text, struct element *out)
{
	out->name = skip_blanks(*text);
	if (!*out->name)
		return false;
	out->length = strcspn(out->name, ";, \t");
	out->end = out->name + strcspn(out->name, ",");
	*text = out->end;
	return true;
}

static bool is_named(const struct element *element, const char *name)
{
	return element->length == strlen(name) &&
	       !strncasecmp(element->name, name, element->length);
}

/* The value of a parameter, NULL when there is none; it ends before a semicolon or blank. */
static const char *parameter(const struct element *element, const char *name)
{
	const char *at = memchr(element->name, ';', (size_t)(element->end - element->name));

	while (at) {
		at++;
		at += strspn(at, " \t");
		if (at < element->end && !strncasecmp(at, name, strlen(name)) &&
		    at[strlen(name)] == '=')
			return at + strlen(name) + 1;
		if (at >= element->end)
			break;
		at = memchr(at, ';', (size_t)(element->end - at));
	}
	return NULL;
}

/* In thousandths: "0.75" is 750. What is no number counts as 1, as if it were absent. */
static int weight(const struct element *element)
{
	const char *q = parameter(element, "q");
	int value = 0, digit = 100;

	if (!q || (*q != '0' && *q != '1'))
		return WHOLE;
	if (*q == '1')
		return WHOLE;
	if (q[1] == '.')
		for (q += 2; *q >= '0' && *q <= '9' && digit; q++, digit /= 10)
			value += (*q - '0') * digit;
	return value;
}

/* Version 1.0.0, or whichever: 0.0.1 is another format. */
static bool is_our_openmetrics(const struct element *element)
{
	const char *version = parameter(element, "version");

	return is_named(element, OPENMETRICS) &&
	       (!version || !strncmp(version + (*version == '"'), "1.", 2));
}

static bool has_value(const struct element *element, const char *name, const char *wanted)
{
	const char *value = parameter(element, name);
	size_t length = strlen(wanted);

	if (!value)
		return false;
	value += *value == '"';
	return !strncmp(value, wanted, length) && strchr("; \t,\"", value[length]);
}

/* Other messages, and other ways to tell where each begins, are not ours. */
static bool is_our_protobuf(const struct element *element)
{
	return is_named(element, PROTOBUF) &&
	       has_value(element, "proto", "io.prometheus.client.MetricFamily") &&
	       has_value(element, "encoding", "delimited");
}

enum exposition negotiate_exposition(const char *accept)
{
	int protobuf = 0, openmetrics = 0, text = 0, any = 0;
	struct element element;

	while (accept && next_element(&accept, &element)) {
		int q = weight(&element);

		if (is_our_protobuf(&element))
			protobuf = q > protobuf ? q : protobuf;
		else if (is_our_openmetrics(&element))
			openmetrics = q > openmetrics ? q : openmetrics;
		else if (is_named(&element, "text/plain") || is_named(&element, "text/*"))
			text = q > text ? q : text;
		else if (is_named(&element, "*/*"))
			any = q > any ? q : any;
	}
	text = text ?: any;
	if (protobuf && protobuf >= openmetrics && protobuf >= text)
		return EXPOSITION_PROTOBUF;
	return openmetrics && openmetrics >= text ? EXPOSITION_OPENMETRICS : EXPOSITION_TEXT;
}

bool negotiate_gzip(const char *accept_encoding)
{
	struct element element;

	while (accept_encoding && next_element(&accept_encoding, &element))
		if (is_named(&element, "gzip") || is_named(&element, "x-gzip"))
			return weight(&element) > 0;
	return false;
}
