/* SPDX-License-Identifier: BSD-2-Clause */
/* All probes. process comes first: it owns the tables that the others share. */
#include "user/probe/list.h"

#include <stddef.h>

const struct probe *const probes[] = {
	&probe_process,
	&probe_syscall,
	&probe_bind,
	&probe_connect,
	&probe_tls,
	&probe_sockets,
	NULL,
};
