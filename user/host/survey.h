/* SPDX-License-Identifier: BSD-2-Clause */
/* Gathers what the host says of itself: /proc, /sys, limits, namespaces. */
#ifndef SEAMARK_HOST_SURVEY_H
#define SEAMARK_HOST_SURVEY_H

#include <stddef.h>
#include <stdint.h>

#include "user/model/host_facts.h"

/* Whatever can't be read is left unknown. libbpf and parser_error are not filled in. */
void survey_take(struct host_facts *out);
/* Effective capabilities of this process, without /proc. */
uint64_t survey_capabilities(void);

/* Over texts, for tests. mountinfo: of /proc/self/mountinfo. */
enum cgroup_mode survey_cgroup_mode(const char *mountinfo);
/* "[none] integrity confidentiality": the one in brackets; empty when there is none. */
void survey_lockdown(const char *text, char *out, size_t size);
/* "hidepid=" of the mount at /proc; empty when none is said. */
void survey_hide_pid(const char *mountinfo, char *out, size_t size);

#endif
