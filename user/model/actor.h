/* SPDX-License-Identifier: BSD-2-Clause */
/* Who acts: a program of a container, or of a systemd unit. */
#ifndef SEAMARK_ACTOR_H
#define SEAMARK_ACTOR_H

#include <stddef.h>

#include "user/model/metric.h"

/* Empty where it does not apply or is not known. */
struct actor {
	const char *container_id;
	const char *unit;
	const char *program;
};

#define ACTOR_KEY_MAX 512	/* bytes: longer than the three can be */

/* From the labels of a series: of values that live as long as these do. */
struct actor actor_of_labels(const struct label *labels, size_t count);
/* The three with their NULs, one after the other; 0 when they are too long. NULL: empty. */
size_t actor_key(const struct actor *actor, char key[ACTOR_KEY_MAX]);
/* Points into the key. */
struct actor actor_of_key(const char *key);

#endif
