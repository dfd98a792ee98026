/* SPDX-License-Identifier: BSD-2-Clause */
/* The one door for text from outside: what passes can't forge a line, a label or a terminal. */
#ifndef SEAMARK_PRINTABLE_H
#define SEAMARK_PRINTABLE_H

#include <stddef.h>

/* Length of the well-formed UTF-8 sequence at bytes, of which left follow; 0 when there is none. */
size_t utf8_length(const char *bytes, size_t left);

/*
 * Copies at most length bytes of text up to a NUL: valid UTF-8 stays, control characters and stray
 * bytes become \xNN. Returns the bytes used with the NUL; 0, and nothing to rely on in into, when
 * text is empty or does not fit into room.
 */
size_t printable_copy(char *into, size_t room, const char *text, size_t length);
/* The same within a buffer of size bytes; what does not fit is cut off. */
void printable_keep(char *text, size_t size);

#endif
