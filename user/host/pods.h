/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asks the kubelet or the API server which pods this host runs, when somebody wants to know and
 * without waiting.
 */
#ifndef SEAMARK_HOST_PODS_H
#define SEAMARK_HOST_PODS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "user/host/pod_list.h"

/* Where a pod finds what its service account is and whom it may trust. */
#define PODS_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount/"

struct pods_options {
	const char *url;		/* of a list of pods; without a path: a kubelet's */
	const char *token_file;		/* NULL: of PODS_ACCOUNT, if there is one */
	const char *ca_file;		/* NULL: likewise, else the system's authorities */
	bool unverified;		/* whoever answers is believed */
	void (*notice)(const char *sentence);	/* what fails and what mends it; NULL: not told */
};

struct pods_accounts {
	uint64_t whole;		/* lists that came to their end */
	uint64_t partial;	/* likewise, but with pods that could not be read */
	uint64_t failed;	/* lists that did not come */
};

struct pods;

/* -EINVAL and a sentence in error: that URL can't be asked. */
int pods_check(const struct pods_options *options, char *error, size_t error_size);
/* options' texts must live as long. As pods_check(); -ENOMEM. */
int pods_new(const struct pods_options *options, pod_take take, void *context, struct pods **out,
	     char *error, size_t error_size);
void pods_free(struct pods *pods);

/* Somebody wants to know: a list that begins from now on is fetched as soon as may be. */
void pods_want(struct pods *pods);
/* Does what can be done without waiting; take is called from here. */
void pods_turn(struct pods *pods, uint64_t now_ns);
/* The last list did not come. */
bool pods_fail(const struct pods *pods);
void pods_accounts(const struct pods *pods, struct pods_accounts *out);

#endif
