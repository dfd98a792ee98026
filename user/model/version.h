/* SPDX-License-Identifier: BSD-2-Clause */
/* The version, in one place. */
#ifndef SEAMARK_VERSION_H
#define SEAMARK_VERSION_H

#define SEAMARK_VERSION "0.1.0"

#endif
