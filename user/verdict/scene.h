/* SPDX-License-Identifier: BSD-2-Clause */
/* What a rule looks at, and the verdict that takes shape while it does. Internal to this room. */
#ifndef SEAMARK_VERDICT_SCENE_H
#define SEAMARK_VERDICT_SCENE_H

#include <stdbool.h>
#include <stddef.h>

#include "user/verdict/verdict.h"

/* Where the program runs: what mends it depends on that. Bits, so that a fix can name several. */
enum place {
	PLACE_HOST = 1,		/* neither a container nor a service: a shell, a login session */
	PLACE_SYSTEMD = 2,
	PLACE_DOCKER = 4,
	PLACE_PODMAN = 8,
	PLACE_KUBERNETES = 16,
	PLACE_CONTAINER = 32,	/* of another runtime */
	PLACE_ANY_CONTAINER = PLACE_DOCKER | PLACE_PODMAN | PLACE_KUBERNETES | PLACE_CONTAINER,
	PLACE_ANY = PLACE_HOST | PLACE_SYSTEMD | PLACE_ANY_CONTAINER,
};

#define HINTS_MAX 8

struct scene {
	const struct fact *fact;
	const struct verdict_context *context;
	enum place place;
	size_t hint_count;
	struct evidence hints[HINTS_MAX];	/* for the texts only */
	struct verdict verdict;
};

void scene_begin(struct scene *scene, const struct fact *fact,
		 const struct verdict_context *context);

/* Adds a piece of evidence, made printable. An empty value, or one too many, is left out. */
void scene_show(struct scene *scene, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The attribute under its own name, if the fact has it. */
void scene_show_attribute(struct scene *scene, enum attribute_key key);
/* A value that texts may name, but that is no evidence. */
void scene_hint(struct scene *scene, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* Address and port that a bind asked for, and "requested", how they are written, for texts. */
void scene_show_requested(struct scene *scene);
/* Did a bind ask for a name without a file (a unix socket's, behind a NUL)? */
bool scene_is_abstract(const struct scene *scene);
/* How long the act took, as "duration". */
void scene_show_duration(struct scene *scene);

bool scene_is_inet(const struct event_endpoint *endpoint);
/* IPv4, also when it is written as an IPv6 address (::ffff:1.2.3.4); *address: its four bytes. */
bool scene_ipv4(const struct event_endpoint *endpoint, const uint8_t **address);
bool scene_is_loopback(const struct event_endpoint *endpoint);
bool scene_is_wildcard(const struct event_endpoint *endpoint);
/* Is the string attribute there, with exactly this value? */
bool scene_attribute_is(const struct scene *scene, enum attribute_key key, const char *value);

/*
 * Fills in a text: {key} becomes the evidence or hint of that name, {?key}...{/} stays only when
 * there is one. What does not fit is cut between two characters.
 */
void scene_text(const struct scene *scene, const char *text, char *out, size_t size);

#endif
