/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Read leases: who opens a leased file for writing is held by the kernel until the lease is given
 * up, and its holder is told. So probes can go before the bytes under them change.
 */
#ifndef SEAMARK_LEASE_H
#define SEAMARK_LEASE_H

/*
 * A descriptor that is readable when a writer waits, in the thread that called this and takes the
 * leases; that thread's mask gets one more real-time signal. Negative errno.
 */
int lease_open(void);
/*
 * Leases the file behind fd, which was opened for reading and stays open as long. -EAGAIN: it is
 * open for writing now; -EACCES: another's file, and CAP_LEASE is missing; -EINVAL: its file system
 * has none.
 */
int lease_take(int fd);
/* Gives it up: a writer goes on. */
void lease_drop(int fd);
/* The next leased descriptor that a writer waits for; -1: none. */
int lease_wanted(int leases);

#endif
