/* SPDX-License-Identifier: BSD-2-Clause */
/* The authorities that a Go program finds on its system, looked for where Go looks. */
#ifndef SEAMARK_HOST_TRUST_H
#define SEAMARK_HOST_TRUST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "include/event.h"
#include "user/host/certificate.h"

struct trust {
	struct authorities authorities;
	bool bundle_found;
	bool by_environment;	/* SSL_CERT_FILE names the file below */
	bool environment_known;	/* the two variables could be looked at */
	char bundle[128];	/* the file that Go takes, or would take */
	char system[64];	/* of the image: "alpine"; empty: it does not say */
	bool unreadable_known;	/* the three below are about the file asked for */
	uint32_t mode;
	uint32_t user;
	uint32_t group;
};

/*
 * A descriptor of the root directory that a process had: its own while it lives, or that of another
 * one with the same root, found before budget_ns is over. -ENOENT: there is none. *owner: whose it
 * is.
 */
int trust_root_open(pid_t pid, const struct event_root *root, uint64_t budget_ns, pid_t *owner);

/*
 * Looks under that root. environment: the process whose SSL_CERT_FILE and SSL_CERT_DIR count, 0 for
 * none. Takes no longer than budget_ns: -ETIME then, -errno when something stood in the way of a
 * whole answer; *out is filled as far as it goes.
 */
int trust_search(int root, pid_t environment, const struct certificate *certificate,
		 uint64_t budget_ns, struct trust *out);

/* Who may read the file, for one that Go could not read. */
int trust_file_rights(int root, const char *path, struct trust *out);

#endif
