/* SPDX-License-Identifier: BSD-2-Clause */
/* SIGHUP: the agent's file read again, and of what it says now as much as can change under way. */
#ifndef SEAMARK_RELOAD_H
#define SEAMARK_RELOAD_H

#include <stdint.h>

struct observation;
struct settings;

/* How often the file was read again, and what came of it: each is in exactly one. */
struct reload_accounts {
	uint64_t applied;
	uint64_t restart_needed;	/* for a part of it; the rest was applied */
	uint64_t rejected;		/* nothing was taken */
};

struct reload;

/* From now on SIGHUP is kept for reload_run(). NULL: out of memory, or of descriptors. */
struct reload *reload_new(void);
void reload_free(struct reload *reload);
/* Readable once SIGHUP came. */
int reload_fd(const struct reload *reload);
/* Reads the file again, changes settings where it can, and says in one line what it did. */
void reload_run(struct reload *reload, struct settings *settings, struct observation *observation);
void reload_accounts(const struct reload *reload, struct reload_accounts *out);

#endif
