/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines of /proc/PID/mountinfo, as far as anybody here looks at them. */
#ifndef SEAMARK_HOST_MOUNTINFO_H
#define SEAMARK_HOST_MOUNTINFO_H

#include <stdbool.h>
#include <stdint.h>

#define MOUNTINFO_LIMIT	(1u << 20)	/* bytes that are read of it */

/* Texts as the kernel writes them, cut off where they are longer. */
struct mount {
	long id;
	uint32_t device;	/* as the kernel keeps it: major << 20 | minor */
	char root[256];		/* what of the file system is mounted */
	char point[256];
	char type[32];
	char options[256];	/* of the file system, not of the mount */
};

/*
 * The next mount of *text, and *text behind it; lines that are none are passed over. False at the
 * end, and where *text is NULL.
 */
bool mountinfo_next(const char **text, struct mount *out);

#endif
