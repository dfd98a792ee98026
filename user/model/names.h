/* SPDX-License-Identifier: BSD-2-Clause */
/* What containers and services are called, by container id and by process: bounded tables. */
#ifndef SEAMARK_NAMES_H
#define SEAMARK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/model/attribute.h"
#include "user/model/record.h"

struct names;

/* Whom news are about. */
struct named {
	const char *container_id;	/* NULL: not of a container */
	uint32_t tgid;			/* 0: not of a process */
};

struct names *names_new(void);
void names_free(struct names *names);

/*
 * The newest word wins. Texts are made printable. -EINVAL when one does not end, -ENOSPC at the
 * ceiling, -ENOMEM.
 */
int names_add_container(struct names *names, const struct record_container *container);
int names_add_service(struct names *names, const struct record_service *service);
/* The process ended; its service is remembered for a minute after now_ns. */
void names_end_process(struct names *names, uint32_t tgid, uint64_t now_ns);
/* Its container is still there, for the next names_expire(). */
void names_mark(struct names *names, const char *id);
/* Forgets services of processes that ended, and containers that were not marked. */
void names_expire(struct names *names, uint64_t now_ns);

/* NULL when nothing is known. Live until the next change. */
const struct record_container *names_container(const struct names *names, const char *id);

/* Under which name its pod's owner goes out; ATTRIBUTE_KEY_MAX: under none. */
enum attribute_key names_owner_key(const struct record_container *container);

/* Do the attributes tell of them? */
bool names_concern(const struct named *who, uint32_t tgid, const struct attributes *attributes);
/* What a process that acts at time_ns is part of; the container by the id in attributes. */
void names_describe(const struct names *names, uint32_t tgid, uint64_t time_ns,
		    struct attributes *attributes);

#endif
