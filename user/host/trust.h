/* SPDX-License-Identifier: BSD-2-Clause */
/* The authorities that a Go program finds on its system, looked for where Go looks. */
#ifndef SEAMARK_HOST_TRUST_H
#define SEAMARK_HOST_TRUST_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "user/host/certificate.h"
#include "user/host/root.h"

#define TRUST_VARIABLE 256	/* bytes of a path, or of a list of them */

struct trust {
	struct authorities authorities;
	bool bundle_found;
	bool by_environment;	/* SSL_CERT_FILE names the file below */
	char bundle[TRUST_VARIABLE];	/* the file that Go takes, or would take */
	char system[64];	/* of the image: "alpine"; empty: it does not say */
	bool unreadable_known;	/* the three below are about the file asked for */
	uint32_t mode;
	uint32_t user;
	uint32_t group;
};

/* SSL_CERT_FILE and SSL_CERT_DIR of a process, as it was started; empty: not set. */
struct trust_environment {
	bool known;
	char file[TRUST_VARIABLE];
	char folders[TRUST_VARIABLE];
};

/* Negative errno, and known is false, when the process is gone or a value is too long. */
int trust_environment_read(pid_t pid, struct trust_environment *out);

/*
 * Looks under that root. Takes no longer than budget_ns: -ETIME then, -errno when something stood
 * in the way of a whole answer; *out is filled as far as it goes.
 */
int trust_search(const struct root *root, const struct trust_environment *environment,
		 const struct certificate *certificate, uint64_t budget_ns, struct trust *out);

/* Who may read the file, for one that Go could not read. */
int trust_file_rights(const struct root *root, const char *path, struct trust *out);

#endif
