/* SPDX-License-Identifier: BSD-2-Clause */
/* Gives up what a process that only reads foreign bytes never needs. */
#ifndef SEAMARK_SANDBOX_H
#define SEAMARK_SANDBOX_H

/*
 * No capability, nobody's ids where that can be had, no new rights by exec, limits on memory and
 * processor time, and no system call but those that parsing takes: any other ends the process.
 * Descriptors stay open. 0, or a negative errno when not all of it could be had: then don't go on.
 */
int sandbox_enter(void);

#endif
