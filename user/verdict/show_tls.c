/* SPDX-License-Identifier: BSD-2-Clause */
/* Two ends, their certificate, what each allows, and how far they came. */
#include "user/verdict/show_tls.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "user/model/tls_name.h"

#define LIST_SIZE	128
#define OFFERED_MAX	16
#define NS_PER_MS	1000000

void show_handshake(struct scene *scene)
{
	static const enum attribute_key keys[] = {
		ATTRIBUTE_TLS_ROLE, ATTRIBUTE_SERVER_ADDRESS, ATTRIBUTE_NETWORK_PEER_ADDRESS,
		ATTRIBUTE_NETWORK_PEER_PORT, ATTRIBUTE_TLS_PROTOCOL_VERSION, ATTRIBUTE_TLS_ALERT,
		ATTRIBUTE_TLS_ALERT_NAME,
	};
	bool is_client = scene->fact->tls.role == TLS_ROLE_CLIENT;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		scene_show_attribute(scene, keys[i]);
	scene_show_duration(scene);
	scene_hint(scene, "other", is_client ? "server" : "client");
	scene_hint(scene, "other_zh", is_client ? "服务器" : "客户端");
}

void show_certificate(struct scene *scene)
{
	const struct trust_evidence *trust = &scene->context->trust;

	if (scene->fact->tls.chain)
		scene_show(scene, "certificate.chain", "%u", scene->fact->tls.chain);
	if (!trust->parsed)
		return;
	scene_show(scene, "certificate.subject", "%s", trust->subject);
	scene_show(scene, "certificate.issuer", "%s", trust->issuer);
	scene_show(scene, "certificate.names", "%s", trust->names);
}

static void append(char *list, const char *name)
{
	size_t used = strlen(list);

	snprintf(list + used, LIST_SIZE - used, "%s%s", used ? ", " : "", name);
}

static void append_number(char *list, const char *name, unsigned int number)
{
	char hexadecimal[8];

	snprintf(hexadecimal, sizeof(hexadecimal), "0x%04x", number & 0xffff);
	append(list, name ? name : hexadecimal);
}

/* "... versions: [302 301]", as Go prints numbers in hexadecimal. */
static void list_offered(const struct scene *scene, const char *mark, bool is_version, char *list)
{
	const char *at = strstr(scene->fact->tls.detail, mark);
	char *end;

	list[0] = '\0';
	if (!at)
		return;
	at += strlen(mark);
	for (int i = 0; i < OFFERED_MAX; i++) {
		unsigned long number = strtoul(at, &end, 16);

		if (end == at || number > 0xffff)
			return;
		append_number(list, is_version ? tls_version_name((uint16_t)number)
					       : tls_cipher_name((uint16_t)number),
			      (unsigned int)number);
		at = end;
	}
}

static void show_version(struct scene *scene, const char *key, uint16_t version)
{
	const char *name = tls_version_name(version);

	if (!version)
		scene_show(scene, key, "not set");
	else
		scene_show(scene, key, "%s", name ? name : "unknown");
}

void show_versions(struct scene *scene)
{
	const struct event_tls_config *config = &scene->fact->tls.config;
	char list[LIST_SIZE];

	if (config->known) {
		show_version(scene, "config.min_version", config->min_version);
		show_version(scene, "config.max_version", config->max_version);
	}
	list_offered(scene, "unsupported versions: [", true, list);
	scene_show(scene, "offered", "%s", list);
}

void show_suites(struct scene *scene)
{
	const struct event_tls_config *config = &scene->fact->tls.config;
	size_t count = config->suite_count < CIPHER_SUITES ? config->suite_count : CIPHER_SUITES;
	char list[LIST_SIZE] = "";

	for (size_t i = 0; i < count; i++)
		append_number(list, tls_cipher_name(config->suites[i]), config->suites[i]);
	if (config->known)
		scene_show(scene, "config.cipher_suites", "%s", count ? list : "not set");
	list_offered(scene, "client offered: [", false, list);
	scene_show(scene, "offered", "%s", list);
}

/* What begins like this; a TLS record is never cut shorter than these. */
static const struct {
	const char *begins;
	const char *name;
} protocols[] = {
	{ "HTTP/", "HTTP" }, { "GET /", "HTTP" }, { "POST ", "HTTP" }, { "HEAD ", "HTTP" },
	{ "PUT /", "HTTP" }, { "CONNE", "HTTP" }, { "OPTIO", "HTTP" }, { "DELET", "HTTP" },
	{ "PRI *", "HTTP/2" }, { "SSH-", "SSH" }, { "220 ", "SMTP (or FTP)" },
	{ "220-", "SMTP (or FTP)" }, { "+OK", "POP3" }, { "* OK", "IMAP" },
};

void show_first_bytes(struct scene *scene)
{
	const uint8_t *bytes = scene->fact->tls.first_bytes;
	char text[6] = "", *at = text;

	for (size_t i = 0; i < 5; i++)
		*at++ = bytes[i] >= 0x20 && bytes[i] < 0x7f ? (char)bytes[i] : '.';
	*at = '\0';
	scene_show(scene, "first_bytes", "%02x %02x %02x %02x %02x \"%s\"", bytes[0], bytes[1],
		   bytes[2], bytes[3], bytes[4], text);
	for (size_t i = 0; i < sizeof(protocols) / sizeof(protocols[0]); i++) {
		if (strncmp(text, protocols[i].begins, strlen(protocols[i].begins)))
			continue;
		scene_show(scene, "speaks", "%s", protocols[i].name);
		return;
	}
}

void show_progress(struct scene *scene)
{
	const struct event_progress *progress = &scene->fact->tls.progress;

	scene_show(scene, "go.operation", "%s", scene->fact->tls.operation);
	if (!progress->known)
		return;
	scene_show(scene, "received_bytes", "%llu", (unsigned long long)progress->received);
	if (progress->unread)
		scene_show(scene, "unread_bytes", "%u", progress->unread);
	scene_hint(scene, progress->received ? "some" : "nothing", "1");
	if (progress->received && progress->silent_ns)
		scene_show(scene, "silent", "%llu ms",
			   (unsigned long long)(progress->silent_ns / NS_PER_MS));
}
