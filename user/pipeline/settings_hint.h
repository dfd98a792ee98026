/* SPDX-License-Identifier: BSD-2-Clause */
/* Which option may have been meant. */
#ifndef SEAMARK_SETTINGS_HINT_H
#define SEAMARK_SETTINGS_HINT_H

#include "user/pipeline/settings.h"

/* Of those for takers, the one with the fewest letters wrong; NULL where none is near. */
const struct setting *settings_nearest(const char *name, unsigned int takers);

#endif
