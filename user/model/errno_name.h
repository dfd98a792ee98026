/* SPDX-License-Identifier: BSD-2-Clause */
/* Linux error numbers by name and in words. */
#ifndef SEAMARK_ERRNO_NAME_H
#define SEAMARK_ERRNO_NAME_H

/* "EADDRINUSE" for 98; NULL for a number that has no name. Static. */
const char *errno_name(int number);
/* "address already in use"; NULL for a number that has no name. Static. */
const char *errno_text(int number);

#endif
