/* SPDX-License-Identifier: BSD-2-Clause */
/* What a command answers with, on stdout: whole, or said not to be. */
#ifndef SEAMARK_OUTPUT_H
#define SEAMARK_OUTPUT_H

#include <stdbool.h>

struct buffer;

/* First of all: what is closed of stdin, stdout and stderr is taken by no file opened later. */
void output_hold(void);
/* False: it could not be written, and that was said. */
bool output_print(const struct buffer *text);
/* Says once why stdout can't be written. The exit code: a reader who left is no failure. */
int output_failed(int error);
/* At the end: code, or that of a failure where stdio could not write all. */
int output_end(int code);

#endif
