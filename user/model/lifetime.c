/* SPDX-License-Identifier: BSD-2-Clause */
#include "user/model/lifetime.h"

enum lifetime_step lifetime_look(struct lifetime *lifetime, bool used, bool may_retire)
{
	if (used) {
		lifetime->unused = 0;
		return LIFETIME_STAYS;
	}
	if (lifetime->unused < LIFETIME_LOOKS_MAX)
		lifetime->unused++;
	if (lifetime->unused < LIFETIME_UNUSED_LOOKS || (!lifetime->retired && !may_retire))
		return LIFETIME_STAYS;
	lifetime->unused = 0;
	lifetime->retired = !lifetime->retired;
	return lifetime->retired ? LIFETIME_RETIRES : LIFETIME_ENDS;
}
