/* SPDX-License-Identifier: BSD-2-Clause */
/* What the terminal's description says of it. */
#ifndef SEAMARK_TERMINAL_H
#define SEAMARK_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>

/* Is its type known, and can it be painted on? */
bool terminal_can_paint(int fd);
/* 0: it is no terminal. */
size_t terminal_columns(int fd);

#endif
