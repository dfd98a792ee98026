/* SPDX-License-Identifier: BSD-2-Clause */
/* What people call the place of a process: its pod, its container, else its systemd unit. */
#ifndef SEAMARK_ENCODE_WHERE_H
#define SEAMARK_ENCODE_WHERE_H

#include "user/model/record.h"

#define WHERE_SIZE	512

/*
 * "shop", "store/shop-7d9/shop", "0123456789ab", "cron.service"; empty: of the host itself. names:
 * NULL where none are known.
 */
void where_text(const struct record_container *names, const char *container_id, const char *unit,
		char out[WHERE_SIZE]);

#endif
