/* SPDX-License-Identifier: BSD-2-Clause */
/* The probes by name, for the list alone. */
#ifndef SEAMARK_PROBE_LIST_H
#define SEAMARK_PROBE_LIST_H

#include "user/source/probe.h"

extern const struct probe probe_process;
extern const struct probe probe_syscall;
extern const struct probe probe_bind;
extern const struct probe probe_connect;
extern const struct probe probe_tls;
extern const struct probe probe_sockets;

#endif
