/* SPDX-License-Identifier: BSD-2-Clause */
/* A place in Seamark's own executable that is only there to be probed. */
#ifndef SEAMARK_SOURCE_OWN_SITE_H
#define SEAMARK_SOURCE_OWN_SITE_H

#include <stdint.h>

struct own_site {
	int fd;			/* of the executable; to be closed */
	uint64_t file_offset;
};

/* Negative errno where the executable can't be opened; *out is then untouched. */
int own_site_open(struct own_site *out);
/* Comes by the place, once. */
void own_site_call(void);

#endif
