/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel puts a uprobe into a running process only after a grace period: 5 to 20 ms, in which a
 * short-lived program has come and gone. Expedited, it takes 0.1 ms.
 */
#ifndef SEAMARK_HOST_EXPEDITE_H
#define SEAMARK_HOST_EXPEDITE_H

#include <stdbool.h>

/* From here on grace periods are short, if the host lets us; false when it does not. */
bool expedite_begin(void);
/* As it was before. Only after a true return. */
void expedite_end(void);

#endif
